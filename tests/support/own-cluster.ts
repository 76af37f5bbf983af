import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { homeFolders, projectFolder } from '../../stack/home';
import { postgresAccount, preparePostgres, reachablePostgres } from '../../stack/postgres/binaries';
import { createCluster, startCluster, type Cluster } from '../../stack/postgres/cluster';
import { loadSettings } from '../../stack/settings';

/**
 * Runs `work` with a PostgreSQL of a test's own, and a folder beside its data. A guard removes both, however this process
 * ends.
 *
 * @param prepare changes what is in the data folder before the server starts
 */
export async function withOwnCluster(
  work: (cluster: Cluster, folder: string) => Promise<void>,
  prepare: (dataFolder: string) => void = () => undefined,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
  chmodSync(folder, 0o755);
  const guard = spawn('/bin/sh', [path.join(projectFolder, 'stack/supervisor/guard.sh'), folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  try {
    const account = postgresAccount();
    const prepared = await preparePostgres(homeFolders(loadSettings().home).postgres);
    const binaries = await reachablePostgres(prepared, account, path.join(folder, 'programs'));
    // Where the guard looks for it.
    const dataFolder = path.join(folder, 'postgres');
    const password = await createCluster(binaries, account, dataFolder);
    prepare(dataFolder);
    await work(
      await startCluster({ binaries, account, dataFolder, password, log: path.join(folder, 'postgres.log') }),
      folder,
    );
  } finally {
    guard.stdin.end();
    await once(guard, 'exit');
  }
}
