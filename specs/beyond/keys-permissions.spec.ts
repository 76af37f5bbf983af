import {
  asksFor,
  asksForItself,
  budgetMade,
  changesKey,
  each,
  inLargeParts,
  inserted,
  madeKey,
  makesKey,
  payloads,
  readsOfItself,
  refused,
  targetKey,
  test,
  withRow,
  type Acting,
  type Loaded,
  type Payload,
  type ScratchKey,
  type Stage,
  type Use,
} from '../../fixtures';

inLargeParts();

type Changing = Loaded<ScratchKey>;

const generating = {
  family: 'beyond',
  route: 'POST /key/generate',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  act: ({ as, scratch, target }: Acting<Loaded<object>>) =>
    as.post('/key/generate', { key_alias: scratch.tag('made'), ...target.payload }),
  uses: [asksForItself(madeKey)],
} as const;

/** The row that object permissions get: what is not named is empty. */
const objectPermission = (values: Payload, ...columns: readonly string[]) =>
  inserted(
    { table: 'LiteLLM_ObjectPermissionTable', id: '<uuid>' },
    {
      object_permission_id: '<uuid>',
      ...each(['mcp_servers', 'mcp_access_groups', 'mcp_toolsets', 'vector_stores', 'search_tools'], []),
      ...each(['agents', 'agent_access_groups', 'blocked_tools', 'models', ...columns], []),
      ...values,
    },
  );
/** A key with object permissions is made. */
const permits = (values: Payload, uses?: readonly Use<Loaded<object>>[]) => {
  const of = (...columns: readonly string[]) =>
    makesKey<Loaded<object>>(withPermissions, uses, () => [objectPermission(values, ...columns)]);
  return { '<=1.87.0': of()['<=1.87.0'], '>=1.106.0': of('skills')['>=1.106.0'] };
};
const noProxyAdmin = refused(401, 'Only proxy admin can be used');
const withPermissions = { object_permission_id: '<uuid>' };

for (const scenario of payloads<object>(generating, {
  'object_permission of a vector store': {
    sent: { object_permission: { vector_stores: ['a-store'] } },
    answer: permits({ vector_stores: ['a-store'] }, [
      readsOfItself(madeKey, 'info.object_permission.vector_stores[]', ['a-store']),
    ]),
  },
  'object_permission of an agent': {
    sent: { object_permission: { agents: ['an-agent'] } },
    answer: permits({ agents: ['an-agent'] }, [
      readsOfItself(madeKey, 'info.object_permission.agents[]', ['an-agent']),
    ]),
  },
  // One that is not there is left out without a word.
  'object_permission of an MCP server': {
    sent: { object_permission: { mcp_servers: ['a-server'] } },
    answer: {
      '<=1.87.0': refused(403, 'Key is not in a team'),
      '>=1.106.0': permits({}, [readsOfItself(madeKey, 'info.object_permission.mcp_servers[]', [])])['>=1.106.0'],
    },
  },
  'object_permission of what nobody knows': {
    sent: { object_permission: { unheard_of: ['x'] } },
    answer: permits({}),
  },
  // What a key of nobody is refused without: the spend of all, and not /spend/keys.
  'permissions of spend routes': {
    sent: { permissions: { get_spend_routes: true } },
    answer: makesKey<Loaded<object>>({ permissions: { get_spend_routes: true } }, [
      asksFor(madeKey, '/global/spend/teams'),
      asksFor(madeKey, '/spend/keys', noProxyAdmin),
    ]),
  },
  'no permissions': {
    sent: { permissions: {} },
    answer: makesKey<Loaded<object>>({}, [asksFor(madeKey, '/global/spend/teams', noProxyAdmin)]),
  },
  soft_budget: {
    sent: { soft_budget: 3 },
    answer: makesKey<Loaded<object>>(
      { budget_id: '<uuid>' },
      [readsOfItself(madeKey, 'info.litellm_budget_table.budget_id', ['<uuid>'])],
      ({ caller }) => [budgetMade(caller, { soft_budget: 3, model_max_budget: {} })],
    ),
  },
  'a budget that is not there': {
    sent: ({ scratch }) => ({ budget_id: scratch.tag('ghost-budget') }),
    answer: refused(500, 'Internal Server Error'),
  },
  'a budget that is there': {
    sent: async ({ scratch }) => ({ budget_id: (await scratch.org({ maxBudget: 5 })).budgetId }),
    answer: makesKey<Loaded<object>>(
      ({ scratch }) => ({ budget_id: scratch.tag('org-budget') }),
      [asksForItself(madeKey)],
    ),
  },
  'auto_rotate with an interval that is none': {
    sent: { auto_rotate: true, rotation_interval: 'soon' },
    answer: refused(500, 'Internal Server Error'),
  },
  'rpm_limit_type that is none': {
    sent: { rpm_limit_type: 'fast' },
    answer: refused(422, "Input should be 'guaranteed_throughput'"),
  },
  blocked: {
    sent: { blocked: true },
    answer: makesKey<Loaded<object>>({ blocked: true }, [asksForItself(madeKey, refused(401, 'Key is blocked'))]),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// What is there already: replaced, or taken away.
const restricted = {
  what: 'key with everything',
  arrange: async (stage: Stage) =>
    withRow({
      metadata: JSON.stringify({ guardrails: ['old'], tags: ['old'], policies: ['old'], note: 'old' }),
      models: ['old-model'],
      aliases: JSON.stringify({ old: 'a-model' }),
      allowed_routes: ['/key/info'],
      allowed_cache_controls: ['no-cache'],
      auto_rotate: true,
      rotation_interval: '30d',
      key_rotation_at: '2099-01-01',
      blocked: null,
    })(stage, await stage.scratch.key({ user: stage.world.actors.owner })),
};
const was = { guardrails: ['old'], tags: ['old'], policies: ['old'], note: 'old' };
const updating = {
  family: 'beyond',
  route: 'POST /key/update',
  caller: 'proxy_admin',
  target: restricted,
  act: ({ as, target }: Acting<Changing>) => as.post('/key/update', { key: target.cleartext, ...target.payload }),
  uses: [asksForItself<Changing>(targetKey)],
} as const;
const permitted = (...columns: readonly string[]) =>
  changesKey<Changing>(
    { object_permission_id: [null, '<uuid>'] },
    [readsOfItself(targetKey, 'info.object_permission.vector_stores[]', ['a-store'])],
    undefined,
    [objectPermission({ vector_stores: ['a-store'] }, ...columns)],
  );
const notNull = refused(400, 'A value is required but not set');
const metadata = (after: object) => changesKey<Changing>({ metadata: [was, after] });

for (const scenario of payloads<ScratchKey>(updating, {
  'guardrails replaced': { sent: { guardrails: ['new'] }, answer: metadata({ ...was, guardrails: ['new'] }) },
  'guardrails emptied': { sent: { guardrails: [] }, answer: metadata({ ...was, guardrails: [] }) },
  // There is no null for these: it is as if nothing were sent.
  'guardrails null': { sent: { guardrails: null }, answer: changesKey() },
  'tags replaced': { sent: { tags: ['new'] }, answer: metadata({ ...was, tags: ['new'] }) },
  'tags null': { sent: { tags: null }, answer: changesKey() },
  'policies emptied': { sent: { policies: [] }, answer: metadata({ ...was, policies: [] }) },
  'metadata replaced': { sent: { metadata: { note: 'new' } }, answer: metadata({ note: 'new' }) },
  // And with it what was kept there of other fields.
  'metadata emptied': { sent: { metadata: {} }, answer: metadata({}) },
  'metadata null': { sent: { metadata: null }, answer: notNull },
  'models emptied': { sent: { models: [] }, answer: changesKey({ models: [['old-model'], []] }) },
  'models null': { sent: { models: null }, answer: notNull },
  'aliases emptied': { sent: { aliases: {} }, answer: changesKey({ aliases: [{ old: 'a-model' }, {}] }) },
  'allowed_routes emptied': {
    sent: { allowed_routes: [] },
    answer: changesKey<Changing>({ allowed_routes: [['/key/info'], []] }, [asksFor(targetKey, '/key/list')]),
  },
  'allowed_routes null': { sent: { allowed_routes: null }, answer: notNull },
  'allowed_cache_controls emptied': {
    sent: { allowed_cache_controls: [] },
    answer: changesKey({ allowed_cache_controls: [['no-cache'], []] }),
  },
  'auto_rotate off': { sent: { auto_rotate: false }, answer: changesKey({ auto_rotate: [true, false] }) },
  'rotation_interval changed': {
    sent: { rotation_interval: '60d' },
    answer: changesKey({ rotation_interval: ['30d', '60d'] }),
  },
  'rotation_interval null': {
    sent: { rotation_interval: null },
    answer: changesKey({ rotation_interval: ['30d', null] }),
  },
  'auto_rotate with an interval that is none': {
    sent: { auto_rotate: true, rotation_interval: 'soon' },
    answer: refused(400, 'Invalid duration format'),
  },
  'object_permission of a vector store': {
    sent: { object_permission: { vector_stores: ['a-store'] } },
    answer: { '<=1.87.0': permitted()['<=1.87.0'], '>=1.106.0': permitted('skills')['>=1.106.0'] },
  },
  'a budget that is not there': {
    sent: ({ scratch }) => ({ budget_id: scratch.tag('ghost-budget') }),
    answer: refused(400, 'Foreign key constraint'),
  },
  blocked: {
    sent: { blocked: true },
    answer: changesKey<Changing>({ blocked: [null, true] }, [asksForItself(targetKey, refused(401, 'Key is blocked'))]),
  },
  'rpm_limit_type that is none': {
    sent: { rpm_limit_type: 'fast' },
    answer: refused(422, "Input should be 'guaranteed_throughput'"),
  },
  'permissions of spend routes': {
    sent: { permissions: { get_spend_routes: true } },
    answer: changesKey({ permissions: [{}, { get_spend_routes: true }] }),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Whoever owns a key and has made it may take off the guardrails that an admin gave it, by sending other metadata: what is
// asked who may is `disable_global_guardrails` alone.
for (const scenario of payloads<ScratchKey>(
  {
    ...updating,
    caller: 'internal_user',
    target: {
      what: 'own key with a guardrail',
      arrange: async (stage) => {
        const { internal_user } = stage.world.actors;
        return withRow({ metadata: JSON.stringify({ guardrails: ['strict'] }) })(
          stage,
          await stage.scratch.key({ user: internal_user, createdBy: internal_user }),
        );
      },
    },
  },
  {
    'metadata emptied': {
      sent: { metadata: {} },
      answer: changesKey<Changing>({ metadata: [{ guardrails: ['strict'] }, {}] }),
    },
    'guardrails emptied': {
      sent: { guardrails: [] },
      answer: changesKey<Changing>({ metadata: [{ guardrails: ['strict'] }, { guardrails: [] }] }),
    },
    disable_global_guardrails: {
      sent: { disable_global_guardrails: true },
      answer: {
        // It is not asked, and not kept.
        '<=1.87.0': changesKey<Changing>({}, undefined, () => ({}))['<=1.87.0'],
        '>=1.106.0': refused(403, 'disable_global_guardrails'),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What an admin keeps from a key is its owner's to lift by no field, and no hindrance to what else may be changed: the owner may send
// again what is there. 1.87.0 does not know of denied routes.
const keptFrom = { denied_passthrough_routes: ['/denied'], disable_global_guardrails: true };
/** 1.87.0 does not ask for it, and does not keep it. */
const notKept = changesKey<Changing>({}, undefined, () => ({}))['<=1.87.0'];
const becomes = (metadata: Payload) => changesKey<Changing>({ metadata: [keptFrom, metadata] });
const byAdmins = (field: string) => refused(403, `Only proxy admins can set \`${field}\` on a key`);
for (const scenario of payloads<ScratchKey>(
  {
    ...updating,
    caller: 'internal_user',
    target: {
      what: 'own key that an admin has restricted',
      arrange: ({ scratch, world: { actors } }) =>
        scratch.key({ user: actors.internal_user, createdBy: actors.internal_user, metadata: keptFrom }),
    },
  },
  {
    'something else': { sent: { max_parallel_requests: 7 }, answer: changesKey({ max_parallel_requests: [null, 7] }) },
    'other metadata': {
      sent: { metadata: { note: 'new' } },
      answer: {
        '<=1.87.0': becomes({ note: 'new' })['<=1.87.0'],
        '>=1.106.0': byAdmins('metadata.denied_passthrough_routes'),
      },
    },
    'metadata emptied': {
      sent: { metadata: {} },
      answer: { '<=1.87.0': becomes({})['<=1.87.0'], '>=1.106.0': byAdmins('metadata.denied_passthrough_routes') },
    },
    'metadata with what is there': {
      sent: { metadata: { ...keptFrom, note: 'new' } },
      answer: becomes({ ...keptFrom, note: 'new' }),
    },
    'metadata without the guardrails’ flag': {
      sent: { metadata: { denied_passthrough_routes: ['/denied'] } },
      answer: becomes({ denied_passthrough_routes: ['/denied'] }),
    },
    'the denied_passthrough_routes that are there': {
      sent: { denied_passthrough_routes: ['/denied'] },
      answer: { ...changesKey<Changing>(), '<=1.87.0': notKept },
    },
    'no denied_passthrough_routes': {
      sent: { denied_passthrough_routes: [] },
      answer: { '<=1.87.0': notKept, '>=1.106.0': byAdmins('denied_passthrough_routes') },
    },
    'the guardrails’ flag that is there': {
      sent: { disable_global_guardrails: true },
      answer: { ...changesKey<Changing>(), '<=1.87.0': notKept },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
