import { mergeTests } from '@playwright/test';

import { npmScript } from '../support/npm-script';
import { test as onCopy } from './copy';
import type { NestedRun } from './nested-run';
import { expect, test as onWarmStack } from './warm-stack';

/** One run after the other on a warm stack. */
const test = mergeTests(onWarmStack, onCopy).extend<{ runWith: (...options: string[]) => Promise<NestedRun> }>({
  runWith: async ({ nested, warm }, use) => {
    await use(async (...options) => {
      const run = nested({ specs: ['quick'], options, beside: warm });
      await run.ended;
      return run;
    });
  },
});

// All in one worker: they share its stack.
test.describe.configure({ mode: 'default' });

const passedOf = (run: NestedRun) => run.results.filter(({ status }) => status === 'passed').map(({ title }) => title);

/** The scenarios in the order in which they began. */
const orderOf = (run: NestedRun) => [...run.results].sort((a, b) => a.began - b.began).map(({ title }) => title);

test('--workers=4: four lanes, each of one worker at a time', async ({ runWith, warm }) => {
  const run = await runWith('--workers=4', '--repeat-each=3');
  expect(passedOf(run), run.said).toHaveLength(15);
  const lanes = new Set(run.results.flatMap(({ attempts }) => attempts.map(({ lane }) => lane)));
  expect([...lanes].sort()).toEqual([0, 1, 2, 3]);
  // Two of them stay for the next run.
  await expect.poll(() => warm.having('proxy').length, { timeout: 20_000 }).toBe(2);
});

test('--repeat-each=3: each passes three times', async ({ runWith }) => {
  const run = await runWith('--repeat-each=3');
  const passed = passedOf(run);
  expect(passed, run.said).toHaveLength(15);
  expect(new Set(passed).size).toBe(5);
});

test('--shard: two of them have every scenario, once', async ({ runWith }) => {
  const shards = [await runWith('--shard=1/2'), await runWith('--shard=2/2')];
  const passed = shards.map(passedOf);
  for (const part of passed) expect(part.length).toBeGreaterThan(0);
  expect(new Set(passed.flat()).size).toBe(5);
  expect(passed.flat()).toHaveLength(5);
});

test('-g: only what is named', async ({ runWith }) => {
  const run = await runWith('-g', '@team_admin');
  expect(passedOf(run), run.said).toEqual([expect.stringMatching(/ · team_admin$/)]);
});

test('--shuffle: a seed is an order', async ({ runWith }) => {
  const orders = [];
  for (const seed of ['one', 'one', 'two']) {
    const run = await runWith(`--shuffle=${seed}`, '--workers=1');
    expect(passedOf(run), run.said).toHaveLength(5);
    orders.push(orderOf(run));
  }
  const [first, again, other] = orders;
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('--retries: what fails is tried again, by another worker on the same lane', async ({ nested, warm }) => {
  const proxies = () => warm.having('proxy').map(({ pid }) => pid);
  const before = proxies();
  const run = nested({ specs: ['quick', 'failing'], options: ['--retries=2', '--workers=1'], beside: warm });
  expect(await run.ended, run.said).toMatchObject({ code: 1 });
  expect(passedOf(run)).toHaveLength(5);
  const [failed] = run.results.filter(({ status }) => status === 'failed');
  expect(failed?.attempts.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
  expect(failed?.attempts.map(({ lane }) => lane)).toEqual([0, 0, 0]);
  expect(new Set(failed?.attempts.map(({ worker }) => worker)).size).toBe(3);
  // The lane lived through it: nothing was forked.
  expect(proxies()).toEqual(before);
});

test('-x stops at the first failure, and --last-failed goes on from there', async ({ nested, warm }) => {
  // `failing` comes first by its name.
  const first = nested({ specs: ['failing', 'quick'], options: ['-x', '--workers=1'], beside: warm });
  expect(await first.ended, first.said).toMatchObject({ code: 1 });
  expect(first.results.filter(({ status }) => status === 'failed')).toHaveLength(1);
  expect(passedOf(first)).toEqual([]);

  const environment = { RUN_DIR: first.output };
  const again = async () => {
    const run = nested({ specs: ['failing', 'quick'], options: ['--last-failed'], beside: warm, environment });
    expect(await run.ended, run.said).toMatchObject({ code: 1 });
    return first.results.map(({ status }) => status).sort();
  };
  // What never ran counts as failed.
  expect(await again()).toEqual(['failed', ...Array<string>(5).fill('passed')]);
  expect(await again()).toEqual(['failed']);
});

test('a clone of the project has no part in the warm stack of another one', async ({ nested, warm, copy }) => {
  const command = npmScript('stack', 'status');
  const ours = nested({ command, beside: warm });
  expect(await ours.ended, ours.said).toMatchObject({ code: 0 });
  const theirs = nested({ command, beside: warm, project: copy.project });
  expect(await theirs.ended, theirs.said).toMatchObject({ code: 1 });
  expect(theirs.said).toContain('There is no warm stack.');
});
