import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { mergeTests } from '@playwright/test';

import { test as browsing } from '../support/chromium';
import { expect, test as copying } from './copy';

const test = mergeTests(copying, browsing);

test('--ui runs scenarios, sees an edit, runs them again on the same stack, and leaves nothing', async ({
  nested,
  copy,
  distribution,
}) => {
  // A stack is made before the list of tests is shown, with a template of its own, and a browser is at work beside it.
  test.setTimeout(900_000);
  const run = nested({
    project: copy.project,
    specs: ['quick'],
    options: ['--ui-host=127.0.0.1', '--ui-port=0'],
  });
  await run.untilSaid('Listening on ');
  const [, address = ''] = /Listening on (http:\/\/\S+)/.exec(run.said) ?? [];
  const page = await distribution.newPage();
  await page.goto(address);
  const tree = page.getByTestId('test-tree');
  const status = page.getByTestId('status-line');
  // Global setup comes first, and with it the stack.
  await expect(tree).toContainText('quick.nested.ts', { timeout: 480_000 });
  await page.getByTitle('Run all').click();
  await expect(status).toHaveText('5/5 (100%) — 5 passed', { timeout: 60_000 });
  const stack = run.the('supervisor').pid;

  const spec = path.join(copy.project, 'tests/lifecycle/nested/quick.nested.ts');
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('status: 200', 'status: 418').replace(', once', ', edited'));
  await tree.getByText('quick.nested.ts').click();
  await page.keyboard.press('ArrowRight');
  await expect(tree).toContainText('own key, edited', { timeout: 30_000 });
  await page.getByTitle('Run all').click();
  await expect(status).toHaveText('5/5 (100%) — 5 failed', { timeout: 60_000 });
  expect(run.the('supervisor').pid).toBe(stack);
  await page.close();
  const since = performance.now();
  run.signalGroup('SIGINT');
  await run.ended;
  await run.expectNothingLeft(since);
});
