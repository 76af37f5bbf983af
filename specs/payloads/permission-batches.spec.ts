import {
  allowed,
  auditedAs,
  byRelease,
  expect,
  idsAt,
  inLargeParts,
  keyRow,
  payloads,
  refused,
  teamRow,
  teamSuchAs,
  test,
  updated,
  type Acting,
  type Loaded,
  type ScratchActor,
  type Stage,
  type Target,
  type TeamWithKey,
  type Use,
} from '../../fixtures';

inLargeParts();

/** Teams whose members may do this and that, and everybody else's. */
interface Batch {
  readonly bare: TeamWithKey;
  readonly permitting: TeamWithKey;
  readonly unlisted: TeamWithKey;
  /** In all three a user. */
  readonly member: ScratchActor;
  /** Every team that there is, the world's included, and what its members may. */
  readonly all: readonly { readonly id: string; readonly permissions: readonly string[] }[];
}

const batch: Target<Batch> = {
  what: 'teams with permissions and without',
  arrange: async (stage: Stage) => {
    const member = await stage.scratch.actor({ role: 'internal_user' });
    const of = (permissions: readonly string[]) => teamSuchAs(stage, { users: [member], permissions });
    const teams = { bare: await of([]), permitting: await of(['/key/info', '/key/list']), unlisted: await of([]) };
    const { rows } = await stage.db.query<Batch['all'][number]>(
      'SELECT team_id AS id, team_member_permissions AS permissions FROM "LiteLLM_TeamTable"',
    );
    return { ...teams, member, all: rows };
  },
};

type Teams = Exclude<keyof Batch, 'member' | 'all'>;
const granted = (team: TeamWithKey, before: readonly string[], after: readonly string[]) =>
  updated(team.row, { team_member_permissions: [before, after] });

/** The member makes a key in a team, as it may where that is permitted. */
const makesKeyIn = (team: Teams, mayDo: boolean): Use<Batch> => {
  const made = byRelease<Batch>(({ made }) => ({ target, scratch }) => {
    const { userId, hashed } = target.member;
    const { teamId } = target[team];
    return [
      made({
        key_alias: scratch.tag('made'),
        user_id: userId,
        team_id: teamId,
        created_by: userId,
        updated_by: userId,
      }),
      auditedAs(
        'created',
        keyRow('<hash>'),
        { userId, hashed },
        { after: expect.objectContaining({ token_id: '<hash>' }) },
      ),
    ];
  });
  return {
    name: `makes a key in the team (${team})`,
    act: ({ asOther, target, scratch }) =>
      asOther(target.member).post('/key/generate', { key_alias: scratch.tag('made'), team_id: target[team].teamId }),
    expected: mayDo
      ? {
          '<=1.87.0': allowed({ effects: made['<=1.87.0'] }),
          '>=1.106.0': allowed({ effects: made['>=1.106.0'] }),
        }
      : refused(401, 'Team member does not have permissions'),
  };
};

const toTeams = (teams: readonly Teams[], permissions: readonly string[]) => ({
  sent: ({ target }: Acting<Batch>) => ({ permissions, team_ids: teams.map((team) => target[team].teamId) }),
});
// Also where the request names none, or names both: it is one check that keeps it from all.
const ofAll = { wide: 'the permissions of every team' };
const selectorNeeded = refused(400, 'Must provide team_ids or set apply_to_all_teams=true');
const both = refused(400, 'Cannot set both apply_to_all_teams=true and team_ids');
const noSuchTeam = refused(404, 'Team(s) not found');
const noSuchPermission = refused(422, "Input should be '/key/generate'");

// Permissions are added, in alphabetical order, and no audit row tells of it.
const toAll = (...permissions: readonly string[]) =>
  allowed<Batch>({
    effects: ({ target }) =>
      target.all
        .map(
          ({ id, permissions: before }) => [id, before, [...new Set([...before, ...permissions])].toSorted()] as const,
        )
        .filter(([, before, after]) => after.length > before.length)
        .map(([id, before, after]) => updated(teamRow(id), { team_member_permissions: [before, after] })),
    uses: [makesKeyIn('unlisted', permissions.includes('/key/generate'))],
  });

for (const scenario of payloads<Batch>(
  {
    family: 'F5',
    route: 'POST /team/permissions_bulk_update',
    caller: 'proxy_admin',
    target: batch,
    act: ({ as, target }: Acting<Loaded<Batch>>) => as.post('/team/permissions_bulk_update', target.payload),
  },
  {
    'listed teams only': {
      ...toTeams(['bare', 'permitting'], ['/key/generate']),
      answer: allowed({
        effects: ({ target: { bare, permitting } }) => [
          granted(bare, [], ['/key/generate']),
          granted(permitting, ['/key/info', '/key/list'], ['/key/generate', '/key/info', '/key/list']),
        ],
        uses: [makesKeyIn('bare', true), makesKeyIn('unlisted', false)],
      }),
    },
    'what they have already': { ...toTeams(['permitting'], ['/key/list', '/key/info']), answer: 200 },
    'what one of them has already': {
      ...toTeams(['bare', 'permitting'], ['/key/info']),
      answer: allowed({ effects: ({ target }) => [granted(target.bare, [], ['/key/info'])] }),
    },
    'one permission twice, for one team twice': {
      ...toTeams(['bare', 'bare'], ['/key/info', '/key/info']),
      answer: allowed({ effects: ({ target }) => [granted(target.bare, [], ['/key/info'])] }),
    },
    // All or nothing.
    'a team and one that nobody made': {
      sent: ({ target, scratch }) => ({
        permissions: ['/key/generate'],
        team_ids: [target.bare.teamId, scratch.tag('ghost-team')],
      }),
      answer: noSuchTeam,
    },
    'an unknown permission': { ...toTeams(['bare'], ['/key/info', '/key/anything']), answer: noSuchPermission },
    'a route that is no permission': { ...toTeams(['bare'], ['/team/update']), answer: noSuchPermission },
    // Not even the teams are looked at.
    'no permissions': { ...toTeams(['bare'], []), answer: 200 },
    'no permissions, for no team': { ...ofAll, sent: { permissions: [] }, answer: 200 },
    'permissions left out': {
      sent: ({ target }) => ({ team_ids: [target.bare.teamId] }),
      answer: refused(422, 'Field required'),
    },
    'neither teams nor all': { ...ofAll, sent: { permissions: ['/key/info'] }, answer: selectorNeeded },
    'an empty list of teams': { ...ofAll, sent: { permissions: ['/key/info'], team_ids: [] }, answer: selectorNeeded },
    'teams and all': {
      ...ofAll,
      sent: ({ target }) => ({ permissions: ['/key/info'], team_ids: [target.bare.teamId], apply_to_all_teams: true }),
      answer: both,
    },
    'all teams': {
      ...ofAll,
      sent: { permissions: ['/key/generate'], apply_to_all_teams: true },
      answer: toAll('/key/generate'),
    },
    'all teams, and an empty list': {
      ...ofAll,
      sent: { permissions: ['/key/info'], apply_to_all_teams: true, team_ids: [] },
      answer: toAll('/key/info'),
    },
    // Somebody else's team is only a question of its id.
    'a team of the world': {
      sent: ({ world }) => ({ permissions: ['/key/info'], team_ids: [world.teams.gamma.teamId] }),
      answer: allowed({
        effects: ({ world }) => [
          updated(teamRow(world.teams.gamma.teamId), { team_member_permissions: [[], ['/key/info']] }),
        ],
      }),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// All teams are gone through in batches of five hundred.
const among = (count: number): Target<Batch> => ({
  what: `${count} teams`,
  arrange: async (stage: Stage) => {
    const { scratch, db } = stage;
    // The three come last in the order of their ids.
    await db.query(
      `INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, members_with_roles)
        SELECT $1 || '-crowd-' || n, $1 || '-crowd-' || n, '[]'
        FROM generate_series(1, $2::int - 3 - (SELECT count(*)::int FROM "LiteLLM_TeamTable")) n`,
      [scratch.prefix, count],
    );
    return batch.arrange(stage);
  },
});
for (const scenario of [500, 501].flatMap((count) =>
  payloads<Batch>(
    {
      family: 'F5',
      route: 'POST /team/permissions_bulk_update',
      caller: 'proxy_admin',
      target: among(count),
      act: ({ as, target }: Acting<Loaded<Batch>>) => as.post('/team/permissions_bulk_update', target.payload),
    },
    {
      'all teams': {
        ...ofAll,
        sent: { permissions: ['/key/generate'], apply_to_all_teams: true },
        answer: toAll('/key/generate'),
      },
    },
  ),
))
  test(scenario.title, scenario.details, scenario.run);

// The sibling for one team sets the list, as it is sent.
for (const scenario of payloads<Batch>(
  {
    family: 'F5',
    route: 'POST /team/permissions_update',
    caller: 'proxy_admin',
    target: batch,
    act: ({ as, target }: Acting<Loaded<Batch>>) =>
      as.post('/team/permissions_update', { team_id: target.permitting.teamId, ...target.payload }),
    effects: ({ target: { permitting, payload } }) => [
      updated(permitting.row, {
        team_member_permissions: [['/key/info', '/key/list'], payload.team_member_permissions],
      }),
    ],
  },
  {
    'one that was not there': {
      sent: { team_member_permissions: ['/key/generate'] },
      answer: allowed({ uses: [makesKeyIn('permitting', true)] }),
    },
    none: { sent: { team_member_permissions: [] }, answer: allowed({ uses: [makesKeyIn('permitting', false)] }) },
    'one twice': { sent: { team_member_permissions: ['/key/info', '/key/info'] }, answer: 200 },
    'what is there, in another order': { sent: { team_member_permissions: ['/key/list', '/key/info'] }, answer: 200 },
    'the list left out': { sent: {}, answer: refused(422, 'Field required') },
    null: { sent: { team_member_permissions: null }, answer: refused(422, 'Input should be a valid list') },
    // Any text will do here, where the route for many asks for a permission that there is.
    'an unknown permission': { sent: { team_member_permissions: ['/key/anything'] }, answer: 200 },
    'a route that is no permission': { sent: { team_member_permissions: ['/team/update'] }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<Batch>(
  {
    family: 'F5',
    route: 'GET /team/permissions_list',
    caller: 'proxy_admin',
    target: batch,
    act: ({ as, target }: Acting<Loaded<Batch>>) =>
      as.get('/team/permissions_list', { team_id: String(target.payload.team_id) }),
    returned: idsAt('team_member_permissions[]'),
  },
  {
    'a team with permissions': {
      sent: ({ target }) => ({ team_id: target.permitting.teamId }),
      answer: allowed({ returns: () => ['/key/info', '/key/list'] }),
    },
    'a team without': {
      sent: ({ target }) => ({ team_id: target.bare.teamId }),
      answer: allowed({ returns: () => [] }),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
