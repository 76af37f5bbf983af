import {
  auditedAs,
  byRelease,
  expect,
  holder,
  inLargeParts,
  inProfile,
  inserted,
  keyAsks,
  keyAsksModel,
  keyCountsTokens,
  keyChanged,
  keyUpdated,
  ofPart,
  refused,
  revocations,
  rotatesKey,
  scenario,
  test,
  updated,
  type Acting,
  type EffectsOf,
  type Holder,
  type Payload,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

// Every route that changes a key takes it out of the memory of the proxy that was asked (`delete_cache_key_object`, for
// /key/delete `delete_verification_tokens`). 1.106.0 tells other proxies through Redis alone, where there is one
// (`publish_auth_cache_invalidation`), 1.87.0 tells nobody: another proxy goes by the key that it knows, with all limits on it,
// until its time is over (`get_management_object_ttl`, in 1.87.0 `DEFAULT_MANAGEMENT_OBJECT_IN_MEMORY_CACHE_TTL`). 1.87.0
// writes the copy anew with every request that it lets in, which does not renew its time (`allow_ttl_override`).
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

/** Somebody or something else: its id. */
interface Other {
  readonly other: string;
}

const updating = <T extends Holder = Holder>(payload: Payload | ((target: T) => Payload)) => {
  const sent = (target: T) => (typeof payload === 'function' ? payload(target) : payload);
  return {
    ...shortCache,
    route: 'POST /key/update',
    act: ({ as, target }: Acting<T>) => as.post('/key/update', { key: target.key.cleartext, ...sent(target) }),
    effects: ofPart(keyUpdated, (target: T) => ({ ...target.key, payload: sent(target) })),
  };
};

const expiring = (duration: string) =>
  ofPart(
    keyChanged(
      () => ({ expires: '<time>' }),
      () => ({ duration }),
    ),
    ({ key }: Holder) => key,
  );

/** @param inOld columns that 1.87.0 changes as well */
const bulk = (
  path: string,
  payload: (target: Holder) => Payload,
  inOld: Readonly<Record<string, (target: Holder) => readonly [unknown, unknown]>> = {},
) => ({
  ...shortCache,
  route: `POST ${path}`,
  act: ({ as, target }: Acting<Holder>) => as.post(path, payload(target)),
  effects: {
    // It names the key in the audit row as it was sent.
    '<=1.87.0': ({ target, caller }: Acting<Holder>) => [
      updated(target.key.row, {
        max_budget: [10, 1],
        ...Object.fromEntries(Object.entries(inOld).map(([name, of]) => [name, of(target)])),
      }),
      auditedAs('updated', target.key.row, caller, { ...told, objectId: target.key.cleartext }),
    ],
    '>=1.106.0': ({ target, caller }: Acting<Holder>) => [
      updated(target.key.row, { max_budget: [10, 1] }),
      auditedAs('updated', target.key.row, caller, told),
    ],
  },
});
const told = { before: expect.objectContaining({ spend: 5 }), after: expect.objectContaining({ max_budget: 1 }) };
const overBudget = {
  '<=1.87.0': refused(429, 'Budget has been exceeded! Current cost: 5'),
  '>=1.106.0': refused(422, 'Budget has been exceeded! Key='),
} as const;

const rotated = (more: EffectsOf<ScratchKey> = () => []) => {
  const rotates = rotatesKey<ScratchKey>({}, undefined, more);
  const none = () => [];
  return ofPart(
    { '<=1.87.0': rotates['<=1.87.0'].effects ?? none, '>=1.106.0': rotates['>=1.106.0'].effects ?? none },
    ({ key }: Holder) => key,
  );
};
/** While it lasts, the old key is as good as the new one. */
const grace = { '<=1.87.0': 'at once', '>=1.106.0': 'with the cache' } as const;
const deprecated: EffectsOf<ScratchKey> = ({ target }) => [
  inserted(
    { table: 'LiteLLM_DeprecatedVerificationToken', id: '<uuid>' },
    { id: '<uuid>', token: target.hashed, active_token_id: '<hash>', revoke_at: '<time>', created_at: '<time>' },
  ),
];
const noSuchModel = refused(403, "The requested model 'free' is not available for this API key");

const deleted = byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
  removed(target),
  archived(target, caller),
  auditedAs('deleted', target.row, caller),
]);
const unknownKey = refused(401, 'Invalid proxy server token passed');

for (const one of [
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
    ...keyCountsTokens('free'),
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
    ...shortCache,
    route: 'POST /key/regenerate',
    target: 'key, regenerated: the old one',
    arrange: holder(),
    act: ({ as, target }) => as.post('/key/regenerate', { key: target.key.cleartext }),
    effects: rotated(),
    ...keyCountsTokens('free'),
    after: unknownKey,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /key/regenerate',
    target: 'key, regenerated with a grace of two seconds: the old one',
    arrange: holder(),
    act: ({ as, target }) => as.post('/key/regenerate', { key: target.key.cleartext, grace_period: '2s' }),
    effects: rotated(deprecated),
    ...keyCountsTokens('free'),
    after: {
      // The grace is none: `get_data` finds the new key's row, and takes what it gets for a dictionary. When the grace is over, it
      // is an unknown key as any other: what both refusals have in common.
      '<=1.87.0': refused(401, 'Authentication Error, '),
      '>=1.106.0': unknownKey,
    },
    unseen: { here: grace, elsewhere: grace },
    ends: { here: grace, elsewhere: 'with the cache' },
    later: 2.1,
  }),
  ...revocations<Holder & Other>({
    ...updating(({ other }: Holder & Other) => ({ team_id: other })),
    target: 'key, moved to a team of fewer models',
    arrange: async (stage) => {
      const held = await holder()(stage);
      const other = await stage.scratch.team({
        organization: held.organization,
        users: [held.user],
        models: ['priced'],
      });
      return { ...held, other: other.teamId };
    },
    ...keyCountsTokens('free'),
    after: { '<=1.87.0': refused(403, 'team not allowed to access model'), '>=1.106.0': noSuchModel },
    ends: cached,
  }),
  ...revocations<Holder & Other>({
    ...updating(({ other }: Holder & Other) => ({ user_id: other })),
    target: 'key of a proxy admin, given to a user',
    arrange: async (stage) => {
      const held = await holder({ user: { role: 'proxy_admin' } })(stage);
      const other = await stage.scratch.actor({ role: 'internal_user' });
      return { ...held, other: other.userId };
    },
    asks: ({ target }, to) => to(target.key).get('/team/permissions_list', { team_id: target.team.teamId }),
    after: refused(403, 'User not proxy admin OR team admin'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...bulk('/key/bulk_update', ({ key }) => ({ keys: [{ key: key.cleartext, max_budget: 1 }] }), {
      // There it takes the key out of its team as well.
      team_id: ({ key }) => [key.teamId, null],
    }),
    target: 'key that has spent 5 of 10, left with 1',
    arrange: holder({ key: { columns: { spend: 5, max_budget: 10 } } }),
    ...keyCountsTokens('priced'),
    after: overBudget,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...bulk('/team/key/bulk_update', ({ team, key }) => ({
      team_id: team.teamId,
      key_ids: [key.cleartext],
      update_fields: { max_budget: 1 },
    })),
    target: 'key that has spent 5 of 10, left with 1',
    arrange: holder({ key: { columns: { spend: 5, max_budget: 10 } } }),
    ...keyCountsTokens('priced'),
    after: overBudget,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ duration: '1s' }),
    effects: expiring('1s'),
    isSlow: true,
    // The other proxy's copy of the key knows of no end: it is the cache's time that is over there, at about the same moment.
    target: 'key, left with a second to live',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'Expired Key'),
    unseen: { here: 'with the cache', elsewhere: 'with the cache' },
    ends: { here: 'with the cache', elsewhere: 'with the cache' },
  }),
  ...revocations<Holder>({
    ...updating({ duration: '0s' }),
    effects: expiring('0s'),
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
    after: { '<=1.87.0': refused(403, 'key not allowed to access model'), '>=1.106.0': noSuchModel },
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
    after: overBudget,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ rpm_limit: 0 }),
    target: 'key, left with no requests per minute',
    arrange: holder({ team: { membership: {} } }),
    ...keyAsksModel('free', { member: 0 }),
    serve: keyAsks.asks,
    isSlow: true,
    after: refused(429, 'Limit type: requests. Current limit: 0'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ tpm_limit: 0 }),
    target: 'key, left with no tokens per minute',
    arrange: holder({ team: { membership: {} } }),
    ...keyAsksModel('free', { member: 0 }),
    serve: keyAsks.asks,
    isSlow: true,
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
  // There is no hurry, so nothing is asked at once.
  scenario<Holder>({
    ...shortCache,
    ...blocking('block', 'blocked', [null, true]),
    family: 'revocation',
    target: 'key that a model has answered, blocked',
    variant: 'just served by another proxy',
    caller: 'proxy_admin',
    arrange: async (stage) => {
      const held = await holder({ team: { membership: {} } })(stage);
      await keyAsksModel('free').asks({ ...stage, target: held }, stage.elsewhere);
      return held;
    },
    expected: { status: 200 },
    uses: [
      {
        name: 'the victim asks later',
        act: ({ elsewhere, target }) => elsewhere(target.key).get('/key/info'),
        after: 1.1,
        // 1.87.0 adds what an answer has cost to the key in memory, for another minute (`update_cache`, `ttl=60`): that does not
        // renew its time either.
        expected: isBlocked,
      },
    ],
  }),
])
  test(one.title, one.details, one.run);
