// What a command starts, and how that ends when the person at it does not wait.

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Settings of a run that are not for one on a stack of its own: an empty one stands for the default, also where `.env` says otherwise. */
export const onOwnStack = {
  STACK_SESSION: '',
  ATTACH_BASE_URL: '',
  ATTACH_DATABASE_URL: '',
  ATTACH_MASTER_KEY: '',
  ATTACH_WRITES: '',
} as const;

/** How long a stack is waited for that was let go of, in milliseconds. */
const patience = 60_000;

/** `npm` hands on a Ctrl-C that the terminal sent to both of us. That is no second one. */
const echoMs = 2_000;

let interruption: AbortSignal | undefined;

/** Aborted by the first Ctrl-C or its like, which then only ends what `start` has started; the second one ends this process. */
function interrupted(): AbortSignal {
  if (interruption !== undefined) return interruption;
  const controller = new AbortController();
  let since: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      since ??= performance.now();
      controller.abort();
      if (performance.now() - since > echoMs) process.exit(130);
    });
  }
  interruption = controller.signal;
  return interruption;
}

/** Whether the person at it does not wait any more: what was started then came to nothing. */
export const isInterrupted = (): boolean => interruption?.aborted === true;

/**
 * Starts a command with all that it starts as one group, which Ctrl-C ends: whoever waits for it sees it fail, and cleans up.
 *
 * @param options as for `spawn`; `isCleanUp`: it is not ended
 */
export function start(
  command: string,
  words: readonly string[],
  { isCleanUp = false, ...options }: SpawnOptions & { readonly isCleanUp?: boolean } = {},
): ChildProcess {
  const signal = interrupted();
  const child = spawn(command, words, { ...options, detached: true });
  if (isCleanUp) return child;
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    } catch {
      // It has ended.
    }
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  child.once('close', () => {
    signal.removeEventListener('abort', end);
  });
  return child;
}

/**
 * Runs `work` with a new folder, which may be the TMPDIR of what it starts. A warm stack is known by its TMPDIR too: that of
 * the clone is left alone. Once the stacks that were made in it have ended, the folder is removed.
 */
export async function withTemporary<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), `behavior-${name}-`));
  // PostgreSQL's account, which may be another one, has to get to its data.
  chmodSync(folder, 0o755);
  try {
    return await work(folder);
  } finally {
    const since = performance.now();
    while (readdirSync(folder).some((entry) => entry.startsWith('behavior-stack-'))) {
      if (performance.now() - since > patience) break;
      await sleep(50);
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
