import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Client } from 'pg';

import { StackError } from '../errors';
import { projectFolder } from '../home';
import { withClient } from '../postgres/cluster';
import { applyMigrations } from '../postgres/migrations';
import { json, quoted } from '../postgres/rows';
import type { Proxy } from '../proxy/launcher';
import { SideChannel } from '../proxy/side-channel';
import { furnishWorld, imagineWorld, seedWorld, type World } from './world';

/** The SQL of the effect log, which every lane gets with its template. */
const effectLog = path.join(projectFolder, 'stack', 'template', 'effects.sql');

/** What is needed to fill a template's database. */
export interface TemplateRecipe {
  /** The release's migrations: a folder each. */
  readonly migrations: string;
  /** Starts a proxy on the database, which makes LiteLLM create its views. */
  readonly startProxy: (databaseUrl: string) => Promise<Proxy>;
  readonly masterKey: string;
  /** Gets a line per step. */
  readonly progress: (line: string) => void;
}

/** What a template was made with. */
export interface TemplateContents {
  readonly world: World;
  /** Every route of the release's application, as `POST /key/update`. */
  readonly routes: readonly string[];
}

/** The databases of one run, on a server that has the template. */
export class Databases {
  /** The address of the server's own database. */
  readonly serverUrl: string;
  /** Where they are, for people: no secret is in it. */
  readonly description: string;
  readonly #template: string;
  readonly #prefix: string;
  readonly #end: () => Promise<void>;
  /** Settles, with the reason, when the databases can no longer be relied upon. */
  readonly lost: Promise<string>;
  #cloned = 0;
  #contents: Promise<TemplateContents> | undefined;

  /**
   * @param options.template the name of the template's database
   * @param options.prefix what this run's databases are called, before their own names
   * @param options.lost see `lost`
   * @param options.end what is left to do when nobody needs them any more
   */
  constructor(options: {
    serverUrl: string;
    description: string;
    template: string;
    prefix: string;
    lost: Promise<string>;
    end: () => Promise<void>;
  }) {
    this.serverUrl = options.serverUrl;
    this.description = options.description;
    this.#template = options.template;
    this.#prefix = options.prefix;
    this.#end = options.end;
    this.lost = options.lost;
  }

  /** Clones the template, and returns the clone's address. No name is used twice: somebody may still be connected. */
  async clone(name: string): Promise<string> {
    this.#cloned += 1;
    const database = `${this.#prefix}_${name.replaceAll('-', '_')}_${this.#cloned}`;
    await withClient(this.serverUrl, (client) =>
      client.query(`CREATE DATABASE ${quoted(database)} TEMPLATE ${quoted(this.#template)}`),
    );
    return databaseUrl(this.serverUrl, database);
  }

  /** Drops a clone, whoever is connected to it. */
  async drop(url: string): Promise<void> {
    await withClient(this.serverUrl, (client) =>
      dropDatabase(client, decodeURIComponent(new URL(url).pathname.slice(1))),
    );
  }

  /** What the template was made with. */
  contents(): Promise<TemplateContents> {
    this.#contents ??= this.#readContents();
    return this.#contents;
  }

  async #readContents(): Promise<TemplateContents> {
    const url = await this.clone('contents');
    const { rows } = await withClient(url, (client) =>
      client.query<TemplateContents>('SELECT world, routes FROM behavior.contents'),
    );
    await this.drop(url);
    const [contents] = rows;
    if (contents === undefined) throw new Error(`the template ${this.#template} does not say what it was made with`);
    return contents;
  }

  end(): Promise<void> {
    return this.#end();
  }
}

/** The address of another database of the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** How the comment on a template begins, before a date. */
export const lastUsed = 'last used ';

/** Notes on a template that it was used now. */
export const noteUse = (client: Client, database: string): Promise<unknown> =>
  client.query(`COMMENT ON DATABASE ${quoted(database)} IS '${lastUsed}${new Date().toISOString()}'`);

export const dropDatabase = async (client: Client, database: string): Promise<void> => {
  await client.query(`ALTER DATABASE ${quoted(database)} WITH IS_TEMPLATE false`);
  await client.query(`DROP DATABASE ${quoted(database)} WITH (FORCE)`);
};

/**
 * Makes the template's database: the release's migrations, one start of the proxy for its views, the world. Only a
 * finished one is marked as a template.
 *
 * @param name must not exist
 */
export async function fillTemplate(serverUrl: string, name: string, recipe: TemplateRecipe): Promise<void> {
  const { migrations, startProxy, masterKey, progress } = recipe;
  const url = databaseUrl(serverUrl, name);
  await withClient(serverUrl, async (client) => {
    await client.query(`CREATE DATABASE ${quoted(name)} ENCODING 'UTF8' TEMPLATE template0`);
    // One that is never finished is to be found, and dropped, too.
    await noteUse(client, name);
  });
  progress('Making the template database: migrations');
  await applyMigrations(url, migrations);
  progress('Making the template database: a first proxy, for its views');
  const proxy = await startProxy(url);
  const world = imagineWorld();
  await withClient(url, (client) => seedWorld(client, world));
  await furnishWorld(world, proxy.baseUrl, masterKey);
  const { routes } = await new SideChannel(proxy.baseUrl, masterKey).routes();
  await proxy.end();
  await withClient(url, async (client) => {
    // Beside LiteLLM's own schema: whoever clones the template has to know the actors' keys.
    await client.query('CREATE SCHEMA behavior');
    await client.query('CREATE TABLE behavior.contents (world jsonb NOT NULL, routes text[] NOT NULL)');
    await client.query('INSERT INTO behavior.contents VALUES ($1, $2)', [json(world), routes]);
    await client.query(readFileSync(effectLog, 'utf8'));
  });
  await withClient(serverUrl, async (client) => {
    await client.query(`ALTER DATABASE ${quoted(name)} WITH ALLOW_CONNECTIONS false`);
    await waitUntilAlone(client, name);
    await client.query(`ALTER DATABASE ${quoted(name)} WITH IS_TEMPLATE true`);
  });
}

/** The engine of a proxy that has just ended may hold a connection still, and cloning insists on none. */
async function waitUntilAlone(client: Client, database: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid, CASE WHEN usename = current_user AND backend_type = 'client backend' THEN pg_terminate_backend(pid) END
        FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
      [database],
    );
    if (rows.length === 0) return;
    await client.query('SELECT pg_sleep(0.02)');
  }
  throw new StackError(
    `Somebody stays connected to the database ${database}, which is to become a template.`,
    'End that session (see pg_stat_activity), and run again.',
  );
}
