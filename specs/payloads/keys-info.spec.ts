import {
  idsAt,
  inLargeParts,
  payloads,
  rawPayloads,
  refused,
  severalKeys,
  shows,
  test,
  withRow,
  type Acting,
  type Cell,
  type Loaded,
  type ScratchKey,
  type SeveralKeys,
  type Stage,
} from '../../fixtures';

inLargeParts();

// What `specs/keys/info-v2.spec.ts` and `specs/keys/info.spec.ts` do not ask: keys by their aliases, what is told of budgets, and
// of keys that are gone.

type Asking = Acting<Loaded<SeveralKeys>>;

const infos = {
  family: 'F7+',
  route: 'POST /v2/key/info',
  caller: 'internal_user',
  act: ({ as, target: { payload } }: Acting<Loaded<unknown>>) => as.post('/v2/key/info', payload),
} as const;

const about = (...names: readonly (keyof SeveralKeys)[]) =>
  shows(({ target }: Asking) => names.map((name) => target[name].alias));
const neither = refused(422, "At least one of 'keys' or 'key_aliases' must be provided");

for (const scenario of payloads<SeveralKeys>(
  { ...infos, target: severalKeys, returned: idsAt('info[].key_alias') },
  {
    'key_aliases of two own keys': {
      sent: ({ target: { own, ownToo } }) => ({ key_aliases: [own.alias, ownToo.alias] }),
      answer: about('own', 'ownToo'),
    },
    'key_aliases of an own key, and of a ghost': {
      sent: ({ target: { own, ghost } }) => ({ key_aliases: [ghost.alias, own.alias] }),
      answer: about('own'),
    },
    "key_aliases of an own key, and of another user's": {
      sent: ({ target: { own, others } }) => ({ key_aliases: [own.alias, others.alias] }),
      answer: about('own'),
    },
    "key_aliases of an own key, and of another user's, by a proxy admin": {
      caller: 'proxy_admin',
      sent: ({ target: { own, others } }) => ({ key_aliases: [own.alias, others.alias] }),
      answer: about('own', 'others'),
    },
    'key_aliases of a ghost': { sent: ({ target: { ghost } }) => ({ key_aliases: [ghost.alias] }), answer: about() },
    'key_aliases of an own key in capitals': {
      sent: ({ target: { own } }) => ({ key_aliases: [own.alias.toUpperCase()] }),
      answer: about(),
    },
    // Both count, unlike for /key/delete.
    'keys and key_aliases': {
      sent: ({ target: { own, ownToo } }) => ({ keys: [own.cleartext], key_aliases: [ownToo.alias] }),
      answer: about('own', 'ownToo'),
    },
    // What is said twice is told once.
    'a key, its hash, and its alias': {
      sent: ({ target: { own } }) => ({ keys: [own.cleartext, own.hashed], key_aliases: [own.alias] }),
      answer: about('own'),
    },
    'keys by hash': { sent: ({ target: { own } }) => ({ keys: [own.hashed] }), answer: about('own') },
    'keys by alias': { sent: ({ target: { own } }) => ({ keys: [own.alias] }), answer: about() },
    neither: { sent: {}, answer: neither },
    'keys and key_aliases empty': { sent: { keys: [], key_aliases: [] }, answer: neither },
    'keys as a text': { sent: ({ target: { own } }) => ({ keys: own.cleartext }), answer: refused(422, 'valid list') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What was asked for is repeated; where there were aliases alone, nothing is.
for (const scenario of payloads<SeveralKeys>(
  { ...infos, target: severalKeys, returned: idsAt('key', 'key[]') },
  {
    'key_aliases, repeated': {
      sent: ({ target: { own } }) => ({ key_aliases: [own.alias] }),
      answer: shows(() => [null, null]),
    },
    'key_aliases of a ghost, repeated': {
      sent: ({ target: { ghost } }) => ({ key_aliases: [ghost.alias] }),
      answer: shows(() => [null, null]),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of rawPayloads(
  { route: 'POST /v2/key/info', caller: 'internal_user', target: { what: '', arrange: () => undefined } },
  {
    'no body': { sent: { contentType: null }, answer: refused(422, 'Malformed request. No keys passed in') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** What is told of the budgets of the first key. */
const budgetsTold =
  (place: (body: object) => unknown) =>
  (body: unknown): (string | null)[] => {
    const info = typeof body === 'object' && body !== null ? place(body) : undefined;
    if (typeof info !== 'object' || info === null) return [null];
    return [
      JSON.stringify(Reflect.get(info, 'model_max_budget_usage') ?? null),
      JSON.stringify(Reflect.get(info, 'budget_limits_usage') ?? null),
    ];
  };

/** A key that has spent 2 an hour ago, and 5 three days ago. */
const spender = {
  what: 'own key that has spent 2 an hour ago, and 5 three days ago',
  arrange: async ({ scratch, world, db }: Stage): Promise<ScratchKey> => {
    const key = await scratch.key({ user: world.actors.internal_user });
    for (const [spend, ago] of [
      [2, '1 hour'],
      [5, '3 days'],
    ] as const) {
      await db.query(
        `INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime")
          VALUES ($1, 'acompletion', $2, $3, now() AT TIME ZONE 'UTC' - $4::interval, now() AT TIME ZONE 'UTC')`,
        [scratch.tag(`spent-${spend}`), key.hashed, spend, ago],
      );
    }
    return key;
  },
};
const holding =
  (
    columns: (
      stage: Acting<ScratchKey>,
    ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>,
  ) =>
  async (stage: Acting<ScratchKey>) => {
    const values = await columns(stage);
    if (Object.keys(values).length > 0) await withRow(values)(stage, stage.target);
    return {};
  };
const perModel = JSON.stringify({ 'a-model': { budget_limit: 3, time_period: '1d' }, 'odd-model': 7 });
const usageOfModel = { 'a-model': { current_spend: 0, budget_limit: 3, time_period: '1d' } };
const window = (budget_duration: string, max_budget: unknown) => ({ budget_duration, max_budget });
const told = (model: unknown, windows: unknown): Cell<Loaded<ScratchKey>> => ({
  // It knows of neither.
  '<=1.87.0': shows(() => ['null', 'null']),
  '>=1.106.0': shows(() => [JSON.stringify(model), JSON.stringify(windows)]),
});

for (const { route, act, place } of [
  {
    route: 'POST /v2/key/info',
    act: ({ as, target }: Acting<ScratchKey>) => as.post('/v2/key/info', { keys: [target.cleartext] }),
    place: (body: object): unknown => {
      const infos: unknown = Reflect.get(body, 'info');
      return Array.isArray(infos) ? infos[0] : undefined;
    },
  },
  {
    route: 'GET /key/info',
    act: ({ as, target }: Acting<ScratchKey>) => as.get('/key/info', { key: target.cleartext }),
    place: (body: object): unknown => Reflect.get(body, 'info'),
  },
] as const)
  for (const scenario of payloads<ScratchKey>(
    { family: 'F1', caller: 'internal_user', route, act, target: spender, returned: budgetsTold(place) },
    {
      'no budgets': { sent: holding(() => ({})), answer: told(null, null) },
      // What is no budget is left out.
      model_max_budget: { sent: holding(() => ({ model_max_budget: perModel })), answer: told(usageOfModel, null) },
      'model_max_budget of its budget': {
        sent: holding(async ({ scratch }) => ({
          budget_id: await scratch.budget({ columns: { model_max_budget: perModel } }),
        })),
        answer: told(usageOfModel, null),
      },
      // Of what is logged that which falls into the window.
      budget_limits: {
        sent: holding(() => ({ budget_limits: JSON.stringify([window('1d', 3), window('30d', 20)]) })),
        answer: told(null, { '1d': { current_spend: 2 }, '30d': { current_spend: 7 } }),
      },
      // What is logged is read again only for a window that has a limit.
      'budget_limits without a limit, without a time, and with a text as limit': {
        sent: holding(() => ({
          budget_limits: JSON.stringify([window('1d', null), { max_budget: 3 }, window('1h', 'lots')]),
        })),
        answer: told(null, { '1d': { current_spend: 0 }, '1h': { current_spend: 0 } }),
      },
      'budget_limits empty': { sent: holding(() => ({ budget_limits: '[]' })), answer: told(null, null) },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

// 1.106.0 looks among the copies of deleted keys for what is no key any more.
const gone = {
  what: 'own deleted key of two copies',
  arrange: async ({ scratch, db, world: { actors } }: Stage): Promise<ScratchKey> => {
    const key = scratch.ghostKey();
    for (const [name, when] of [
      ['older', '2026-01-01'],
      ['newer', '2026-01-02'],
    ]) {
      await db.query(
        `INSERT INTO "LiteLLM_DeletedVerificationToken" (id, token, key_alias, user_id, deleted_at, deleted_by)
          VALUES ($1, $2, $1, $3, $4, $5)`,
        [scratch.tag(name), key.hashed, actors.internal_user.userId, when, actors.owner.userId],
      );
    }
    return key;
  },
};
const newerCopy: Cell<Loaded<ScratchKey>> = {
  '<=1.87.0': refused(404, 'Key not found in database'),
  '>=1.106.0': shows(({ scratch, world: { actors } }) => [
    scratch.tag('newer'),
    actors.internal_user.userId,
    'deleted',
    actors.owner.userId,
    null,
  ]),
};

for (const scenario of payloads<ScratchKey>(
  {
    family: 'F7+',
    route: 'GET /key/info',
    caller: 'internal_user',
    target: gone,
    act: ({ as, target: { payload } }: Acting<Loaded<ScratchKey>>) => as.get('/key/info', { key: String(payload.key) }),
    returned: idsAt('info.key_alias', 'info.user_id', 'info.status', 'info.deleted_by', 'info.token'),
  },
  {
    'by its hash': { sent: ({ target: { hashed } }) => ({ key: hashed }), answer: newerCopy },
    'by its cleartext': { sent: ({ target: { cleartext } }) => ({ key: cleartext }), answer: newerCopy },
    'by its hash, by a proxy admin': {
      caller: 'proxy_admin',
      sent: ({ target: { hashed } }) => ({ key: hashed }),
      answer: newerCopy,
    },
    'by its hash, by another user': {
      caller: 'cross_org_user',
      sent: ({ target: { hashed } }) => ({ key: hashed }),
      answer: {
        '<=1.87.0': refused(404, 'Key not found in database'),
        '>=1.106.0': refused(403, "not allowed to access this key's info"),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<ScratchKey>(
  { ...infos, target: gone, returned: idsAt('info[].key_alias') },
  { 'by its hash': { sent: ({ target: { hashed } }) => ({ keys: [hashed] }), answer: shows(() => []) } },
))
  test(scenario.title, scenario.details, scenario.run);
