import {
  allowed,
  asksForItself,
  asStored,
  generateKey,
  heldKey,
  inLargeParts,
  keyChanged,
  keyMade,
  keyGenerated,
  keyUnchanged,
  keyUpdated,
  madeKey,
  payloads,
  refused,
  targetKey,
  test,
  updateKey,
  withHeld,
  type Acting,
  type Cell,
  type KeyToBe,
  type LimitedKey,
  type Loaded,
  type Target,
} from '../../fixtures';

inLargeParts();

const making = {
  family: 'F1',
  route: 'POST /key/generate',
  act: generateKey,
  effects: keyGenerated,
  uses: [asksForItself(madeKey)],
} as const;
const changing = {
  family: 'F1',
  route: 'POST /key/update',
  act: updateKey,
  effects: keyUpdated,
  uses: [asksForItself(targetKey)],
} as const;

const window = (maxBudget: number, duration = '1d') => ({ budget_duration: duration, max_budget: maxBudget });
const negative = refused(400, 'must be a non-negative finite number');
const malformed = {
  'a budget below nothing': { sent: { max_budget: -1 }, answer: negative },
  'a budget that is no number': { sent: { max_budget: 'all' }, answer: refused(422, 'valid number') },
  'a window without a budget': {
    sent: { budget_limits: [{ budget_duration: '1d' }] },
    answer: refused(422, 'Field required'),
  },
  'a window without a duration': {
    sent: { budget_limits: [{ max_budget: 1 }] },
    answer: refused(422, 'Field required'),
  },
  'windows that are no list': { sent: { budget_limits: window(1) }, answer: refused(422, 'valid list') },
} as const;
const sound = {
  'a budget': { sent: { max_budget: 5 }, answer: 200 },
  'a budget of nothing': { sent: { max_budget: 0 }, answer: 200 },
  'two windows': { sent: { budget_limits: [window(1), window(5, '7d')] }, answer: 200 },
  // `get_budget_reset_time` takes what it cannot read for a day.
  'a window of a duration that is none': { sent: { budget_limits: [window(1, 'while')] }, answer: 200 },
} as const;

const anywhere: Target<KeyToBe> = { what: '', arrange: () => ({ teamId: null, organizationId: null }) };
const ofNobody: Target<LimitedKey> = {
  what: 'key of nobody',
  arrange: async (stage) => withHeld(stage, await stage.scratch.key()),
};

// Of what a window's budget may be nothing is asked, unlike of `max_budget`. It is spent from the start; to ask who it is costs
// nothing, which 1.106.0 knows.
const spent = { '<=1.87.0': refused(429, 'Key over 1d budget'), '>=1.106.0': 200 } as const;
const belowNothing = { budget_limits: [window(-1)] };

for (const scenario of [
  ...payloads(
    { ...making, caller: 'proxy_admin', target: anywhere },
    {
      ...sound,
      ...malformed,
      'a soft budget below nothing': { sent: { soft_budget: -1 }, answer: negative },
      'a window below nothing': { sent: belowNothing, answer: allowed({ uses: [asksForItself(madeKey, spent)] }) },
    },
  ),
  ...payloads(
    { ...changing, caller: 'proxy_admin', target: ofNobody },
    {
      ...sound,
      ...malformed,
      'a window below nothing': { sent: belowNothing, answer: allowed({ uses: [asksForItself(targetKey, spent)] }) },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// ── Above one's own ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Whose key asks: another one than the caller's own of the world, as limits would be of it. */
interface Limited {
  readonly userId: string;
  readonly cleartext: string;
  readonly hashed: string;
}

const madeByLimited = keyMade<Loaded<Limited>>(
  ({ target }) => ({ by: target, userId: target.userId }),
  ({ target: { payload } }) => asStored(payload),
);
const generateAsLimited = ({ asOther, scratch, target }: Acting<Loaded<Limited>>) =>
  asOther(target).post('/key/generate', { key_alias: scratch.tag('made'), ...target.payload });
const overOwn = (budget: string) =>
  refused(400, `max_budget (${budget}) cannot exceed the caller's own max_budget (10.0)`);

const byKeyWithLimits: Target<Limited> = {
  what: 'asked by a key with a budget of 10, 5 tpm and 2 rpm',
  arrange: async ({ scratch, world: { actors } }) => ({
    ...(await scratch.key({
      user: actors.internal_user,
      columns: { max_budget: 10, tpm_limit: 5, rpm_limit: 2, max_parallel_requests: 1 },
    })),
    userId: actors.internal_user.userId,
  }),
};
/** A limit of the caller's that holds for no key that it makes. */
const above: Record<string, { readonly sent: Record<string, unknown>; readonly answer: Cell }> = {
  'tpm above the own': { sent: { tpm_limit: 6 }, answer: 200 },
  'rpm above the own': { sent: { rpm_limit: 3 }, answer: 200 },
  'parallel requests above the own': { sent: { max_parallel_requests: 2 }, answer: 200 },
};

for (const scenario of payloads(
  {
    family: 'F1',
    route: 'POST /key/generate',
    caller: 'internal_user',
    act: generateAsLimited,
    effects: madeByLimited,
    uses: [asksForItself(madeKey)],
    target: byKeyWithLimits,
  },
  {
    'a budget under the own': { sent: { max_budget: 9.5 }, answer: 200 },
    'the own budget': { sent: { max_budget: 10 }, answer: 200 },
    'a budget above the own': { sent: { max_budget: 10.5 }, answer: overOwn('10.5') },
    // Who names no budget gets a key without one: the ceiling is for what is asked for.
    'no budget': { sent: {}, answer: 200 },
    'no budget, in so many words': { sent: { max_budget: null }, answer: 200 },
    'a window under the own budget': { sent: { budget_limits: [window(10)] }, answer: 200 },
    'a window above the own budget': {
      sent: { budget_limits: [window(10), window(10.5, '7d')] },
      answer: {
        '<=1.87.0': 200,
        '>=1.106.0': refused(
          400,
          "budget_limits entry max_budget (10.5) cannot exceed the caller's own max_budget (10.0)",
        ),
      },
    },
    'a budget of a model above the own': {
      sent: { model_max_budget: { 'gpt-4': { budget_limit: 100, time_period: '1d' } } },
      answer: 200,
    },
    ...above,
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What a user may spend is asked when it is spent, not when a key is made.
for (const scenario of payloads(
  {
    family: 'F1',
    route: 'POST /key/generate',
    caller: 'internal_user',
    act: generateAsLimited,
    effects: madeByLimited,
    uses: [asksForItself(madeKey)],
    target: {
      what: 'asked by a user with a budget of 10, 5 tpm and 2 rpm',
      arrange: async ({ scratch, db }) => {
        const actor = await scratch.actor({ role: 'internal_user' });
        await db.query(
          `UPDATE "LiteLLM_UserTable" SET max_budget = 10, tpm_limit = 5, rpm_limit = 2, max_parallel_requests = 1
            WHERE user_id = $1`,
          [actor.userId],
        );
        return actor;
      },
    },
  },
  {
    'a budget above the own': { sent: { max_budget: 10.5 }, answer: 200 },
    'a window above the own budget': { sent: { budget_limits: [window(10.5)] }, answer: 200 },
    ...above,
  },
))
  test(scenario.title, scenario.details, scenario.run);

// A session of the UI has a budget of its own (`litellm.max_ui_session_budget`), however much its user may spend.
for (const scenario of payloads(
  {
    ...making,
    caller: 'user_session',
    target: anywhere,
    effects: keyMade<Loaded<KeyToBe>>(
      ({ caller }) => ({ by: caller, userId: caller.userId }),
      ({ target: { payload } }) => asStored(payload),
    ),
  },
  {
    'a budget under the session’s own': { sent: { max_budget: 0.2 }, answer: 200 },
    'a budget above the session’s own': {
      sent: { max_budget: 10 },
      answer: refused(400, "max_budget (10.0) cannot exceed the caller's own max_budget"),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// ── One's own key ────────────────────────────────────────────────────────────────────────────────────────────────────

const ownKey: Target<LimitedKey> = {
  what: 'own key with a budget of 10 in 30 days, 5 tpm and 2 rpm',
  arrange: async (stage) => {
    const { internal_user } = stage.world.actors;
    return heldKey(stage, {
      user: internal_user,
      createdBy: internal_user,
      columns: {
        max_budget: 10,
        spend: 9,
        budget_duration: '30d',
        budget_reset_at: new Date('2040-01-01T00:00:00Z'),
        tpm_limit: 5,
        rpm_limit: 2,
        budget_limits: JSON.stringify([{ ...window(1), reset_at: '2040-01-01T00:00:00+00:00' }]),
      },
    });
  },
};
const notTheirBudget = refused(403, 'can call /key/update (max_budget/spend)');
// Prisma does not take these in 1.87.0, where nobody asks whether they are allowed.
const notEven = { '<=1.87.0': refused(400, 'budget_limits'), '>=1.106.0': notTheirBudget } as const;
const notSince = { '<=1.87.0': 200, '>=1.106.0': notTheirBudget } as const;

for (const scenario of payloads(
  { ...changing, caller: 'internal_user', target: ownKey },
  {
    'a budget above': { sent: { max_budget: 11 }, answer: notTheirBudget },
    // Nor may it have less.
    'a budget under': { sent: { max_budget: 9 }, answer: notTheirBudget },
    'the same budget': { sent: { max_budget: 10 }, answer: 200 },
    'nothing spent': { sent: { spend: 0 }, answer: notTheirBudget },
    'the same spent': { sent: { spend: 9 }, answer: notSince },
    'a window above': { sent: { budget_limits: [window(100)] }, answer: notSince },
    'tpm above': { sent: { tpm_limit: 1000 }, answer: 200 },
    'rpm above': { sent: { rpm_limit: 1000 }, answer: 200 },
    'a budget of a model': {
      sent: { model_max_budget: { 'gpt-4': { budget_limit: 100, time_period: '1d' } } },
      answer: 200,
    },
    // `_is_budget_change` knows of none of these: with them an owner spends what it likes.
    'more for a time': {
      sent: { temp_budget_increase: 1000, temp_budget_expiry: '2040-01-01T00:00:00' },
      answer: 200,
    },
    // After which 1.87.0 cannot compare the times, and the key is of no use.
    'more for a time with a zone': {
      sent: { temp_budget_increase: 1000, temp_budget_expiry: '2040-01-01T00:00:00Z' },
      answer: allowed({
        uses: [
          asksForItself(targetKey, {
            '<=1.87.0': refused(401, "can't compare offset-naive and offset-aware datetimes"),
            '>=1.106.0': 200,
          }),
        ],
      }),
    },
    'more for a time without an end': {
      sent: { temp_budget_increase: 1000 },
      answer: refused(422, 'must be set together'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What is null is no change to `_validate_update_key_data`, but it is written. Nor does the audit row tell, which leaves out
// what is null.
for (const scenario of payloads(
  { ...changing, caller: 'internal_user', target: ownKey },
  {
    'no budget any more': { sent: { max_budget: null }, answer: 200 },
    'no tpm any more': { sent: { tpm_limit: null }, answer: 200 },
    'no rpm any more': { sent: { rpm_limit: null }, answer: 200 },
    'no windows any more': { sent: { budget_limits: null }, answer: notEven },
    'a list of no windows': { sent: { budget_limits: [] }, answer: notEven },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const durationChanged = (duration: string | null) =>
  keyChanged<Loaded<LimitedKey>>(
    () => ({ budget_duration: duration, budget_reset_at: duration === null ? null : '<time>' }),
    () => (duration === null ? {} : { budget_duration: duration }),
  );
for (const scenario of [
  ...payloads(
    { ...changing, caller: 'internal_user', target: ownKey, effects: durationChanged('1s') },
    { 'a budget that begins anew each second': { sent: { budget_duration: '1s' }, answer: 200 } },
  ),
  ...payloads(
    { ...changing, caller: 'internal_user', target: ownKey, effects: durationChanged('while') },
    {
      'a duration that is none': {
        sent: { budget_duration: 'while' },
        answer: { '<=1.87.0': 200, '>=1.106.0': refused(400, "Invalid budget_duration 'while'") },
      },
    },
  ),
  ...payloads(
    {
      ...changing,
      caller: 'internal_user',
      target: ownKey,
      // A duration of null is dropped there (`prepare_key_update_data`).
      effects: { '<=1.87.0': keyUnchanged['<=1.87.0'], '>=1.106.0': durationChanged(null)['>=1.106.0'] },
    },
    { 'a budget that never begins anew': { sent: { budget_duration: null }, answer: 200 } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
