import {
  administersTeam,
  auditedAs,
  byRelease,
  expect,
  holder,
  inLargeParts,
  inProfile,
  keyAsks,
  keyAsksModel,
  keyCountsTokens,
  ofPart,
  refused,
  revocations,
  test,
  updated,
  userAsItIs,
  userDeleted,
  userDeletedInBulk,
  type Acting,
  type Holder,
  type Payload,
  type ScratchKey,
  type Stage,
  type TargetUser,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

// /user/update drops the user from the memory of the proxy that was asked (`_delete_user_id_from_cache`); role, models, budget and
// rates are read with the user, whatever the key in memory says.
const cached = { here: 'at once', elsewhere: 'with the cache' } as const;

/** 1.87.0 drops the user alone: the keys, of which nothing is left in the database, go on. 1.106.0 drops them, too. */
const evictedSince = {
  here: { '<=1.87.0': 'with the cache', '>=1.106.0': 'at once' },
  elsewhere: 'with the cache',
} as const;

const updating = (payload: Payload, columns: Readonly<Record<string, readonly [unknown, unknown]>>) => ({
  ...shortCache,
  route: 'POST /user/update',
  act: ({ as, target }: Acting<Holder>) => as.post('/user/update', { user_id: target.user.userId, ...payload }),
  effects: ({ target, caller }: Acting<Holder>) => {
    const row = { table: 'LiteLLM_UserTable', id: target.user.userId };
    return [
      updated(row, columns),
      auditedAs('updated', row, caller, {
        before: expect.objectContaining({ user_id: '<scratch>-actor' }),
        after: expect.objectContaining(payload),
      }),
    ];
  },
});

/** The user's own key has tokens counted, which is in no team: in one, the user's models and budget do not matter. */
const ownKeyCountsTokens = (model: 'free' | 'priced') => ({
  asks: (stage: Acting<Holder>, to: Parameters<typeof keyAsks.asks>[1]) =>
    keyCountsTokens(model).asks(stage, () => to(stage.target.user)),
});

interface WithUser {
  readonly asUser: TargetUser;
}
const holderAndUser = async (stage: Stage): Promise<Holder & WithUser> => {
  const held = await holder()(stage);
  return { ...held, asUser: await userAsItIs(stage, held.user.userId) };
};
const unknownKey = refused(401, 'Invalid proxy server token passed');

/** A session of the UI is a key in a team that is not there. */
const session = async ({ scratch, world }: Stage): Promise<ScratchKey> => ({
  ...(await scratch.key({ user: world.shutOut, columns: { team_id: 'litellm-dashboard' } })),
  teamId: 'litellm-dashboard',
});

for (const scenario of [
  ...revocations<Holder & WithUser>({
    ...shortCache,
    route: 'POST /user/delete',
    act: ({ as, target }) => as.post('/user/delete', { user_ids: [target.user.userId] }),
    target: 'key of a user, deleted',
    arrange: holderAndUser,
    effects: ofPart(userDeleted, ({ asUser }: WithUser) => asUser),
    ...keyCountsTokens('free'),
    after: unknownKey,
    ends: evictedSince,
  }),
  ...revocations<Holder & WithUser>({
    ...shortCache,
    route: 'POST /management/v1/users/bulk_delete',
    act: ({ as, target }) => as.post('/management/v1/users/bulk_delete', { user_ids: [target.user.userId] }),
    target: 'key of a user, deleted',
    arrange: holderAndUser,
    effects: ofPart(userDeletedInBulk, ({ asUser }: WithUser) => asUser),
    ...keyCountsTokens('free'),
    after: unknownKey,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ user_role: 'internal_user' }, { user_role: ['proxy_admin', 'internal_user'] }),
    target: 'proxy admin, made a user',
    arrange: holder({ user: { role: 'proxy_admin' } }),
    ...administersTeam,
    after: refused(403, 'User not proxy admin OR team admin'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }, { models: [['free', 'priced'], ['priced']] }),
    target: 'user of two models, left with one',
    arrange: holder({ user: { columns: { models: ['free', 'priced'] } } }),
    ...ownKeyCountsTokens('free'),
    after: {
      '<=1.87.0': refused(403, 'user not allowed to access model'),
      '>=1.106.0': refused(403, "The requested model 'free' is not available for this API key"),
    },
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }, { max_budget: [10, 1] }),
    target: 'user that has spent 5 of 10, left with 1',
    arrange: holder({ user: { columns: { spend: 5, max_budget: 10 } } }),
    ...ownKeyCountsTokens('priced'),
    after: {
      '<=1.87.0': refused(429, 'ExceededBudget: User='),
      '>=1.106.0': refused(422, 'ExceededBudget: User='),
    },
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ tpm_limit: 0 }, { tpm_limit: [null, 0] }),
    target: 'user, left with no tokens per minute',
    arrange: holder({ team: { membership: {} } }),
    ...keyAsksModel('free', { member: 0 }),
    serve: keyAsks.asks,
    isSlow: true,
    after: refused(429, 'Rate limit exceeded for user'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ metadata: { scim_active: false } }, { metadata: [{}, { scim_active: false }] }),
    target: 'user, deactivated',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'has been deactivated via SCIM'),
    ends: cached,
  }),
  ...revocations<ScratchKey>({
    ...shortCache,
    route: 'POST /session/logout',
    target: 'session of the UI',
    arrange: session,
    act: ({ asOther, target }) => asOther(target).post('/session/logout', {}),
    effects: byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
      removed(target),
      archived(target, { ...caller, userId: target.userId, hashed: target.hashed }),
    ]),
    asks: ({ target }, to) => to(target).get('/user/info'),
    after: unknownKey,
    ends: cached,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
