import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { withClient } from '../../stack/postgres/cluster';
import { readSession } from '../../stack/session';
import { databaseUrl, dropDatabase } from '../../stack/template/databases';
import { cloneName, openExternal } from '../../stack/template/external';
import { expect, test as base } from '../lifecycle/nested-run';
import { npmScript } from '../support/npm-script';

interface Server {
  /** The address that a person would put into STACK_DATABASE_URL: of a role that may make databases, and nothing else. */
  readonly url: string;
  /** The same as somebody who may do everything. */
  readonly adminUrl: string;
  databases(): Promise<string[]>;
}

/** The stack's own server, as a server that somebody else runs. */
const test = base.extend<{ server: Server }>({
  server: async ({}, use) => {
    const { serverUrl: adminUrl } = readSession();
    const role = `behavior_test_${randomBytes(4).toString('hex')}`;
    const asAdmin = <Row extends object>(sql: string) => withClient(adminUrl, (client) => client.query<Row>(sql));
    await asAdmin(`CREATE ROLE ${role} LOGIN CREATEDB PASSWORD 'hunter2'`);
    const url = new URL(adminUrl);
    [url.username, url.password] = [role, 'hunter2'];
    const databases = async () => {
      const { rows } = await asAdmin<{ datname: string }>(
        `SELECT datname FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE rolname = '${role}' ORDER BY 1`,
      );
      return rows.map(({ datname }) => datname);
    };
    await use({ url: url.href, adminUrl, databases });
    for (const database of await databases()) await withClient(adminUrl, (client) => dropDatabase(client, database));
    await asAdmin(`DROP ROLE ${role}`);
  },
});

const templates = /^behavior_template_/;

test('runs on a server of one’s own leave only the template there, drop what dead runs left, and touch nothing else', async ({
  nested,
  server,
}) => {
  const environment = { STACK_DATABASE_URL: server.url };
  const killed = nested({ specs: ['busy'], environment });
  await killed.untilSigns('busy-owner', 'busy-team_admin');
  const since = performance.now();
  process.kill(killed.the('supervisor').pid, 'SIGKILL');
  await killed.expectNothingLeft(since);
  const left = await server.databases();
  // Nobody is there any more to drop the two lanes; the next one who comes does.
  expect(left).toEqual([
    expect.stringMatching(/^behavior_[0-9a-f]{8}_[0-9a-f]{8}_plain_0_\d+$/),
    expect.stringMatching(/^behavior_[0-9a-f]{8}_[0-9a-f]{8}_plain_1_\d+$/),
    expect.stringMatching(templates),
  ]);

  // Another machine's run, at work, whose supervisor is connected to another database of the server.
  const [alive, foreign] = ['behavior_cafecafe_cafecafe_plain_0_1', 'behavior_notes'];
  await withClient(server.url, async (client) => {
    await client.query(`CREATE DATABASE ${alive}`);
    await client.query(`CREATE DATABASE ${foreign}`);
  });
  await withClient(databaseUrl(server.url, foreign), async (client) => {
    await client.query(`SELECT pg_advisory_lock(hashtextextended('behavior_cafecafe_cafecafe', 0))`);
    const next = nested({ specs: ['busy'], environment });
    await next.untilSigns('busy-owner', 'busy-team_admin');
    next.sign('enough');
    expect(await next.ended, next.said).toMatchObject({ code: 0 });
    // The template was there already.
    expect(next.said).not.toContain('Making the template');
    expect(next.said).not.toContain('hunter2');
    await expect.poll(() => server.databases()).toEqual([alive, foreign, expect.stringMatching(templates)]);
  });
});

test('a warm stack on a server of one’s own is used by runs, and leaves only the template there', async ({
  nested,
  server,
}) => {
  const environment = { STACK_DATABASE_URL: server.url };
  const stack = (word: string) => npmScript('stack', word);
  const warm = nested({ command: stack('up'), environment });
  expect(await warm.ended, warm.said).toMatchObject({ code: 0 });
  const supervisor = warm.the('supervisor').pid;
  const run = nested({ specs: ['busy'], beside: warm, environment });
  run.sign('enough');
  expect(await run.ended, run.said).toMatchObject({ code: 0 });
  expect(warm.the('supervisor').pid).toBe(supervisor);
  const down = nested({ command: stack('down'), beside: warm, environment });
  expect(await down.ended, down.said).toMatchObject({ code: 0 });
  await expect.poll(() => server.databases()).toEqual([expect.stringMatching(templates)]);
  await expect.poll(() => warm.processes).toEqual([]);
});

/** What is asked for where the server is refused before anything is made on it. */
const unused = {
  fingerprint: 'unused',
  prefix: 'behavior_00000000_00000000',
  migrations: '/nowhere',
  masterKey: 'sk-never-used',
  startProxy: () => Promise.reject(new Error('no proxy is started here')),
  progress: () => undefined,
};

const changed = (url: string, change: (url: URL) => void): string => {
  const other = new URL(url);
  change(other);
  return other.href;
};

for (const { what, url, says } of [
  { what: 'a wrong password', url: (u: URL) => (u.password = 'hunter3'), says: 'password authentication failed' },
  { what: 'a port that nobody listens on', url: (u: URL) => (u.port = '1'), says: 'ECONNREFUSED 127.0.0.1:1' },
  { what: 'a database that is not there', url: (u: URL) => (u.pathname = '/nowhere'), says: 'does not exist' },
]) {
  test(`${what} in STACK_DATABASE_URL is told without the password`, async ({ server }) => {
    const opening = openExternal({ url: changed(server.url, url), ...unused });
    await expect(opening).rejects.toThrow('STACK_DATABASE_URL is postgresql://behavior_test_');
    await expect(opening).rejects.toThrow(says);
    await expect(opening).rejects.not.toThrow(/hunter/);
  });
}

test('a role that may not create databases is told what it lacks', async ({ server }) => {
  const role = new URL(server.url).username;
  await withClient(server.adminUrl, (client) => client.query(`ALTER ROLE ${role} NOCREATEDB`));
  const opening = openExternal({ url: server.url, ...unused });
  await expect(opening).rejects.toThrow(`its role ${role} may not create databases.`);
  await expect(opening).rejects.toThrow(`ALTER ROLE "${role}" CREATEDB;`);
});

test('a clone of the project keeps its name', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
  const [first, second] = await Promise.all([cloneName(home), cloneName(home)]);
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  expect(second).toBe(first);
  writeFileSync(path.join(home, 'clone'), 'nonsense');
  await expect(cloneName(home)).rejects.toThrow('holds no clone name: "nonsense"');
  rmSync(home, { recursive: true });
});
