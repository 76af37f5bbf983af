import {
  auditedAs,
  expect,
  heldByNow,
  holder,
  inLargeParts,
  inProfile,
  keyAsks,
  keyAsksModel,
  keyCountsTokens,
  refused,
  revocations,
  teamChanged,
  test,
  updated,
  type Acting,
  type Holder,
  type Payload,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

const cached = { here: 'at once', elsewhere: 'with the cache' } as const;

const posting = (path: string, columns: Readonly<Record<string, readonly [unknown, unknown]>>, more: Payload = {}) => ({
  ...shortCache,
  route: `POST ${path}`,
  act: ({ as, target }: Acting<Holder>) => as.post(path, { team_id: target.team.teamId, ...more }),
  // No audit row tells of it.
  effects: ({ target }: Acting<Holder>) => [updated(target.team.row, columns)],
});
const isBlocked = refused(401, 'is blocked');

const updating = (payload: Payload) => ({
  ...shortCache,
  route: 'POST /team/update',
  act: ({ as, target }: Acting<Holder>) => as.post('/team/update', { team_id: target.team.teamId, ...payload }),
  again: heldByNow,
  effects: ({ target: { team }, caller }: Acting<Holder>) =>
    teamChanged(team, payload, caller).map((effect) => effect),
});

for (const scenario of [
  ...revocations<Holder>({
    ...posting('/team/block', { blocked: [false, true] }),
    target: 'key of a team, blocked',
    arrange: holder(),
    ...keyAsks,
    after: isBlocked,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...posting('/team/unblock', { blocked: [true, false] }),
    target: 'key of a blocked team, given back',
    arrange: holder({ team: { columns: { blocked: true } } }),
    ...keyAsks,
    before: isBlocked,
    after: 200,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...posting('/team/model/delete', { models: [['free', 'priced'], ['priced']] }, { models: ['free'] }),
    target: 'key of a team of two models, left with one',
    arrange: holder({ team: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: refused(401, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }),
    target: 'key of a team of two models, left with one',
    arrange: holder({ team: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: refused(401, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ blocked: true }),
    target: 'key of a team, blocked by an update',
    arrange: holder(),
    ...keyAsks,
    after: isBlocked,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }),
    target: 'key of a team that has spent 5 of 10, left with 1',
    arrange: holder({ team: { maxBudget: 10, columns: { spend: 5 } } }),
    ...keyCountsTokens('priced'),
    after: refused(401, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ tpm_limit: 0 }),
    target: 'key of a team, left with no tokens per minute',
    arrange: holder(),
    ...keyAsksModel('free'),
    serve: keyAsks.asks,
    after: refused(429, 'Current limit: 0'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ rpm_limit: 0 }),
    target: 'key of a team, left with no requests per minute',
    arrange: holder(),
    ...keyAsksModel('free'),
    serve: keyAsks.asks,
    after: refused(429, 'Current limit: 0'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /team/delete',
    target: 'key of a team, deleted',
    arrange: holder(),
    act: ({ as, target }) => as.post('/team/delete', { team_ids: [target.team.teamId] }),
    effects: () => [],
    ...keyAsks,
    after: refused(401, 'Invalid proxy server token passed'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...posting('/team/permissions_update', { team_member_permissions: [['/team/daily/activity'], []] }, { team_member_permissions: [] }),
    target: 'member of a team whose members may see what it spends',
    arrange: holder({ team: { permissions: ['/key/list', '/team/daily/activity'] } }),
    asks: ({ target }, to) => to(target.user).get('/team/daily/activity', { team_ids: target.team.teamId, start_date: '2026-01-01', end_date: '2026-01-02', api_key: target.key.hashed }),
    after: refused(403, 'xxx'),
    ends: cached,
  }),
])
  test(scenario.title, scenario.details, scenario.run);

void auditedAs;
void expect;
