import {
  auditedAs,
  expect,
  goneWithOrganization,
  holder,
  inLargeParts,
  inProfile,
  keyAsks,
  keyAsksModel,
  keyCountsTokens,
  ofPart,
  refused,
  revocations,
  teamDeleted,
  test,
  updated,
  type Acting,
  type Holder,
  type Payload,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

type Columns = Readonly<Record<string, readonly [unknown, unknown]>>;

// /team/update writes the team as it is now into the memory of the proxy that was asked (`_cache_team_object`), and of what a
// key in memory says of its team and the team itself authentication believes the newer. Another proxy goes by what it knows.
const cached = { here: 'at once', elsewhere: 'with the cache' } as const;

/**
 * 1.106.0 does the same after /team/model/delete (`refresh_cached_team`), and forgets the keys of a deleted team
 * (`_invalidate_deleted_key_cache`). 1.87.0 leaves the memory as it is: what it drops when a team is deleted is called by the
 * team's bare id (`_delete_team_id_from_cache`), and neither a key nor the team is known by that name.
 */
const evictedSince = {
  here: { '<=1.87.0': 'with the cache', '>=1.106.0': 'at once' },
  elsewhere: 'with the cache',
} as const;

const posting = (path: string, columns: Columns, more: Payload = {}) => ({
  ...shortCache,
  route: `POST ${path}`,
  act: ({ as, target }: Acting<Holder>) => as.post(path, { team_id: target.team.teamId, ...more }),
  // No audit row tells of it.
  effects: ({ target }: Acting<Holder>) => [updated(target.team.row, columns)],
});
const isBlocked = refused(401, 'is blocked. Update via `/team/unblock`');
const noSuchModel = {
  '<=1.87.0': refused(403, 'team not allowed to access model'),
  '>=1.106.0': refused(403, "The requested model 'free' is not available for this API key"),
} as const;

const updating = (payload: Payload, columns: Columns) => ({
  ...shortCache,
  route: 'POST /team/update',
  act: ({ as, target }: Acting<Holder>) => as.post('/team/update', { team_id: target.team.teamId, ...payload }),
  effects: ({ target: { team }, caller }: Acting<Holder>) => [
    updated(team.row, columns),
    auditedAs('updated', team.row, caller, {
      before: expect.objectContaining({ team_id: '<scratch>-team' }),
      after: expect.objectContaining(payload),
    }),
  ],
});

for (const scenario of [
  ...revocations<Holder>({
    ...posting('/team/block', { blocked: [false, true] }),
    target: 'key of a team, blocked',
    arrange: holder(),
    ...keyAsks,
    after: isBlocked,
    // It writes the row, and that is all (`block_team`, both releases): the very proxy that blocked the team goes on. To block it by
    // /team/update ends it at once.
    ends: { here: 'with the cache', elsewhere: 'with the cache' },
  }),
  ...revocations<Holder>({
    ...posting('/team/unblock', { blocked: [true, false] }),
    target: 'key of a blocked team, given back',
    arrange: holder({ team: { columns: { blocked: true } } }),
    ...keyAsks,
    before: isBlocked,
    after: 200,
    ends: { here: 'with the cache', elsewhere: 'with the cache' },
  }),
  ...revocations<Holder>({
    ...posting('/team/model/delete', { models: [['free', 'priced'], ['priced']] }, { models: ['free'] }),
    target: 'key of a team of two models, left with one',
    arrange: holder({ team: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: noSuchModel,
    ends: evictedSince,
  }),
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }, { models: [['free', 'priced'], ['priced']] }),
    target: 'key of a team of two models, left with one',
    arrange: holder({ team: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: noSuchModel,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ blocked: true }, { blocked: [false, true] }),
    target: 'key of a team, blocked by an update',
    arrange: holder(),
    ...keyAsks,
    after: isBlocked,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }, { max_budget: [10, 1] }),
    target: 'key of a team that has spent 5 of 10, left with 1',
    arrange: holder({ team: { maxBudget: 10, columns: { spend: 5 } } }),
    ...keyCountsTokens('priced'),
    after: {
      '<=1.87.0': refused(429, 'Budget has been exceeded! Team='),
      '>=1.106.0': refused(422, 'Budget has been exceeded! Team='),
    },
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ tpm_limit: 0 }, { tpm_limit: [null, 0] }),
    target: 'key of a team, left with no tokens per minute',
    arrange: holder({ team: { membership: {} } }),
    ...keyAsksModel('free', { member: 0 }),
    serve: keyAsks.asks,
    isSlow: true,
    after: refused(429, 'Limit type: tokens. Current limit: 0'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /team/delete',
    target: 'key of a team, deleted',
    arrange: holder({ team: { membership: {} } }),
    act: ({ as, target }) => as.post('/team/delete', { team_ids: [target.team.teamId] }),
    effects: ofPart(goneWithOrganization(teamDeleted), ({ team, user, key }: Holder) => ({
      ...team,
      member: user,
      key,
      keyWas: key.held,
    })),
    ...keyCountsTokens('free'),
    after: refused(401, 'Invalid proxy server token passed'),
    ends: evictedSince,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
