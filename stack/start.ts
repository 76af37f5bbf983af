import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { stackEnvironment } from './environment';
import { aboutFolders, StackError, whatAndWhy } from './errors';
import { homeFolders, removeUnused } from './home';
import { buildProgram } from './programs';
import { writeProfiles } from './profiles';
import { ownConfigurationOf } from './profiles/own';
import { ensureRelease } from './release';
import { ensureCoverage } from './release/python-tools';
import type { Settings } from './settings';
import { startedStack, type StartedStack } from './started';
import { SupervisorClient } from './supervisor/client';
import type { StackOrder } from './supervisor/protocol';
import type { WarmRecord } from './warm-place';
import { wishOf } from './wish';

/** A started stack, and what its starter may ask of its supervisor. */
export interface OwnStack extends StartedStack {
  readonly client: SupervisorClient;
  readonly record: Omit<WarmRecord, 'idleMs'>;
}

/**
 * Makes a stack as the settings want it: installs what is not there yet, starts a supervisor, and waits until it can lend
 * lanes.
 *
 * @param progress gets a line per step that takes time
 * @param options.covers whether what its proxies run is noted: see `Session.covered`
 */
export function startOwnStack(
  settings: Settings,
  progress: (line: string) => void,
  { covers = false }: { readonly covers?: boolean } = {},
): Promise<OwnStack> {
  return start(settings, progress, covers).catch((error: unknown) => {
    throw aboutFolders(error, 'Starting the stack', settings.home);
  });
}

async function start(settings: Settings, progress: (line: string) => void, covers: boolean): Promise<OwnStack> {
  const { home } = settings;
  // Before anything is installed for it.
  if (settings.engine !== undefined) {
    checkEngine(
      settings.engine,
      'PRISMA_QUERY_ENGINE_BINARY names it: mend it, or leave the variable out to have ours.',
    );
  }
  const wish = wishOf(settings);
  const own = ownConfigurationOf(settings);
  const release = await ensureRelease({ version: settings.release, home, progress });
  const [engine, supervisor, profiles, packages] = await Promise.all([
    settings.engine ?? buildProgram('query-engine', home),
    buildProgram('supervisor', home),
    writeProfiles(home),
    covers ? ensureCoverage(release, { home, progress }) : undefined,
  ]);
  const since = new Date().toISOString();
  const run = `${since.replaceAll(/[:.]/g, '-')}-${process.pid}`;
  const logs = path.join(homeFolders(home).logs, run);
  const order = {
    ...{ home, run, wish, release, engine, profiles },
    ...(own === undefined ? {} : { own }),
    ...(packages === undefined ? {} : { coverage: packages.sitePackages }),
  };
  const { socket, pid } = await startSupervisor(supervisor, order, logs);
  const client = await SupervisorClient.connect(socket, logs);
  try {
    const admission = await client.start(wish, progress);
    if ('unfit' in admission) throw new Error(`a new stack is of no use: ${admission.unfit}`);
    return {
      ...startedStack(client, admission.session),
      client,
      record: { socket, pid, since, release: release.version, logs },
    };
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * Asks the engine for its version. One that cannot be run is hidden by LiteLLM's retries; what would surface, minutes
 * later, is "not connected".
 */
function checkEngine(executable: string, next: string): void {
  const answer = spawnSync(executable, ['--version'], { env: stackEnvironment(), encoding: 'utf8', timeout: 20_000 });
  if (answer.status === 0) return;
  const said = answer.error?.message ?? (answer.stderr.trim() || 'it says nothing');
  throw new StackError(
    `The query engine ${executable} does not run. Asked for --version, it ended with ${answer.status ?? answer.signal ?? 'nothing'}: ${said}`,
    next,
  );
}

async function startSupervisor(
  executable: string,
  order: StackOrder,
  logs: string,
): Promise<{ socket: string; pid: number }> {
  mkdirSync(logs, { recursive: true });
  await removeUnused(path.dirname(logs));
  const log = path.join(logs, 'supervisor.log');
  const output = openSync(log, 'a', 0o600);
  const supervisor = spawn(executable, [], {
    cwd: '/',
    env: stackEnvironment(),
    detached: true,
    stdio: ['pipe', output, output, 'pipe'],
  });
  closeSync(output);
  supervisor.once('error', () => undefined);
  supervisor.unref();
  supervisor.stdin?.end(JSON.stringify(order));
  // The type of a channel beyond standard error is either direction's; this one was made for reading.
  const socket = await firstLine(supervisor.stdio[3] as Readable);
  if (socket === undefined || supervisor.pid === undefined)
    throw new StackError(
      whatAndWhy('The supervisor of the stack did not start', log),
      'Mend that, and run again.',
      log,
    );
  return { socket, pid: supervisor.pid };
}

async function firstLine(channel: Readable): Promise<string | undefined> {
  try {
    for await (const line of createInterface({ input: channel })) return line;
    return undefined;
  } finally {
    // The supervisor's end stays open as long as it lives, and would keep this process alive.
    channel.destroy();
  }
}
