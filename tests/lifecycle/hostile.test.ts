import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

import { loadSettings } from '../../stack/settings';
import { expect, test as base } from './copy';
import { listeningSockets, type Role } from '../../tools/processes';

/** A port that nobody may ever knock at. */
interface Trap {
  readonly port: number;
  /** How often somebody did. */
  readonly visits: () => number;
}

const test = base.extend<{ trap: Trap }>({
  trap: async ({}, use) => {
    let visits = 0;
    const server = createServer((socket) => {
      visits += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use({ port: (server.address() as AddressInfo).port, visits: () => visits });
    server.close();
  },
});

const masterKey = 'sk-of-the-copied-project-0123456789';

/**
 * What people who run LiteLLM, PostgreSQL or Python export, with values that would redirect or break a stack.
 *
 * @param source told apart by its word, so that a leak says where it came from
 */
const hostile = (source: string, port: number): Record<string, string> => {
  const url = `postgresql://${source}:${source}@127.0.0.1:${port}/${source}`;
  const address = `http://127.0.0.1:${port}/${source}`;
  return {
    DATABASE_URL: url,
    DATABASE_URL_READ_REPLICA: url,
    DIRECT_URL: url,
    SHADOW_DATABASE_URL: url,
    DATABASE_HOST: `127.0.0.1:${port}`,
    DATABASE_USERNAME: source,
    DATABASE_USER: source,
    DATABASE_PASSWORD: source,
    DATABASE_NAME: source,
    DATABASE_SCHEMA: source,
    IAM_TOKEN_DB_AUTH: 'True',
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: source,
    PGPASSWORD: source,
    PGDATABASE: source,
    PGSSLMODE: 'require',
    PGOPTIONS: `-c search_path=${source}`,
    PGDATA: `/${source}`,
    LITELLM_MASTER_KEY: `sk-${source}-0123456789abcdef`,
    LITELLM_SALT_KEY: `sk-${source}-salt`,
    LITELLM_LICENSE: source,
    LITELLM_MODE: source,
    LITELLM_LOG: 'DEBUG',
    LITELLM_LOCAL_MODEL_COST_MAP: 'False',
    LITELLM_CONFIG_BUCKET_NAME: source,
    LITELLM_CONFIG_BUCKET_OBJECT_KEY: source,
    CONFIG_FILE_PATH: `/${source}.yaml`,
    WORKER_CONFIG: JSON.stringify({ config: `/${source}.yaml`, debug: true }),
    PROXY_BASE_URL: address,
    PROXY_ADMIN_ID: source,
    PROXY_LOGOUT_URL: address,
    SERVER_ROOT_PATH: `/${source}`,
    STORE_MODEL_IN_DB: 'True',
    STORE_PROMPTS_IN_SPEND_LOGS: 'True',
    DISABLE_SCHEMA_UPDATE: 'True',
    DISABLE_ADMIN_UI: 'True',
    NO_DOCS: 'True',
    REDIS_URL: `redis://127.0.0.1:${port}`,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(port),
    OPENAI_API_KEY: `sk-${source}`,
    OPENAI_API_BASE: address,
    PYTHONPATH: `/${source}`,
    PYTHONHOME: `/${source}`,
    HTTP_PROXY: address,
    HTTPS_PROXY: address,
    TZ: 'Pacific/Kiritimati',
  };
};

const envFile = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');

test('nothing of the environment or of any .env reaches a stack, but for its settings in the project’s own', async ({
  nested,
  trap,
  copy,
}) => {
  const { release } = loadSettings();
  const sources = ['environment', 'project', 'parent', 'elsewhere'].map((name) => `hostile-${name}`);
  const [environment = {}, ofProject = {}, ofParent = {}, ofElsewhere = {}] = sources.map((source) =>
    hostile(source, trap.port),
  );
  const notOurs = { STACK_MASTER_KEY: 'sk-hostile-0123456789abcdef', STACK_HOME: '/hostile', LITELLM_RELEASE: '0.0.0' };
  const ours = { STACK_MASTER_KEY: masterKey, STACK_HOME: 'home', LITELLM_RELEASE: release };
  await writeFile(path.join(copy.project, '.env'), envFile({ ...ofProject, ...ours }));
  await writeFile(path.join(copy.parent, '.env'), envFile({ ...ofParent, ...notOurs }));
  await writeFile(path.join(copy.elsewhere, '.env'), envFile({ ...ofElsewhere, ...notOurs }));

  const run = nested({
    specs: ['busy'],
    project: copy.project,
    folder: copy.elsewhere,
    environment: {
      ...environment,
      STACK_MASTER_KEY: undefined,
      STACK_HOME: undefined,
      LITELLM_RELEASE: undefined,
      // What is compiled for a copy is of no use to anybody else.
      PLAYWRIGHT_TRANSFORM_CACHE_DIR: undefined,
    },
  });
  await run.untilSigns('busy-owner', 'busy-team_admin');

  const names = Object.keys(environment);
  for (const role of ['supervisor', 'guard', 'launcher', 'proxy', 'engine', 'postmaster'] satisfies Role[]) {
    for (const process of run.having(role)) {
      expect(process.environment.get('PATH'), `the environment of the ${role} can be read`).toBeTruthy();
      const leaked = names.filter((name) =>
        [environment, ofProject, ofParent, ofElsewhere].some((of) => of[name] === process.environment.get(name)),
      );
      expect(leaked, `hostile variables in the environment of the ${role}`).toEqual([]);
    }
  }

  // The engine's environment is its proxy's, at the end of the proxy's start.
  const [server] = listeningSockets([run.the('postmaster').pid]);
  const engines = run.having('engine');
  expect(engines).toHaveLength(2);
  for (const { environment: own } of engines) {
    expect(own.get('DATABASE_URL')).toContain(`@127.0.0.1:${String(server?.port)}/behavior_`);
    expect(own.get('LITELLM_MASTER_KEY')).toBe(masterKey);
    expect(own.get('CONFIG_FILE_PATH')).toContain(path.join(copy.home, 'profiles', 'plain-'));
    expect(own.get('LITELLM_MODE')).toBe('PRODUCTION');
    expect(own.get('TZ')).toBe('UTC');
  }

  // With ours only: 1.87.0 notes an unknown key in the database, which the lane's next look would find.
  const [socket] = listeningSockets([run.having('proxy')[0]?.pid ?? 0]);
  const answer = await fetch(`http://127.0.0.1:${String(socket?.port)}/key/list`, {
    headers: { authorization: `Bearer ${masterKey}` },
  });
  expect(answer.status).toBe(200);

  run.sign('enough');
  expect(await run.ended, run.said).toEqual({ code: 0, signal: null });
  await run.expectNothingLeft(performance.now());
  expect(trap.visits(), 'connections to where the hostile variables point').toBe(0);
});
