import { existsSync, readdirSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { haveInPlace, processSpace } from '../../stack/place';
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
