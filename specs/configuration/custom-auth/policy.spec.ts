import {
  budgetMade,
  byHalves,
  changesKey,
  idsAt,
  inLargeParts,
  inProfile,
  inserted,
  makesKey,
  payloads,
  refused,
  refusedInItem,
  refusedToRegenerate,
  rotatesKey,
  serviceAccountMade,
  takenForKey,
  test,
  wrapped,
  type Acting,
  type Effect,
  type Expected,
  type Loaded,
  type Payload,
  type PayloadCase,
  type ScratchKey,
  type Stage,
} from '../../../fixtures';

inLargeParts();

const customAuth = inProfile('custom-auth');

/** Column → what it holds before and after, its names in the order of the alphabet. */
type Changes = Readonly<Record<string, readonly [unknown, unknown]>>;
type Judged = Loaded<ScratchKey>;

/** Requests of the caller, whom the callable takes for the holder of its key. */
const asKey = ({ asOther, caller }: Stage) => asOther(takenForKey(caller));

/** What the policy tells of a key that is only rehearsed: what it would have been, and what that differs from. */
const rehearsed = (operation: string, request: string, changes: Changes): Expected =>
  refused(403, `Rehearsed ${operation} of ${request}: ${JSON.stringify(sorted(changes))}`);
const sorted = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).toSorted(([one], [other]) => (one < other ? -1 : 1)));

const generating = {
  ...customAuth,
  family: 'configuration',
  tags: ['flag:custom_key_policy'],
  route: 'POST /key/generate',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  act: (stage: Acting<Loaded<object>>) =>
    asKey(stage).post('/key/generate', { key_alias: stage.scratch.tag('made'), ...stage.target.payload }),
} as const;

type Halves = ReturnType<typeof changesKey<Judged>>;

/** The hook says no with these words; 1.87.0 does not ask it. */
const ifAsked = <T>(old: { readonly '<=1.87.0': Expected<T>; readonly '>=1.106.0': Expected<T> }, now: Expected) =>
  byHalves<Expected<T>>(old, now);

const rehearsal = { metadata: { rehearsal: true } };
const ofGenerate = (changes: Changes) =>
  rehearsed('generate', 'GenerateKeyRequest', {
    key_alias: [null, '<scratch>-made'],
    key_type: [null, 'default'],
    metadata: [{}, rehearsal.metadata],
    ...changes,
  });
const stays = refused(403, 'A key of ours stays in its department.');
const unsaid = refused(403, 'Authentication Failed - Custom Auth Rule');
const department = { metadata: { department: 'red' } };
/** The row of a soft budget of 3. */
const softBudgetMade = (by: Acting<object>['caller']) => budgetMade(by, { soft_budget: 3, model_max_budget: {} });
const permissionsMade = (permissions: Payload) =>
  inserted(
    { table: 'LiteLLM_ObjectPermissionTable', id: '<uuid>' },
    {
      object_permission_id: '<uuid>',
      mcp_servers: [],
      vector_stores: [],
      mcp_access_groups: [],
      agents: [],
      agent_access_groups: [],
      blocked_tools: [],
      models: [],
      mcp_toolsets: [],
      search_tools: [],
      ...permissions,
    },
  );
const daily = { max_budget: 5.5, budget_duration: '1d' };

for (const scenario of payloads<object>(generating, {
  nothing: { sent: rehearsal, answer: ifAsked(makesKey(rehearsal), ofGenerate({})) },
  'durations and limits': {
    sent: { ...rehearsal, duration: '30d', ...daily, tpm_limit: 10 },
    answer: ifAsked(
      makesKey({ ...rehearsal, expires: '<time>', ...daily, budget_reset_at: '<time>', tpm_limit: 10 }),
      ofGenerate({
        expires: [null, 'in 30 days'],
        max_budget: [null, 5.5],
        budget_duration: [null, '1d'],
        budget_reset_at: [null, 'in 1 days'],
        tpm_limit: [null, 10],
      }),
    ),
  },
  rotation: {
    sent: { ...rehearsal, auto_rotate: true, rotation_interval: '30d' },
    answer: ifAsked(
      makesKey({ ...rehearsal, auto_rotate: true, rotation_interval: '30d', key_rotation_at: '<time>' }),
      ofGenerate({
        auto_rotate: [false, true],
        rotation_interval: [null, '30d'],
        key_rotation_at: [null, 'in 30 days'],
      }),
    ),
  },
  'an interval without rotation': {
    sent: { ...rehearsal, rotation_interval: '30d' },
    answer: ifAsked(makesKey(rehearsal), ofGenerate({ rotation_interval: [null, '30d'] })),
  },
  budget_limits: {
    sent: { ...rehearsal, budget_limits: [daily] },
    answer: ifAsked(
      makesKey({ ...rehearsal, budget_limits: [{ ...daily, reset_at: '<time>' }] }),
      ofGenerate({ budget_limits: [null, [{ budget_duration: '1d', max_budget: 5.5, reset_at: 'in 1 days' }]] }),
    ),
  },
  'budget_limits of none': {
    sent: { ...rehearsal, budget_limits: [] },
    answer: ifAsked(makesKey(rehearsal), ofGenerate({})),
  },
  'what is kept in the metadata': {
    sent: { ...rehearsal, tags: ['a-tag'], model_rpm_limit: { 'a-model': 3 } },
    answer: ifAsked(
      makesKey({ metadata: { rehearsal: true, tags: ['a-tag'], model_rpm_limit: { 'a-model': 3 } } }),
      ofGenerate({ metadata: [{}, { model_rpm_limit: { 'a-model': 3 }, rehearsal: true, tags: ['a-tag'] }] }),
    ),
  },
  key_type: {
    sent: { ...rehearsal, key_type: 'read_only' },
    answer: ifAsked(
      makesKey({ ...rehearsal, allowed_routes: ['info_routes'] }),
      ofGenerate({ key_type: [null, 'read_only'], allowed_routes: [[], ['info_routes']] }),
    ),
  },
  organization_id: {
    sent: ({ world }) => ({ ...rehearsal, organization_id: world.organizations.a.organizationId }),
    answer: ifAsked(
      makesKey(({ world }) => ({ ...rehearsal, organization_id: world.organizations.a.organizationId })),
      ofGenerate({ org_id: [null, 'behavior-pin-org-a'] }),
    ),
  },
  // What is another table's is not told, nor written before the hook was asked.
  'soft_budget and object_permission': {
    sent: { ...rehearsal, soft_budget: 3, object_permission: { vector_stores: ['a-store'] } },
    answer: ifAsked(
      makesKey<Loaded<object>>(
        { ...rehearsal, budget_id: '<uuid>', object_permission_id: '<uuid>' },
        undefined,
        ({ caller }) => [softBudgetMade(caller), permissionsMade({ vector_stores: ['a-store'] })],
      ),
      ofGenerate({}),
    ),
  },
  'a department, and no end': { sent: department, answer: ifAsked(makesKey(department), unsaid) },
  'a department, and an end': {
    sent: { ...department, duration: '30d' },
    answer: makesKey({ ...department, expires: '<time>' }),
  },
  // `custom_key_generate` is asked before.
  'what either hook refuses': {
    sent: { ...rehearsal, max_budget: 101 },
    answer: refused(403, 'No key of ours spends that much.'),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<object>(
  {
    ...generating,
    route: 'POST /key/service-account/generate',
    target: { what: 'team', arrange: ({ scratch }) => scratch.team() },
    act: (stage: Acting<Loaded<object>>) =>
      asKey(stage).post('/key/service-account/generate', {
        team_id: stage.scratch.tag('team'),
        key_alias: stage.scratch.tag('made'),
        ...stage.target.payload,
      }),
  },
  {
    nothing: {
      sent: rehearsal,
      answer: ifAsked(
        serviceAccountMade(rehearsal),
        ofGenerate({
          team_id: [null, '<scratch>-team'],
          metadata: [{}, { rehearsal: true, service_account_id: '<scratch>-made' }],
        }),
      ),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const key = { what: 'key', arrange: ({ scratch }: Stage) => scratch.key() };
const updating = {
  ...generating,
  route: 'POST /key/update',
  target: key,
  act: (stage: Acting<Judged>) =>
    asKey(stage).post('/key/update', { key: stage.target.cleartext, ...stage.target.payload }),
} as const;
const regenerating = {
  ...updating,
  route: 'POST /key/regenerate',
  act: (stage: Acting<Judged>) =>
    asKey(stage).post('/key/regenerate', { key: stage.target.cleartext, ...stage.target.payload }),
} as const;

/** What a payload changes, and what the hook is told of that. */
interface Change {
  readonly sent: Payload;
  readonly columns?: Effect['columns'];
  readonly told?: Changes;
}
const routerSettings = { model_group_alias: {}, num_retries: 3 };
const withTag = { metadata: [rehearsal.metadata, { rehearsal: true, tags: ['a-tag'] }] } as const;
/** Payloads of updates and of regenerations alike, besides the rehearsal. */
const changes: Readonly<Record<string, Change>> = {
  nothing: { sent: {} },
  max_budget: { sent: { max_budget: 7.5 }, columns: { max_budget: [null, 7.5] }, told: { max_budget: [null, 7.5] } },
  durations: {
    sent: { duration: '30d', budget_duration: '1d' },
    columns: { expires: [null, '<time>'], budget_duration: [null, '1d'], budget_reset_at: [null, '<time>'] },
    told: { expires: [null, 'in 30 days'], budget_duration: [null, '1d'], budget_reset_at: [null, 'in 1 days'] },
  },
  'an end that it does not have': { sent: { duration: null } },
  budget_limits: {
    sent: { budget_limits: [daily] },
    columns: { budget_limits: [null, [{ ...daily, reset_at: '<time>' }]] },
    told: { budget_limits: [null, [{ budget_duration: '1d', max_budget: 5.5, reset_at: 'in 1 days' }]] },
  },
  router_settings: {
    sent: { router_settings: routerSettings },
    columns: { router_settings: [{}, routerSettings] },
    told: { router_settings: [{}, routerSettings] },
  },
};
const casesOf = (
  answer: (columns: Effect['columns'], told: Changes) => PayloadCase<ScratchKey>['answer'],
): Readonly<Record<string, PayloadCase<ScratchKey>>> =>
  Object.fromEntries(
    Object.entries(changes).map(([variant, { sent, columns, told }]) => [
      variant,
      {
        sent: { ...sent, ...rehearsal },
        answer: answer(
          { metadata: [{}, rehearsal.metadata], ...columns },
          { metadata: [{}, rehearsal.metadata], ...told },
        ),
      },
    ]),
  );
const ofUpdate = (told: Changes) => rehearsed('update', 'UpdateKeyRequest', told);
const ofRegenerate = (told: Changes) => rehearsed('regenerate', 'RegenerateKeyRequest', told);
const noNull = 'Could not find field';

for (const scenario of [
  ...payloads<ScratchKey>(
    updating,
    casesOf((columns, told) => ifAsked(changesKey<Judged>(columns), ofUpdate(told))),
  ),
  ...payloads<ScratchKey>(
    regenerating,
    casesOf((columns, told) => ifAsked(rotatesKey<Judged>(columns), ofRegenerate(told))),
  ),
  ...payloads<ScratchKey>(
    {
      ...updating,
      target: {
        what: 'key with budget_limits, that rotates',
        arrange: ({ scratch, world }) =>
          scratch.key({
            ...rehearsal,
            organization: world.organizations.a,
            columns: { budget_limits: JSON.stringify([daily]), auto_rotate: true, rotation_interval: '90d' },
          }),
      },
    },
    {
      // Told as it would be, and not as the text that it is written as.
      'budget_limits of none': {
        sent: { budget_limits: [] },
        answer: byHalves<Expected<Judged>>(
          refused(400, noNull),
          ofUpdate({ budget_limits: [[{ budget_duration: '1d', max_budget: 5.5 }], null] }),
        ),
      },
      'what is kept in the metadata': {
        sent: { tags: ['a-tag'] },
        answer: ifAsked(changesKey<Judged>(withTag), ofUpdate(withTag)),
      },
      'auto_rotate false': {
        sent: { auto_rotate: false },
        answer: ifAsked(changesKey<Judged>({ auto_rotate: [true, false] }), ofUpdate({ auto_rotate: [true, false] })),
      },
    },
  ),
  ...payloads<ScratchKey>(regenerating, {
    'budget_limits of none': {
      sent: { ...rehearsal, budget_limits: [] },
      answer: refusedToRegenerate(wrapped(noNull), ofRegenerate({ metadata: [{}, rehearsal.metadata] })),
    },
  }),
])
  test(scenario.title, scenario.details, scenario.run);

const inDepartment = {
  what: 'key of a department, that expires',
  arrange: ({ scratch }: Stage) => scratch.key({ ...department, columns: { expires: '2099-01-01' } }),
};
const blue = { metadata: { department: 'blue' } };
/** What the hook says of a key that is changed in either way. */
const judged = (does: (columns: Effect['columns']) => Halves): Readonly<Record<string, PayloadCase<ScratchKey>>> => ({
  'what the hook does not mind': { sent: { max_budget: 7 }, answer: does({ max_budget: [null, 7] }) },
  'another department': {
    sent: blue,
    answer: ifAsked(does({ metadata: [department.metadata, blue.metadata] }), stays),
  },
  'no department any more': {
    sent: { metadata: {} },
    answer: ifAsked(does({ metadata: [department.metadata, {}] }), stays),
  },
  'no end any more': { sent: { duration: null }, answer: ifAsked(does({ expires: ['<time>', null] }), unsaid) },
});
for (const scenario of payloads<ScratchKey>(
  { ...updating, target: inDepartment },
  judged((columns) => changesKey<Judged>(columns)),
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<ScratchKey>(
  { ...updating, target: key },
  {
    'a department, and no end': {
      sent: department,
      answer: ifAsked(changesKey<Judged>({ metadata: [{}, department.metadata] }), unsaid),
    },
    'a department, and an end': {
      sent: { ...department, duration: '30d' },
      answer: changesKey<Judged>({ metadata: [{}, department.metadata], expires: [null, '<time>'] }),
    },
    // `custom_key_update` is asked before.
    'what either hook refuses': {
      sent: { ...rehearsal, max_budget: 101 },
      answer: refused(403, 'No key of ours is raised that much.'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** Of an item of a batch nothing can be said in its metadata; so the key is a rehearsal from the start. */
const inBatch = {
  ...updating,
  target: {
    what: 'key of a team that is a rehearsal',
    arrange: async ({ scratch }: Stage) => scratch.key({ ...rehearsal, team: await scratch.team() }),
  },
  refusals: idsAt('failed_updates[].failed_reason'),
} as const;
const inItem = (told: Changes) => refusedInItem(ofUpdate(told).guard ?? '');

for (const scenario of [
  ...payloads<ScratchKey>(
    {
      ...inBatch,
      route: 'POST /key/bulk_update',
      act: (stage: Acting<Judged>) =>
        asKey(stage).post('/key/bulk_update', { keys: [{ key: stage.target.cleartext, ...stage.target.payload }] }),
    },
    {
      max_budget: {
        sent: { max_budget: 7.5 },
        answer: ifAsked(
          // Where no team is named, it takes the key out of its team.
          changesKey<Judged>(({ target }) => ({ max_budget: [null, 7.5], team_id: [target.teamId, null] })),
          inItem({ max_budget: [null, 7.5] }),
        ),
      },
    },
  ),
  ...payloads<ScratchKey>(
    {
      ...inBatch,
      route: 'POST /team/key/bulk_update',
      act: (stage: Acting<Judged>) =>
        asKey(stage).post('/team/key/bulk_update', {
          team_id: stage.target.teamId,
          key_ids: [stage.target.cleartext],
          update_fields: stage.target.payload,
        }),
    },
    {
      max_budget: {
        sent: { max_budget: 7.5 },
        answer: ifAsked(changesKey<Judged>({ max_budget: [null, 7.5] }), inItem({ max_budget: [null, 7.5] })),
      },
      'what the hook does not mind': {
        sent: { metadata: {}, max_budget: 7.5 },
        answer: changesKey<Judged>({ metadata: [rehearsal.metadata, {}], max_budget: [null, 7.5] }),
      },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
