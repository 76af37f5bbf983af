import {
  auditedAs,
  byRelease,
  heldByNow,
  holder,
  inLargeParts,
  inProfile,
  inserted,
  keyAsks,
  keyAsksModel,
  keyCountsTokens,
  keyUpdated,
  ofPart,
  refused,
  revocations,
  test,
  updated,
  type Acting,
  type Holder,
  type Payload,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

const cached = { here: 'at once', elsewhere: 'with the cache' } as const;

const blocking = (
  route: 'block' | 'unblock',
  action: 'blocked' | 'unblocked',
  columns: readonly [unknown, unknown],
) => ({
  ...shortCache,
  route: `POST /key/${route}`,
  act: ({ as, target }: Acting<Holder>) => as.post(`/key/${route}`, { key: target.key.cleartext }),
  effects: ({ target: { key }, caller }: Acting<Holder>) => [
    updated(key.row, { blocked: columns }),
    auditedAs(action, key.row, caller),
  ],
});
const isBlocked = refused(401, 'Key is blocked');

const updating = (payload: Payload | ((target: Holder) => Payload)) => {
  const sent = (target: Holder) => (typeof payload === 'function' ? payload(target) : payload);
  return {
    ...shortCache,
    route: 'POST /key/update',
    act: ({ as, target }: Acting<Holder>) =>
      as.post('/key/update', { key: target.key.cleartext, ...sent(target) }),
    again: heldByNow,
    effects: ofPart(keyUpdated, (target) => ({ ...target.key, payload: sent(target) })),
  };
};
const noSuchModel = refused(403, "The requested model 'free' is not available for this API key");

const deleted = byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
  removed(target),
  archived(target, caller),
  auditedAs('deleted', target.row, caller),
]);
const unknownKey = refused(401, 'Invalid proxy server token passed');

for (const scenario of [
  ...revocations<Holder>({
    ...blocking('block', 'blocked', [null, true]),
    target: 'key, blocked',
    arrange: holder(),
    ...keyAsks,
    after: isBlocked,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...blocking('unblock', 'unblocked', [true, false]),
    target: 'blocked key, given back',
    arrange: holder({ key: { columns: { blocked: true } } }),
    ...keyAsks,
    before: isBlocked,
    after: 200,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /key/delete',
    target: 'key, deleted',
    arrange: holder(),
    act: ({ as, target }) => as.post('/key/delete', { keys: [target.key.cleartext] }),
    effects: ofPart(deleted, ({ key }) => key),
    ...keyAsks,
    after: unknownKey,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ blocked: true }),
    target: 'key, blocked by an update',
    arrange: holder(),
    ...keyAsks,
    after: isBlocked,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ duration: '1s' }),
    target: 'key, left with a second to live',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'Expired Key'),
    unseen: { here: 'with the cache', elsewhere: 'with the cache' },
    ends: { here: 'with the cache', elsewhere: 'with the cache' },
  }),
  ...revocations<Holder>({
    ...updating({ duration: '0s' }),
    target: 'key, expired',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'Expired Key'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }),
    target: 'key of two models, left with one',
    arrange: holder({ key: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: noSuchModel,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ allowed_routes: ['/user/info'] }),
    target: 'key, its routes narrowed',
    arrange: holder(),
    ...keyAsks,
    after: refused(403, 'Virtual key is not allowed to call this route'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }),
    target: 'key that has spent 5 of 10, left with 1',
    arrange: holder({ key: { columns: { spend: 5, max_budget: 10 } } }),
    ...keyCountsTokens('priced'),
    after: refused(422, 'Budget has been exceeded! Key='),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ rpm_limit: 0 }),
    target: 'key, left with no requests per minute',
    arrange: holder(),
    ...keyAsksModel('free'),
    serve: keyAsks.asks,
    after: refused(429, 'Limit type: requests. Current limit: 0'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ tpm_limit: 0 }),
    target: 'key, left with no tokens per minute',
    arrange: holder(),
    ...keyAsksModel('free'),
    serve: keyAsks.asks,
    after: refused(429, 'Limit type: tokens. Current limit: 0'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ permissions: {} }),
    target: 'key, its permission to read spend taken',
    arrange: holder({ key: { columns: { permissions: '{"get_spend_routes": true}' } } }),
    asks: ({ target }, to) => to(target.key).get('/global/spend/logs'),
    after: refused(401, 'Only proxy admin can be used'),
    ends: cached,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
