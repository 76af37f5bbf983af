import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { Pool } from 'pg';

import { messageOf } from '../errors';
import { type Connection, parseConnectionUrl, withAgreedTls } from '../postgres/connection';
import { isStarterGone, whenOrphaned } from '../starter';
import { connectionFailure, Engine } from './engine';
import { Refusal, uncoded } from './failures';
import { Metrics } from './metrics';
import { readSchema, type Schema } from './schema';
import { serve, type Service } from './server';
import { translator } from './translate';
import { compileEngine } from './wasm';

/** How often to look whether the parent is still there, in ms. */
const parentInterval = 200;
/** The Python client polls from the start and gives up after 10 s; who has not called by then is gone. */
const firstCallTimeout = 15_000;
/** How long connections may take to close, in ms. */
const shutdownTimeout = 500;

/** Runs the engine until it is told to end or its parent is gone. */
export async function run(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  watchParent();
  let service: Service | undefined;
  process.on('uncaughtException', (error) => {
    if (error instanceof WebAssembly.RuntimeError && service !== undefined) service.engine.panicked(error);
    else fail(error);
  });
  try {
    const starting = start(env);
    // It is awaited below; until then a failure must not count as unhandled.
    starting.catch(() => undefined);
    const servers = await serve(portOf(args), starting);
    const end = (): void => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      setTimeout(() => process.exit(0), shutdownTimeout);
      void (service?.engine.pool.end() ?? Promise.resolve()).finally(() => process.exit(0));
    };
    process.on('SIGINT', end).on('SIGTERM', end);
    const timeout = setTimeout(end, firstCallTimeout);
    for (const server of servers)
      server.once('connection', () => {
        clearTimeout(timeout);
      });
    service = await starting;
  } catch (error) {
    fail(error);
  }
}

async function start(env: NodeJS.ProcessEnv): Promise<Service> {
  const file = env.PRISMA_DML_PATH;
  if (file === undefined) throw new Error('PRISMA_DML_PATH is not set: it must name the Prisma schema');
  // Meanwhile, on other threads.
  const compiled = compileEngine();
  compiled.catch(() => undefined);
  const schemaText = await readFile(file, 'utf8');
  const schema = await readSchema(schemaText, path.dirname(process.argv[1] ?? file));
  const connection = parseConnectionUrl(connectionUrl(schema, env));
  // The connection is what the URL says, whatever else the environment says to libpq's relatives.
  for (const name of Object.keys(env)) if (name.startsWith('PG')) Reflect.deleteProperty(env, name);
  const pool = await connect(connection);
  const engine = new Engine(compiled, schemaText, connection, pool);
  await engine.ready();
  return { engine, translate: translator(schema), metrics: new Metrics(pool) };
}

/** The URL that the schema's datasource names, or the one that the client overrides it with. */
function connectionUrl({ datasource }: Schema, env: NodeJS.ProcessEnv): string {
  const override = overrides(env.OVERWRITE_DATASOURCES ?? '[]').find(({ name }) => name === datasource.name);
  if (override !== undefined) return override.url;
  const { value, fromEnvVar } = datasource.url;
  const url = fromEnvVar === null ? value : env[fromEnvVar];
  if (url === null || url === undefined)
    throw new Error(`Environment variable not found: ${fromEnvVar ?? 'the schema names none'}`);
  return url;
}

function overrides(json: string): { name: string; url: string }[] {
  try {
    return JSON.parse(json) as { name: string; url: string }[];
  } catch {
    // The parser's message would quote from it, and there are passwords in it.
    throw new Error('OVERWRITE_DATASOURCES is not JSON');
  }
}

/** Opens the first connection, with the first TLS setting that the server agrees to. */
async function connect(connection: Connection): Promise<Pool> {
  try {
    return await withAgreedTls(connection, async (ssl) => {
      const pool = new Pool({ ...connection.pool, ssl });
      // A connection that dies while nobody uses it is replaced when the next one is needed.
      pool.on('error', () => undefined);
      pool.on('connect', (client) => {
        client.on('error', () => undefined);
        if (connection.greeting !== undefined) void client.query(connection.greeting).catch(() => undefined);
      });
      try {
        (await within(connection.connectTimeout, pool.connect())).release();
        return pool;
      } catch (error) {
        void pool.end();
        throw error;
      }
    });
  } catch (error) {
    throw new Refusal(connectionFailure(error, connection));
  }
}

/** Gives up on the first connection as if the server had not answered. */
function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  if (seconds === 0) return promise;
  const timeout = new Promise<never>((_resolve, reject) => {
    setTimeout(() => {
      reject(Object.assign(new Error(`no answer within ${seconds} s`), { code: 'ETIMEDOUT' }));
    }, seconds * 1000).unref();
  });
  return Promise.race([promise, timeout]);
}

/** Ends with the parent, however that one ends. */
function watchParent(): void {
  const end = () => process.exit(0);
  if (isStarterGone() || isInherited()) end();
  whenOrphaned(end, parentInterval);
}

/**
 * Whether process 1 is no parent but has inherited this one: then they are of different sessions. (In a container where
 * they are of the same nonetheless, nobody calls, and `firstCallTimeout` ends it.)
 */
function isInherited(): boolean {
  if (process.ppid !== 1) return false;
  try {
    return sessionOf('self') !== sessionOf('1');
  } catch {
    return false; // No /proc, no telling.
  }
}

/** The fourth number after the name, which is in parentheses and may hold any character. */
const sessionOf = (pid: string): string | undefined =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[3];

function portOf(args: string[]): number {
  const port = Number(args[args.findIndex((arg) => arg === '-p' || arg === '--port') + 1]);
  if (!Number.isInteger(port) || port <= 0 || port > 65535) throw new Error('Usage: query-engine -p PORT | --version');
  return port;
}

/** Ends with the reason on stderr, in the native engine's form. */
function fail(error: unknown): never {
  const failure = error instanceof Refusal ? error.failure : uncoded(messageOf(error));
  console.error(JSON.stringify(failure.user_facing_error));
  process.exit(1);
}
