import {
  asksForItself,
  auditedAs,
  expect,
  idsAt,
  inLargeParts,
  keyRow,
  madeKey,
  makesKey,
  payloads,
  refused,
  test,
  wrapped,
  type Acting,
  type Loaded,
} from '../../fixtures';

inLargeParts();

const table = {
  family: 'F7+',
  route: 'POST /key/generate',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  act: ({ as, scratch, target }: Acting<Loaded<object>>) =>
    as.post('/key/generate', { key_alias: scratch.tag('made'), ...target.payload }),
  uses: [asksForItself(madeKey)],
} as const;

const perModel = (limit: unknown, period: unknown = '1d') => ({
  model_max_budget: { 'a-model': { budget_limit: limit, time_period: period } },
});
const malformed = wrapped('Invalid model_max_budget');
const expired = refused(401, 'Expired Key');

for (const scenario of payloads<object>(table, {
  'key_alias that another key has': {
    sent: async ({ scratch }) => ({ key_alias: (await scratch.key()).alias }),
    answer: refused(400, 'Unique key aliases across all keys are required'),
  },
  'key_alias that another key has in small letters': {
    sent: async ({ scratch }) => ({ key_alias: (await scratch.key()).alias.toUpperCase() }),
    answer: makesKey(({ scratch }) => ({ key_alias: scratch.tag('key').toUpperCase() })),
  },
  'key_alias null': { sent: { key_alias: null }, answer: makesKey({ key_alias: null }) },

  model_max_budget: { sent: perModel(1), answer: makesKey(perModel(1)) },
  'model_max_budget with a number as text': { sent: perModel('1.5'), answer: makesKey(perModel('1.5')) },
  'model_max_budget with a period that is none': { sent: perModel(1, 'soon'), answer: makesKey(perModel(1, 'soon')) },
  'model_max_budget below zero': { sent: perModel(-1), answer: makesKey(perModel(-1)) },
  'model_max_budget empty': { sent: { model_max_budget: {} }, answer: makesKey() },
  'model_max_budget of a number': { sent: { model_max_budget: { 'a-model': 7 } }, answer: malformed },
  'model_max_budget of a text': { sent: { model_max_budget: { 'a-model': 'lots' } }, answer: malformed },
  'model_max_budget with a text that is no number': { sent: perModel('lots'), answer: malformed },
  'model_max_budget as a list': { sent: { model_max_budget: [] }, answer: refused(422, 'valid dictionary') },

  duration: { sent: { duration: '30d' }, answer: makesKey({ expires: '<time>' }) },
  'duration of nothing': {
    sent: { duration: '0s' },
    answer: makesKey({ expires: '<time>' }, [asksForItself(madeKey, expired)]),
  },
  'duration null': { sent: { duration: null }, answer: makesKey() },
  'duration below zero': { sent: { duration: '-1h' }, answer: wrapped('Invalid duration format') },
  // What takes a key's end away in /key/update is nothing here.
  'duration -1': { sent: { duration: '-1' }, answer: wrapped('Invalid duration format') },
  'duration that is none': { sent: { duration: 'soon' }, answer: wrapped('Invalid duration format') },
  budget_duration: {
    sent: { budget_duration: '30d', max_budget: 5 },
    answer: makesKey({ budget_duration: '30d', budget_reset_at: '<time>', max_budget: 5 }),
  },
  'budget_duration that is none': {
    sent: { budget_duration: 'soon' },
    answer: {
      // And taken for one that ends at midnight (`get_next_standardized_reset_time`).
      '<=1.87.0': makesKey({ budget_duration: 'soon', budget_reset_at: '<time>' })['<=1.87.0'],
      '>=1.106.0': refused(400, 'Invalid budget_duration'),
    },
  },

  'a key of its own': {
    sent: ({ scratch }) => ({ key: `sk-${scratch.tag('chosen')}` }),
    answer: makesKey(),
  },
  'a key of 15 characters': {
    sent: { key: 'sk-012345678901' },
    answer: { '<=1.87.0': makesKey()['<=1.87.0'], '>=1.106.0': refused(400, 'must be at least 16 characters long') },
  },
  'a key without sk-': {
    sent: ({ scratch }) => ({ key: scratch.tag('chosen') }),
    answer: refused(400, "must start with 'sk-'"),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// It is an upsert that updates nothing (`insert_data`): the answer and the audit row tell of a key that was made as asked
// for, and the one that has that cleartext is as it was.
for (const scenario of payloads<{ readonly cleartext: string; readonly hashed: string; readonly alias: string }>(
  {
    family: 'F7+',
    route: 'POST /key/generate',
    caller: 'proxy_admin',
    target: { what: 'key of owner', arrange: ({ scratch, world }) => scratch.key({ user: world.actors.owner }) },
    act: ({ as, scratch, target }) =>
      as.post('/key/generate', { key_alias: scratch.tag('made'), ...target.payload, key: target.cleartext }),
    returned: idsAt('key_alias'),
    returns: ({ scratch }) => [scratch.tag('made')],
    effects: ({ caller, target }) => [
      auditedAs('created', keyRow(target.hashed), caller, {
        after: expect.objectContaining({ max_budget: 7 }),
      }),
    ],
    uses: [
      {
        ...asksForItself(madeKey),
        returned: idsAt('info.key_alias', 'info.user_id'),
        returns: ({ target, world }) => [target.alias, world.actors.owner.userId],
      },
    ],
  },
  { 'a key that is there': { sent: { max_budget: 7 }, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);
