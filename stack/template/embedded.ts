import { readFileSync } from 'node:fs';
import { cp, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { homeFolders, removeUnused } from '../home';
import { haveInPlace } from '../place';
import { insistOnReach, postgresAccount, preparePostgres, reachablePostgres, type Account } from '../postgres/binaries';
import { createCluster, startCluster } from '../postgres/cluster';
import { Databases, fillTemplate, type TemplateRecipe } from './databases';

/** The database that every lane is cloned from. */
const template = 'behavior_template';

/** Where a cluster's programs are, who runs it, where its data lies, and where it tells what happens. */
interface Site {
  readonly binaries: string;
  readonly account: Account;
  readonly dataFolder: string;
  readonly log: string;
}

/**
 * Starts a PostgreSQL of our own, with the template in it.
 *
 * The template is kept in STACK_HOME as the data folder of a cluster at rest; every run starts its server on a copy, so
 * runs never meet, and what becomes of a run's data does not matter.
 *
 * @param options.folder the stack's temporary folder; the data is in its `postgres`, where the guard looks for it
 * @param options.fingerprint changes whenever a template made earlier would not be the one made now
 * @param options.prefix what this run's databases are called, before their own names
 * @param options.log the file for PostgreSQL's messages
 */
export async function openEmbedded(
  options: { home: string; folder: string; fingerprint: string; prefix: string; log: string } & TemplateRecipe,
): Promise<Databases> {
  const { home, folder, fingerprint, prefix, log, progress } = options;
  const account = postgresAccount();
  insistOnReach(folder, account);
  const prepared = await preparePostgres(homeFolders(home).postgres);
  const binaries = await reachablePostgres(prepared, account, path.join(folder, 'postgres-programs'));
  const site: Site = { binaries, account, dataFolder: path.join(folder, 'postgres'), log };

  const { templates } = homeFolders(home);
  const kept = path.join(templates, `${fingerprint}-${path.basename(prepared)}`);
  await haveInPlace(kept, {
    make: (partial) => makeTemplate(partial, site, options),
    waiting: (maker) => {
      progress(`Making the template database: process ${maker} is at it, waiting`);
    },
  });
  const now = new Date();
  await utimes(kept, now, now);
  await removeUnused(templates);

  const password = readFileSync(path.join(kept, 'password'), 'utf8');
  await cp(path.join(kept, 'data'), site.dataFolder, { recursive: true });
  const next = `Remove ${kept} to have the template made again, if that is what is damaged; if the disk is full, free some space.`;
  const cluster = await startCluster({ ...site, password, next });
  return new Databases({
    serverUrl: cluster.url('postgres'),
    description: `a PostgreSQL of its own, on port ${cluster.port}`,
    template,
    prefix,
    lost: new Promise((resolve) => {
      cluster.process.once('exit', () => {
        resolve('PostgreSQL is gone');
      });
    }),
    end: () => cluster.stop('at once'),
  });
}

async function makeTemplate(folder: string, site: Site, recipe: TemplateRecipe): Promise<void> {
  recipe.progress('Making the template database: a new PostgreSQL cluster');
  const password = await createCluster(site.binaries, site.account, site.dataFolder);
  const cluster = await startCluster({ ...site, password });
  try {
    await fillTemplate(cluster.url('postgres'), template, recipe);
  } finally {
    await cluster.stop('cleanly');
  }
  await writeFile(path.join(folder, 'password'), password, { mode: 0o600 });
  await cp(site.dataFolder, path.join(folder, 'data'), { recursive: true });
  await rm(site.dataFolder, { recursive: true, force: true });
}
