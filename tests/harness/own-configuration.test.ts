import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';

import { plain } from '../../stack/profiles/plain';
import { digestOf, readOwnConfiguration, type ReadConfiguration } from '../../stack/profiles/own';
import { parseYaml, yamlOf } from '../../stack/profiles/own-yaml';

/** `own` reads `my.yaml`, with other files beside it. */
const test = base.extend<{
  own: (text: string, beside?: Readonly<Record<string, string>>, premium?: boolean) => ReadConfiguration;
}>({
  own: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    await use((text, beside = {}, premium = true) => {
      for (const [name, content] of Object.entries({ ...beside, 'my.yaml': text })) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), content);
      }
      return readOwnConfiguration(path.join(folder, 'my.yaml'), { premium });
    });
    rmSync(folder, { recursive: true });
  },
});

const writtenIn = ({ files }: ReadConfiguration, file = 'config.yaml') => parseYaml(files[file] ?? '');

test('one that says what plain says is that, and nothing is told', ({ own }) => {
  const read = own(yamlOf(plain.config));
  expect(writtenIn(read)).toEqual(plain.config);
  expect(read).toMatchObject({ name: 'my.yaml', lines: [], empty: [] });
});

test('an empty mapping gets what the harness needs', ({ own }) => {
  const read = own('{}');
  expect(writtenIn(read)).toEqual(plain.config);
  expect(read.lines).toHaveLength(3);
});

test('what the harness needs wins, and each change is told without a secret', ({ own }) => {
  const read = own(`
    general_settings:
      master_key: sk-hunter2
      database_url: postgresql://me:hunter2@db.example.com/litellm
      disable_error_logs: false
      store_model_in_db: true
      litellm_license: hunter2
      proxy_budget_rescheduler_min_time: 1
      max_parallel_requests: 7
    litellm_settings: { store_audit_logs: true }
    environment_variables: { DATABASE_URL: 'postgresql://me:hunter2@db.example.com/litellm' }
  `);
  expect(writtenIn(read)).toEqual({
    general_settings: { ...plain.config.general_settings, max_parallel_requests: 7 },
    litellm_settings: { store_audit_logs: true },
  });
  expect(read.lines.map((line) => line.split(/ is /)[0])).toEqual(
    [
      'environment_variables',
      'general_settings.database_url',
      'general_settings.store_model_in_db',
      'general_settings.litellm_license',
      'general_settings.proxy_budget_rescheduler_min_time',
      'general_settings.master_key',
      'general_settings.disable_error_logs',
    ].map((name) => name),
  );
  expect(JSON.stringify(read)).not.toContain('hunter2');
});

test('variables are named that are empty here, each once', ({ own }) => {
  const { empty } = own(`
    model_list:
      - { model_name: a, litellm_params: { model: openai/a, api_key: os.environ/OPENAI_API_KEY } }
      - { model_name: b, litellm_params: { model: openai/b, api_key: os.environ/OPENAI_API_KEY } }
    general_settings: { master_key: os.environ/LITELLM_MASTER_KEY, database_url: os.environ/DATABASE_URL }
    litellm_settings: { max_budget: os.environ/BUDGET }
  `);
  expect(empty).toEqual(['OPENAI_API_KEY', 'BUDGET']);
});

test('its own Python goes along, with what that imports from beside it', ({ own }) => {
  const read = own(
    `
    general_settings: { custom_auth: auth.user_api_key_auth }
    litellm_settings: { callbacks: [loggers.mine.logger, hide_secrets] }
    `,
    {
      'auth.py': 'import os\nfrom shared import one\nimport kit.part\n',
      'shared.py': 'one = 1\n',
      'kit/part.py': '',
      'loggers/mine.py': 'import auth\n',
      'other.py': '',
    },
  );
  expect(Object.keys(read.files).sort()).toEqual([
    'auth.py',
    'config.yaml',
    'kit/part.py',
    'loggers/mine.py',
    'shared.py',
  ]);
});

test('a digest changes with what lies beside it', ({ own }) => {
  const digest = (source: string) =>
    digestOf(own('general_settings: { custom_auth: auth.check }', { 'auth.py': source }));
  expect(digest('a')).toBe(digest('a'));
  expect(digest('a')).not.toBe(digest('b'));
});

test('what it includes goes along, and is forced alike', ({ own }) => {
  const read = own('include: [parts/models.yaml]\ngeneral_settings: { a: 1 }', {
    'parts/models.yaml': 'include: [more.yaml]\nmodel_list: []',
    'parts/more.yaml': 'general_settings: { master_key: sk-hunter2, alerting: null }',
  });
  expect(writtenIn(read)).toMatchObject({ include: ['included-1.yaml'], general_settings: { a: 1 } });
  expect(writtenIn(read, 'included-1.yaml')).toEqual({ include: ['included-2.yaml'], model_list: [] });
  expect(writtenIn(read, 'included-2.yaml')).toEqual({
    general_settings: { ...plain.config.general_settings, alerting: null },
  });
  expect(read.lines).toContain(
    'parts/more.yaml: general_settings.master_key is "os.environ/LITELLM_MASTER_KEY": the tests’ own master key',
  );
});

const redis = 'needs a Redis';
for (const [text, says] of [
  ['general_settings: [a]', 'general_settings is a list, and has to be a mapping'],
  ['router_settings: 7', 'router_settings is a number, and has to be a mapping'],
  ['model_list: {}', 'model_list is a mapping, and has to be a list'],
  ['', 'is empty, and has to be a mapping of sections'],
  ['- a', 'is a list, and has to be a mapping of sections'],
  ['a: 1\nb: [1, 2\nc: 3', 'my.yaml is not YAML, line 3, column '],
  ['a: !vault hunter2', 'my.yaml is not YAML, line 1, column 4'],
  ['include: other.yaml', 'include has to be a list of files'],
  ['include: [nowhere.yaml]', 'includes "nowhere.yaml", and there is no such file'],
  ['include: [my.yaml]', 'which includes it'],
  ['litellm_settings: { cache: true }', `litellm_settings.cache: true ${redis}`],
  [
    'litellm_settings: { cache: true, cache_params: { type: redis-semantic } }',
    `litellm_settings.cache_params.type: "redis-semantic" ${redis}`,
  ],
  ['litellm_settings: { cache: true, cache_params: { type: s3 } }', '"s3" needs a cloud'],
  ['router_settings: { redis_host: cache.example.com }', `router_settings.redis_host: "cache.example.com" ${redis}`],
  [
    'router_settings: { redis_password: hunter2 }',
    `router_settings.redis_password: (7 characters, not shown) ${redis}`,
  ],
  ['router_settings: { redis_url: "rediss://:hunter2@c" }', 'router_settings.redis_url: (19 characters, not shown)'],
  ['general_settings: { use_redis_transaction_buffer: true }', redis],
  [
    'general_settings: { coordination_redis: { host: c, password: hunter2 } }',
    `coordination_redis: a mapping ${redis}`,
  ],
  [
    'general_settings: { key_management_system: aws_secret_manager }',
    '"aws_secret_manager" has a secret manager asked',
  ],
  ['general_settings: { alerting: [slack] }', 'general_settings.alerting: ["slack"] sends alerts'],
  ['general_settings: { enable_oauth2_auth: true }', 'general_settings.enable_oauth2_auth: true needs a server'],
  ['general_settings: { allowed_ips: [10.0.0.1] }', 'turns everybody away'],
  ['litellm_settings: { success_callback: [langfuse] }', 'litellm_settings.success_callback: "langfuse" sends'],
  ['litellm_settings: { audit_log_callbacks: s3_v2 }', 'litellm_settings.audit_log_callbacks: "s3_v2" sends'],
  ['litellm_settings: { callbacks: [prometheus] }', 'needs the Python package prometheus_client'],
  ['litellm_settings: { callbacks: [gone.logger] }', '"gone.logger" needs gone.py, which is not in '],
  ['general_settings: { custom_auth: s3://bucket/auth.check }', 'is not of the form module.attribute'],
  ['model_list: [{ model_name: a }]', 'model_list[0].litellm_params: null has to be a mapping'],
  ['model_list: [{ litellm_params: { model: os.environ/M } }]', '.model: "os.environ/M" has to be a name'],
  ['model_list: [{ litellm_params: { model: ollama/a } }]', 'give it an `api_base`'],
] as const) {
  test(`refused, with no secret told: ${JSON.stringify(text)}`, ({ own }) => {
    expect(() => own(text)).toThrow(says);
    expect(() => own(text)).toThrow('Nothing was started.');
    expect(() => own(text)).not.toThrow('hunter2');
  });
}

test('all that is refused is told at once', ({ own }) => {
  const text = 'general_settings: { alerting: [slack] }\nlitellm_settings: { cache: true }';
  expect(() => own(text)).toThrow(/general_settings\.alerting[\s\S]*litellm_settings\.cache/);
});

for (const text of [
  'litellm_settings: { cache: true, cache_params: { type: local } }',
  'litellm_settings: { cache: false, cache_params: { type: redis, host: c } }',
  'general_settings: { alerting: [], allowed_ips: [10.0.0.1, 127.0.0.1], use_redis_transaction_buffer: false }',
  'general_settings: { custom_ui_sso_sign_in_handler: litellm.proxy.custom_hooks.custom_ui_sso_hook.handler }',
  'litellm_settings: { callbacks: [dynamic_rate_limiter], failure_callback: [] }',
  'model_list: [{ litellm_params: { model: ollama/a, api_base: "http://127.0.0.1:1" } }]',
]) {
  test(`let through: ${text}`, ({ own }) => {
    expect(own(text).files['config.yaml']).toBeDefined();
  });
}

test('what needs a licence is refused without one', ({ own }) => {
  const text = 'general_settings: { allowed_ips: [127.0.0.1] }';
  expect(own(text).lines).not.toEqual([]);
  expect(() => own(text, {}, false)).toThrow('needs an enterprise licence, and PREMIUM_USER is off');
});

test('a file that is not there is told with who names it', () => {
  expect(() => readOwnConfiguration('/nowhere/my.yaml', { premium: true })).toThrow(
    /\/nowhere\/my\.yaml cannot be read: ENOENT.*\nNothing was started\. PROXY_CONFIG names it/,
  );
});

/** What PyYAML makes of each, in JSON; LiteLLM reads with that. */
const asPython = [
  ['yes', true],
  ['"yes"', 'yes'],
  ['y', 'y'],
  ['Off', false],
  ['1e-7', '1e-7'],
  ['1.0e-7', 1e-7],
  ['0.0000001', 1e-7],
  ['0.000001', 0.000001],
  ['1.5e+21', 1.5e21],
  ['0o17', '0o17'],
  ['017', 15],
  ['1_000', 1000],
  ['"12:30"', '12:30'],
  ['12:30', 750],
  ['~', null],
] as const;
for (const [text, value] of asPython) {
  test(`${text} is read as PyYAML reads it, and written so that it reads the same`, () => {
    expect(parseYaml(`a: ${text}`)).toEqual({ a: value });
    expect(parseYaml(yamlOf({ a: value }))).toEqual({ a: value });
  });
}
