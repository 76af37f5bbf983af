import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { runsTests } from '../../stack/run-folder';
import { expect, test, type NestedRun } from './nested-run';

const command = (...words: string[]) => ['npx', 'playwright', ...words, '-c', 'tests/lifecycle/claims'];

const claimsIn = (folder: string) => readdirSync(path.join(folder, 'test-results', '.main'));

/** Something that Playwright empties when a run begins. */
const results = (run: NestedRun) => path.join(run.output, 'test-results', 'main');

test('a second run in the same folder stops at once and names the first, but for one with a RUN_DIR', async ({
  nested,
}) => {
  const first = nested({ command: command('test') });
  await first.untilSigns('waiting');
  const same = { RUN_DIR: first.output };
  expect(existsSync(results(first))).toBe(true);

  const second = nested({ command: command('test'), environment: same });
  expect(await second.ended, second.said).toMatchObject({ code: 1 });
  expect(second.said).toContain(
    `The report folders in ${first.output} are in use: process ${first.the('runner').pid},`,
  );
  expect(second.said).toContain('RUN_DIR=/tmp/second-run npx playwright test');
  expect(second.said).not.toContain('Running 1 test');
  // It emptied nothing, and its claim went with it.
  expect(existsSync(results(first))).toBe(true);
  expect(claimsIn(first.output)).toHaveLength(1);

  const listing = nested({ command: command('test', '--list'), environment: same });
  expect(await listing.ended, listing.said).toMatchObject({ code: 0 });
  expect(listing.said).toContain('Total: 1 test');

  const elsewhere = nested({ command: command('test') });
  elsewhere.sign('enough');
  expect(await elsewhere.ended, elsewhere.said).toMatchObject({ code: 0 });

  first.sign('enough');
  expect(await first.ended, first.said).toMatchObject({ code: 0 });
  expect(claimsIn(first.output)).toEqual([]);
});

test('the claim of a killed run is in nobody’s way', async ({ nested }) => {
  const killed = nested({ command: command('test') });
  await killed.untilSigns('waiting');
  process.kill(killed.the('runner').pid, 'SIGKILL');
  await killed.ended;
  const [left = ''] = claimsIn(killed.output);
  expect(left).not.toBe('');
  killed.sign('enough');
  const same = { RUN_DIR: killed.output, NESTED_OUTPUT: killed.output };
  const next = nested({ command: command('test'), environment: same });
  expect(await next.ended, next.said).toMatchObject({ code: 0 });
  expect(claimsIn(killed.output)).toEqual([]);
});

test('of many runs that begin at once in one folder, at most one goes on', async ({ nested }) => {
  const first = nested({ command: command('test') });
  const environment = { RUN_DIR: first.output, NESTED_OUTPUT: first.output };
  const others = [1, 2].map(() => nested({ command: command('test'), environment }));
  // Each either waits for a sign or has ended.
  const ended: NestedRun[] = [];
  const all = [first, ...others];
  for (const run of all) void run.ended.then(() => ended.push(run));
  await expect.poll(() => ended.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  for (const run of ended) expect(run.said).toContain('are in use: process');
  first.sign('enough');
  const codes = await Promise.all(all.map(async (run) => (await run.ended).code));
  expect(codes.filter((code) => code === 0).length).toBeLessThanOrEqual(1);
});

for (const [words, does] of [
  ['/usr/bin/node /project/node_modules/.bin/playwright test', true],
  ['/usr/bin/node /project/node_modules/.bin/playwright test specs -g x', true],
  ['/usr/bin/node /project/node_modules/.bin/playwright test --ui', true],
  ['/usr/bin/node /project/node_modules/.bin/playwright test --list', false],
  ['/usr/bin/node /project/node_modules/.bin/playwright merge-reports -c playwright.config.ts', false],
  ['/usr/bin/node /project/node_modules/.bin/playwright show-report', false],
  ['/usr/bin/node /project/node_modules/.bin/playwright test-server', false],
  ['/usr/bin/node /project/node_modules/playwright/lib/worker/workerProcessEntry.js', false],
] as const) {
  test(`whether it runs tests: ${words}`, () => {
    expect(runsTests(words.split(' '))).toBe(does);
  });
}
