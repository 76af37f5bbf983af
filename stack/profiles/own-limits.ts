// What of an operator's configuration cannot be tried here, and what has to be as the harness needs it. Where LiteLLM does what
// is said here was read in both curated releases: `ProxyConfig.load_config` and `proxy_startup_event` in `litellm/proxy/proxy_server.py`.

import { plain } from './plain';

/** A part of a configuration: name → value. */
export type Section = Readonly<Record<string, unknown>>;

export const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A setting that asks for what is not there. */
export interface Refusal {
  /** `litellm_settings.cache_params.type`. */
  readonly path: string;
  readonly value: unknown;
  /** The rest of a sentence that begins with the setting. */
  readonly why: string;
}

/** How LiteLLM refers to a variable of its environment. */
export const reference = 'os.environ/';

const isOn = (value: unknown): boolean => value === true || /^(true|yes|on|1)$/i.test(String(value));
const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** The sections that are looked into; all others are LiteLLM's affair. */
const sectionNames = ['general_settings', 'litellm_settings', 'router_settings'] as const;
type SectionName = (typeof sectionNames)[number];

interface Limit {
  /** Whether a value asks for what is not there; left out: any. */
  readonly when?: (value: unknown) => boolean;
  readonly why: string;
}

const needsRedis = 'needs a Redis';
const needsSecrets = 'has a secret manager asked for everything, the address of the database first';
const needsAlerting = 'sends alerts to somebody';

const limits: Readonly<Record<SectionName, Readonly<Record<string, Limit>>>> = {
  general_settings: {
    use_redis_transaction_buffer: { when: isOn, why: needsRedis },
    coordination_redis: { why: needsRedis },
    key_management_system: { why: needsSecrets },
    use_google_kms: { when: isOn, why: needsSecrets },
    use_azure_key_vault: { when: isOn, why: needsSecrets },
    alerting: { why: needsAlerting },
    // Information routes would ask a server of tokens about every key.
    enable_oauth2_auth: { when: isOn, why: 'needs a server that knows its tokens' },
    enable_oauth2_proxy_auth: { when: isOn, why: 'needs a proxy in front that says in headers who asks' },
    allowed_ips: {
      when: (value) => !(Array.isArray(value) && value.includes('127.0.0.1')),
      why: 'turns everybody away: all requests come from 127.0.0.1, which it does not list',
    },
  },
  litellm_settings: {},
  router_settings: {
    redis_url: { why: needsRedis },
    redis_host: { why: needsRedis },
    redis_port: { why: needsRedis },
    redis_password: { why: needsRedis },
    redis_db: { why: needsRedis },
    alerting_config: { why: needsAlerting },
  },
};

/** What LiteLLM refuses to start with that has no licence. */
const licensed: readonly (readonly [section: SectionName | undefined, name: string])[] = [
  ['general_settings', 'allowed_ips'],
  ['general_settings', 'enforced_params'],
  [undefined, 'worker_registry'],
];

/** Where callbacks stand, by the name of LiteLLM's own or as `module.attribute`. */
export const callbackSettings = [
  'callbacks',
  'success_callback',
  'failure_callback',
  'audit_log_callbacks',
  'service_callback',
] as const;

/** LiteLLM's own callbacks that do their work within the proxy. All others send what they are told to a service. */
const callbacksWithin: readonly string[] = [
  'dynamic_rate_limiter',
  'dynamic_rate_limiter_v3',
  'anthropic_cache_control_hook',
  'vector_store_pre_call_hook',
  'compression_interception',
  'code_interpreter_interception',
  'websearch_interception',
  'detect_prompt_injection',
  'hide_secrets',
  'blocked_user_check',
  'banned_keywords',
];

const whyNoCallback: Readonly<Record<string, string>> = {
  batch_redis_requests: needsRedis,
  // The first request that imports it fails, and the start with it.
  prometheus: 'needs the Python package prometheus_client, which LiteLLM does not bring along',
};

const whyNoCache: Readonly<Record<string, string>> = {
  redis: needsRedis,
  'redis-semantic': needsRedis,
  'valkey-semantic': 'needs a Valkey',
  'qdrant-semantic': 'needs a Qdrant',
  disk: 'needs the Python package diskcache, which LiteLLM does not bring along',
};

/** Names under which a value is as good as a secret. */
const secretive = /key|secret|password|token|licen[cs]e|url|dsn|credential/i;

/** What may be shown of a setting's value. */
export function shown(path: string, value: unknown): string {
  if (typeof value !== 'string') return isSection(value) ? 'a mapping' : JSON.stringify(value);
  if (value.startsWith(reference)) return JSON.stringify(value);
  const last = path.slice(path.lastIndexOf('.') + 1);
  return secretive.test(last) && last !== 'key_management_system'
    ? `(${value.length} characters, not shown)`
    : JSON.stringify(value);
}

/** Everything of a configuration that asks for what is not there. @param premium whether there is a licence */
export function refusalsOf(config: Section, premium: boolean): Refusal[] {
  const ofSections = sectionNames.flatMap((name) =>
    Object.entries(sectionOf(config, name)).flatMap(([setting, value]): Refusal[] => {
      const limit = limits[name][setting];
      if (limit === undefined || !isGiven(value) || !(limit.when ?? (() => true))(value)) return [];
      return [{ path: `${name}.${setting}`, value, why: limit.why }];
    }),
  );
  const unlicensed = licensed.flatMap(([section, name]): Refusal[] => {
    const value = (section === undefined ? config : sectionOf(config, section))[name];
    if (premium || !isGiven(value)) return [];
    const path = [...(section === undefined ? [] : [section]), name].join('.');
    return [{ path, value, why: 'needs an enterprise licence, and PREMIUM_USER is off' }];
  });
  const settings = sectionOf(config, 'litellm_settings');
  return [
    ...ofSections,
    ...cacheRefusals(settings),
    ...callbackRefusals(settings),
    ...unlicensed,
    ...modelRefusals(config),
  ];
}

function cacheRefusals({ cache, cache_params: params }: Section): Refusal[] {
  if (cache !== true) return [];
  const type = isSection(params) ? params.type : undefined;
  if (type === undefined) {
    const why = 'needs a Redis: that is what `cache_params.type` is where nothing else is said';
    return [{ path: 'litellm_settings.cache', value: cache, why }];
  }
  if (type === 'local') return [];
  const why = (typeof type === 'string' ? whyNoCache[type] : undefined) ?? 'needs a cloud';
  return [{ path: 'litellm_settings.cache_params.type', value: type, why }];
}

function callbackRefusals(settings: Section): Refusal[] {
  return callbackSettings.flatMap((name) =>
    namesIn(settings[name]).flatMap((callback): Refusal[] => {
      if (callbacksWithin.includes(callback) || isModule(callback)) return [];
      const why = whyNoCallback[callback] ?? 'sends what it is told to a service that is not there';
      return [{ path: `litellm_settings.${name}`, value: callback, why }];
    }),
  );
}

/** Texts in a list, or the one that stands in its place. */
export const namesIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((name) => typeof name === 'string');

/** Whether a text has the form `module.attribute`. What is in a bucket of a cloud has not. */
export const isModule = (text: string): boolean => /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(text);

function modelRefusals({ model_list: models }: Section): Refusal[] {
  if (!Array.isArray(models)) return [];
  return models.flatMap((entry: unknown, index): Refusal[] => {
    const path = `model_list[${index}].litellm_params`;
    const params: unknown = isSection(entry) ? entry.litellm_params : undefined;
    if (!isSection(params)) return [{ path, value: null, why: 'has to be a mapping, or LiteLLM does not start' }];
    const { model, api_base: base } = params;
    if (typeof model !== 'string' || model.startsWith(reference)) {
      return [{ path: `${path}.model`, value: model ?? null, why: 'has to be a name, or LiteLLM does not start' }];
    }
    const isReference = typeof base === 'string' && base.startsWith(reference);
    if (model.includes('ollama') && (base === undefined || base === null || isReference)) {
      const why = 'would have LiteLLM start an Ollama on this machine: give it an `api_base`';
      return [{ path: `${path}.model`, value: model, why }];
    }
    return [];
  });
}

const sectionOf = (config: Section, name: string): Section => {
  const section = config[name];
  return isSection(section) ? section : {};
};

/** What is as the harness needs it, whatever the file says. */
const forced: Readonly<Partial<Record<SectionName, Section>>> = {
  general_settings: plain.config.general_settings,
  litellm_settings: plain.config.litellm_settings,
};

const whyForced: Readonly<Record<string, string>> = {
  'general_settings.master_key': 'the tests’ own master key',
  'general_settings.disable_error_logs':
    'what is refused would be logged ten seconds later, in the middle of another test',
  'litellm_settings.store_audit_logs': 'as in plain, with which the run is compared',
};

/** Settings that are left out, and why. */
const leftOut: Readonly<Record<SectionName | 'top', Readonly<Record<string, string>>>> = {
  general_settings: {
    database_url: 'each lane has a database of its own',
    litellm_license: 'PREMIUM_USER decides what LiteLLM believes',
    store_model_in_db: 'the proxy would take its settings from the database anew every half minute',
    background_health_checks: 'it asks every model of its provider',
    proxy_budget_rescheduler_min_time: 'budgets would begin anew in the middle of a test',
    proxy_budget_rescheduler_max_time: 'budgets would begin anew in the middle of a test',
    maximum_spend_logs_retention_period: 'rows would be removed in the middle of a test',
    maximum_autorouter_session_retention_period: 'rows would be removed in the middle of a test',
    maximum_health_check_retention_period: 'rows would be removed in the middle of a test',
    maximum_daily_tag_spend_retention_period: 'rows would be removed in the middle of a test',
  },
  litellm_settings: {
    check_provider_endpoint: 'lists of models would be asked of their providers',
  },
  router_settings: {},
  top: {
    environment_variables:
      'nothing of an environment reaches the proxy: such variables name databases, accounts and licences',
    mcp_servers: 'LiteLLM asks each of them when it starts',
  },
};

/** A configuration with everything that is forced, and a line about each thing that this changes. */
export function adapted(config: Section, isMain: boolean): { readonly config: Section; readonly lines: string[] } {
  const lines: string[] = [];
  const kept = without(config, leftOut.top, '', lines);
  const sections = sectionNames.flatMap((name): (readonly [string, Section])[] => {
    const section = kept[name];
    // A file that is included replaces whole sections (1.87.0), so what is forced has to stand in those as well.
    if (!isSection(section) && !(isMain && name in forced)) return [];
    const values = without(sectionOf(kept, name), leftOut[name], `${name}.`, lines);
    const own = forced[name] ?? {};
    for (const [setting, value] of Object.entries(own)) {
      const path = `${name}.${setting}`;
      if (values[setting] !== value)
        lines.push(`${path} is ${JSON.stringify(value)}: ${whyForced[path] ?? 'as in plain'}`);
    }
    return [[name, { ...values, ...own }]];
  });
  return { config: { ...kept, ...Object.fromEntries(sections) }, lines };
}

function without(values: Section, names: Readonly<Record<string, string>>, prefix: string, lines: string[]): Section {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      const why = names[name];
      if (why === undefined) return true;
      if (isGiven(value) && value !== false) lines.push(`${prefix}${name} is left out: ${why}`);
      return false;
    }),
  );
}
