import { readFileSync } from 'node:fs';
import { cp, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { removeUnused } from '../home';
import { haveInPlace } from '../place';
import { createCluster, startCluster, withClient, type Cluster } from '../postgres/cluster';
import type { Account } from '../postgres/binaries';
import { applyMigrations } from '../postgres/migrations';
import type { Proxy } from '../proxy/launcher';
import { imagineWorld, seedWorld, type World } from './world';

/** The database that every lane is cloned from. */
export const templateDatabase = 'behavior_template';

/** A finished template on disk: a data folder of a cluster at rest, and what is in it. */
export interface Template {
  readonly dataFolder: string;
  readonly password: string;
  readonly world: World;
}

/** What is needed to make a template. */
export interface TemplateRecipe {
  readonly binaries: string;
  readonly account: Account;
  /** Where the cluster is while it is being filled; PostgreSQL's account must be able to get there. */
  readonly workshop: string;
  readonly migrations: string;
  readonly log: string;
  /** Starts a proxy on the template's database, which makes LiteLLM create its views. */
  readonly startProxy: (databaseUrl: string) => Promise<Proxy>;
}

/**
 * The template with this fingerprint, made now if it is not there: an empty cluster, the release's migrations, one start
 * of the proxy for its views, then the world.
 *
 * @param folder where templates are kept
 * @param progress gets a line per step
 */
export async function haveTemplate(
  folder: string,
  fingerprint: string,
  recipe: TemplateRecipe,
  progress: (line: string) => void,
): Promise<Template> {
  const finished = path.join(folder, fingerprint);
  await haveInPlace(finished, {
    make: (partial) => makeTemplate(partial, recipe, progress),
    waiting: (maker) => {
      progress(`Making the template database: process ${maker} is at it, waiting`);
    },
  });
  const now = new Date();
  await utimes(finished, now, now);
  await removeUnused(folder);
  const { password, world } = JSON.parse(readFileSync(path.join(finished, 'contents.json'), 'utf8')) as {
    password: string;
    world: World;
  };
  return { dataFolder: path.join(finished, 'data'), password, world };
}

/** Starts a cluster on a copy of the template, which stays as it is. */
export async function startFromTemplate(
  template: Template,
  recipe: Pick<TemplateRecipe, 'binaries' | 'account' | 'log'> & { dataFolder: string },
): Promise<Cluster> {
  await cp(template.dataFolder, recipe.dataFolder, { recursive: true });
  return startCluster({ ...recipe, password: template.password });
}

async function makeTemplate(folder: string, recipe: TemplateRecipe, progress: (line: string) => void): Promise<void> {
  const { binaries, account, workshop, log } = recipe;
  progress('Making the template database: a new PostgreSQL cluster');
  const password = await createCluster(binaries, account, workshop);
  const cluster = await startCluster({ binaries, account, dataFolder: workshop, password, log });
  try {
    const url = cluster.url(templateDatabase);
    await withClient(cluster.url('postgres'), (client) => client.query(`CREATE DATABASE ${templateDatabase}`));
    progress('Making the template database: migrations');
    await applyMigrations(url, recipe.migrations);
    progress('Making the template database: a first proxy, for its views');
    const proxy = await recipe.startProxy(url);
    await proxy.end();
    const world = imagineWorld();
    await withClient(url, async (client) => {
      await client.query('BEGIN');
      await seedWorld(client, world);
      await client.query('COMMIT');
    });
    await withClient(cluster.url('postgres'), async (client) => {
      // The engine of the proxy that has just ended may hold a connection still, and cloning insists on none.
      await client.query(`ALTER DATABASE ${templateDatabase} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
      await client.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        templateDatabase,
      ]);
    });
    await writeFile(path.join(folder, 'contents.json'), JSON.stringify({ password, world }), { mode: 0o600 });
  } finally {
    await cluster.stop('cleanly');
  }
  await rm(path.join(workshop, 'postmaster.opts'), { force: true });
  await cp(workshop, path.join(folder, 'data'), { recursive: true });
  await rm(workshop, { recursive: true, force: true });
}
