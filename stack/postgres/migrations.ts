import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { messageOf, StackError } from '../errors';
import { isDiskFull, withClient } from './cluster';

/**
 * Applies a release's migrations to an empty database, in the order of their names, as Prisma's own command would; the
 * schema engine behind that command cannot be had from a registry.
 *
 * @param folder `litellm_proxy_extras/migrations` of an installed release: a folder per migration
 */
export async function applyMigrations(url: string, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && /^\d/.test(entry.name)).map((entry) => entry.name);
  if (names.length === 0) {
    throw new StackError(`${folder} holds no migrations.`, 'Remove the release’s folder to have it installed again.');
  }
  await withClient(url, async (client) => {
    for (const name of names.sort()) {
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
