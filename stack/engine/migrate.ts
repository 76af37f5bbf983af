import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Client } from 'pg';

import { messageOf, StackError } from '../errors';
import { connectedTo, parseConnectionUrl } from '../postgres/connection';
import { migrationsIn } from '../postgres/migrations';

/** Where Prisma's own command, and only it, keeps what was applied: see prisma-engines, `sql-migration-connector`. */
const ledger = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** The lock that Prisma's migrations take, so that the two never work at once. */
const lock = 72707369;

/**
 * Does what `prisma migrate deploy` does, whose engine no registry has: applies the migrations that a database lacks, in
 * the order of their names, and notes them where Prisma does, so that its command finds nothing left to do.
 *
 * @param databaseUrl as Prisma takes it, `schema` and other parameters included
 * @param folder a folder per migration, with a `migration.sql` in each
 * @param progress gets a line per migration
 * @returns how many were applied
 * @throws StackError for a database whose record of migrations is missing, unfinished or of other migrations, and for a
 *   migration that fails; none holds the URL
 */
export async function migrate(options: {
  databaseUrl: string;
  folder: string;
  progress: (line: string) => void;
}): Promise<number> {
  const { databaseUrl, folder, progress } = options;
  const client = await connected(databaseUrl);
  try {
    await client.query(`SELECT pg_advisory_lock(${lock})`);
    const known = await knownMigrations(client);
    let applied = 0;
    for (const name of await migrationsIn(folder)) {
      const sql = await readFile(path.join(folder, name, 'migration.sql'));
      const checksum = known.get(name);
      if (checksum !== undefined) {
        if (!isOf(sql, checksum)) throw changedSince(name, folder);
        continue;
      }
      await apply(client, name, sql);
      progress(name);
      applied++;
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function connected(databaseUrl: string): Promise<Client> {
  try {
    const client = await connectedTo(databaseUrl);
    const { greeting } = parseConnectionUrl(databaseUrl);
    if (greeting !== undefined) await client.query(greeting);
    return client;
  } catch (error) {
    throw new StackError(
      `The database cannot be reached: ${messageOf(error)}`,
      'DATABASE_URL names it, in the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE.',
    );
  }
}

/** The names of what was applied, with the checksums of that. */
async function knownMigrations(client: Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
  );
  if (tables.length > 0 && !tables.some(({ name }) => name === '_prisma_migrations')) {
    throw new StackError(
      `The database holds ${tables.length} tables and no record of migrations (_prisma_migrations).`,
      'Name an empty database, or one that LiteLLM or Prisma migrated.',
    );
  }
  await client.query(ledger);
  const { rows } = await client.query<{ name: string; checksum: string; unfinished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NULL AS unfinished FROM _prisma_migrations
      WHERE rolled_back_at IS NULL`,
  );
  const failed = rows.find(({ unfinished }) => unfinished);
  if (failed !== undefined) {
    throw new StackError(
      `The migration ${failed.name} was begun earlier and not finished.`,
      'Find out how far it came, mend the database, and set finished_at or rolled_back_at of its row in _prisma_migrations.',
    );
  }
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** Line ends are the checkout's, not the migration's. */
function isOf(sql: Buffer, checksum: string): boolean {
  const unix = sql.toString('utf8').replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === checksum);
}

const checksumOf = (sql: Buffer | string): string => createHash('sha256').update(sql).digest('hex');

const changedSince = (name: string, folder: string): StackError =>
  new StackError(
    `The migration ${name} is not the one that was applied to this database: its checksum in _prisma_migrations is another.`,
    `Is ${folder} of the LiteLLM that this database belongs to? Nothing after that migration was applied.`,
  );

/** Begun, done, noted: in three steps, because a migration may end the transaction that it is in. */
async function apply(client: Client, name: string, sql: Buffer): Promise<void> {
  const id = randomUUID();
  await client.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)`, [
    id,
    checksumOf(sql),
    name,
  ]);
  try {
    await client.query(sql.toString('utf8'));
  } catch (error) {
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, messageOf(error)]);
    throw new StackError(
      `The migration ${name} failed: ${messageOf(error)}`,
      'Mend the database, set rolled_back_at of its row in _prisma_migrations, and run this again.',
    );
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id]);
}
