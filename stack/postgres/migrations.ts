import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { messageOf, StackError } from '../errors';
import { isDiskFull, withClient } from './cluster';

/** The names of the migrations in a folder, in the order in which they are applied. @throws StackError where there is none */
export async function migrationsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && /^\d/.test(entry.name)).map((entry) => entry.name);
  if (names.length > 0) return names.sort();
  throw new StackError(
    `${folder} holds no migrations.`,
    'litellm[proxy] belongs into this environment: see that it is installed, or have it installed again.',
  );
}

/**
 * Applies a release's migrations to an empty database, in the order of their names, as Prisma's own command would; the
 * schema engine behind that command cannot be had from a registry.
 *
 * @param folder `litellm_proxy_extras/migrations` of an installed release: a folder per migration
 */
export async function applyMigrations(url: string, folder: string): Promise<void> {
  const names = await migrationsIn(folder);
  await withClient(url, async (client) => {
    for (const name of names) {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      await client.query(sql).catch((error: unknown) => {
        if (isDiskFull(error)) throw error;
        throw new StackError(
          `The migration ${name} failed: ${messageOf(error)}`,
          'The release does not fit this PostgreSQL, or its installation is damaged.',
        );
      });
    }
  });
}
