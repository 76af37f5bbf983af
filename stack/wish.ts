import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { projectFolder } from './home';
import { digestOf, ownConfigurationOf } from './profiles/own';
import type { Settings } from './settings';
import type { StackWish } from './supervisor/protocol';

/**
 * What settings and sources, as they are now, want of a stack.
 *
 * @throws StackError about an operator's configuration: see `readOwnConfiguration`
 */
export function wishOf(settings: Settings): StackWish {
  const { release, masterKey, premium, databaseUrl, engine } = settings;
  const changed = engine === undefined ? undefined : statSync(engine).mtime.toISOString();
  const own = ownConfigurationOf(settings);
  return {
    release,
    masterKey,
    premium,
    databaseUrl,
    engine: engine === undefined ? undefined : `${engine} of ${String(changed)}`,
    configuration: own === undefined ? undefined : { file: String(settings.configuration), digest: digestOf(own) },
    sources: sourcesOf(path.join(projectFolder, 'stack')),
  };
}

/**
 * A digest of all that a stack is made from and that can change under it: a few milliseconds' work.
 *
 * @param folder with the sources
 */
export function sourcesOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|py|sql|sh|txt|toml)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256').update(`${process.execPath} ${process.version}`);
  // What is installed, by npm's own account. Other installers leave none.
  const installed = path.join(projectFolder, 'node_modules', '.package-lock.json');
  for (const file of [...(existsSync(installed) ? [installed] : []), ...files]) {
    hash.update(`\0${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Why a stack that was made for one wish is of no use to another, as the end of a sentence; secrets are not shown.
 */
export function difference(made: StackWish, wanted: StackWish): string | undefined {
  if (made.release !== wanted.release) return `it is of release ${made.release}, and ${wanted.release} is wanted`;
  if (made.premium !== wanted.premium) return `PREMIUM_USER is ${String(wanted.premium)} now`;
  if (made.masterKey !== wanted.masterKey) return 'STACK_MASTER_KEY is another one now';
  if (made.databaseUrl !== wanted.databaseUrl) return 'STACK_DATABASE_URL is another one now';
  if (made.engine !== wanted.engine) return 'PRISMA_QUERY_ENGINE_BINARY is another one now';
  const { configuration: before } = made;
  const { configuration: now } = wanted;
  if (before?.file !== now?.file) return 'PROXY_CONFIG is another one now';
  if (before?.digest !== now?.digest) return `${String(now?.file)}, or what lies beside it, has changed since`;
  if (made.sources !== wanted.sources) return 'stack/, node_modules or Node has changed since';
  return undefined;
}
