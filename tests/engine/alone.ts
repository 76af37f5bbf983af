/**
 * Runs the plain `litellm` command on the engine and a migrated PostgreSQL, has it make a key, and prints what it
 * answered. A program of its own, because a namespace with loopback only has to hold all of that: whoever starts it
 * ends everything with the namespace. Arguments: a folder of its own, and the release's interpreter.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { stackEnvironment } from '../../stack/environment';
import { homeFolders, projectFolder } from '../../stack/home';
import { postgresAccount, preparePostgres, reachablePostgres } from '../../stack/postgres/binaries';
import { createCluster, freePort, startCluster, withClient } from '../../stack/postgres/cluster';
import { buildProgram } from '../../stack/programs';
import { loadSettings } from '../../stack/settings';
import { npmScript } from '../support/npm-script';

const masterKey = 'sk-alone-in-this-test';

async function main([folder = '', python = '']: string[]): Promise<void> {
  const { home } = loadSettings();
  const account = postgresAccount();
  const prepared = await preparePostgres(homeFolders(home).postgres);
  const binaries = await reachablePostgres(prepared, account, path.join(folder, 'postgres-programs'));
  const dataFolder = path.join(folder, 'postgres');
  const password = await createCluster(binaries, account, dataFolder);
  const log = path.join(folder, 'postgres.log');
  const cluster = await startCluster({ binaries, account, dataFolder, password, log });
  const databaseUrl = cluster.url('postgres');

  const [npm, ...words] = npmScript('engine:migrate', python);
  const migration = spawn(npm, words, {
    cwd: projectFolder,
    env: stackEnvironment({ DATABASE_URL: databaseUrl }),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const migrated = await new Promise<number | null>((resolve) => migration.once('exit', resolve));

  const config = path.join(folder, 'config.yaml');
  writeFileSync(config, 'model_list: []\n');
  const port = await freePort();
  const output = openSync(path.join(folder, 'litellm.log'), 'w');
  // What `litellm` on the PATH is: a script of this interpreter.
  const command = [path.join(path.dirname(python), 'litellm'), '--config', config, '--host', '127.0.0.1'];
  const litellm = spawn(python, [...command, '--port', String(port)], {
    cwd: folder,
    env: stackEnvironment({
      HOME: folder,
      DATABASE_URL: databaseUrl,
      DISABLE_SCHEMA_UPDATE: 'true',
      LITELLM_MASTER_KEY: masterKey,
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      PRISMA_QUERY_ENGINE_BINARY: await buildProgram('query-engine', home),
    }),
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const base = `http://127.0.0.1:${port}`;
  for (;;) {
    if (litellm.exitCode !== null) throw new Error(`litellm ended with ${litellm.exitCode}`);
    const ready = await fetch(`${base}/health/readiness`).catch(() => undefined);
    if (ready?.ok === true) break;
    await sleep(100);
  }
  const response = await fetch(`${base}/key/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key_alias: 'made alone' }),
  });
  const { key } = (await response.json()) as { key?: string };
  const rows = await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query('SELECT key_alias FROM "LiteLLM_VerificationToken"');
    return rows as unknown[];
  });
  console.log(JSON.stringify({ migrated, status: response.status, key: key?.slice(0, 3), rows }));
  process.exit();
}

void main(process.argv.slice(2));
