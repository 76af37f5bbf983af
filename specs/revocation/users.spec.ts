import {
  administersTeam,
  holder,
  inLargeParts,
  inProfile,
  keyAsks,
  keyAsksModel,
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

const updating = (payload: Readonly<Record<string, unknown>>) => ({
  ...shortCache,
  route: 'POST /user/update',
  act: ({ as, target }: Acting<Holder>) => as.post('/user/update', { user_id: target.user.userId, ...payload }),
  effects: () => [],
});
const personal = (model: 'free' | 'priced') => ({
  asks: ({ target }: Acting<Holder>, to: Parameters<typeof keyAsks.asks>[1]) =>
    to(target.user).post('/utils/token_counter', { model, messages: [{ role: 'user', content: 'Hello?' }] }),
});

for (const scenario of [
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /user/delete',
    act: ({ as, target }: Acting<Holder>) => as.post('/user/delete', { user_ids: [target.user.userId] }),
    effects: () => [],
    target: 'key of a user, deleted',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'Invalid proxy server token passed'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /management/v1/users/bulk_delete',
    act: ({ as, target }: Acting<Holder>) => as.post('/management/v1/users/bulk_delete', { user_ids: [target.user.userId] }),
    effects: () => [],
    target: 'key of a user, deleted',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'Invalid proxy server token passed'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ user_role: 'internal_user' }),
    target: 'proxy admin, made a user',
    arrange: holder({ user: { role: 'proxy_admin' } }),
    ...administersTeam,
    after: refused(403, 'User not proxy admin OR team admin'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }),
    target: 'user of two models, left with one',
    arrange: holder({ user: { columns: { models: ['free', 'priced'] } } }),
    ...personal('free'),
    after: refused(401, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }),
    target: 'user that has spent 5 of 10, left with 1',
    arrange: holder({ user: { columns: { spend: 5, max_budget: 10 } } }),
    ...personal('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ tpm_limit: 0 }),
    target: 'user, left with no tokens per minute',
    arrange: holder(),
    ...keyAsksModel('free'),
    serve: keyAsks.asks,
    after: refused(429, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ metadata: { scim_active: false } }),
    target: 'user, deactivated',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'xxx'),
    ends: cached,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
void keyCountsTokens;
