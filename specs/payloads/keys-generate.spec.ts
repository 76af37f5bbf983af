import {
  allowed,
  asksFor,
  asksForItself,
  auditedAs,
  byHalves,
  expect,
  idsAt,
  inLargeParts,
  keyRow,
  madeKey,
  makesKey,
  payloads,
  refused,
  roleGate,
  test,
  wrapped,
  type Acting,
  type Expected,
  type Loaded,
  type Payload,
  type Stage,
} from '../../fixtures';

inLargeParts();

type Making = Loaded<object>;

/** It names a variable that another callback has. */
const misconfigured = {
  callback_name: 'langfuse',
  callback_type: 'success',
  callback_vars: { langfuse_span_scope: 'llm' },
};

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
const window = (max_budget: number) => ({ max_budget, budget_duration: '1d' });
/** It may ask models, and not for itself. */
const models = [
  asksFor<Making>(madeKey, '/v1/models'),
  asksForItself<Making>(madeKey, refused(403, "Only allowed to call routes: ['llm_api_routes']")),
];
const ofNoType = allowed<Making>({
  effects: (stage) =>
    (makesKey<Making>()['>=1.106.0'].effects?.(stage) ?? []).map(
      ({ columns: { key_type: _, ...columns }, ...effect }) => ({
        ...effect,
        columns,
      }),
    ),
});
const noSuchBudget = refused(400, 'end_user_budget_id=<scratch>-ghost does not match any budget');
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

  budget_limits: {
    sent: { budget_limits: [window(2)] },
    answer: makesKey({ budget_limits: [{ ...window(2), reset_at: '<time>' }] }),
  },
  'budget_limits of none': { sent: { budget_limits: [] }, answer: makesKey() },

  key_type: {
    sent: { key_type: 'llm_api' },
    answer: byHalves<Expected<Making>>(
      makesKey({ allowed_routes: ['llm_api_routes'] }, models),
      makesKey({ allowed_routes: ['llm_api_routes'], key_type: 'llm_api' }, models),
    ),
  },
  'key_type null': {
    sent: { key_type: null },
    answer: byHalves<Expected<Making>>(makesKey(), ofNoType),
  },
  // What the type stands for is what counts.
  'key_type and allowed_routes': {
    sent: { key_type: 'llm_api', allowed_routes: ['/key/info'] },
    answer: byHalves<Expected<Making>>(
      makesKey({ allowed_routes: ['llm_api_routes'] }, models),
      makesKey({ allowed_routes: ['llm_api_routes'], key_type: 'llm_api' }, models),
    ),
  },
  'key_type read_only, by a user': {
    sent: { key_type: 'read_only' },
    caller: 'internal_user',
    answer: byHalves<Expected<Making>>(
      makesKey(({ caller }) => ({ user_id: caller.userId, allowed_routes: ['info_routes'] })),
      makesKey(({ caller }) => ({ user_id: caller.userId, allowed_routes: ['info_routes'], key_type: 'read_only' })),
    ),
  },
  'key_type llm_api, by a user': {
    sent: { key_type: 'llm_api' },
    caller: 'internal_user',
    answer: byHalves<Expected<Making>>(
      makesKey(({ caller }) => ({ user_id: caller.userId, allowed_routes: ['llm_api_routes'] }), models),
      makesKey(
        ({ caller }) => ({ user_id: caller.userId, allowed_routes: ['llm_api_routes'], key_type: 'llm_api' }),
        models,
      ),
    ),
  },

  'tags null': { sent: { tags: null }, answer: makesKey() },
  'metadata null, and tags': {
    sent: { metadata: null, tags: ['a-tag'] },
    answer: makesKey({ metadata: { tags: ['a-tag'] } }),
  },
  'logging of a callback that does not know its variable': {
    sent: { metadata: { logging: [misconfigured] } },
    answer: byHalves<Expected<Making>>(
      makesKey({ metadata: { logging: [misconfigured] } }),
      refused(400, 'langfuse_span_scope applies to the langfuse_otel callback only'),
    ),
  },
  'service_account_id without a team': {
    sent: { metadata: { service_account_id: 'an-account' } },
    answer: refused(400, 'team_id is required for service account keys'),
  },

  // 1.87.0 does not know it as a field.
  end_user_budget_id: {
    sent: async ({ scratch }) => ({ end_user_budget_id: await scratch.budget({ maxBudget: 9 }) }),
    answer: byHalves<Expected<Making>>(
      makesKey(),
      makesKey(({ scratch }) => ({ metadata: { end_user_budget_id: scratch.tag('budget') } })),
    ),
  },
  'end_user_budget_id of none': {
    sent: ({ scratch }) => ({ end_user_budget_id: scratch.tag('ghost') }),
    answer: byHalves<Expected<Making>>(makesKey(), noSuchBudget),
  },
  'end_user_budget_id empty': {
    sent: { end_user_budget_id: '' },
    answer: byHalves<Expected<Making>>(makesKey(), makesKey({ metadata: { end_user_budget_id: '' } })),
  },
  // There is nothing that it would take away.
  'end_user_budget_id empty, by a user': {
    sent: { end_user_budget_id: '' },
    caller: 'internal_user',
    answer: byHalves<Expected<Making>>(
      makesKey(({ caller }) => ({ user_id: caller.userId })),
      makesKey(({ caller }) => ({ user_id: caller.userId, metadata: { end_user_budget_id: '' } })),
    ),
  },
  'metadata with an end_user_budget_id of none': {
    sent: ({ scratch }) => ({ metadata: { end_user_budget_id: scratch.tag('ghost') } }),
    answer: byHalves<Expected<Making>>(
      makesKey(({ scratch }) => ({ metadata: { end_user_budget_id: scratch.tag('ghost') } })),
      noSuchBudget,
    ),
  },

  'organization_id of none': {
    sent: ({ scratch }) => ({ organization_id: scratch.tag('ghost') }),
    answer: refused(500, "Organization doesn't exist in db"),
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
  // Of what was meant to be a secret eight characters are told at most, and of a short one none.
  'a key of nine characters without sk-': {
    sent: { key: 'abcdefghi' },
    answer: refused(400, "must start with 'sk-'. Received: abcd****fghi"),
  },
  'a key of eight characters without sk-': {
    sent: { key: 'abcdefgh' },
    answer: refused(400, "must start with 'sk-'. Received: ****"),
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

// Nobody is behind a service account's key. An organization is its team's, whatever it says.
const inEpsilon = makesKey(({ world: { teams, organizations } }) => ({
  team_id: teams.epsilon.teamId,
  organization_id: organizations.a.organizationId,
}));
/** In 1.87.0 the role gate does not let it in. */
const sinceLetIn = (now: Expected<Making>) => byHalves<Expected<Making>>(roleGate, now);
for (const scenario of payloads<object>(
  { ...table, caller: 'service_account_key_permitted' },
  {
    'in its team': {
      sent: ({ world }) => ({ team_id: world.teams.epsilon.teamId }),
      answer: byHalves<Expected<Making>>(roleGate, inEpsilon),
    },
    'in its team and another organization': {
      sent: ({ world: { teams, organizations } }) => ({
        team_id: teams.epsilon.teamId,
        organization_id: organizations.b.organizationId,
      }),
      answer: byHalves<Expected<Making>>(roleGate, inEpsilon),
    },
    'in another organization': {
      sent: ({ world }) => ({ organization_id: world.organizations.b.organizationId }),
      answer: sinceLetIn(refused(403, 'Service account keys can only create keys for their own team')),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<object>(
  {
    ...table,
    route: 'POST /key/service-account/generate',
    act: ({ as, scratch, target }: Acting<Making>) =>
      as.post('/key/service-account/generate', { key_alias: scratch.tag('made'), ...target.payload }),
  },
  {
    'team that is not there': {
      sent: ({ scratch }) => ({ team_id: scratch.tag('ghost') }),
      answer: refused(400, 'team_id does not exist in the database'),
    },
    'no team': { sent: {}, answer: refused(400, 'team_id is required for service account keys') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Who is in the UI has a budget of its session, which is no limit for keys in teams since 1.106.0. 1.87.0 does not look at windows.
const ofSession = (values: Payload) => makesKey<Making>(({ caller }) => ({ user_id: caller.userId, ...values }));
const inTeam = (values: Payload) =>
  makesKey<Making>(({ caller, scratch }) => ({ user_id: caller.userId, team_id: scratch.tag('team'), ...values }));
const begun = (max_budget: number) => ({ budget_limits: [{ ...window(max_budget), reset_at: '<time>' }] });
for (const scenario of [
  ...payloads<object>(
    { ...table, caller: 'user_session' },
    {
      'budget_limits under the session’s own': {
        sent: { budget_limits: [window(0.2)] },
        answer: ofSession(begun(0.2)),
      },
      'budget_limits above the session’s own': {
        sent: { budget_limits: [window(10)] },
        answer: byHalves<Expected<Making>>(
          ofSession(begun(10)),
          refused(400, "budget_limits entry max_budget (10.0) cannot exceed the caller's own max_budget"),
        ),
      },
    },
  ),
  ...payloads<object>(
    {
      ...table,
      caller: 'user_session',
      target: {
        what: 'team of the caller',
        arrange: ({ scratch, world: { actors } }: Stage) =>
          scratch.team({ users: [actors.internal_user], permissions: ['/key/generate'] }),
      },
      act: ({ as, scratch, target }: Acting<Making>) =>
        as.post('/key/generate', {
          key_alias: scratch.tag('made'),
          team_id: scratch.tag('team'),
          ...target.payload,
        }),
    },
    {
      'max_budget above the session’s own': {
        sent: { max_budget: 10 },
        answer: byHalves<Expected<Making>>(
          refused(400, "max_budget (10.0) cannot exceed the caller's own max_budget (0.25)"),
          inTeam({ max_budget: 10 }),
        ),
      },
      'budget_limits above the session’s own': { sent: { budget_limits: [window(10)] }, answer: inTeam(begun(10)) },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
