import {
  allKeys,
  idsAt,
  inLargeParts,
  payloads,
  refused,
  shows,
  test,
  withRow,
  type Acting,
  type Cell,
  type ListedKey,
  type Loaded,
  type Payload,
  type PayloadCase,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
} from '../../fixtures';

inLargeParts();

// What `specs/keys/list-filters.spec.ts` does not ask: whose filters match whole and whose by part, what is sorted by, and who
// may name which team and organization.

interface Three {
  readonly team: ScratchTeam;
  readonly a: ScratchKey;
  readonly b: ScratchKey;
  readonly c: ScratchKey;
  /** All that there are. */
  readonly all: readonly ListedKey[];
}
type Listing = Acting<Loaded<Three>>;

const target = {
  what: 'three keys of a team',
  arrange: async (stage: Stage): Promise<Three> => {
    const { scratch, world } = stage;
    const team = await scratch.team({ organization: world.organizations.a });
    const { owner, internal_user } = world.actors;
    const inA = { user: owner, organization: world.organizations.a, createdBy: owner };
    const a = await scratch.key({ team, alias: scratch.tag('a'), ...inA });
    const b = await scratch.key({ team, alias: scratch.tag('b'), user: internal_user });
    const c = await scratch.key({ team, alias: scratch.tag('c') });
    await withRow({ spend: 1, max_budget: 30, created_at: '2026-01-03', updated_at: '2026-02-01' })(stage, a);
    await withRow({ spend: 3, max_budget: 10, created_at: '2026-01-02', updated_at: '2026-02-02' })(stage, b);
    await withRow({ spend: 2, max_budget: 20, created_at: '2026-01-01', updated_at: '2026-02-03' })(stage, c);
    await withRow({ expires: '2099-01-01' })(stage, a);
    await withRow({ expires: '2026-01-01' })(stage, b);
    await withRow({ blocked: true })(stage, c);
    return { team, a, b, c, all: await allKeys.none.arrange(stage) };
  },
};

const textsOf = (payload: Payload) =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));

const list = {
  family: 'F7+',
  route: 'GET /key/list',
  caller: 'proxy_admin',
  target,
  act: ({ as, target: { payload } }: Listing) => as.get('/key/list', { size: '100', ...textsOf(payload) }),
  returned: idsAt('keys[]'),
} as const;

const hashes = (keys: readonly { readonly hashed: string }[]) => keys.map(({ hashed }) => hashed).toSorted();
/** These of the three. */
const exactly = (...names: readonly ('a' | 'b' | 'c')[]) =>
  shows(({ target: three }: Listing) => hashes(names.map((name) => three[name])));
const those = (which: (key: ListedKey, stage: Listing) => boolean) =>
  shows((stage: Listing) => hashes(stage.target.all.filter((key) => which(key, stage))));
const nothing = exactly();

const inTeam =
  (query: Payload = {}) =>
  ({ target: { team } }: Acting<Three>) => ({ team_id: team.teamId, ...query });
const notThatTeam = refused(403, "not authorized to check this team's keys");
const notThatOrganization = refused(403, "not authorized to check this organization's keys");
const unknownStatus = refused(400, 'Invalid status value');

for (const scenario of payloads<Three>(list, {
  user_id: {
    sent: ({ world }) => ({ user_id: world.actors.owner.userId }),
    answer: those(({ userId }, { world }) => userId === world.actors.owner.userId),
  },
  team_id: { sent: inTeam(), answer: exactly('a', 'b', 'c') },
  'team_id and user_id': {
    sent: ({ target: { team }, world }) => ({ team_id: team.teamId, user_id: world.actors.owner.userId }),
    answer: exactly('a'),
  },
  organization_id: {
    sent: ({ world }) => ({ organization_id: world.organizations.b.organizationId }),
    answer: those(({ organizationId }, { world }) => organizationId === world.organizations.b.organizationId),
  },
  // What the key is in, and not what its team is in.
  'team_id and organization_id': {
    sent: ({ target: { team }, world }) => ({
      team_id: team.teamId,
      organization_id: world.organizations.a.organizationId,
    }),
    answer: exactly('a'),
  },
  key_hash: { sent: ({ target: { a } }) => ({ key_hash: a.hashed }), answer: exactly('a') },
  'key_hash of a cleartext key': { sent: ({ target: { a } }) => ({ key_hash: a.cleartext }), answer: nothing },
  key_alias: { sent: ({ target: { b } }) => ({ key_alias: b.alias }), answer: exactly('b') },
  'part of a key_alias': {
    sent: ({ scratch }) => ({ key_alias: scratch.prefix }),
    answer: {
      '<=1.87.0': those(({ alias }, { scratch }) => alias?.startsWith(scratch.prefix) === true),
      '>=1.106.0': nothing,
    },
  },
  'key_alias in capitals': {
    sent: ({ target: { b } }) => ({ key_alias: b.alias.toUpperCase() }),
    answer: { '<=1.87.0': exactly('b'), '>=1.106.0': nothing },
  },
  'status=active': {
    sent: inTeam({ status: 'active' }),
    answer: { '<=1.87.0': unknownStatus, '>=1.106.0': exactly('a') },
  },
  'status=expired': {
    sent: inTeam({ status: 'expired' }),
    answer: { '<=1.87.0': unknownStatus, '>=1.106.0': exactly('b') },
  },
  'status=revoked': {
    sent: inTeam({ status: 'revoked' }),
    answer: { '<=1.87.0': unknownStatus, '>=1.106.0': exactly('c') },
  },
  'status=rotated': { sent: inTeam({ status: 'rotated' }), answer: unknownStatus },
  // Two that 1.87.0 does not know, and does not mind.
  search: {
    sent: ({ scratch }) => ({ search: scratch.tag('B') }),
    answer: { '<=1.87.0': those(() => true), '>=1.106.0': exactly('b') },
  },
  'expires=expired': {
    sent: inTeam({ expires: 'expired' }),
    answer: { '<=1.87.0': exactly('a', 'b', 'c'), '>=1.106.0': exactly('b') },
  },

  'own team': {
    caller: 'internal_user',
    sent: ({ world }) => ({ team_id: world.teams.alpha.teamId }),
    answer: those(
      ({ userId, teamId }, { world, caller }) => userId === caller.userId && teamId === world.teams.alpha.teamId,
    ),
  },
  'team of another organization': {
    caller: 'internal_user',
    sent: ({ world }) => ({ team_id: world.teams.beta.teamId }),
    answer: notThatTeam,
  },
  'team that is not there': {
    caller: 'internal_user',
    sent: ({ scratch }) => ({ team_id: scratch.tag('ghost-team') }),
    answer: notThatTeam,
  },
  'own organization': {
    caller: 'internal_user',
    sent: ({ world }) => ({ organization_id: world.organizations.a.organizationId }),
    answer: those(
      ({ userId, organizationId }, { world, caller }) =>
        userId === caller.userId && organizationId === world.organizations.a.organizationId,
    ),
  },
  'another organization': {
    caller: 'internal_user',
    sent: ({ world }) => ({ organization_id: world.organizations.b.organizationId }),
    answer: notThatOrganization,
  },
  'key_alias of an own key': {
    caller: 'internal_user',
    sent: ({ target: { b } }) => ({ key_alias: b.alias }),
    answer: exactly('b'),
  },
  "key_alias of another user's key": {
    caller: 'internal_user',
    sent: ({ target: { a } }) => ({ key_alias: a.alias }),
    answer: nothing,
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// In the order of the answer.
const inOrder = (body: unknown) => {
  const keys: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'keys') : [];
  return Array.isArray(keys) ? keys.map(String) : [];
};
const sorted = (...names: readonly ('a' | 'b' | 'c')[]): Cell<Loaded<Three>> =>
  shows(({ target: three }: Listing) => names.map((name) => three[name].hashed));
const unsortable = refused(400, 'Invalid sort column');
const by = (column: string, answer: Cell<Loaded<Three>>, order = 'asc'): Record<string, PayloadCase<Three>> => ({
  [`sort_by=${column}&sort_order=${order}`]: { sent: inTeam({ sort_by: column, sort_order: order }), answer },
});

for (const scenario of payloads<Three>(
  { ...list, returned: inOrder },
  {
    ...by('spend', sorted('a', 'c', 'b')),
    ...by('spend', sorted('b', 'c', 'a'), 'desc'),
    ...by('max_budget', sorted('b', 'c', 'a')),
    ...by('created_at', sorted('c', 'b', 'a')),
    ...by('updated_at', sorted('a', 'b', 'c')),
    ...by('user_id', unsortable),
    ...by('expires', unsortable),
    ...by('SPEND', unsortable),
    ...by('spend', refused(400, 'Invalid sort order'), 'up'),
    'sort_by=spend': { sent: inTeam({ sort_by: 'spend' }), answer: sorted('b', 'c', 'a') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const aliases = {
  ...list,
  route: 'GET /key/aliases',
  act: ({ as, target: { payload } }: Listing) => as.get('/key/aliases', { size: '100', ...textsOf(payload) }),
  returned: idsAt('aliases[]'),
} as const;
const called = (...names: readonly ('a' | 'b' | 'c')[]) =>
  shows(({ target: three }: Listing) => names.map((name) => three[name].alias));

for (const scenario of payloads<Three>(aliases, {
  search: { sent: ({ scratch }) => ({ search: scratch.tag('A').toUpperCase() }), answer: called('a') },
  // It goes into ILIKE as it is: `_` stands for any character, `%` for any number of them.
  'search with a wildcard': { sent: ({ scratch }) => ({ search: `${scratch.prefix}_b` }), answer: called('b') },
  'search for nobody': { sent: ({ scratch }) => ({ search: scratch.tag('nobody') }), answer: called() },
  'search, second page': {
    sent: ({ scratch }) => ({ search: `${scratch.prefix}-_`, size: 2, page: 2 }),
    // Ordered by alias: a and b on the first, then c, and the first of all the others.
    answer: shows(({ target: { c }, scratch }: Listing) => [c.alias, scratch.tag('key')]),
  },
  "search of another user's key": {
    caller: 'internal_user',
    sent: ({ target: { a } }) => ({ search: a.alias }),
    answer: called(),
  },
  'search of an own key': {
    caller: 'internal_user',
    sent: ({ target: { b } }) => ({ search: b.alias }),
    answer: called('b'),
  },
  team_id: { sent: inTeam(), answer: called('a', 'b', 'c') },
  'team_id of a team that one is not in': { caller: 'internal_user', sent: inTeam(), answer: called('b') },
  'size=101': { sent: { size: 101 }, answer: refused(422, 'less than or equal to 100') },
  'page=0': { sent: { page: 0 }, answer: refused(422, 'greater than or equal to 1') },
}))
  test(scenario.title, scenario.details, scenario.run);

const info = {
  ...list,
  route: 'GET /key/info',
  caller: 'owner',
  act: ({ as, target: { payload } }: Listing) => as.get('/key/info', textsOf(payload)),
  returned: idsAt('info.key_alias'),
} as const;
const showsAlias = (alias: (stage: Listing) => string | null) => shows((stage: Listing) => [alias(stage)]);
const own = showsAlias(
  ({ target: { all }, caller }) => all.find(({ hashed }) => hashed === caller.hashed)?.alias ?? null,
);

for (const scenario of payloads<Three>(info, {
  // The key that asks.
  'no key': { sent: {}, answer: own },
  'key empty': { sent: { key: '' }, answer: own },
  'another own key by its hash': {
    sent: ({ target: { a } }) => ({ key: a.hashed }),
    answer: showsAlias(({ target: { a } }) => a.alias),
  },
  "another user's key by its hash": {
    sent: ({ target: { b } }) => ({ key: b.hashed }),
    answer: refused(403, "not allowed to access this key's info"),
  },
  'an own key by its alias': { sent: ({ target: { a } }) => ({ key: a.alias }), answer: refused(404, 'Key not found') },
}))
  test(scenario.title, scenario.details, scenario.run);
