import {
  administersTeam,
  holder,
  inLargeParts,
  inProfile,
  keyAsks,
  keyCountsTokens,
  refused,
  revocations,
  test,
  type Acting,
  type Holder,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');
const cached = { here: 'at once', elsewhere: 'with the cache' } as const;

const about = (path: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...shortCache,
  route: `POST ${path}`,
  act: ({ as, target }: Acting<Holder>) =>
    as.post(path, { team_id: target.team.teamId, user_id: target.user.userId, ...more }),
});
const organization = (method: 'DELETE' | 'PATCH', path: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...shortCache,
  route: `${method} ${path}`,
  act: ({ as, target }: Acting<Holder>) =>
    as.send({ method, path, body: { organization_id: target.organization.organizationId, user_id: target.user.userId, ...more } }),
});
const notTheirs = refused(403, 'User not proxy admin OR team admin');

for (const scenario of [
  ...revocations<Holder>({
    ...about('/team/member_delete'),
    target: 'member of a team, its key in the team',
    arrange: holder({ team: { membership: {} } }),
    effects: () => [],
    ...keyAsks,
    after: refused(401, 'Invalid proxy server token passed'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...about('/team/member_delete'),
    target: 'admin of a team',
    arrange: holder({ team: { membership: {}, role: 'admin' } }),
    effects: () => [],
    ...administersTeam,
    after: notTheirs,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...about('/team/member_update', { role: 'user' }),
    target: 'admin of a team, made a user',
    arrange: holder({ team: { membership: {}, role: 'admin' } }),
    effects: () => [],
    ...administersTeam,
    after: notTheirs,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...about('/team/member_update', { max_budget_in_team: 1 }),
    target: 'member of a team that has spent 5, given a budget of 1',
    arrange: holder({ team: { membership: { spend: 5 } } }),
    effects: () => [],
    ...keyCountsTokens('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...about('/team/member_update', { max_budget_in_team: 1 }),
    target: 'member of a team that has spent 5 of 10, left with 1',
    arrange: holder(async ({ scratch }) => ({ team: { membership: { spend: 5, budget_id: await scratch.budget({ maxBudget: 10 }) } } })),
    effects: () => [],
    ...keyCountsTokens('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...about('/management/v1/teams/x'),
    route: 'POST /management/v1/teams/{team_id}/members/bulk_delete',
    act: ({ as, target }) => as.post(`/management/v1/teams/${target.team.teamId}/members/bulk_delete`, { user_ids: [target.user.userId] }),
    target: 'member of a team, its key in the team',
    arrange: holder({ team: { membership: {} } }),
    effects: () => [],
    ...keyAsks,
    after: refused(401, 'Invalid proxy server token passed'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...organization('DELETE', '/organization/member_delete'),
    target: 'admin of an organization',
    arrange: holder({ user: { isOrgAdmin: true } }),
    effects: () => [],
    ...administersTeam,
    after: notTheirs,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...organization('PATCH', '/organization/member_update', { role: 'internal_user' }),
    target: 'admin of an organization, made a user',
    arrange: holder({ user: { isOrgAdmin: true } }),
    effects: () => [],
    ...administersTeam,
    after: notTheirs,
    ends: cached,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
