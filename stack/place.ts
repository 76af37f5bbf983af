import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { hasPulse, mayRun, processSpace, pulseMs } from './pulse';

/**
 * Makes a folder that is at all times either absent or whole, however its maker ends, and only once where several want
 * it: it is made beside its place and renamed into it.
 *
 * @param place absolute path of the folder to have
 * @param options.isThere whether what is in the place will do; left out: whether there is anything
 * @param options.make fills an empty folder
 * @param options.waiting told, once, which process is making it meanwhile
 */
export async function haveInPlace(
  place: string,
  options: {
    readonly isThere?: () => Promise<boolean>;
    readonly make: (folder: string) => Promise<void>;
    readonly waiting?: (pid: number) => void;
  },
): Promise<void> {
  const { make, isThere = () => Promise.resolve(existsSync(place)), waiting = () => undefined } = options;
  if (await isThere()) return;
  await mkdir(path.dirname(place), { recursive: true });
  const claim = await claimPlace(place, waiting);
  try {
    if (await isThere()) return;
    await removeFromPlace(place);
    await make(claim.folder);
    await rename(claim.folder, place).catch(async (error: unknown) => {
      // Two claims made in the same instant both make it; the second one uses what the first one made.
      if (!(await isThere())) throw error;
    });
  } finally {
    await claim.letGo();
  }
}

/**
 * Runs `work` with a new folder beside a place, which is removed afterwards: where we are killed, by whoever is next.
 *
 * @param place absolute; nothing need be there
 */
export async function withFolderBeside<T>(place: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(path.dirname(place), { recursive: true });
  const folder = partialBeside(place);
  await mkdir(folder);
  const claim = hold(folder);
  try {
    await liveClaims(place);
    return await work(folder);
  } finally {
    await claim.letGo();
  }
}

/** A folder beside a place, in which its owner makes what shall be in that place. */
interface Claim {
  readonly folder: string;
  /** Ends the claim, and removes the folder unless it was renamed into its place. */
  readonly letGo: () => Promise<void>;
}

/** Tells apart what one process claims in one millisecond. */
let made = 0;

/**
 * Claims a place to make something in, and waits while an older claim to it is at work. A claim is a folder whose name
 * says when it was made and by which process, so nothing needs unlocking: what a killed owner left behind is known by
 * its process being gone (or, where another process has its number now, by a pulse that stopped), and is removed here.
 *
 * Two claims made in the same instant may both be granted: whoever renames second has to take what is in the place.
 *
 * @param place absolute path of a folder that need not exist; its parent must
 * @param waiting told, once, whose claim is waited for
 */
async function claimPlace(place: string, waiting: (pid: number) => void): Promise<Claim> {
  let told = false;
  for (;;) {
    const folder = partialBeside(place);
    await mkdir(folder);
    const [oldest] = await liveClaims(place);
    if (oldest === undefined || oldest.folder === folder) return hold(folder);
    await removeFolder(folder);
    if (!told) waiting(oldest.pid);
    told = true;
    await delay(100);
  }
}

/** Takes what lies in a place out of it and removes it, so that the place is at no time half empty. */
async function removeFromPlace(place: string): Promise<void> {
  const aside = partialBeside(place);
  await rename(place, aside).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await removeFolder(aside);
}

function hold(folder: string): Claim {
  const pulse = setInterval(() => {
    const now = new Date();
    // It may just have been renamed into its place.
    utimes(folder, now, now).catch(() => undefined);
  }, pulseMs).unref();
  // Playwright ends its process when it is interrupted, whoever is at work in it.
  const abandon = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  process.once('exit', abandon);
  const letGo = async () => {
    process.off('exit', abandon);
    clearInterval(pulse);
    await removeFolder(folder);
  };
  return { folder, letGo };
}

const partialBeside = (place: string): string =>
  `${place}.${Date.now()}.${processSpace}.${process.pid}.${(made += 1)}.partial`;

/** The claims to a place whose owners are at work, oldest first. Abandoned ones, to any place beside it, are removed. */
async function liveClaims(place: string): Promise<{ folder: string; pid: number }[]> {
  const parent = path.dirname(place);
  const live: { folder: string; pid: number; since: number }[] = [];
  for (const name of await readdir(parent)) {
    const [, of, since, space, pid] = /^(.+)\.(\d+)\.([0-9a-f]{8})\.(\d+)\.\d+\.partial$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const folder = path.join(parent, name);
    if (!mayRun({ space, pid: Number(pid) }) || !(await hasPulse(folder))) await removeFolder(folder);
    else if (of === path.basename(place)) live.push({ folder, pid: Number(pid), since: Number(since) });
  }
  return live.sort((a, b) => a.since - b.since || (a.folder < b.folder ? -1 : 1));
}

/**
 * Writes a file that is at all times absent, or whole as it was or as it is to be.
 *
 * @param file in a folder that is there
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const partial = partialBeside(file);
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Its owner's last child may still be writing into it for a moment. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
