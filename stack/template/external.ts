import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Client } from 'pg';

import { messageOf, StackError } from '../errors';
import { connectedTo } from '../postgres/connection';
import { quoted } from '../postgres/rows';
import { Databases, dropDatabase, fillTemplate, lastUsed, noteUse, type TemplateRecipe } from './databases';

const oldestServer = 13;

/** How long a template stays on the server that nobody uses, in days. */
const keptUnused = 7;

/** What the name of a database of ours looks like: `behavior_<clone>_<run>_…`. A template's does not. */
const laneDatabase = /^(behavior_[0-9a-f]{8}_[0-9a-f]{8})_/;
const templatePrefix = 'behavior_template_';

/**
 * Uses a PostgreSQL server of the user's own.
 *
 * A run is alive while its supervisor's session holds an advisory lock named after the run. Databases of runs without
 * one are dropped, whoever made them. The template stays on the server; it is made under a lock, once.
 *
 * @param options.url the address of a database on that server; the role needs CREATEDB and nothing else
 * @param options.prefix `behavior_<clone>_<run>`, what this run's databases are called, before their own names
 * @throws StackError that names STACK_DATABASE_URL when the server cannot be used
 */
export async function openExternal(
  options: { url: string; fingerprint: string; prefix: string } & TemplateRecipe,
): Promise<Databases> {
  const { url, fingerprint, prefix } = options;
  const session = await connect(url);
  try {
    const version = await requireUsable(session, url);
    // The session does nothing but hold a lock, for as long as a run takes. Servers before 14 end no idle session.
    if (version >= 14) await session.query('SET idle_session_timeout = 0');
    // First of all: whoever looks for dead runs must see that this one is not.
    await lock(session, prefix);
    await dropDeadRuns(session);
    // What is in a clone belongs to whoever made its template: every role has its own.
    const owner = createHash('sha256').update(new URL(url).username).digest('hex').slice(0, 6);
    const template = `${templatePrefix}${fingerprint.replaceAll(/[^0-9a-z]/g, '_')}_${owner}`;
    options.progress(`Using ${withoutPassword(url)}, PostgreSQL ${version}`);
    await haveTemplate(session, template, options);
    return new Databases({
      serverUrl: url,
      description: `PostgreSQL ${version} at ${withoutPassword(url)}`,
      template,
      prefix,
      lost: new Promise((resolve) => {
        session.once('end', () => {
          resolve(
            `the connection to ${withoutPassword(url)} is lost, and with it the lock that protects the databases`,
          );
        });
      }),
      end: async () => {
        for (const database of await databasesLike(session, `${prefix}_`)) await dropDatabase(session, database);
        await session.end();
      },
    });
  } catch (error) {
    await session.end().catch(() => undefined);
    throw error;
  }
}

/**
 * The name of this copy of the project on servers that others use as well: random, and kept in STACK_HOME.
 *
 * @returns eight hexadecimal digits
 */
export async function cloneName(home: string): Promise<string> {
  const file = path.join(home, 'clone');
  await mkdir(home, { recursive: true });
  const name = randomBytes(4).toString('hex');
  const proposal = `${file}.${process.pid}.${name}.partial`;
  await writeFile(proposal, name);
  // Whoever is first decides, and nobody sees half a name.
  await link(proposal, file).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  await rm(proposal);
  const kept = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f]{8}$/.test(kept)) {
    throw new StackError(`${file} holds no clone name: ${JSON.stringify(kept)}`, 'Remove it to have a new one made.');
  }
  return kept;
}

/** An address as it may be shown. */
function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  for (const name of ['password', 'sslpassword']) if (shown.searchParams.has(name)) shown.searchParams.set(name, '***');
  return shown.href;
}

async function connect(url: string): Promise<Client> {
  try {
    return await connectedTo(url, { connectionTimeoutMillis: 10_000, keepAlive: true });
  } catch (error) {
    throw new StackError(
      `STACK_DATABASE_URL is ${withoutPassword(url)}, and that server cannot be used: ${messageOf(error) || 'no answer'}`,
      'Check host, port, role, password and database; leave the variable out to have a PostgreSQL brought along.',
    );
  }
}

/** @returns the server's major version */
async function requireUsable(session: Client, url: string): Promise<number> {
  const { rows } = await session.query<{ version: number; role: string; may: boolean }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version, rolname AS role, rolcreatedb OR rolsuper AS may
      FROM pg_roles WHERE rolname = current_user`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new Error('the server does not know its own role');
  if (facts.version < oldestServer) {
    throw new StackError(
      `STACK_DATABASE_URL is ${withoutPassword(url)}, which is PostgreSQL ${facts.version}.`,
      `Name a server of version ${oldestServer} or newer.`,
    );
  }
  if (!facts.may) {
    throw new StackError(
      `STACK_DATABASE_URL is ${withoutPassword(url)}, and its role ${facts.role} may not create databases.`,
      `Let somebody who may run: ALTER ROLE ${quoted(facts.role)} CREATEDB;`,
    );
  }
  return facts.version;
}

/** The number of the advisory lock that stands for a name, as SQL. */
const lockKey = (name: string): string => `hashtextextended(${name}, 0)`;

/** Takes the lock that stands for a name, until it is given back or the session ends. */
const lock = (session: Client, name: string): Promise<unknown> =>
  session.query(`SELECT pg_advisory_lock(${lockKey('$1')})`, [name]);

/** Drops the databases of runs whose supervisors are gone. */
async function dropDeadRuns(session: Client): Promise<void> {
  for (const database of await databasesLike(session, 'behavior_')) {
    const [, run] = laneDatabase.exec(database) ?? [];
    if (run === undefined || (await isLocked(session, run))) continue;
    // It may be another role's, or somebody else has just dropped it: then it is not ours to drop.
    await dropDatabase(session, database).catch(() => undefined);
  }
}

/** Whether anybody on the server holds this lock, whichever database he is connected to. */
async function isLocked(session: Client, name: string): Promise<boolean> {
  const { rows } = await session.query(
    `SELECT FROM pg_locks, (SELECT ${lockKey('$1')} AS key) AS wanted
      WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND (classid::bigint << 32 | objid::bigint) = key`,
    [name],
  );
  return rows.length > 0;
}

const databasesLike = async (session: Client, prefix: string): Promise<string[]> => {
  const { rows } = await session.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [prefix],
  );
  return rows.map(({ datname }) => datname);
};

/** Makes the template where it is not there, and notes that it was used. */
async function haveTemplate(
  session: Client,
  template: string,
  options: { url: string } & TemplateRecipe,
): Promise<void> {
  await lock(session, template);
  try {
    const found = await session.query<{ finished: boolean }>(
      'SELECT datistemplate AS finished FROM pg_database WHERE datname = $1',
      [template],
    );
    if (found.rows[0]?.finished !== true) {
      // Somebody who made it was interrupted.
      if (found.rows.length > 0) await dropDatabase(session, template);
      await fillTemplate(options.url, template, options);
    }
    await noteUse(session, template);
  } finally {
    await session.query(`SELECT pg_advisory_unlock(${lockKey('$1')})`, [template]);
  }
  await dropUnusedTemplates(session, template);
}

/** Drops the templates of older code and other releases that nobody has used for a while. */
async function dropUnusedTemplates(session: Client, current: string): Promise<void> {
  const { rows } = await session.query<{ datname: string }>(
    `SELECT datname FROM pg_database
      WHERE starts_with(datname, $1) AND datname <> $2
        AND substring(shobj_description(oid, 'pg_database') FROM '${lastUsed}(.*)')::timestamptz < now() - $3 * interval '1 day'`,
    [templatePrefix, current, keptUnused],
  );
  for (const { datname } of rows) await dropDatabase(session, datname).catch(() => undefined);
}
