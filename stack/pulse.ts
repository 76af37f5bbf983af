// How one knows of a file or folder that it still has an owner: its process is there, and touches it every few seconds.

import { createHash } from 'node:crypto';
import { readlinkSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often an owner touches what is its own, and after how long without that it counts as abandoned. */
export const pulseMs = 5_000;
const abandonedMs = 60_000;

/** Where our process numbers mean anything: another machine, or another container, may share the folder. */
export const processSpace = createHash('sha256')
  .update(`${hostname()} ${linkOf('/proc/self/ns/pid')}`)
  .digest('hex')
  .slice(0, 8);

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    // Not Linux.
    return '';
  }
}

/** Whether a process may be an owner; of somebody elsewhere there is only the pulse to go by. */
export const mayRun = (owner: { readonly space: string | undefined; readonly pid: number }): boolean =>
  owner.space !== processSpace || isRunning(owner.pid);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A clock that was set forward makes everything look abandoned, until its owner's next pulse: that is waited for. */
export async function hasPulse(file: string): Promise<boolean> {
  const pulse = () =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  const last = await pulse();
  if (last === undefined || isFresh(last)) return last !== undefined;
  await sleep(2 * pulseMs);
  return isLater(await pulse(), last);
}

/** The same while a configuration loads, which waits for nobody. */
export function hasPulseSync(file: string): boolean {
  const pulse = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const last = pulse();
  if (last === undefined || isFresh(last)) return last !== undefined;
  sleepSync(2 * pulseMs);
  return isLater(pulse(), last);
}

const isFresh = (pulse: number): boolean => Date.now() - pulse < abandonedMs;
const isLater = (pulse: number | undefined, last: number): boolean => pulse !== undefined && pulse !== last;

export const sleepSync = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
