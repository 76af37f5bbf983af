import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import { projectFolder } from '../../stack/home';
import { withTemporary } from '../../tools/children';
import { keepRound } from '../../tools/soak-record';
import { expect, test } from '../lifecycle/nested-run';
import { npmScript } from '../support/npm-script';

const soak = (...words: string[]) =>
  withTemporary('soak-test', async (TMPDIR) => {
    const [npm, ...said] = npmScript('soak', ...words);
    return await promisify(execFile)(npm, said, {
      cwd: projectFolder,
      env: { ...process.env, TMPDIR, STACK_SESSION: undefined },
    }).catch((error: unknown) => error as { code: number; stdout: string; stderr: string });
  });

test('shuffled: a short one, of one spec, finds nothing', async () => {
  test.setTimeout(600_000);
  const said = await soak('shuffled', '--rounds=1', '--', 'specs/harness/first-request.spec.ts');
  expect(said.stdout).toMatch(/^round 1: [1-9]\d* passed, 0 failed, 0 flaky, 0 leaks or errors, /m);
  expect(said.stdout).toContain('Nothing was found in 1 rounds.');
});

test('rounds of several sittings make one proof, which begins anew after one that found something', ({}, testInfo) => {
  const file = testInfo.outputPath('soak', 'any.json');
  const round = { seed: 'any', exitCode: 0, wallSeconds: 1, passed: 2, failed: 0, skipped: 0, flaky: 0, errors: 0 };
  const kept = () => JSON.parse(readFileSync(file, 'utf8')) as { enough: number; inARow: number; rounds: unknown[] };
  expect([round, round].map((each) => keepRound(file, { enough: 3 }, each))).toEqual([1, 2]);
  expect(kept()).toMatchObject({ enough: 3, inARow: 2, rounds: [{ seed: 'any' }, { seed: 'any' }] });
  expect(keepRound(file, { enough: 3 }, { ...round, exitCode: 1 })).toBe(0);
  // One that ran nothing proves nothing.
  expect(keepRound(file, { enough: 3 }, { ...round, passed: 0 })).toBe(0);
  expect(keepRound(file, { enough: 3 }, round)).toBe(1);
  expect(kept()).toMatchObject({ inARow: 1, rounds: [{ passed: 0 }, { passed: 2 }] });
});

test('a round that is interrupted is no round, and leaves nothing', async ({ nested }) => {
  const words = ['shuffled', '--rounds=2', '--', 'specs/harness/first-request.spec.ts'];
  const run = nested({ command: npmScript('soak', ...words) });
  await expect.poll(() => run.having('supervisor'), { timeout: 60_000 }).toHaveLength(1);
  const since = performance.now();
  run.signalGroup('SIGINT');
  expect(await run.ended).not.toMatchObject({ code: 0 });
  await run.expectNothingLeft(since);
  expect(run.said).toContain('The round was interrupted: it is not kept.');
  expect(run.said).not.toContain('round 1:');
  expect(readdirSync(run.temporary).filter((name) => name.startsWith('behavior-soak-'))).toEqual([]);
});

test('a soak that there is not is told, with those that there are', async () => {
  const said = await soak('endless');
  expect(said).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Say one of: shuffled, payloads, power, endings;'),
  });
});
