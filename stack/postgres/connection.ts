import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

import { Client, type ClientConfig, DatabaseError, Pool, type PoolConfig } from 'pg';

import { messageOf } from '../errors';

/** A Prisma connection URL, taken apart. */
export interface Connection {
  /** For messages; no user, no password. */
  host: string;
  port: number;
  pool: PoolConfig & { max: number; user: string; database: string };
  /** Seconds a query may wait for a connection; 0 is for ever. */
  poolTimeout: number;
  /** Seconds that the first connection may take; 0 is for ever. */
  connectTimeout: number;
  /** Seconds that PostgreSQL may take for an answer; 0 is for ever. */
  socketTimeout: number;
  /** TLS settings to try, in this order. */
  tls: TlsChoice[];
  /** What is sent on every new connection, if anything. */
  greeting: string | undefined;
  /** The schema that the engine's own queries name. */
  schema: string;
  /** How many statements each connection keeps prepared; 0 behind a PgBouncer, which may change connections. */
  statementCacheSize: number;
}

type TlsChoice = false | { rejectUnauthorized: boolean; ca?: string };

/**
 * Understands a connection URL the way Prisma's native engine does: its parameters are not libpq's, and what it does not
 * know it ignores. See https://www.prisma.io/docs/orm/overview/databases/postgresql#arguments.
 *
 * @throws Error that never contains the URL, because it holds a password
 */
export function parseConnectionUrl(text: string): Connection {
  if (!/^postgres(ql)?:\/\//.test(text))
    throw new Error('the URL must start with the protocol `postgresql://` or `postgres://`');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new Error('invalid connection URL; special characters in it must be percent-encoded');
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined;
  const number = (name: string, fallback: number) => {
    const value = Number(parameter(name) ?? fallback);
    if (!Number.isInteger(value) || value < 0) throw new Error(`the URL's ${name} is not a whole number`);
    return value;
  };

  // `host` in the parameters names a folder with a Unix socket.
  const host = parameter('host') ?? (decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost');
  const port = Number(url.port || 5432);
  const schema = parameter('schema');
  const poolTimeout = number('pool_timeout', 10);
  const socketTimeout = number('socket_timeout', 0);
  const options = parameter('options');
  const max = number('connection_limit', cpus().length * 2 + 1);
  return {
    host,
    port,
    schema: schema ?? 'public',
    poolTimeout,
    statementCacheSize: parameter('pgbouncer') === 'true' ? 0 : number('statement_cache_size', 100),
    connectTimeout: number('connect_timeout', 5),
    socketTimeout,
    greeting:
      schema === undefined || parameter('pgbouncer') === 'true'
        ? undefined
        : `SET search_path = "${schema.replaceAll('"', '""')}"`,
    tls: tlsChoices(parameter, isLocal(host)),
    pool: {
      host,
      port,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
      max: Math.max(max, 1),
      // A new connection is made while a query waits for it, so this limits both.
      connectionTimeoutMillis: poolTimeout * 1000,
      idleTimeoutMillis: number('max_idle_connection_lifetime', 300) * 1000,
      maxLifetimeSeconds: number('max_connection_lifetime', 0),
      application_name: parameter('application_name') ?? '',
      keepAlive: true,
      // Too late, `pg` ends the connection as well: nobody would know whose answer comes next.
      query_timeout: socketTimeout * 1000,
      // A transaction's first statement follows its BEGIN without waiting.
      pipeline: true,
      ...(options === undefined ? {} : { options }),
    },
  };
}

/**
 * Opens something with the first TLS setting that the server agrees to.
 *
 * @throws what opening it with the last one tried threw
 */
export async function withAgreedTls<T>({ tls }: Connection, open: (ssl: TlsChoice) => Promise<T>): Promise<T> {
  for (const [index, ssl] of tls.entries()) {
    try {
      return await open(ssl);
    } catch (error) {
      const refusesThis = error instanceof DatabaseError ? error.code === '28000' : isWithoutTls(error);
      if (!refusesThis || index === tls.length - 1) throw error;
    }
  }
  throw new Error('unreachable: there is always a TLS setting');
}

/** What a connection of ours, and no engine's, has of a URL: where the server is, and who asks. */
const addressOf = ({ pool: { host, port, user, password, database, application_name, options } }: Connection) => ({
  ...{ host, port, user, password, database, application_name },
  ...(options === undefined ? {} : { options }),
});

/**
 * Connects to a database as the engine does, to whom the same address is given.
 *
 * @param url see `parseConnectionUrl`; parameters that tell an engine how to work have no say
 * @param settings of the connection's own
 */
export function connectedTo(url: string, settings: ClientConfig = {}): Promise<Client> {
  const connection = parseConnectionUrl(url);
  return withAgreedTls(connection, async (ssl) => {
    const client = new Client({ ...addressOf(connection), ...settings, ssl });
    // A server that ends closes its connections. Whoever waits for an answer gets the error there.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  });
}

/** The same for a pool, which has made its first connection. */
export function poolTo(url: string, settings: PoolConfig = {}): Promise<Pool> {
  const connection = parseConnectionUrl(url);
  return withAgreedTls(connection, async (ssl) => {
    const pool = new Pool({ ...addressOf(connection), ...settings, ssl });
    pool.on('error', () => undefined);
    try {
      (await pool.connect()).release();
      return pool;
    } catch (error) {
      await pool.end();
      throw error;
    }
  });
}

/** Whether that is what `pg` says of a server that speaks no TLS. */
export const isWithoutTls = (error: unknown): boolean =>
  messageOf(error).includes('The server does not support SSL connections');

/** `prefer`, the default, means TLS where the server has it; on one's own machine it usually has not. */
function tlsChoices(parameter: (name: string) => string | undefined, local: boolean): TlsChoice[] {
  // In libpq's words, where `sslcert` is one's own; Prisma's is the server's.
  const certificate = parameter('sslrootcert') ?? parameter('sslcert');
  const mode = parameter('sslmode');
  const tls: TlsChoice = {
    // `verify-ca` and `verify-full` are libpq's, but they are meant.
    rejectUnauthorized: parameter('sslaccept') === 'strict' || mode?.startsWith('verify') === true,
    ...(certificate === undefined ? {} : { ca: readFileSync(certificate, 'utf8') }),
  };
  switch (mode) {
    case 'disable':
      return [false];
    case undefined:
    case 'prefer':
    case 'allow':
      return local ? [false, tls] : [tls, false];
    default:
      return [tls];
  }
}

const isLocal = (host: string): boolean =>
  host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.');
