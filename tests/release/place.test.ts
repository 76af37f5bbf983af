import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { haveInPlace, withFolderBeside } from '../../stack/place';
import { processSpace } from '../../stack/pulse';
import { expect, test } from './folder';

/** Longer ago than any claim's last pulse. */
const longAgo = new Date(Date.now() - 3_600_000);

test('a claim that a clock which was set forward makes look abandoned is waited for', async ({ folder }) => {
  const place = path.join(folder, 'place');
  let finish: () => void = () => undefined;
  const isSeen = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const first = haveInPlace(place, {
    make: async (claim) => {
      await utimes(claim, longAgo, longAgo);
      await isSeen;
      await writeFile(path.join(claim, 'by'), 'the first');
    },
  });
  await expect.poll(() => readdirSync(folder)).toHaveLength(1);
  let waitedFor: number | undefined;
  const second = haveInPlace(place, {
    make: () => Promise.reject(new Error('the first one was at work')),
    waiting: (pid) => {
      waitedFor = pid;
      finish();
    },
  });
  await Promise.all([first, second]);
  expect(waitedFor).toBe(process.pid);
  expect(readdirSync(folder)).toEqual(['place']);
  expect(readdirSync(place)).toEqual(['by']);
});

test('a claim without a pulse is in nobody’s way, also where another process has its number', async ({ folder }) => {
  const place = path.join(folder, 'place');
  const left = `${place}.${longAgo.getTime()}.${processSpace}.${process.pid}.1.partial`;
  await mkdir(left);
  await utimes(left, longAgo, longAgo);
  await haveInPlace(place, { make: (claim) => writeFile(path.join(claim, 'by'), 'the next') });
  expect(existsSync(left)).toBe(false);
  expect(readdirSync(folder)).toEqual(['place']);
});

test('a folder beside a place is gone with its work, and so is what a killed process left of one', async ({
  folder,
}) => {
  const place = path.join(folder, 'place');
  const left = `${place}.${Date.now()}.${processSpace}.${await aDeadPid()}.1.partial`;
  await mkdir(left);
  const refused = withFolderBeside(place, async (own) => {
    await writeFile(path.join(own, 'text'), '');
    expect(readdirSync(folder)).toEqual([path.basename(own)]);
    throw new Error('that did not go well');
  });
  await expect(refused).rejects.toThrow('that did not go well');
  expect(readdirSync(folder)).toEqual([]);
});

/** The number of a process that has just ended. */
async function aDeadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}
