import {
  allKeys,
  idsAt,
  inAnyOrder,
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
    await withRow({ agent_id: 'an-agent', access_group_ids: ['a-group', 'another-group'] })(stage, a);
    await withRow({ agent_id: 'another-agent', access_group_ids: ['another-group'] })(stage, b);
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
  'expires=active': {
    sent: inTeam({ expires: 'active' }),
    answer: { '<=1.87.0': exactly('a', 'b', 'c'), '>=1.106.0': exactly('a', 'c') },
  },
  'expires=EXPIRED': {
    sent: inTeam({ expires: 'EXPIRED' }),
    answer: { '<=1.87.0': exactly('a', 'b', 'c'), '>=1.106.0': refused(400, 'Invalid expires value') },
  },
  'expires=active&status=revoked': {
    sent: inTeam({ expires: 'active', status: 'revoked' }),
    answer: { '<=1.87.0': unknownStatus, '>=1.106.0': exactly('c') },
  },
  'search for a hash': {
    sent: ({ target: { c } }) => ({ search: c.hashed }),
    answer: { '<=1.87.0': those(() => true), '>=1.106.0': exactly('c') },
  },
  'expand=team': { sent: inTeam({ expand: 'team' }), answer: exactly('a', 'b', 'c') },
  agent_id: {
    sent: inTeam({ agent_id: 'an-agent' }),
    answer: { '<=1.87.0': exactly('a', 'b', 'c'), '>=1.106.0': exactly('a') },
  },
  'access_group_id of one': { sent: inTeam({ access_group_id: 'a-group' }), answer: exactly('a') },
  'access_group_id of two': { sent: inTeam({ access_group_id: 'another-group' }), answer: exactly('a', 'b') },
  'part of an access_group_id': { sent: inTeam({ access_group_id: 'group' }), answer: nothing },
  'project_id of a ghost': { sent: inTeam({ project_id: 'a-project' }), answer: nothing },

  // What 1.87.0 does for whoever has an admin's view, 1.106.0 does where it is asked to.
  'substring_matching, part of a key_alias': {
    sent: ({ scratch }) => ({ key_alias: scratch.tag('B').toUpperCase(), substring_matching: true }),
    answer: exactly('b'),
  },
  'substring_matching, part of a user_id': {
    sent: ({ world: { actors } }) => ({
      user_id: actors.internal_user.userId.slice(3).toUpperCase(),
      substring_matching: true,
    }),
    answer: those(({ userId }, { world: { actors } }) =>
      [actors.internal_user.userId, actors.internal_user_viewer.userId].some((id) => id === userId),
    ),
  },
  // An alias for everybody; whose keys are looked at stays the same.
  'substring_matching, part of a key_alias, by a user': {
    caller: 'internal_user',
    sent: ({ scratch }) => ({ key_alias: `${scratch.prefix}-`, substring_matching: true }),
    answer: {
      '<=1.87.0': nothing,
      '>=1.106.0': those(
        ({ alias, userId }, { scratch, caller }) =>
          userId === caller.userId && alias?.startsWith(scratch.prefix) === true,
      ),
    },
  },
  'substring_matching, part of the own user_id, by a user': {
    caller: 'internal_user',
    sent: ({ caller }) => ({ user_id: (caller.userId ?? '').slice(0, -1), substring_matching: true }),
    answer: refused(403, "not authorized to check another user's keys"),
  },
  // More than the database counts to: nobody has looked at the number before.
  'page beyond all numbers': {
    sent: { page: '9223372036854775807' },
    answer: refused(500, 'Authentication Error'),
  },
  // No text of the database holds it.
  'key_alias with a NUL': { sent: { key_alias: '\u0000' }, answer: refused(500, 'Authentication Error') },

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

// With whole users instead of their ids, and whole keys, whether one asks for those or not.
const expanded = {
  ...list,
  act: ({ as, target: { payload } }: Listing) =>
    as.get('/key/list', { size: '100', expand: 'user', ...textsOf(payload) }),
} as const;
const users = (...places: readonly string[]) => idsAt(...places.map((place) => `keys[].${place}`));
const ofOwnerAndUser = (last: (stage: Listing) => readonly (string | null)[]) =>
  shows((stage: Listing) => {
    const { target, world } = stage;
    const { owner, internal_user } = world.actors;
    return [
      ...hashes([target.a, target.b, target.c]),
      ...inAnyOrder([owner.userId, internal_user.userId, null]),
      ...last(stage),
    ];
  });

for (const scenario of payloads<Three>(
  { ...expanded, returned: users('token', 'user.user_id', 'created_by_user.user_id') },
  {
    'expand=user': {
      sent: inTeam(),
      answer: ofOwnerAndUser(({ world }) => inAnyOrder([world.actors.owner.userId, null, null])),
    },
    'expand=user, by a member of the team': {
      caller: 'internal_user',
      sent: ({ target: { b } }) => ({ key_alias: b.alias }),
      answer: shows(({ target: { b }, caller }: Listing) => [b.hashed, caller.userId, null]),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// A copy of a deleted key, whole: who deleted it, and whose it was.
interface Copy {
  readonly alias: string;
  readonly hashed: string;
}
// Of a copy's users none is shown: they are looked up where that is asked for, and the copies' model has no place for them.
const copyOf = (organizationId: (stage: Acting<Copy>) => string | null) =>
  shows((stage: Acting<Loaded<Copy>>) => {
    const { hashed, alias } = stage.target;
    const { owner, internal_user } = stage.world.actors;
    return [hashed, alias, owner.userId, organizationId(stage), internal_user.userId, hashed, null, null];
  });
const wholeCopy: Cell<Loaded<Copy>> = {
  // It calls the organization `org_id`, and has no value for that.
  '<=1.87.0': copyOf(() => null),
  '>=1.106.0': copyOf(({ world }) => world.organizations.a.organizationId),
};

for (const scenario of payloads<Copy>(
  {
    ...list,
    target: {
      what: 'copy of a deleted key',
      arrange: async ({ scratch, db, world: { actors, organizations } }) => {
        const { hashed, alias } = scratch.ghostKey();
        await db.query(
          `INSERT INTO "LiteLLM_DeletedVerificationToken"
            (id, token, key_alias, user_id, created_by, organization_id, deleted_by, deleted_by_api_key)
            VALUES ($1, $2, $1, $3, $4, $5, $4, $2)`,
          [alias, hashed, actors.owner.userId, actors.internal_user.userId, organizations.a.organizationId],
        );
        return { alias, hashed };
      },
    },
    act: ({ as, target: { alias, payload } }: Acting<Loaded<Copy>>) =>
      as.get('/key/list', { status: 'deleted', key_alias: alias, ...textsOf(payload) }),
    returned: users(
      ...['token', 'id', 'user_id', 'organization_id', 'deleted_by', 'deleted_by_api_key', 'user.user_id'],
      'created_by_user.user_id',
    ),
  },
  {
    'status=deleted&return_full_object=true': {
      sent: { return_full_object: true },
      answer: wholeCopy,
    },
    'status=deleted&expand=user': {
      sent: { expand: 'user' },
      answer: wholeCopy,
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// A member of a team that permits its members `/key/list` sees all keys in it, as an admin does; others those of nobody.
interface TeamKeys {
  readonly team: ScratchTeam;
  readonly mine: ScratchKey;
  readonly others: ScratchKey;
  readonly nobodys: ScratchKey;
}
const ofTeamWith = (...permissions: readonly string[]) => ({
  what: `keys in a team whose members are permitted ${permissions.join(', ') || 'nothing'}`,
  arrange: async ({ scratch, db, world: { actors } }: Stage): Promise<TeamKeys> => {
    const { internal_user: user, owner } = actors;
    const team = await scratch.team({ admins: [owner], users: [user], permissions });
    await db.query('UPDATE "LiteLLM_UserTable" SET teams = array_append(teams, $2) WHERE user_id = $1', [
      user.userId,
      team.teamId,
    ]);
    return {
      team,
      mine: await scratch.key({ team, user }),
      others: await scratch.key({ team, user: owner }),
      nobodys: await scratch.key({ team }),
    };
  },
});
const ofTeam = ({ target: { team } }: Acting<TeamKeys>) => ({ team_id: team.teamId, include_team_keys: true });
const theKeys = (...names: readonly ('mine' | 'others' | 'nobodys')[]) =>
  shows(({ target }: Acting<Loaded<TeamKeys>>) => hashes(names.map((name) => target[name])));
const listTeam = {
  ...list,
  caller: 'internal_user',
  act: ({ as, target: { payload } }: Acting<Loaded<TeamKeys>>) => as.get('/key/list', textsOf(payload)),
} as const;

for (const scenario of [
  ...payloads<TeamKeys>(
    { ...listTeam, target: ofTeamWith('/key/list') },
    {
      include_team_keys: { sent: ofTeam, answer: theKeys('mine', 'others', 'nobodys') },
      'no include_team_keys': { sent: ({ target: { team } }) => ({ team_id: team.teamId }), answer: theKeys('mine') },
      // Of somebody who is no member the permission says nothing.
      'include_team_keys, by another user': {
        caller: 'cross_org_user',
        sent: ofTeam,
        answer: refused(403, "not authorized to check this team's keys"),
      },
    },
  ),
  ...payloads<TeamKeys>(
    { ...listTeam, target: ofTeamWith('/key/info', '/key/update') },
    { include_team_keys: { sent: ofTeam, answer: theKeys('mine', 'nobodys') } },
  ),
])
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
  'page beyond all numbers': { sent: { page: '9223372036854775807' }, answer: refused(500, 'Authentication Error') },
  'search with a NUL': { sent: { search: '\u0000' }, answer: refused(500, 'Authentication Error') },
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

// Its user is looked up by id, whether or not there is one.
for (const scenario of payloads<ScratchKey>(
  {
    ...list,
    caller: 'internal_user',
    target: {
      what: 'key of a user who is not there',
      arrange: ({ scratch }) => scratch.key({ user: { userId: scratch.tag('ghost-user') } }),
    },
    act: ({ asOther, target }) => asOther(target).get('/key/list'),
  },
  { 'by itself': { sent: {}, answer: refused(403, "No 'user_id' is associated with your API key") } },
))
  test(scenario.title, scenario.details, scenario.run);
