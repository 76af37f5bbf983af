import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { stackEnvironment } from '../../stack/environment';
import { projectFolder } from '../../stack/home';
import { withClient } from '../../stack/postgres/cluster';
import { ensureRelease, type Release } from '../../stack/release';
import { readSession } from '../../stack/session';
import { loadSettings } from '../../stack/settings';
import { expect, test as base } from '../support/database';
import { npmScript } from '../support/npm-script';

interface Outcome {
  code: number;
  /** What it said to a person. */
  said: string;
}

interface Fixtures {
  release: Release;
  /** Runs `npm run -s NAME -- …` in the project. */
  command: (name: string, args: string[], env?: Record<string, string>) => Promise<Outcome>;
  /** A folder that is gone after the test. */
  folder: string;
}

const test = base.extend<Fixtures>({
  release: async ({}, use) => {
    const { home } = loadSettings();
    await use(await ensureRelease({ version: readSession().release, home, progress: () => undefined }));
  },
  command: async ({}, use) => {
    await use(async (name, args, env = {}) => {
      try {
        const [npm, ...words] = npmScript(name, ...args);
        const { stderr } = await promisify(execFile)(npm, words, {
          cwd: projectFolder,
          env: stackEnvironment(env),
        });
        return { code: 0, said: stderr };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && typeof error.code === 'number' && 'stderr' in error))
          throw error;
        return { code: error.code, said: String(error.stderr) };
      }
    });
  },
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'behavior-commands-'));
    await use(folder);
    await rm(folder, { recursive: true });
  },
});

test('engine:migrate applies what is missing, once', async ({ command, databaseUrl, release }) => {
  test.setTimeout(120_000);
  const migrate = () => command('engine:migrate', [release.python], { DATABASE_URL: databaseUrl });
  const migrations = (await readdir(release.migrationsFolder, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const first = await migrate();
  expect(first.said).toMatch(new RegExp(`\\n${migrations.length} migrations are applied\\.\\n$`));
  const ledger = () =>
    withClient(databaseUrl, async (client) => {
      const { rows } = await client.query<{ name: string; done: boolean; steps: number; id: string }>(
        `SELECT migration_name AS name, finished_at >= started_at AS done, applied_steps_count AS steps, id FROM _prisma_migrations
          ORDER BY started_at`,
      );
      return rows;
    });
  const applied = await ledger();
  expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name).sort());
  expect(applied.every(({ done, steps }) => done && steps === 1)).toBe(true);
  expect(await migrate()).toEqual({ code: 0, said: 'There was nothing to apply.\n' });
  expect(await ledger()).toEqual(applied);

  const last = applied.at(-1)?.name ?? '';
  await withClient(databaseUrl, (client) =>
    client.query('UPDATE _prisma_migrations SET checksum = $1 WHERE migration_name = $2', ['0'.repeat(64), last]),
  );
  const changed = await migrate();
  expect(changed).toMatchObject({ code: 1, said: expect.stringContaining(`The migration ${last} is not the one`) });
  await withClient(databaseUrl, (client) =>
    client.query('UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1', [last]),
  );
  const unfinished = await migrate();
  expect(unfinished).toMatchObject({
    code: 1,
    said: expect.stringContaining(`The migration ${last} was begun earlier and not finished.`),
  });
  for (const { said } of [first, changed, unfinished]) expect(said).not.toContain(new URL(databaseUrl).password);
});

test('engine:migrate leaves alone what is not known to be its own', async ({ command, databaseUrl, release }) => {
  await withClient(databaseUrl, (client) => client.query('CREATE TABLE somebodys (id INT)'));
  const { code, said } = await command('engine:migrate', [release.python], { DATABASE_URL: databaseUrl });
  expect(said).toBe(
    'The database holds 1 tables and no record of migrations (_prisma_migrations).\n' +
      'Name an empty database, or one that LiteLLM or Prisma migrated.\n',
  );
  expect(code).toBe(1);
  expect(
    await withClient(databaseUrl, async (client) => {
      const { rows } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = current_schema()');
      return rows as unknown[];
    }),
  ).toEqual([{ tablename: 'somebodys' }]);
  const nowhere = databaseUrl.replace(/:\d+\//, ':1/');
  expect(await command('engine:migrate', [release.python], { DATABASE_URL: nowhere })).toMatchObject({
    code: 1,
    said: expect.stringContaining('The database cannot be reached'),
  });
  expect((await command('engine:migrate', [release.python])).said).toContain('DATABASE_URL is not set.');
});

test('engine:generate writes the client into the environment that is named', async ({ command, folder, release }) => {
  test.setTimeout(120_000);
  // Like a person's own: an environment with a `prisma` that no client was generated into; the rest is the release's.
  const environment = path.join(folder, 'venv');
  await promisify(execFile)(release.python, ['-m', 'venv', '--without-pip', environment]);
  const python = path.join(environment, 'bin/python');
  const { stdout } = await promisify(execFile)(python, [
    '-c',
    'import sysconfig; print(sysconfig.get_path("purelib"))',
  ]);
  const packages = stdout.trim();
  writeFileSync(path.join(packages, 'rest.pth'), `${release.sitePackages}\n`);
  await cp(path.join(release.sitePackages, 'prisma'), path.join(packages, 'prisma'), { recursive: true });
  const client = path.join(packages, 'prisma/client.py');
  await rm(client);
  const releases = path.join(release.sitePackages, 'prisma/client.py');
  const before = await readFile(releases, 'utf8');

  const { code, said } = await command('engine:generate', [python]);
  expect(said).toMatch(/^The client for \/.*\/litellm\/proxy\/schema\.prisma is generated\.\n$/);
  expect(code).toBe(0);
  const script = 'import prisma; print(prisma.__file__, hasattr(prisma.Prisma(), "litellm_teamtable"))';
  const seen = await promisify(execFile)(python, ['-c', script]);
  expect(seen.stdout).toBe(`${path.join(packages, 'prisma/__init__.py')} True\n`);
  expect(await readFile(releases, 'utf8')).toBe(before);

  // Where there is no LiteLLM, nothing is written.
  await rm(path.join(packages, 'rest.pth'));
  await rm(client);
  expect(await command('engine:generate', [python])).toMatchObject({
    code: 1,
    said: expect.stringContaining(`${python} has no package litellm`),
  });
  expect(existsSync(client)).toBe(false);
  expect((await command('engine:generate', ['python'])).said).toContain('absolute path of one Python interpreter');
});
