import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { aboutFolders, StackError } from './errors';
import { removeUnused } from './home';
import { haveInPlace } from './place';
import { tellOfOwnConfiguration } from './profiles/own';
import type { Settings } from './settings';
import { startOwnStack } from './start';
import { startedStack, type StartedStack } from './started';
import { SupervisorClient } from './supervisor/client';
import type { StackStatus, StackWish } from './supervisor/protocol';
import { readRecord, warmPlace, writeRecord, type WarmRecord } from './warm-place';
import { wishOf } from './wish';

/** How long a warm stack stays that nobody uses, in milliseconds. */
export const keptIdle = 30 * 60_000;
/** How long a supervisor may take to answer, and the guard of one that is gone to clean up, in milliseconds. */
const patience = 10_000;
/** How long a supervisor may take to end its stack with all lanes, in milliseconds, on a machine that has others to serve. */
const endingPatience = 60_000;

type Progress = (line: string) => void;

/**
 * Has a stack as the settings want it: the clone's warm one where `npm run stack -- up` left one, which is made anew when
 * it is gone or will not do; otherwise one of its own.
 *
 * @param progress gets a line per step that takes time
 */
export async function startStack(settings: Settings, progress: Progress): Promise<StartedStack> {
  tellOfOwnConfiguration(settings, progress);
  const record = readRecord(warmPlace(settings.home));
  const warm = record && (await haveWarmStack(settings, progress, record.idleMs));
  if (warm !== undefined) return warm;
  return startOwnStack(settings, progress);
}

/**
 * Uses the clone's warm stack, and makes it first where there is none that will do.
 *
 * @param idleMs how long a new one is to stay when nobody uses it
 * @returns undefined where the one that is there will not do, and others use it
 */
export async function haveWarmStack(
  settings: Settings,
  progress: Progress,
  idleMs: number,
): Promise<StartedStack | undefined> {
  const place = warmPlace(settings.home);
  const told = new Set<string>();
  // The place is looked at twice, before it is claimed and after.
  const tellOnce = (line: string) => {
    if (!told.has(line)) progress(line);
    told.add(line);
  };
  let joined: StartedStack | undefined;
  let made: { keep: () => Promise<void> } | undefined;
  let isBusy = false;
  const isThere = async (): Promise<boolean> => {
    const found = await join(settings, place, tellOnce);
    if (typeof found === 'object') {
      // Somebody else's came into the place first: see `haveInPlace`. Nobody would know of ours.
      joined?.letGo();
      made = undefined;
      joined = found;
    }
    isBusy = found === 'busy';
    return isBusy || joined !== undefined;
  };
  try {
    await haveInPlace(place, {
      isThere,
      make: async (folder) => {
        const own = await startOwnStack(settings, progress);
        joined = own;
        // It is kept once the record is in its place, and not before: somebody may end us between.
        made = { keep: () => own.client.keep({ place, idleMs }) };
        writeRecord(folder, { ...own.record, idleMs });
      },
      waiting: (maker) => {
        progress(`The warm stack: process ${maker} is making it, waiting`);
      },
    });
    await made?.keep();
    if (made !== undefined) await removeUnused(path.dirname(place));
  } catch (error) {
    joined?.letGo();
    throw aboutFolders(error, 'Making a warm stack', settings.home);
  }
  return joined;
}

/** Joins the stack in a place; one that is there and will not do is ended, unless others use it. */
async function join(settings: Settings, place: string, progress: Progress): Promise<StartedStack | 'none' | 'busy'> {
  const record = readRecord(place);
  if (record === undefined) return 'none';
  const client = await reach(record);
  if (client === undefined) {
    progress(
      `The warm stack is gone (${record.ended ?? `its supervisor, process ${record.pid}, was ended`}): making it anew`,
    );
    return 'none';
  }
  try {
    const admission = await answerOf(client, client.start(wishOf(settings), progress));
    if (admission === undefined) {
      progress(`The warm stack does not answer (process ${record.pid}): making it anew`);
      client.close();
      killSupervisor(record.pid);
      return 'none';
    }
    if ('session' in admission) return startedStack(client, admission.session);
    const [user] = admission.users;
    if (user !== undefined) {
      progress(
        `The warm stack will not do: ${admission.unfit}. Process ${user.pid} uses it, so this run gets one of its own`,
      );
      client.close();
      return 'busy';
    }
    const ends = await client.end();
    client.close();
    if (!ends) {
      progress(
        `The warm stack will not do: ${admission.unfit}. Somebody has just come to it, so this run gets one of its own`,
      );
      return 'busy';
    }
    progress(`The warm stack will not do: ${admission.unfit}. Making it anew`);
    return 'none';
  } catch (error) {
    client.close();
    throw error;
  }
}

/** A connection to the stack that a record names; undefined: it is gone. */
const reach = (record: WarmRecord): Promise<SupervisorClient | undefined> =>
  SupervisorClient.connect(record.socket, record.logs).catch(() => undefined);

/** What a supervisor answers; undefined: it is gone, or takes too long. */
async function answerOf<T>(client: SupervisorClient, answer: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const noAnswer = Promise.race([
    client.lost.then(() => undefined),
    sleep(patience, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  // An answer is also rejected when the supervisor is gone, but later than that is known.
  answer.catch(() => undefined);
  const first = await Promise.race([noAnswer, answer]);
  over.abort();
  return first;
}

/** Its guard does the rest. Where one cannot see whether the number is still a supervisor's, it is left alone. */
function killSupervisor(pid: number): void {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('supervisor.js')) process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone, or this is not Linux.
  }
}

/** What the clone's warm stack is and does. */
export type WarmStatus =
  | { readonly state: 'none' }
  | { readonly state: 'gone' | 'silent'; readonly record: WarmRecord }
  | { readonly state: 'running'; readonly record: WarmRecord; readonly status: StackStatus };

export const warmStatus = (settings: Settings): Promise<WarmStatus> => statusOf(settings.home, wishOf(settings));

async function statusOf(home: string, wish?: StackWish): Promise<WarmStatus> {
  const record = readRecord(warmPlace(home));
  if (record === undefined) return { state: 'none' };
  const client = await reach(record);
  if (client === undefined) return { state: 'gone', record };
  try {
    const status = await answerOf(client, client.status(wish));
    return status === undefined ? { state: 'silent', record } : { state: 'running', record, status };
  } finally {
    client.close();
  }
}

/**
 * Ends the clone's warm stack, or removes what a dead one left.
 *
 * @returns whether there was anything
 * @throws StackError while a run uses it
 */
export async function endWarmStack({ home }: Settings): Promise<boolean> {
  const place = warmPlace(home);
  const found = await statusOf(home);
  if (found.state === 'none') return false;
  const { record } = found;
  if (found.state === 'running') {
    const client = await reach(record);
    const ends = await client?.end();
    client?.close();
    if (ends === false) {
      const users = found.status.users.map(({ pid, command }) => `process ${pid} (${command})`);
      throw new StackError(
        `The warm stack is in use: ${users.join(', ') || 'somebody has just come'}.`,
        'Wait for its end, or end it; then run `npm run stack -- down` again.',
      );
    }
  } else if (found.state === 'silent') killSupervisor(record.pid);
  // The guard removes the stack's folder last of all.
  const folder = path.dirname(record.socket);
  const allowed = found.state === 'gone' ? patience : endingPatience;
  const since = performance.now();
  while (existsSync(folder)) {
    await sleep(20);
    if (performance.now() - since < allowed) continue;
    if (found.state === 'gone') {
      // So is its guard: the machine was switched off, say.
      rmSync(folder, { recursive: true, force: true });
      break;
    }
    throw new StackError(
      `The warm stack was ended, and its folder ${folder} is still there.`,
      'Its log says how far it came.',
      path.join(record.logs, 'supervisor.log'),
    );
  }
  rmSync(place, { recursive: true, force: true });
  return true;
}
