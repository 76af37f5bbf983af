import {
  allowed,
  asksForItself,
  auditedAs,
  deleted,
  expect,
  inLargeParts,
  insertRow,
  json,
  madeModel,
  membershipRow,
  payloads,
  present,
  refused,
  teamArchived,
  teamSuchAs,
  teamWithKeyDeleted,
  teamsListed,
  test,
  updated,
  type Acting,
  type Effect,
  type Loaded,
  type RowRef,
  type ScratchActor,
  type Target,
  type TargetModel,
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
const areDeleted = (...names: Name[]) => {
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
    one: { ...ids('inA'), answer: areDeleted('inA') },
    both: { ...ids('inA', 'inB'), answer: areDeleted('inA', 'inB') },
    // 1.87.0 keeps two copies, and tells of it twice.
    'one twice': {
      ...ids('inA', 'inA'),
      answer: {
        ...areDeleted('inA'),
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
    'a ghost between two': {
      sent: ({ target, scratch }) => ({
        team_ids: [target.inA.teamId, scratch.tag('ghost-team'), target.inB.teamId],
      }),
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
    'one in the own organization': { ...ids('inA'), answer: areDeleted('inA') },
    'one in another organization': { ...ids('inB'), answer: notTheirs },
    'one in each': { ...ids('inA', 'inB'), answer: notTheirs },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Whom the team's row names by an address alone, be it in other letters than the user's row has it.
interface OfAddresses extends TeamWithKey {
  readonly known: readonly [asWritten: ScratchActor, inCapitals: ScratchActor];
}
const forgetsTeam = ({ userId }: ScratchActor, teamId: string) => [
  teamsListed(userId, [teamId], []),
  deleted(membershipRow(userId, teamId), { user_id: userId, team_id: teamId, spend: 0, total_spend: 0 }),
];
for (const scenario of payloads<OfAddresses>(
  {
    family: 'beyond',
    route: 'POST /team/delete',
    caller: 'proxy_admin',
    target: {
      what: 'team whose members are known by address',
      arrange: async (stage) => {
        const { scratch, db } = stage;
        const address = (name: string) => `${scratch.tag(name)}@example.com`;
        const person = (name: string) =>
          scratch.actor({ role: 'internal_user', columns: { user_email: address(name) } });
        const known = [await person('one'), await person('two')] as const;
        const members = [address('one'), address('two').toUpperCase(), address('nobody')];
        const team = await teamSuchAs(stage, {
          columns: {
            members_with_roles: json(members.map((user_email) => ({ user_id: null, user_email, role: 'user' }))),
          },
        });
        for (const one of known) {
          await db.query('UPDATE "LiteLLM_UserTable" SET teams = ARRAY[$2] WHERE user_id = $1', [
            one.userId,
            team.teamId,
          ]);
          await scratch.membership(one, team);
        }
        return { ...team, known };
      },
    },
    act: ({ as, target }: Acting<Loaded<OfAddresses>>) => as.post('/team/delete', { team_ids: [target.teamId] }),
  },
  {
    '': {
      sent: {},
      answer: {
        // All leave at the same time: see `teamDeleted`.
        '<=1.87.0': allowed({
          effects: (stage) => {
            const { target } = stage;
            const anyRoster = { members_with_roles: expect.any(Array) };
            return [
              ...target.roles.map(() =>
                updated(target.row, { members_with_roles: [expect.any(Array), expect.any(Array)] }),
              ),
              ...teamWithKeyDeleted(stage, target).map((effect) =>
                effect.table === 'LiteLLM_TeamTable'
                  ? deleted(target.row, present({ ...target.was, ...anyRoster }))
                  : effect,
              ),
              ...forgetsTeam(target.known[0], target.teamId),
            ];
          },
        }),
        '>=1.106.0': allowed({
          effects: (stage) => [
            ...teamWithKeyDeleted(stage, stage.target),
            auditedAs('deleted', stage.target.key.row, stage.caller),
            ...stage.target.known.flatMap((one) => forgetsTeam(one, stage.target.teamId)),
          ],
        }),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** A team is deleted with its key. @param more what 1.106.0 does beside that and the key's audit row */
const isDeleted = <T extends TeamWithKey>(more: (stage: Acting<T>) => Effect[]) => ({
  '<=1.87.0': allowed<T>({ effects: (stage) => teamWithKeyDeleted(stage, stage.target) }),
  '>=1.106.0': allowed<T>({
    effects: (stage) => [
      ...teamWithKeyDeleted(stage, stage.target),
      auditedAs('deleted', stage.target.key.row, stage.caller),
      ...more(stage),
    ],
  }),
});

// Deployments that are the team's alone, as their model's name tells, go with it in 1.106.0 (`delete_team_models`); in 1.87.0 they
// stay, and are no one's.
const ownModel = (teamId: string) => `model_name_${teamId}_own`;
interface WithModel extends TeamWithKey {
  readonly model: TargetModel;
}
for (const scenario of payloads<WithModel>(
  {
    family: 'beyond',
    route: 'POST /team/delete',
    caller: 'proxy_admin',
    target: {
      what: 'team with a model of its own',
      arrange: async (stage) => {
        const team = await teamSuchAs(stage);
        return { ...team, model: await madeModel(stage, 'own', { team_id: team.teamId }, ownModel(team.teamId)) };
      },
    },
    act: ({ as, target }: Acting<Loaded<WithModel>>) => as.post('/team/delete', { team_ids: [target.teamId] }),
    body: ({ target }) => ({ deleted_teams: [target.teamId] }),
  },
  {
    '': {
      sent: {},
      answer: isDeleted<Loaded<WithModel>>((stage) => [
        deleted(stage.target.model.row, {
          model_id: stage.target.model.modelId,
          model_name: ownModel(stage.target.teamId),
          litellm_params: { model: 'openai/gpt-4o' },
          model_info: stage.target.model.info,
          blocked: false,
          created_at: '<time>',
          created_by: stage.scratch.prefix,
          updated_at: '<time>',
          updated_by: stage.scratch.prefix,
        }),
      ]),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// An access group forgets the teams that are gone.
interface Grouped extends TeamWithKey {
  readonly group: RowRef;
}
for (const scenario of payloads<Grouped>(
  {
    family: 'beyond',
    route: 'POST /team/delete',
    caller: 'proxy_admin',
    target: {
      what: 'team with an access group',
      arrange: async (stage) => {
        const { scratch, db } = stage;
        const groupId = scratch.tag('group');
        const team = await teamSuchAs(stage, { columns: { access_group_ids: [groupId] } });
        await insertRow(db, 'LiteLLM_AccessGroupTable', {
          access_group_id: groupId,
          access_group_name: groupId,
          assigned_team_ids: [scratch.tag('another-team'), team.teamId],
        });
        return { ...team, group: { table: 'LiteLLM_AccessGroupTable', id: groupId } };
      },
    },
    act: ({ as, target }: Acting<Loaded<Grouped>>) => as.post('/team/delete', { team_ids: [target.teamId] }),
  },
  {
    '': {
      sent: {},
      answer: isDeleted<Loaded<Grouped>>((stage) => [
        updated(stage.target.group, {
          assigned_team_ids: [
            [stage.scratch.tag('another-team'), stage.target.teamId],
            [stage.scratch.tag('another-team')],
          ],
        }),
      ]),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
