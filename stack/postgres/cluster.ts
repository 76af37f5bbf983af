import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, openSync, readdirSync, closeSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from 'pg';

import { stackEnvironment } from '../environment';
import { messageOf, StackError, whatAndWhy } from '../errors';
import type { Account } from './binaries';
import { connectedTo } from './connection';

/** The only role of a cluster of ours. */
const superuser = 'behavior';

/** The settings of a cluster that is thrown away: nothing has to survive a power cut. */
const throwAway = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  listen_addresses: '127.0.0.1',
  // A socket file in /tmp would be one more thing to own.
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '64MB',
  jit: 'off',
  TimeZone: 'UTC',
};

/** A running PostgreSQL of our own. */
export interface Cluster {
  readonly port: number;
  readonly process: ChildProcess;
  /** The address of a database of this cluster, with password. */
  url(database: string): string;
  /** Ends it: cleanly, so that its folder can be copied, or at once. */
  stop(how: 'cleanly' | 'at once'): Promise<void>;
}

/**
 * Makes a data folder with a random password.
 *
 * @param dataFolder must not exist; its parent must
 * @returns the password of the cluster's only role
 */
export async function createCluster(binaries: string, account: Account, dataFolder: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const passwordFile = `${dataFolder}.password`;
  await mkdir(dataFolder, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  giveTo(account, dataFolder);
  giveTo(account, passwordFile);
  const options = [
    `--pgdata=${dataFolder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    // The password crosses loopback only, and a hash exchange costs milliseconds for each of many connections.
    '--auth=password',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-data-checksums',
    '--no-sync',
    '--wal-segsize=4',
  ];
  const run = spawnSync(path.join(binaries, 'bin', 'initdb'), options, {
    ...account,
    cwd: '/',
    env: stackEnvironment(),
    encoding: 'utf8',
  });
  await rm(passwordFile, { force: true });
  if (run.status !== 0) {
    throw new StackError(
      `initdb failed for ${dataFolder}: ${run.error?.message ?? run.stderr.trim()}`,
      'Is the disk of the temporary folder full, or read-only? TMPDIR names another one.',
    );
  }
  return password;
}

/**
 * Starts a server on a data folder, on a free port of loopback.
 *
 * @param options.log the file that gets the server's messages
 * @param options.next what a person is to do when it does not start
 * @throws StackError when it does not answer within 30 seconds
 */
export async function startCluster(options: {
  binaries: string;
  account: Account;
  dataFolder: string;
  password: string;
  log: string;
  next?: string;
}): Promise<Cluster> {
  const { binaries, account, dataFolder, password, log, next = 'Mend that, and run again.' } = options;
  giveTo(account, dataFolder);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const output = openSync(log, 'a', 0o600);
    const server = spawn(
      path.join(binaries, 'bin', 'postgres'),
      [
        '-D',
        dataFolder,
        '-p',
        String(port),
        ...Object.entries(throwAway).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...account, cwd: '/', env: stackEnvironment(), stdio: ['ignore', output, output], detached: true },
    );
    closeSync(output);
    const ended = new Promise<void>((resolve) => {
      server.once('exit', () => {
        resolve();
      });
      server.once('error', () => {
        resolve();
      });
    });
    const url = (database: string) => `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}`;
    const failure = await Promise.race([answers(url('postgres')), ended.then(() => 'it ended at once')]);
    if (failure === undefined) {
      const stop: Cluster['stop'] = async (how) => {
        server.kill(how === 'cleanly' ? 'SIGINT' : 'SIGQUIT');
        await ended;
      };
      return { port, process: server, url, stop };
    }
    server.kill('SIGQUIT');
    await ended;
    // Somebody may have taken the port between our look and the server's.
    if (attempt < 3 && readFileSync(log, 'utf8').includes('could not bind')) continue;
    throw new StackError(whatAndWhy(`PostgreSQL did not start on port ${port}, ${failure}`, log), next, log);
  }
}

/** Runs `work` with a connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectedTo(url);
  try {
    return await work(client);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw new StackError(
      `PostgreSQL has no space left: ${messageOf(error)}`,
      `Free some on its disk. The data of one that is brought along is in TMPDIR (${tmpdir()}): about 150 MB a run.`,
    );
  } finally {
    await client.end();
  }
}

/** Whether that is what PostgreSQL says. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '53100';

const answers = async (url: string): Promise<string | undefined> => {
  const deadline = performance.now() + 30_000;
  for (;;) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return undefined;
    } catch (error) {
      if (performance.now() > deadline) return messageOf(error);
    }
    await sleep(10);
  }
};

/** A port of loopback that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });

/** Makes a file, or a folder with all that is in it, the account's own. */
const giveTo = (account: Account, place: string): void => {
  if (account === undefined) return;
  chownSync(place, account.uid, account.gid);
  for (const entry of listed(place)) giveTo(account, path.join(place, entry));
};

const listed = (place: string): string[] => {
  try {
    return readdirSync(place);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [];
    throw error;
  }
};
