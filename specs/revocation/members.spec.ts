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
    ...inTeam('/team/member_update', { role: 'user' }),
    target: 'admin of a team, made a user',
    arrange: holder({ team: { membership: {}, role: 'admin' } }),
    effects: {
      '<=1.87.0': (stage) => [madeUser(stage)],
      '>=1.106.0': (stage) => [
        madeUser(stage),
        auditedAs('updated', stage.target.team.row, stage.caller, {
          before: expect.objectContaining({ members_with_roles: [expect.objectContaining({ role: 'admin' })] }),
          after: expect.objectContaining({ members_with_roles: [expect.objectContaining({ role: 'user' })] }),
        }),
      ],
    },
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
