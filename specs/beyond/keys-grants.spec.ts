import {
  asksFor,
  asksForItself,
  changesKey,
  inLargeParts,
  listsModels,
  madeKey,
  makesKey,
  payloads,
  readsOfItself,
  refused,
  shows,
  targetKey,
  test,
  type Acting,
  type Loaded,
  type Made,
  type Payload,
  type PayloadCase,
  type ScratchKey,
  type Stage,
  type Use,
} from '../../fixtures';

inLargeParts();

// What a key may be given that is neither a budget nor a team, in `/key/generate` and in `/key/update`: which column holds
// it, and what the key that has it can do, or can read of it.

interface Grant {
  readonly sent: Payload;
  /** Columns of the key's row; those of an update where they differ. */
  readonly stored: Readonly<Record<string, unknown>>;
  readonly storedByUpdate?: Readonly<Record<string, unknown>>;
  /** What the audit row of an update tells; left out: what was sent. */
  readonly told?: Payload;
  /** What shows it. */
  readonly uses: Uses;
  /** Where an update is another matter. */
  readonly usesOfUpdate?: Uses;
}
type Uses = <T>(key: (stage: Made<T>) => { readonly cleartext: string }) => readonly Use<T>[];

/** It stands in the key's metadata under its own name, and the key reads it there. */
const inMetadata = (sent: Payload, place: string, ...ids: readonly string[]): Grant => ({
  sent,
  stored: { metadata: sent },
  uses: (key) => [readsOfItself(key, `info.metadata.${place}`, ids)],
});
/** It is a column of its own, and the key reads it there. */
const inColumn = (sent: Payload, place: string, ...ids: readonly string[]): Grant => ({
  sent,
  stored: sent,
  uses: (key) => [readsOfItself(key, `info.${place}`, ids)],
});

const otherRoutes = refused(403, 'Virtual key is not allowed to call this route');
const paths = ['/key/info', '/key/list', '/user/info', '/v1/models', '/spend/keys'] as const;
/** The key may ask for these paths, and for no other of those that everybody may ask for. */
const onlyFor =
  (...open: readonly (typeof paths)[number][]): Uses =>
  (key) =>
    paths.map((path) => asksFor(key, path, open.includes(path) ? 200 : otherRoutes));
const everyRoute = onlyFor(...paths);
const routes = (allowed_routes: readonly string[], ...open: readonly (typeof paths)[number][]): Grant => ({
  sent: { allowed_routes },
  stored: { allowed_routes },
  uses: onlyFor(...open),
});

const grants: Readonly<Record<string, Grant>> = {
  guardrails: inMetadata({ guardrails: ['a-guardrail'] }, 'guardrails[]', 'a-guardrail'),
  'no guardrails': inMetadata({ guardrails: [] }, 'guardrails[]'),
  policies: inMetadata({ policies: ['a-policy'] }, 'policies[]', 'a-policy'),
  prompts: inMetadata({ prompts: ['a-prompt'] }, 'prompts[]', 'a-prompt'),
  tags: inMetadata({ tags: ['a-tag', 'b-tag'] }, 'tags[]', 'a-tag', 'b-tag'),
  'tags besides metadata': {
    sent: { tags: ['a-tag'], metadata: { note: 'kept' } },
    stored: { metadata: { tags: ['a-tag'], note: 'kept' } },
    told: { metadata: { tags: ['a-tag'], note: 'kept' } },
    uses: (key) => [readsOfItself(key, 'info.metadata.note', ['kept'])],
  },
  enforced_params: inMetadata({ enforced_params: ['user'] }, 'enforced_params[]', 'user'),
  allowed_passthrough_routes: inMetadata({ allowed_passthrough_routes: ['/a'] }, 'allowed_passthrough_routes[]', '/a'),
  model_rpm_limit: inMetadata({ model_rpm_limit: { 'a-model': 3 } }, 'model_rpm_limit{}', 'a-model'),
  model_tpm_limit: inMetadata({ model_tpm_limit: { 'a-model': 3 } }, 'model_tpm_limit{}', 'a-model'),
  // Nobody asks whether it is a number.
  'model_rpm_limit of a text': inMetadata({ model_rpm_limit: { 'a-model': 'many' } }, 'model_rpm_limit{}', 'a-model'),
  rpm_limit_type: {
    sent: { rpm_limit: 5, rpm_limit_type: 'best_effort_throughput' },
    stored: { rpm_limit: 5, metadata: { rpm_limit_type: 'best_effort_throughput' } },
    uses: (key) => [readsOfItself(key, 'info.metadata.rpm_limit_type', ['best_effort_throughput'])],
  },

  aliases: inColumn({ aliases: { short: 'a-model' } }, 'aliases.short', 'a-model'),
  models: {
    sent: { models: ['a-model', 'b-model'] },
    stored: { models: ['a-model', 'b-model'] },
    uses: (key) => [listsModels(key, ['a-model', 'b-model'])],
  },
  'no models': {
    sent: { models: ['no-default-models'] },
    stored: { models: ['no-default-models'] },
    uses: (key) => [
      // 1.87.0 takes the word for a model.
      listsModels(key, [], { '<=1.87.0': shows(() => ['no-default-models']), '>=1.106.0': 200 }),
    ],
  },
  allowed_cache_controls: inColumn(
    { allowed_cache_controls: ['no-cache', 'no-store'] },
    'allowed_cache_controls[]',
    'no-cache',
    'no-store',
  ),
  'allowed_cache_controls that are none': inColumn(
    { allowed_cache_controls: ['never'] },
    'allowed_cache_controls[]',
    'never',
  ),
  config: inColumn({ config: { a: 'b' } }, 'config.a', 'b'),
  router_settings: {
    ...inColumn(
      { router_settings: { routing_strategy: 'simple-shuffle' } },
      'router_settings.routing_strategy',
      'simple-shuffle',
    ),
    // With all other settings that there are.
    told: {},
  },
  // One that is not there; nobody looks.
  access_group_ids: inColumn({ access_group_ids: ['a-ghost'] }, 'access_group_ids[]', 'a-ghost'),

  'auto_rotate with an interval': {
    sent: { auto_rotate: true, rotation_interval: '30d' },
    stored: { auto_rotate: true, rotation_interval: '30d', key_rotation_at: '<time>' },
    uses: (key) => [readsOfItself(key, 'info.rotation_interval', ['30d'])],
  },
  // Generate takes one for nothing without the other (`_set_key_rotation_fields`); an update writes what it gets, and
  // a key that is to be rotated without ever being due.
  'auto_rotate alone': {
    sent: { auto_rotate: true },
    stored: {},
    storedByUpdate: { auto_rotate: true },
    uses: (key) => [readsOfItself(key, 'info.rotation_interval', [null])],
  },

  'allowed_routes of one': routes(['/key/info'], '/key/info'),
  'allowed_routes with a wildcard': routes(['/key/*'], '/key/info', '/key/list'),
  'allowed_routes of one that is not there': routes(['/no-such-route']),
  'allowed_routes of models': routes(['llm_api_routes'], '/v1/models'),
  'allowed_routes of management': routes(['management_routes'], '/key/info', '/key/list', '/user/info'),
  'allowed_routes of info': routes(['info_routes'], '/key/info', '/key/list', '/user/info', '/v1/models'),

  // Of an update no field: nothing happens.
  'key_type llm_api': {
    sent: { key_type: 'llm_api' },
    stored: { key_type: 'llm_api', allowed_routes: ['llm_api_routes'] },
    storedByUpdate: {},
    told: {},
    usesOfUpdate: everyRoute,
    uses: onlyFor('/v1/models'),
  },
  'key_type management': {
    sent: { key_type: 'management' },
    stored: { key_type: 'management', allowed_routes: ['management_routes'] },
    storedByUpdate: {},
    told: {},
    usesOfUpdate: everyRoute,
    uses: onlyFor('/key/info', '/key/list', '/user/info'),
  },
  'key_type read_only': {
    sent: { key_type: 'read_only' },
    stored: { key_type: 'read_only', allowed_routes: ['info_routes'] },
    storedByUpdate: {},
    told: {},
    usesOfUpdate: everyRoute,
    uses: onlyFor('/key/info', '/key/list', '/user/info', '/v1/models'),
  },
  // The type wins.
  'key_type llm_api and allowed_routes': {
    sent: { key_type: 'llm_api', allowed_routes: ['/key/info'] },
    stored: { key_type: 'llm_api', allowed_routes: ['llm_api_routes'] },
    storedByUpdate: { allowed_routes: ['/key/info'] },
    told: { allowed_routes: ['/key/info'] },
    usesOfUpdate: onlyFor('/key/info'),
    uses: onlyFor('/v1/models'),
  },
};

/** What a key's row holds before. */
const before: Readonly<Record<string, unknown>> = {
  metadata: {},
  aliases: {},
  config: {},
  router_settings: {},
  models: [],
  allowed_cache_controls: [],
  allowed_routes: [],
  access_group_ids: [],
  auto_rotate: false,
  rotation_interval: null,
  key_rotation_at: null,
  rpm_limit: null,
};

const generated = ({ sent, stored: { key_type, ...stored }, uses }: Grant): PayloadCase<object> => {
  const made = (values: Payload) =>
    makesKey<Loaded<object>>(({ world }) => ({ user_id: world.actors.owner.userId, ...values }), uses(madeKey));
  // Of the type 1.87.0 keeps nothing but the routes.
  const typed = key_type === undefined ? stored : { ...stored, key_type };
  return { sent, answer: { '<=1.87.0': made(stored)['<=1.87.0'], '>=1.106.0': made(typed)['>=1.106.0'] } };
};

for (const scenario of payloads<object>(
  {
    family: 'beyond',
    route: 'POST /key/generate',
    caller: 'proxy_admin',
    target: { what: '', arrange: () => ({}) },
    act: ({ as, scratch, target, world }: Acting<Loaded<object>>) =>
      as.post('/key/generate', {
        key_alias: scratch.tag('made'),
        user_id: world.actors.owner.userId,
        ...target.payload,
      }),
  },
  Object.fromEntries(Object.entries(grants).map(([name, grant]) => [name, generated(grant)])),
))
  test(scenario.title, scenario.details, scenario.run);

const ofOwner = {
  what: 'key of owner',
  arrange: ({ scratch, world }: Stage) => scratch.key({ user: world.actors.owner }),
};
const updating = {
  family: 'beyond',
  route: 'POST /key/update',
  caller: 'proxy_admin',
  target: ofOwner,
  act: ({ as, target }: Acting<Loaded<ScratchKey>>) =>
    as.post('/key/update', { key: target.cleartext, ...target.payload }),
  uses: [asksForItself<Loaded<ScratchKey>>(targetKey)],
} as const;

const changed = ({
  sent,
  stored,
  storedByUpdate = stored,
  told = sent,
  uses,
  usesOfUpdate = uses,
}: Grant): PayloadCase<ScratchKey> => ({
  sent,
  answer: changesKey<Loaded<ScratchKey>>(
    Object.fromEntries(Object.entries(storedByUpdate).map(([name, value]) => [name, [before[name], value]])),
    usesOfUpdate(({ target }) => target),
    () => told,
  ),
});

for (const scenario of payloads<ScratchKey>(
  updating,
  Object.fromEntries(Object.entries(grants).map(([name, grant]) => [name, changed(grant)])),
))
  test(scenario.title, scenario.details, scenario.run);
