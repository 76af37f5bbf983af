import {
  allKeys,
  each,
  every,
  extended,
  idsAt,
  inAnyOrder,
  keyTargets,
  matrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  scenario,
  shows,
  teamsKeys,
  inLargeParts,
  test,
  type Acting,
  type ListedKey,
  type ScratchKey,
  type Target,
  type TeamName,
} from '../../fixtures';

inLargeParts();

// What the parameters of GET /key/list show beyond the own keys, or of them. `validate_key_list_check` decides.
const noUser = refused(403, "No 'user_id' is associated with your API key");

type Listing = Acting<readonly ListedKey[]>;
const hashesOf = (keys: readonly ListedKey[]) => inAnyOrder(keys.map(({ hashed }) => hashed));

/** Of all keys those that are the caller's, and these. */
const ownAnd = (more: (key: ListedKey, stage: Listing) => boolean) =>
  shows((stage: Listing) =>
    hashesOf(stage.target.filter((key) => key.userId === stage.caller.userId || more(key, stage))),
  );
const own = ownAnd(() => false);
const all = shows(({ target }: Listing) => hashesOf(target));

// The teams that count are those in the list on the user's own row. Of them a member sees the keys of nobody, an admin
// all. Besides the keys of every kind there are two in Delta: one of a user, and one of nobody.
const withKeysInDelta = extended(allKeys, async ({ scratch, world }, keys) => [
  ...keys,
  await scratch.key({ team: world.teams.delta, user: world.actors.cross_org_user }),
  await scratch.key({ team: world.teams.delta }),
]);
const isIn = ({ teamId }: ListedKey, { world }: Listing, ...names: readonly TeamName[]) =>
  names.some((name) => world.teams[name].teamId === teamId);
const ofMemberOfAlpha = ownAnd((key, stage) => key.userId === null && isIn(key, stage, 'alpha', 'delta'));

for (const scenario of matrix('GET /key/list', withKeysInDelta, {
  variant: 'include_team_keys',
  act: ({ as }) => as.get('/key/list', { size: '100', include_team_keys: 'true' }),
  returned: idsAt('keys[]'),
  answers: {
    ...each(proxyAdmins, all),
    proxy_admin_viewer: all,
    // Teams of an organization that one administers do not count.
    ...each(orgAdmins, own),
    org_admin_member: own,
    team_admin: ownAnd((key, stage) => isIn(key, stage, 'alpha', 'delta')),
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: ownAnd((key, stage) => key.userId === null && isIn(key, stage, 'beta')),
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Whoever may not see the key's info is refused (`_can_user_query_key_info`). Whoever may is shown it only if it is an own one.
const notTheirs = refused(403, "not allowed to access this key's info");
// 1.87.0 looks at the key before it looks whether there is one.
const noSuchHash = {
  '<=1.87.0': refused(500, "'NoneType' object has no attribute 'user_id'"),
  '>=1.106.0': refused(403, 'Key Hash not found'),
} as const;
const nothing = shows(() => []);
const ofAll = { ...every(keyTargets, 200), ghost: nothing } as const;
const ofOwn = { ...every(keyTargets, notTheirs), own: 200, ownMadeByAdmin: 200, ghost: noSuchHash } as const;
const ofMate = { ...ofOwn, ofOwnerInAlpha: nothing } as const;

for (const scenario of matrix('GET /key/list', keyTargets, {
  variant: 'key_hash',
  act: ({ as, target }) => as.get('/key/list', { key_hash: target.hashed }),
  returned: idsAt('keys[]'),
  returns: ({ target }: Acting<ScratchKey>) => [target.hashed],
  answers: {
    ...each(proxyAdmins, ofAll),
    proxy_admin_viewer: ofAll,
    ...each(orgAdmins, ofOwn),
    org_admin_member: ofOwn,
    team_admin: ofMate,
    ...each(plainMembersOfAlpha, ofMate),
    owner: { ...ofMate, ofOwnerInAlpha: 200 },
    internal_user_viewer: ofMate,
    cross_org_user: { ...ofOwn, ofCrossOrgUserInBeta: 200, ofNobodyInBeta: nothing },
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

const ofOwner = shows(({ target, world }: Listing) =>
  hashesOf(target.filter(({ userId }) => userId === world.actors.owner.userId)),
);
const notThatUser = refused(403, "not authorized to check another user's keys");

for (const scenario of matrix('GET /key/list', allKeys, {
  variant: 'user_id of owner',
  act: ({ as, world }) => as.get('/key/list', { size: '100', user_id: world.actors.owner.userId }),
  returned: idsAt('keys[]'),
  answers: {
    ...each(proxyAdmins, ofOwner),
    // 1.87.0 asks for the user role proxy_admin, and here it means it.
    proxy_admin_viewer: { '<=1.87.0': notThatUser, '>=1.106.0': ofOwner },
    ...each(orgAdmins, notThatUser),
    org_admin_member: notThatUser,
    team_admin: notThatUser,
    ...each(plainMembersOfAlpha, notThatUser),
    owner: ofOwner,
    internal_user_viewer: notThatUser,
    cross_org_user: notThatUser,
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// The whole rows of the same keys, with their hashes, their spend and their budgets.
for (const scenario of matrix('GET /key/list', allKeys, {
  variant: 'return_full_object',
  act: ({ as }) => as.get('/key/list', { size: '100', return_full_object: 'true' }),
  returned: idsAt('keys[].token'),
  answers: {
    ...each(proxyAdmins, all),
    proxy_admin_viewer: all,
    ...each(orgAdmins, own),
    org_admin_member: own,
    team_admin: own,
    ...each(plainMembersOfAlpha, own),
    internal_user_viewer: own,
    cross_org_user: own,
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Keys of nobody that the caller has made: in Delta, in Beta, and in no team; and all others that there are.
const madeByCaller = {
  none: {
    what: '',
    arrange: async (stage) => {
      const { scratch, world, caller } = stage;
      const createdBy = { userId: caller.userId ?? 'nobody' };
      const made = {
        delta: await scratch.key({ createdBy, team: world.teams.delta }),
        beta: await scratch.key({ createdBy, team: world.teams.beta }),
        noTeam: await scratch.key({ createdBy }),
      };
      const keys = await allKeys.none.arrange(stage);
      return { made, keys };
    },
  },
} as const satisfies Record<string, Target<MadeByCaller>>;

interface MadeByCaller {
  readonly made: Readonly<Record<'delta' | 'beta' | 'noTeam', ScratchKey>>;
  readonly keys: readonly ListedKey[];
}

// What one made counts where it is in a team that one is in, or in none. A proxy admin is looked for in no team, and is not
// shown what it made in any. The parameter brings the keys of nobody along, of all the teams that one is in.
type Making = Acting<MadeByCaller>;
const madeAnd = (more: (key: ListedKey, stage: Making) => boolean) =>
  shows((stage: Making) =>
    hashesOf(
      stage.target.keys.filter(
        (key) =>
          key.userId === stage.caller.userId || key.hashed === stage.target.made.noTeam.hashed || more(key, stage),
      ),
    ),
  );
const madeInNoTeam = madeAnd(() => false);
const madeInAlphaToo = madeAnd(
  (key, { world }) =>
    key.userId === null && [world.teams.alpha.teamId, world.teams.delta.teamId].some((id) => id === key.teamId),
);

for (const scenario of matrix('GET /key/list', madeByCaller, {
  variant: 'include_created_by_keys',
  act: ({ as, caller }) =>
    as.get('/key/list', {
      size: '100',
      include_created_by_keys: 'true',
      ...(caller.userId === null ? {} : { user_id: caller.userId }),
    }),
  returned: idsAt('keys[]'),
  answers: {
    ...each(proxyAdmins, madeInNoTeam),
    proxy_admin: {
      // Who has an admin's view is answered with the keys of all users whose id contains the one that was asked for.
      '<=1.87.0': madeAnd((key, { world }) => key.userId === world.actors.proxy_admin_viewer.userId),
      '>=1.106.0': madeInNoTeam,
    },
    proxy_admin_viewer: madeInNoTeam,
    ...each(orgAdmins, madeInNoTeam),
    org_admin_member: madeInNoTeam,
    team_admin: madeInAlphaToo,
    ...each(plainMembersOfAlpha, madeInAlphaToo),
    internal_user_viewer: madeInAlphaToo,
    cross_org_user: madeAnd((key, { world }) => key.userId === null && key.teamId === world.teams.beta.teamId),
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Copies of deleted keys: the world's, and one of the caller's.
const archive = {
  none: {
    what: '',
    arrange: async ({ db, scratch, caller, world }) => {
      const own = `${scratch.prefix}-deleted`;
      await db.query('INSERT INTO "LiteLLM_DeletedVerificationToken" (id, token, user_id) VALUES ($1, $1, $2)', [
        own,
        caller.userId,
      ]);
      return { own, all: [own, world.keys.deleted_key.hashed] };
    },
  },
} as const satisfies Record<string, Target<{ readonly own: string; readonly all: readonly string[] }>>;

type Archive = Acting<{ readonly own: string; readonly all: readonly string[] }>;
const allDeleted = shows(({ target }: Archive) => inAnyOrder(target.all));
const ownDeleted = shows(({ target }: Archive) => [target.own]);

for (const scenario of matrix('GET /key/list', archive, {
  variant: 'status=deleted',
  act: ({ as }) => as.get('/key/list', { status: 'deleted' }),
  returned: idsAt('keys[]'),
  answers: {
    ...each(proxyAdmins, allDeleted),
    proxy_admin_viewer: allDeleted,
    ...each(orgAdmins, ownDeleted),
    org_admin_member: ownDeleted,
    team_admin: ownDeleted,
    ...each(plainMembersOfAlpha, ownDeleted),
    internal_user_viewer: ownDeleted,
    cross_org_user: ownDeleted,
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Pages, of which a scenario sees one and what is said of all: number of keys, of pages, and which this is.
interface Page {
  readonly keys?: readonly string[];
  readonly total_count?: number;
  readonly current_page?: number;
  readonly total_pages?: number;
}
for (const [query, shown, pages] of [
  [{ size: '2', page: '1', sort_by: 'key_alias', sort_order: 'asc' }, ['a', 'b'], ['3', '1', '2']],
  [{ size: '2', page: '2', sort_by: 'key_alias', sort_order: 'asc' }, ['c'], ['3', '2', '2']],
  [{ size: '2', page: '1', sort_by: 'key_alias', sort_order: 'desc' }, ['c', 'b'], ['3', '1', '2']],
  [{ size: '2', page: '3', sort_by: 'key_alias', sort_order: 'asc' }, [], ['3', '3', '2']],
  // The newest first.
  [{ size: '100' }, ['c', 'b', 'a'], ['3', '1', '1']],
] as const) {
  const each = scenario({
    family: 'matrix',
    route: 'GET /key/list',
    target: 'three keys of a team',
    variant: new URLSearchParams(query).toString(),
    caller: 'proxy_admin',
    arrange: async ({ scratch, db, world }) => {
      const team = await scratch.team({ organization: world.organizations.a });
      const keys = [];
      for (const [age, name] of ['a', 'b', 'c'].toReversed().entries()) {
        const key = await scratch.key({ team, alias: `${scratch.prefix}-${name}` });
        await db.query(
          `UPDATE "LiteLLM_VerificationToken" SET created_at = '2026-01-01'::timestamp - $2 * interval '1 day' WHERE token = $1`,
          [key.hashed, age],
        );
        keys.push([name, key.hashed] as const);
      }
      return { team, hashOf: new Map<string, string>(keys) };
    },
    act: ({ as, target }) => as.get('/key/list', { team_id: target.team.teamId, ...query }),
    expected: { status: 200 },
    returned: (body) => {
      const { keys = [], total_count, current_page, total_pages } = body as Page;
      return [...keys, ...[total_count, current_page, total_pages].map(String)];
    },
    returns: ({ target }) => [...shown.map((name) => target.hashOf.get(name) ?? null), ...pages],
  });
  test(each.title, each.details, each.run);
}

for (const [query, expected] of [
  [{ size: '101' }, refused(422, 'less than or equal to 100')],
  [{ page: '0' }, refused(422, 'greater than or equal to 1')],
  [{ status: 'unheard-of' }, refused(400, 'Invalid status value')],
  [{ sort_by: 'unheard-of' }, refused(400, 'Invalid sort column')],
] as const) {
  const each = scenario<undefined>({
    family: 'matrix',
    route: 'GET /key/list',
    target: '',
    variant: new URLSearchParams(query).toString(),
    caller: 'proxy_admin',
    arrange: () => undefined,
    act: ({ as }) => as.get('/key/list', query),
    expected,
  });
  test(each.title, each.details, each.run);
}
