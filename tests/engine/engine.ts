import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { stackEnvironment } from '../../stack/environment';
import { withClient } from '../../stack/postgres/cluster';
import { buildProgram } from '../../stack/programs';
import { loadSettings } from '../../stack/settings';
import { expect, test as base } from '../support/database';

export const schemaFile = path.join(__dirname, 'schema.prisma');
export const schemaSql = readFileSync(path.join(__dirname, 'schema.sql'), 'utf8');

/** A running engine, spoken to as the Python client does. */
export interface RunningEngine {
  readonly port: number;
  readonly process: ChildProcess;
  /** What it wrote to stdout and stderr so far. */
  readonly output: () => string;
  /** Sends one GraphQL operation, `{result: …}` included, and gives what came for `result`. */
  readonly result: (operation: string, transaction?: string) => Promise<unknown>;
  /** The same, for an operation that is refused: gives the first error. */
  readonly error: (operation: string, transaction?: string) => Promise<EngineError>;
  readonly request: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
}

export interface Reply {
  status: number;
  text: string;
  json: unknown;
}

export interface EngineError {
  error: string;
  user_facing_error: { is_panic: boolean; message: string; meta?: unknown; error_code?: string };
}

interface Fixtures {
  /** The address of the test's database, with the tables of `schema.prisma`. */
  ships: string;
  /** An engine on it. */
  engine: RunningEngine;
  /** Starts one on any address, for our schema unless another is named; it ends with the test. */
  startEngine: (databaseUrl: string, schemaPath?: string) => Promise<RunningEngine>;
  /** Runs SQL on the test's database, past the engine. */
  sql: (text: string) => Promise<Record<string, unknown>[]>;
}

export interface EngineOptions {
  /** An engine of somebody else's to hold against the same expectations; undefined: ours. */
  queryEngine: string | undefined;
}

/** `databaseUrl` → `ships` → `engine`; `queryEngine` → `executable`, which is built once a worker. */
export const test = base.extend<Fixtures, EngineOptions & { executable: string }>({
  queryEngine: [undefined, { scope: 'worker', option: true }],
  executable: [
    async ({ queryEngine }, use) => {
      await use(queryEngine ?? (await buildProgram('query-engine', loadSettings().home)));
    },
    { scope: 'worker' },
  ],
  ships: async ({ databaseUrl }, use) => {
    await withClient(databaseUrl, (client) => client.query(schemaSql));
    await use(databaseUrl);
  },
  startEngine: async ({ executable }, use) => {
    const started: RunningEngine[] = [];
    await use(async (databaseUrl, schemaPath) => {
      const engine = await start(executable, databaseUrl, schemaPath);
      started.push(engine);
      return engine;
    });
    for (const { process: child } of started) child.kill('SIGKILL');
  },
  engine: async ({ ships, startEngine }, use) => {
    await use(await startEngine(ships));
  },
  sql: async ({ ships }, use) => {
    await use((text) => withClient(ships, async (client) => (await client.query<Record<string, unknown>>(text)).rows));
  },
});

export { expect };

/** The environment that the Python client gives an engine, as far as it matters. */
export const engineEnvironment = (databaseUrl: string, schemaPath = schemaFile): Record<string, string> =>
  stackEnvironment({ DATABASE_URL: databaseUrl, PRISMA_DML_PATH: schemaPath, PRISMA_ENGINE_PROTOCOL: 'graphql' });

/** What an engine that cannot start says, as the Python client would read it. */
export async function failedStart(
  executable: string,
  databaseUrl: string,
): Promise<{ readonly status: number | null; readonly error: unknown }> {
  const { status, stderr, stdout } = spawnSync(executable, ['-p', String(await enginePort())], {
    env: engineEnvironment(databaseUrl),
    encoding: 'utf8',
  });
  // Every password of these tests.
  expect(stderr + stdout).not.toContain('s3cret');
  return { status, error: JSON.parse(stderr) as unknown };
}

let next = process.pid * 64;

/**
 * A port for an engine, of a range from which systems give out none by themselves: while the engine starts, nobody else gets it,
 * least of all the engine of a test beside this one, which would answer in its place. Proxies take those of lower ports.
 */
export async function enginePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + (next++ % 10_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve, reject) => {
      probe.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(false);
        else reject(error);
      });
      probe.listen(port, 'localhost', () => {
        resolve(true);
      });
    });
    probe.close();
    if (isFree) return port;
  }
}

async function start(executable: string, databaseUrl: string, schemaPath?: string): Promise<RunningEngine> {
  const port = await enginePort();
  const child = spawn(executable, ['-p', String(port), '--enable-metrics', '--enable-raw-queries'], {
    env: engineEnvironment(databaseUrl, schemaPath),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const request: RunningEngine['request'] = (method, where, body, headers) => send(port, method, where, body, headers);
  const query = async (operation: string, transaction?: string) => {
    const headers = transaction === undefined ? {} : { 'X-transaction-id': transaction };
    const reply = await request('POST', '/', { query: operation, variables: {}, operation_name: 'query' }, headers);
    if (reply.status !== 200) throw new Error(`HTTP ${reply.status}: ${reply.text}`);
    return reply.json as { data?: { result: unknown }; errors?: EngineError[] };
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The engine ended with ${child.exitCode}: ${output}`);
    const status = await request('GET', '/status').catch(() => undefined);
    if (status?.status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    port,
    process: child,
    output: () => output,
    request,
    result: async (operation, transaction) => {
      const { data, errors } = await query(operation, transaction);
      if (data === undefined) throw new Error(`Refused: ${JSON.stringify(errors)}`);
      return data.result;
    },
    error: async (operation, transaction) => {
      const { errors } = await query(operation, transaction);
      const [error] = errors ?? [];
      if (error === undefined) throw new Error(`Not refused: ${operation}`);
      return error;
    },
  };
}

async function send(
  port: number,
  method: string,
  where: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`http://localhost:${port}${where}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined };
}
