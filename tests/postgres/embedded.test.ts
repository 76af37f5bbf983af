import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';

import { postgresAccount, preparePostgres, reachablePostgres } from '../../stack/postgres/binaries';
import { createCluster, startCluster, withClient } from '../../stack/postgres/cluster';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    chmodSync(folder, 0o755);
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

test('the copy has every link that an install script of npm would have made', async ({ folder }) => {
  const prepared = await preparePostgres(path.join(folder, 'kept'));
  const links = JSON.parse(readFileSync(path.join(prepared, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  expect(links.length).toBeGreaterThan(10);
  for (const { target } of links) {
    expect(lstatSync(path.join(prepared, path.relative('native', target))).isSymbolicLink(), target).toBe(true);
  }
});

test('two runs that prepare at once get the same copy, and leave no other', async ({ folder }) => {
  const kept = path.join(folder, 'kept');
  const prepared = await Promise.all([preparePostgres(kept), preparePostgres(kept)]);
  expect(prepared[0]).toBe(prepared[1]);
  expect(readdirSync(kept)).toEqual([path.basename(prepared[0])]);
});

test('a server starts though its programs lie where its account cannot go, and listens on loopback only', async ({
  folder,
}) => {
  const closed = path.join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const account = postgresAccount();
  const prepared = await preparePostgres(closed);
  const binaries = await reachablePostgres(prepared, account, path.join(folder, 'open'));
  // Who is not root runs PostgreSQL as himself, and can go where he can.
  expect(binaries).toBe(account === undefined ? prepared : path.join(folder, 'open'));

  const dataFolder = path.join(folder, 'data');
  const password = await createCluster(binaries, account, dataFolder);
  const log = path.join(folder, 'log');
  const cluster = await startCluster({ binaries, account, dataFolder, password, log });
  const settings = await withClient(cluster.url('postgres'), (client) =>
    client.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings
        WHERE name IN ('listen_addresses', 'unix_socket_directories', 'fsync') ORDER BY 1`,
    ),
  );
  const found = Object.fromEntries(settings.rows.map(({ name, setting }) => [name, setting]));
  expect(found).toEqual({ fsync: 'off', listen_addresses: '127.0.0.1', unix_socket_directories: '' });
  const wrong = cluster.url('postgres').replace(password, 'wrong');
  await expect(withClient(wrong, (client) => client.query('SELECT 1'))).rejects.toThrow('password authentication');
  await cluster.stop('at once');
  await expect(withClient(cluster.url('postgres'), (client) => client.query('SELECT 1'))).rejects.toThrow(
    'ECONNREFUSED',
  );
});
