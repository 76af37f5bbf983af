import {
  asksForItself,
  changesKey,
  inLargeParts,
  payloads,
  refused,
  targetKey,
  test,
  withRow,
  type Acting,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

const table = {
  family: 'F7+',
  route: 'POST /key/update',
  caller: 'proxy_admin',
  target: {
    what: 'key that expires, with a budget that starts anew',
    arrange: async (stage: Stage) =>
      withRow({ expires: '2099-01-01', max_budget: 5, budget_duration: '1d', budget_reset_at: '2099-01-01' })(
        stage,
        await stage.scratch.key({ user: stage.world.actors.owner }),
      ),
  },
  act: ({ as, target }: Acting<Loaded<ScratchKey>>) =>
    as.post('/key/update', { key: target.cleartext, ...target.payload }),
  uses: [asksForItself<Loaded<ScratchKey>>(targetKey)],
} as const;

const perModel = (limit: unknown) => ({ model_max_budget: { 'a-model': { budget_limit: limit, time_period: '1d' } } });
// Whatever is wrong is told as if it were the caller.
const malformed = refused(400, 'Invalid model_max_budget');
const expired = [asksForItself<Loaded<ScratchKey>>(targetKey, refused(401, 'Expired Key'))];
const endless = changesKey<Loaded<ScratchKey>>({ expires: ['<time>', null] });

for (const scenario of payloads<ScratchKey>(table, {
  nothing: { sent: {}, answer: changesKey() },

  key_alias: {
    sent: ({ scratch }) => ({ key_alias: scratch.tag('other') }),
    answer: changesKey(({ scratch, target }) => ({ key_alias: [target.alias, scratch.tag('other')] })),
  },
  'key_alias that another key has': {
    sent: async ({ scratch }) => ({ key_alias: (await scratch.key()).alias }),
    answer: refused(400, 'Unique key aliases across all keys are required'),
  },
  // The UI sends it along with whatever is changed.
  'key_alias that it has': { sent: ({ target }) => ({ key_alias: target.alias }), answer: changesKey() },
  'key_alias null': {
    sent: { key_alias: null },
    answer: changesKey(({ target }) => ({ key_alias: [target.alias, null] })),
  },

  model_max_budget: {
    sent: perModel(1),
    answer: changesKey({ model_max_budget: [{}, perModel(1).model_max_budget] }),
  },
  'model_max_budget of a number': { sent: { model_max_budget: { 'a-model': 7 } }, answer: malformed },
  'model_max_budget of a text': { sent: { model_max_budget: { 'a-model': 'lots' } }, answer: malformed },
  'model_max_budget with a text that is no number': { sent: perModel('lots'), answer: malformed },

  duration: { sent: { duration: '30d' }, answer: changesKey({ expires: ['<time>', '<time>'] }) },
  'duration of nothing': {
    sent: { duration: '0s' },
    answer: changesKey({ expires: ['<time>', '<time>'] }, expired),
  },
  'duration null': { sent: { duration: null }, answer: endless },
  'duration -1': { sent: { duration: '-1' }, answer: endless },
  'duration empty': { sent: { duration: '' }, answer: changesKey() },
  'duration that is none': { sent: { duration: 'soon' }, answer: refused(400, 'Invalid duration format') },
  budget_duration: {
    sent: { budget_duration: '30d' },
    answer: changesKey({ budget_duration: ['1d', '30d'], budget_reset_at: ['<time>', '<time>'] }),
  },
  'budget_duration null': {
    sent: { budget_duration: null },
    answer: {
      '<=1.87.0': changesKey<Loaded<ScratchKey>>()['<=1.87.0'],
      '>=1.106.0': changesKey<Loaded<ScratchKey>>({
        budget_duration: ['1d', null],
        budget_reset_at: ['<time>', null],
      })['>=1.106.0'],
    },
  },
  'budget_duration that is none': {
    sent: { budget_duration: 'soon' },
    answer: {
      '<=1.87.0': changesKey<Loaded<ScratchKey>>({
        budget_duration: ['1d', 'soon'],
        budget_reset_at: ['<time>', '<time>'],
      })['<=1.87.0'],
      '>=1.106.0': refused(400, 'Invalid budget_duration'),
    },
  },
}))
  test(scenario.title, scenario.details, scenario.run);
