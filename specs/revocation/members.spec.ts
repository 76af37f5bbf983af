import {
  administersTeam,
  auditedAs,
  budgetGiven,
  deleted,
  expect,
  goneWithOrganization,
  holder,
  inLargeParts,
  inProfile,
  keyCountsTokens,
  left,
  leftInBulk,
  ofPart,
  refused,
  revocations,
  test,
  updated,
  type Acting,
  type Holder,
  type Payload,
  type Revocation,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

// A member who leaves a team loses the keys in it. 1.106.0 forgets them (`delete_cache_key_objects`), in the proxy that was asked.
const cached = { here: 'at once', elsewhere: 'with the cache' } as const;
/** Who administers a team the handler reads in the team's row, each time. */
const atOnce = { here: 'at once', elsewhere: 'at once' } as const;
/** 1.87.0 forgets neither a key that is gone, nor a member's budget; 1.106.0 both (`invalidate_team_member_spend_state`). */
const evictedSince = {
  here: { '<=1.87.0': 'with the cache', '>=1.106.0': 'at once' },
  elsewhere: 'with the cache',
} as const;
/** Whose admin somebody is is kept with the user (`get_user_object`), whom neither release's organization routes forget. */
const withCaches = { here: 'with the cache', elsewhere: 'with the cache' } as const;

const inTeam = (path: string, more: Payload = {}) => ({
  ...shortCache,
  route: `POST ${path}`,
  act: ({ as, target }: Acting<Holder>) =>
    as.post(path, { team_id: target.team.teamId, user_id: target.user.userId, ...more }),
});
const inOrganization = (method: 'DELETE' | 'PATCH', path: string, more: Payload = {}) => ({
  ...shortCache,
  route: `${method} ${path}`,
  act: ({ as, target: { organization, user } }: Acting<Holder>) =>
    as.send({
      method,
      path,
      body: { organization_id: organization.organizationId, user_id: user.userId, ...more },
    }),
});
const administers = ({ target: { organization, user } }: Acting<Holder>) => ({
  table: 'LiteLLM_OrganizationMembership',
  id: `${user.userId}/${organization.organizationId}`,
});
const asMember = ({ team, user, key }: Holder) => ({ ...team, member: user, key, keyWas: key.held });
const notTheirs = refused(403, 'User not proxy admin OR team admin');
const unknownKey = refused(401, 'Invalid proxy server token passed');
const overBudget = {
  '<=1.87.0': refused(429, 'Budget has been exceeded!'),
  '>=1.106.0': refused(422, 'Budget has been exceeded!'),
} as const;

const madeUser = ({ target: { team, user } }: Acting<Holder>) =>
  updated(team.row, {
    members_with_roles: [team.roles, [{ user_id: user.userId, user_email: null, role: 'user' }]],
  });
const demotion = {
  ...inTeam('/team/member_update', { role: 'user' }),
  effects: {
    '<=1.87.0': (stage: Acting<Holder>) => [madeUser(stage)],
    '>=1.106.0': (stage: Acting<Holder>) => [
      madeUser(stage),
      auditedAs('updated', stage.target.team.row, stage.caller, {
        before: expect.objectContaining({ members_with_roles: [expect.objectContaining({ role: 'admin' })] }),
        after: expect.objectContaining({ members_with_roles: [expect.objectContaining({ role: 'user' })] }),
      }),
    ],
  },
} as const;

for (const scenario of [
  ...revocations<Holder>({
    ...inTeam('/team/member_delete'),
    target: 'member of a team, its key in the team',
    arrange: holder({ team: { membership: {} } }),
    effects: ofPart(goneWithOrganization(left), asMember),
    ...keyCountsTokens('free'),
    after: unknownKey,
    ends: evictedSince,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /management/v1/teams/{team_id}/members/bulk_delete',
    act: ({ as, target: { team, user } }) =>
      as.post(`/management/v1/teams/${team.teamId}/members/bulk_delete`, { members: [{ user_id: user.userId }] }),
    target: 'member of a team, its key in the team',
    arrange: holder({ team: { membership: {} } }),
    effects: ofPart(leftInBulk, asMember),
    ...keyCountsTokens('free'),
    after: unknownKey,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...inTeam('/team/member_delete'),
    target: 'admin of a team',
    arrange: holder({ team: { membership: {}, role: 'admin' } }),
    effects: ofPart(goneWithOrganization(left), asMember),
    ...administersTeam,
    after: notTheirs,
    ends: atOnce,
  }),
  ...revocations<Holder>({
    ...demotion,
    target: 'admin of a team, made a user',
    arrange: holder({ team: { membership: {}, role: 'admin' } }),
    ...administersTeam,
    after: notTheirs,
    ends: atOnce,
  }),
  ...revocations<Holder>({
    ...inTeam('/team/member_update', { max_budget_in_team: 1 }),
    target: 'member of a team that has spent 5, given a budget of 1',
    arrange: holder({ team: { membership: { spend: 5 } } }),
    effects: ofPart(budgetGiven(1), asMember),
    ...keyCountsTokens('priced'),
    after: overBudget,
    // A membership without a budget 1.87.0 cannot read from its memory (`litellm_budget_table` has no default, and what is null is
    // not kept), and so reads it anew.
    ends: { here: 'at once', elsewhere: { '<=1.87.0': 'at once', '>=1.106.0': 'with the cache' } },
  }),
  ...revocations<Holder>({
    ...inTeam('/team/member_update', { max_budget_in_team: 1 }),
    target: 'member of a team that has spent 5 of 10, left with 1',
    arrange: holder(async ({ scratch }) => ({
      team: { membership: { spend: 5, budget_id: await scratch.budget({ maxBudget: 10 }) } },
    })),
    effects: ({ scratch, caller }) => [
      updated(
        { table: 'LiteLLM_BudgetTable', id: scratch.tag('budget') },
        { max_budget: [10, 1], updated_by: [scratch.prefix, caller.userId] },
      ),
    ],
    ...keyCountsTokens('priced'),
    after: overBudget,
    ends: evictedSince,
  }),
  ...revocations<Holder>({
    ...inOrganization('DELETE', '/organization/member_delete'),
    target: 'admin of an organization',
    arrange: holder({ user: { isOrgAdmin: true } }),
    effects: (stage) => [
      deleted(administers(stage), {
        user_id: stage.target.user.userId,
        organization_id: stage.target.organization.organizationId,
        user_role: 'org_admin',
        spend: 0,
        created_at: '<time>',
        updated_at: '<time>',
      }),
    ],
    ...administersTeam,
    after: notTheirs,
    ends: withCaches,
  }),
  ...revocations<Holder>({
    ...inOrganization('PATCH', '/organization/member_update', { role: 'internal_user' }),
    target: 'admin of an organization, made a user',
    arrange: holder({ user: { isOrgAdmin: true } }),
    effects: (stage) => [updated(administers(stage), { user_role: ['org_admin', 'internal_user'] })],
    ...administersTeam,
    after: notTheirs,
    ends: withCaches,
  }),
])
  test(scenario.title, scenario.details, scenario.run);

/** An admin of a team, in which somebody else has a key. */
interface AdminOfOthersKey extends Holder {
  readonly others: ScratchKey;
}

const adminOfOthersKey = async (stage: Stage): Promise<AdminOfOthersKey> => {
  const admin = await holder({ team: { membership: {}, role: 'admin' } })(stage);
  return { ...admin, others: await stage.scratch.key({ team: admin.team, user: stage.world.shutOut }) };
};

const notPermitted = (permission: string) =>
  refused(401, `Team member does not have permissions for endpoint: KeyManagementRoutes.${permission}`);

type Asks = Revocation<AdminOfOthersKey>['asks'];

// What an admin of a team may do with others' keys and with the team. Every proxy has the team in its memory, where it is read for
// each request of a key in it; who administers it, all these look for in the database.
const powers: Readonly<Record<string, readonly [asks: Asks, after: Revocation<AdminOfOthersKey>['after']]>> = {
  'blocks a key': [
    ({ target }, to) => to(target.key).post('/key/block', { key: target.others.cleartext }),
    refused(403, 'Only proxy admins, team admins, or org admins can call /key/block'),
  ],
  'unblocks a key': [
    ({ target }, to) => to(target.key).post('/key/unblock', { key: target.others.cleartext }),
    refused(403, 'Only proxy admins, team admins, or org admins can call /key/unblock'),
  ],
  'deletes a key': [
    ({ target }, to) => to(target.key).post('/key/delete', { keys: [target.others.cleartext] }),
    refused(403, 'You are not authorized to delete this key'),
  ],
  'regenerates a key': [
    ({ target }, to) => to(target.key).post(`/key/${target.others.hashed}/regenerate`, {}),
    notPermitted('KEY_REGENERATE'),
  ],
  'resets what a key has spent': [
    ({ target }, to) => to(target.key).post(`/key/${target.others.hashed}/reset_spend`, { reset_to: 0 }),
    refused(403, 'You must be a proxy admin or team admin to reset key spend'),
  ],
  'makes a key of a service account': [
    ({ target, scratch }, to) =>
      to(target.key).post('/key/service-account/generate', {
        team_id: target.team.teamId,
        key_alias: scratch.tag('made'),
      }),
    notPermitted('KEY_GENERATE_SERVICE_ACCOUNT'),
  ],
  'changes keys': [
    ({ target }, to) =>
      to(target.key).post('/team/key/bulk_update', {
        team_id: target.team.teamId,
        key_ids: [target.others.cleartext],
        update_fields: { max_budget: 7 },
      }),
    notPermitted('KEY_UPDATE'),
  ],
  'adds a member': [
    ({ target, world: { shutOut } }, to) =>
      to(target.key).post('/team/member_add', {
        team_id: target.team.teamId,
        member: { user_id: shutOut.userId, role: 'user' },
      }),
    refused(403, 'User not proxy admin OR team admin. route=/team/member_add'),
  ],
  'removes a member': [
    ({ target }, to) =>
      to(target.key).post('/team/member_delete', { team_id: target.team.teamId, user_id: target.user.userId }),
    refused(403, 'User not proxy admin OR team admin. route=/team/member_delete'),
  ],
  'gives a member a budget': [
    ({ target }, to) =>
      to(target.key).post('/team/member_update', {
        team_id: target.team.teamId,
        user_id: target.user.userId,
        max_budget_in_team: 100,
      }),
    refused(403, 'User not proxy admin OR team admin. route=/team/member_delete'),
  ],
  'resets what a member has spent': [
    ({ target }, to) =>
      to(target.key).post(`/team/${target.team.teamId}/member/${target.user.userId}/reset_spend`, { reset_to: 0 }),
    { '<=1.87.0': refused(404, 'Not Found'), '>=1.106.0': refused(403, 'You do not have access to this team') },
  ],
  'lets members do more': [
    ({ target }, to) =>
      to(target.key).post('/team/permissions_update', {
        team_id: target.team.teamId,
        team_member_permissions: ['/key/generate'],
      }),
    refused(403, 'User not proxy admin OR team admin. route=/team/permissions_update'),
  ],
  'renames the team': [
    ({ target }, to) => to(target.key).post('/team/update', { team_id: target.team.teamId, team_alias: 'renamed' }),
    {
      '<=1.87.0': refused(401, 'Only proxy admin can be used to generate'),
      '>=1.106.0': refused(403, 'You do not have access to this team'),
    },
  ],
};

for (const [power, [asks, after]] of Object.entries(powers))
  for (const scenario of revocations<AdminOfOthersKey>({
    ...demotion,
    target: `admin of a team, made a user, who ${power}`,
    arrange: adminOfOthersKey,
    serve: ({ target }, to) => to(target.key).get('/key/info'),
    asks,
    after,
    ends: atOnce,
  }))
    test(scenario.title, scenario.details, scenario.run);
