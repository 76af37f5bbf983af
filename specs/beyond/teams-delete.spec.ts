import {
  allowed,
  asksForItself,
  auditedAs,
  inLargeParts,
  payloads,
  refused,
  teamArchived,
  teamSuchAs,
  teamWithKeyDeleted,
  test,
  type Acting,
  type Loaded,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

interface Teams {
  readonly inA: TeamWithKey;
  readonly inB: TeamWithKey;
}
const teams: Target<Teams> = {
  what: 'teams in A and B, each with a key',
  arrange: async (stage) => {
    const { a, b } = stage.world.organizations;
    return { inA: await teamSuchAs(stage, { organization: a }), inB: await teamSuchAs(stage, { organization: b }) };
  },
};
type Name = keyof Teams;

const ids = (...names: Name[]) => ({
  sent: ({ target }: Acting<Teams>) => ({ team_ids: names.map((name) => target[name].teamId) }),
});
const asks = (name: Name, isThere: boolean) =>
  asksForItself<Teams>(({ target }) => target[name].key, isThere ? 200 : refused(401, 'Invalid proxy server token'));
const notTheirs = refused(403, 'You do not have access to this team');
const noList = refused(422, 'Input should be a valid list');

/** These are deleted with their keys, and the others are not. 1.106.0 tells of the keys in audit rows as well. */
const deleted = (...names: Name[]) => {
  const uses = (['inA', 'inB'] as const).map((name) => asks(name, !names.includes(name)));
  const rows = (stage: Acting<Teams>) => names.flatMap((name) => teamWithKeyDeleted(stage, stage.target[name]));
  return {
    '<=1.87.0': allowed<Teams>({ uses, effects: rows }),
    '>=1.106.0': allowed<Teams>({
      uses,
      effects: (stage) => [
        ...rows(stage),
        ...names.map((name) => auditedAs('deleted', stage.target[name].key.row, stage.caller)),
      ],
    }),
  };
};

for (const scenario of payloads<Teams>(
  {
    family: 'beyond',
    route: 'POST /team/delete',
    caller: 'proxy_admin',
    target: teams,
    act: ({ as, target }: Acting<Loaded<Teams>>) => as.post('/team/delete', target.payload),
  },
  {
    one: { ...ids('inA'), answer: deleted('inA') },
    both: { ...ids('inA', 'inB'), answer: deleted('inA', 'inB') },
    // 1.87.0 keeps two copies, and tells of it twice.
    'one twice': {
      ...ids('inA', 'inA'),
      answer: {
        ...deleted('inA'),
        '<=1.87.0': allowed<Teams>({
          uses: [asks('inA', false)],
          effects: (stage) => [
            ...teamWithKeyDeleted(stage, stage.target.inA),
            teamArchived(stage.caller, stage.target.inA),
            auditedAs('deleted', stage.target.inA.row, stage.caller),
          ],
        }),
      },
    },
    // All or nothing.
    'one and a ghost': {
      sent: ({ target, scratch }) => ({ team_ids: [target.inA.teamId, scratch.tag('ghost-team')] }),
      answer: refused(404, 'Team not found, passed team_id=<scratch>-ghost-team'),
    },
    none: { sent: { team_ids: [] }, answer: 200 },
    'team_ids of null': { sent: { team_ids: null }, answer: noList },
    'team_ids as text': { sent: { team_ids: 'anything' }, answer: noList },
    'team_ids left out': { sent: {}, answer: refused(422, 'Field required') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// An admin of A, who names A, for the gate.
for (const scenario of payloads<Teams>(
  {
    family: 'beyond',
    route: 'POST /team/delete',
    caller: 'org_admin_member',
    target: teams,
    act: ({ as, target, world }: Acting<Loaded<Teams>>) =>
      as.post('/team/delete', target.payload, { organization_id: world.organizations.a.organizationId }),
  },
  {
    'one in the own organization': { ...ids('inA'), answer: deleted('inA') },
    'one in another organization': { ...ids('inB'), answer: notTheirs },
    'one in each': { ...ids('inA', 'inB'), answer: notTheirs },
  },
))
  test(scenario.title, scenario.details, scenario.run);
