import {
  asksForItself,
  idsAt,
  inLargeParts,
  keyTargets,
  payloads,
  refused,
  shows,
  targetKey,
  test,
  updated,
  withRow,
  allowed,
  type Acting,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

const table = {
  family: 'F7+',
  route: 'POST /key/{key:path}/reset_spend',
  caller: 'proxy_admin',
  // By its hash: a path is not the place for a secret.
  act: ({ as, target }: Acting<Loaded<ScratchKey>>) => as.post(`/key/${target.hashed}/reset_spend`, target.payload),
  returned: idsAt('key_hash'),
  returns: ({ target }: Acting<Loaded<ScratchKey>>) => [target.hashed],
  uses: [asksForItself<Loaded<ScratchKey>>(targetKey)],
} as const;
const spent = {
  what: 'key that has spent 10 of 8',
  arrange: async (stage: Stage) =>
    withRow({ spend: 10, max_budget: 8 })(stage, await stage.scratch.key({ user: stage.world.actors.owner })),
};

const setTo = (spend: number) =>
  allowed<Loaded<ScratchKey>>({ effects: ({ target }) => [updated(target.row, { spend: [10, spend] })] });
const aboveItsBudget = refused(400, 'must be <= budget (8.0)');
const aboveItsSpend = refused(400, 'must be <= current spend (10.0)');

for (const scenario of [
  ...payloads<ScratchKey>(
    { ...table, target: spent },
    {
      'to 0': { sent: { reset_to: 0 }, answer: setTo(0) },
      'to its budget': { sent: { reset_to: 8 }, answer: setTo(8) },
      'to above its budget': { sent: { reset_to: 8.5 }, answer: aboveItsBudget },
      'to what it has spent, above its budget': { sent: { reset_to: 10 }, answer: aboveItsBudget },
      'to more than it has spent': { sent: { reset_to: 10.5 }, answer: aboveItsSpend },
      'to below zero': { sent: { reset_to: -1 }, answer: refused(400, 'reset_to must be >= 0') },
      // Pydantic makes numbers of texts, and of these texts numbers that are none.
      'to a number as text': { sent: { reset_to: '3' }, answer: setTo(3) },
      // Nothing is more or less than it: it passes every bound, and it is the database client that does not know it.
      'to NaN as text': { sent: { reset_to: 'NaN' }, answer: refused(500, 'Unable to match input value') },
      'to Infinity as text': { sent: { reset_to: 'Infinity' }, answer: aboveItsSpend },
      'to a text that is no number': { sent: { reset_to: 'lots' }, answer: refused(422, 'valid number') },
      'to true': {
        sent: { reset_to: true },
        // As the number that Python takes it for.
        answer: { '<=1.87.0': setTo(1), '>=1.106.0': refused(422, 'must be a number, not a boolean') },
      },
      'to null': { sent: { reset_to: null }, answer: refused(422, 'valid number') },
      'to nothing': { sent: {}, answer: refused(422, 'Field required') },
      'to 0, by its owner': {
        sent: { reset_to: 0 },
        caller: 'owner',
        answer: refused(403, 'must be a proxy admin or team admin to reset key spend'),
      },
    },
  ),
  ...payloads<ScratchKey>(
    { ...table, target: keyTargets.ghost },
    {
      'to 0': { sent: { reset_to: 0 }, answer: refused(404, 'not found') },
      // What it is asked for comes first.
      'to a text that is no number': { sent: { reset_to: 'lots' }, answer: refused(422, 'valid number') },
    },
  ),
  ...payloads<ScratchKey>(
    {
      ...table,
      target: spent,
      act: ({ as, target }) => as.post(`/key/${target.cleartext}/reset_spend`, target.payload),
    },
    { 'to 0, by its cleartext': { sent: { reset_to: 0 }, answer: setTo(0) } },
  ),
  ...payloads<ScratchKey>(
    {
      ...table,
      target: spent,
      act: ({ as, target }) => as.post(`/key/${target.alias}/reset_spend`, target.payload),
    },
    { 'to 0, by its alias': { sent: { reset_to: 0 }, answer: refused(404, 'not found') } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// The lower one counts of its own budget and that of the row that it names.
for (const [own, named, bound] of [
  [null, 6, 6],
  [8, 6, 6],
  [4, 6, 4],
  [4, null, 4],
] as const)
  for (const scenario of payloads<ScratchKey>(
    {
      ...table,
      target: {
        what: `key that has spent 10, with a budget of ${own ?? 'nothing'}, and a budget row of ${named ?? 'nothing'}`,
        arrange: async (stage: Stage) => {
          const budget_id = await stage.scratch.budget(named === null ? {} : { maxBudget: named });
          return withRow({ spend: 10, max_budget: own, budget_id })(stage, await stage.scratch.key());
        },
      },
    },
    {
      [`to ${bound}`]: { sent: { reset_to: bound }, answer: setTo(bound) },
      [`to above ${bound}`]: {
        sent: { reset_to: bound + 0.5 },
        answer: refused(400, `must be <= budget (${bound}.0)`),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

// Of numbers as well: what it was, is, and may become.
const numbersTold = (body: unknown): (string | null)[] => {
  if (typeof body !== 'object' || body === null) return [null];
  return ['spend', 'previous_spend', 'max_budget', 'budget_reset_at'].map((name) => String(Reflect.get(body, name)));
};
for (const scenario of payloads<ScratchKey>(
  { ...table, target: spent, returned: numbersTold, returns: () => ['8', '10', '8', 'null'] },
  { 'to its budget, as told': { sent: { reset_to: 8 }, answer: setTo(8) } },
))
  test(scenario.title, scenario.details, scenario.run);

// 1.106.0 begins the windows of its budget anew as well, from that moment on: what was spent before is in none of them.
const windows = [
  { max_budget: 3, budget_duration: '1d', reset_at: '2099-01-01T00:00:00+00:00' },
  { max_budget: 20, budget_duration: '30d' },
  { max_budget: 30 },
];
const begunAnew = [
  { max_budget: 3, budget_duration: '1d', reset_at: '<time>' },
  { max_budget: 20, budget_duration: '30d', reset_at: '<time>' },
  { max_budget: 30 },
];
const spendTold = (body: unknown): (string | null)[] => {
  const info: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'info') : undefined;
  if (typeof info !== 'object' || info === null) return [null];
  return [JSON.stringify(Reflect.get(info, 'budget_limits_usage') ?? null)];
};
const withWindows = {
  what: 'key with windows that has spent 2',
  arrange: async (stage: Stage) => {
    const { scratch, db } = stage;
    const key = await scratch.key();
    await db.query(
      `INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime")
        VALUES ($1, 'acompletion', $2, 2, now() AT TIME ZONE 'UTC' - interval '1 hour', now() AT TIME ZONE 'UTC')`,
      [scratch.tag('spent'), key.hashed],
    );
    return withRow({ spend: 2, budget_limits: JSON.stringify(windows) })(stage, key);
  },
};

for (const scenario of payloads<ScratchKey>(
  {
    ...table,
    target: withWindows,
    uses: [
      {
        name: 'what it has spent in its windows',
        act: ({ as, target }) => as.get('/key/info', { key: target.hashed }),
        expected: {
          '<=1.87.0': shows(() => ['null']),
          '>=1.106.0': shows(() => [JSON.stringify({ '1d': { current_spend: 0 }, '30d': { current_spend: 0 } })]),
        },
        returned: spendTold,
      },
    ],
  },
  {
    'to 1': {
      sent: { reset_to: 1 },
      answer: {
        '<=1.87.0': allowed({ effects: ({ target }) => [updated(target.row, { spend: [2, 1] })] }),
        '>=1.106.0': allowed({
          effects: ({ target }) => [
            updated(target.row, { spend: [2, 1] }),
            updated(target.row, { budget_limits: [windows, begunAnew] }),
          ],
        }),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
