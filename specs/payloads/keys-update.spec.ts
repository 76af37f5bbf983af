import {
  allowed,
  asksForItself,
  audited,
  changesKey,
  idsAt,
  inLargeParts,
  inserted,
  payloads,
  refused,
  roleGate,
  targetKey,
  test,
  updated,
  withRow,
  type Acting,
  type Effect,
  type Expected,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

type Changing = Loaded<ScratchKey>;

/** It names a variable that another callback has. */
const misconfigured = {
  callback_name: 'langfuse',
  callback_type: 'success',
  callback_vars: { langfuse_span_scope: 'llm' },
};

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

// ── A soft budget, which is another table's ──────────────────────────────────────────────────────────────────────────

/** 1.87.0 does not know what was sent; 1.106.0 changes these columns of the key, and what else is told. */
const sinceThen = (
  columns: Effect['columns'],
  more: (stage: Acting<Changing>) => readonly Effect[] = () => [],
  before: Effect['columns'] = {},
) => ({
  '<=1.87.0': changesKey<Changing>(before, undefined, () => ({}))['<=1.87.0'],
  '>=1.106.0': allowed<Changing>({
    effects: (stage) => [...(changesKey<Changing>(columns)['>=1.106.0'].effects?.(stage) ?? []), ...more(stage)],
  }),
});
const budgetRow = (id: string) => ({ table: 'LiteLLM_BudgetTable', id });
const softBudgetMade = ({ caller }: Acting<Changing>) => [
  inserted(budgetRow('<uuid>'), {
    budget_id: '<uuid>',
    soft_budget: 3,
    allowed_models: [],
    created_at: '<time>',
    created_by: caller.userId,
    updated_at: '<time>',
    updated_by: caller.userId,
  }),
];

for (const scenario of payloads<ScratchKey>(
  { ...table, target: { what: 'key', arrange: ({ scratch }) => scratch.key() } },
  {
    soft_budget: { sent: { soft_budget: 3 }, answer: sinceThen({ budget_id: [null, '<uuid>'] }, softBudgetMade) },
    'soft_budget null': { sent: { soft_budget: null }, answer: sinceThen({}) },
    'soft_budget below zero': {
      sent: { soft_budget: -1 },
      answer: { ...sinceThen({}), '>=1.106.0': refused(400, 'soft_budget must be a non-negative finite number') },
    },
    // The budget that was named is not the key's, though the answer to this is 200.
    'soft_budget, and a budget': {
      sent: async ({ scratch }) => ({ soft_budget: 3, budget_id: await scratch.budget({ maxBudget: 9 }) }),
      answer: ((named) => ({
        '<=1.87.0': changesKey<Changing>(
          ({ scratch }) => ({ budget_id: [null, scratch.tag('budget')] }),
          undefined,
          named,
        )['<=1.87.0'],
        '>=1.106.0': allowed<Changing>({
          effects: (stage) => [
            updated(stage.target.row, { budget_id: [null, '<uuid>'] }),
            audited(stage.target.row, stage.caller, { ...named(), soft_budget: 3 }),
            ...softBudgetMade(stage),
          ],
        }),
      }))(() => ({ budget_id: '<scratch>-budget' })),
    },
    'soft_budget by the admin in the UI': {
      sent: { soft_budget: 3 },
      caller: 'admin_session',
      answer: sinceThen({ budget_id: [null, '<uuid>'] }, softBudgetMade),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// It is written into the budget that the key has, whoever else has the same.
const withBudget = {
  what: 'key of a team, with the budget of its organization',
  arrange: async ({ scratch, world }: Stage) => {
    const organization = await scratch.org({ maxBudget: 9 });
    const team = await scratch.team({ organization, admins: [world.actors.team_admin] });
    return scratch.key({ team, columns: { budget_id: organization.budgetId } });
  },
};
const softBudgetSet =
  (after: number | null) =>
  ({ caller, scratch }: Acting<Changing>) => [
    updated(budgetRow(scratch.tag('org-budget')), {
      ...(after === null ? {} : { soft_budget: [null, after] }),
      updated_by: [scratch.tag(), caller.userId],
    }),
  ];
for (const scenario of payloads<ScratchKey>(
  { ...table, target: withBudget },
  {
    soft_budget: { sent: { soft_budget: 3 }, answer: sinceThen({}, softBudgetSet(3)) },
    'soft_budget of nothing': { sent: { soft_budget: 0 }, answer: sinceThen({}, softBudgetSet(0)) },
    'soft_budget null': { sent: { soft_budget: null }, answer: sinceThen({}, softBudgetSet(null)) },
    // Who administers a team changes a row that is the organization's: /budget/update is for proxy admins.
    'soft_budget, by the admin of the team': {
      sent: { soft_budget: 3 },
      caller: 'team_admin',
      answer: sinceThen({}, softBudgetSet(3)),
    },
    // Of the budget that it leaves, not of the one that it gets.
    'soft_budget, and another budget': {
      sent: async ({ scratch }) => ({ soft_budget: 3, budget_id: await scratch.budget({ maxBudget: 9 }) }),
      answer: {
        '<=1.87.0': allowed<Changing>({
          effects: ({ target, caller, scratch }) => [
            updated(target.row, { budget_id: [scratch.tag('org-budget'), scratch.tag('budget')] }),
            audited(target.row, caller, { budget_id: '<scratch>-budget' }, target.cleartext),
          ],
        }),
        '>=1.106.0': allowed<Changing>({
          effects: (stage) => [
            updated(stage.target.row, { budget_id: [stage.scratch.tag('org-budget'), stage.scratch.tag('budget')] }),
            audited(stage.target.row, stage.caller, { budget_id: '<scratch>-budget', soft_budget: 3 }),
            ...softBudgetSet(3)(stage),
          ],
        }),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// ── A key that is called by its alias ────────────────────────────────────────────────────────────────────────────────

const byAlias = {
  ...table,
  target: {
    what: 'key that is called by its alias',
    arrange: ({ scratch, world }: Stage) => scratch.key({ user: world.actors.owner, createdBy: world.actors.owner }),
  },
  act: ({ as, target }: Acting<Changing>) => as.post('/key/update', { key_alias: target.alias, ...target.payload }),
  returned: idsAt('key', 'key_alias'),
  returns: ({ target }: Acting<Changing>) => [target.hashed, target.alias],
} as const;
const keyRequired = refused(422, 'Field required');
const foundByAlias = (now: Expected<Changing>) => ({ '<=1.87.0': keyRequired, '>=1.106.0': now });
const raised = changesKey<Changing>({ max_budget: [null, 7] }, undefined, () => ({ max_budget: 7 }))['>=1.106.0'];

for (const scenario of payloads<ScratchKey>(byAlias, {
  max_budget: { sent: { max_budget: 7 }, answer: foundByAlias(raised) },
  'key null': {
    sent: { key: null, max_budget: 7 },
    answer: { '<=1.87.0': refused(422, 'Input should be a valid string'), '>=1.106.0': raised },
  },
  'max_parallel_requests, by its owner': {
    sent: { max_parallel_requests: 7 },
    caller: 'owner',
    answer: foundByAlias(changesKey<Changing>({ max_parallel_requests: [null, 7] })['>=1.106.0']),
  },
  'max_parallel_requests, by another user': {
    sent: { max_parallel_requests: 7 },
    caller: 'internal_user',
    answer: foundByAlias(refused(403, 'User can only create keys for themselves')),
  },
  'max_budget, by its owner': {
    sent: { max_budget: 7 },
    caller: 'owner',
    answer: foundByAlias(refused(403, 'can call /key/update (max_budget/spend)')),
  },
  // Whoever may ask is told whether an alias is there before it is asked whose it is.
  'key_alias of none, by a user': {
    sent: ({ scratch }) => ({ key_alias: scratch.tag('ghost') }),
    caller: 'internal_user',
    answer: foundByAlias(refused(404, "No key with key_alias='<scratch>-ghost'")),
  },
  'key_alias of none': {
    sent: ({ scratch }) => ({ key_alias: scratch.tag('ghost') }),
    answer: foundByAlias(refused(404, "No key with key_alias='<scratch>-ghost'")),
  },
  'key_alias that two keys have': {
    sent: async ({ scratch, target }) => {
      await scratch.key({ alias: target.alias });
      return { max_budget: 7 };
    },
    answer: foundByAlias(refused(400, "Multiple keys share key_alias='<scratch>-key'")),
  },
  'key_alias null': {
    sent: { key_alias: null },
    answer: foundByAlias(refused(422, 'either key or key_alias must be provided')),
  },
  'key empty': { sent: { key: '', max_budget: 7 }, answer: refused(404, 'Key not found.') },
}))
  test(scenario.title, scenario.details, scenario.run);

// ── What the metadata hold ───────────────────────────────────────────────────────────────────────────────────────────

const ofServiceAccount = {
  what: 'key of a service account',
  arrange: async ({ scratch, world }: Stage) =>
    scratch.key({
      team: await scratch.team({ admins: [world.actors.team_admin] }),
      metadata: { service_account_id: 'an-account', note: 'old' },
    }),
};
const renoted = changesKey<Changing>({
  metadata: [
    { service_account_id: 'an-account', note: 'old' },
    { service_account_id: 'an-account', note: 'new' },
  ],
});
const immutable = refused(400, 'service_account_id is immutable once set');
for (const scenario of payloads<ScratchKey>(
  { ...table, target: ofServiceAccount },
  {
    'metadata without its service_account_id': { sent: { metadata: { note: 'new' } }, answer: renoted },
    'metadata with its service_account_id': {
      sent: { metadata: { service_account_id: 'an-account', note: 'new' } },
      answer: renoted,
    },
    'metadata without its service_account_id, by the admin of the team': {
      sent: { metadata: { note: 'new' } },
      caller: 'team_admin',
      answer: renoted,
    },
    'metadata with another service_account_id': {
      sent: { metadata: { service_account_id: 'another' } },
      answer: immutable,
    },
    'metadata with no service_account_id': { sent: { metadata: { service_account_id: null } }, answer: immutable },
    'metadata null': { sent: { metadata: null }, answer: immutable },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const forCustomers = {
  what: 'own key with a budget for customers, and windows',
  arrange: async ({ scratch, world: { actors } }: Stage) =>
    scratch.key({
      user: actors.owner,
      createdBy: actors.owner,
      metadata: { end_user_budget_id: await scratch.budget({ maxBudget: 9 }) },
      columns: { budget_limits: JSON.stringify([window]) },
    }),
};
const window = { max_budget: 2, budget_duration: '30d' };
const windowsGone = (told: Readonly<Record<string, unknown>>) => ({
  '<=1.87.0': refused(400, 'data.budget_limits'),
  '>=1.106.0': changesKey<Changing>({ budget_limits: [[window], null] }, undefined, () => told)['>=1.106.0'],
});
/** The budget for customers is of this scratch, and becomes that. */
const customersGet =
  (after: (tag: (suffix: string) => string) => object) =>
  ({ scratch }: Acting<Changing>): Effect['columns'] => ({
    metadata: [{ end_user_budget_id: scratch.tag('budget') }, after((suffix) => scratch.tag(suffix))],
  });
const noSuchBudget = refused(400, 'end_user_budget_id=<scratch>-ghost does not match any budget');
const customersForAdmins = refused(403, 'Only proxy admins can set end_user_budget_id');
/** 1.87.0 does not know it as a field. */
const unknownBefore = (now: Expected<Changing>) => ({ ...sinceThen({}), '>=1.106.0': now });
const customersAreTold = (id: string, after: (tag: (suffix: string) => string) => object) =>
  unknownBefore(changesKey<Changing>(customersGet(after), undefined, () => ({ end_user_budget_id: id }))['>=1.106.0']);
const withoutCustomers = changesKey<Changing>(customersGet(() => ({ note: 'new' })));
const cannotRemove = refused(403, 'Non-admin users cannot remove the user_id from a key');

for (const scenario of payloads<ScratchKey>(
  { ...table, target: forCustomers },
  {
    'end_user_budget_id of another': {
      sent: async ({ scratch }) => ({ end_user_budget_id: await scratch.budget({}) }),
      answer: customersAreTold('<scratch>-budget-2', (tag) => ({ end_user_budget_id: tag('budget-2') })),
    },
    'end_user_budget_id of none': {
      sent: ({ scratch }) => ({ end_user_budget_id: scratch.tag('ghost') }),
      answer: unknownBefore(noSuchBudget),
    },
    // It stays, and says nothing.
    'end_user_budget_id empty': {
      sent: { end_user_budget_id: '' },
      answer: customersAreTold('', () => ({ end_user_budget_id: '' })),
    },
    'end_user_budget_id null': { sent: { end_user_budget_id: null }, answer: sinceThen({}) },
    'metadata with one of none': {
      sent: ({ scratch }) => ({ metadata: { end_user_budget_id: scratch.tag('ghost') } }),
      answer: {
        '<=1.87.0': changesKey<Changing>(
          customersGet((tag) => ({ end_user_budget_id: tag('ghost') })),
          undefined,
          () => ({ metadata: { end_user_budget_id: '<scratch>-ghost' } }),
        )['<=1.87.0'],
        '>=1.106.0': noSuchBudget,
      },
    },
    'metadata without it': { sent: { metadata: { note: 'new' } }, answer: withoutCustomers },
    'metadata without it, by its owner': {
      sent: { metadata: { note: 'new' } },
      caller: 'owner',
      answer: { ...withoutCustomers, '>=1.106.0': customersForAdmins },
    },
    'end_user_budget_id that it has, by its owner': {
      sent: ({ scratch }) => ({ end_user_budget_id: scratch.tag('budget') }),
      caller: 'owner',
      answer: unknownBefore(
        changesKey<Changing>({}, undefined, () => ({ end_user_budget_id: '<scratch>-budget' }))['>=1.106.0'],
      ),
    },
    'end_user_budget_id empty, by its owner': {
      sent: { end_user_budget_id: '' },
      caller: 'owner',
      answer: unknownBefore(customersForAdmins),
    },

    'user_id null, by its owner': { sent: { user_id: null }, caller: 'owner', answer: cannotRemove },
    'user_id empty, by its owner': { sent: { user_id: '' }, caller: 'owner', answer: cannotRemove },
    'user_id null': {
      sent: { user_id: null },
      answer: changesKey(({ world }) => ({ user_id: [world.actors.owner.userId, null] })),
    },
    // What cannot be kept in nothing is logged, and the request goes on to where it fails anyway.
    'metadata null, and tags': {
      sent: { metadata: null, tags: ['a-tag'] },
      answer: refused(400, 'A value is required but not set'),
    },
    'logging of a callback that does not know its variable': {
      sent: { metadata: { logging: [misconfigured] } },
      answer: {
        ...changesKey<Changing>(customersGet(() => ({ logging: [misconfigured] }))),
        '>=1.106.0': refused(400, 'langfuse_span_scope applies to the langfuse_otel callback only'),
      },
    },
    'budget_limits of none': { sent: { budget_limits: [] }, answer: windowsGone({ budget_limits: [] }) },
    'budget_limits null': { sent: { budget_limits: null }, answer: windowsGone({}) },
    'organization_id of none': {
      sent: ({ scratch }) => ({ organization_id: scratch.tag('ghost') }),
      answer: refused(400, "Organization doesn't exist in db"),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Nobody is behind a service account's key who could be a member of an organization.
for (const scenario of payloads<ScratchKey>(
  {
    ...table,
    caller: 'service_account_key_permitted',
    target: { what: 'key of its team', arrange: ({ scratch, world }) => scratch.key({ team: world.teams.epsilon }) },
  },
  {
    'another organization': {
      sent: ({ world }) => ({ organization_id: world.organizations.b.organizationId }),
      answer: { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'without a user_id on the caller') },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
