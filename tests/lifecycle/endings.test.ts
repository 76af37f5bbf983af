import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, type NestedRun } from './nested-run';
import type { Role } from './processes';

test.skip(process.platform !== 'linux', 'These tests look at /proc.');
test.describe.configure({ timeout: 180_000 });

/** Both tests of `busy.nested.ts` are at work. */
const busy = ['busy-owner', 'busy-team_admin'];

/** What `report/behaviors.json` and the HTML report say, or rather whether they are there at all. */
const expectReports = (run: NestedRun) => {
  expect(existsSync(path.join(run.output, 'html', 'index.html')), 'the HTML report is there').toBe(true);
  const behaviors = JSON.parse(readFileSync(path.join(run.output, 'report', 'behaviors.json'), 'utf8')) as {
    complete: boolean;
    scenarios: { outcome: string }[];
  };
  expect(behaviors.scenarios).toHaveLength(2);
  return behaviors;
};

const interruptions = {
  'Ctrl-C': (run: NestedRun) => {
    run.signalGroup('SIGINT');
  },
  'SIGTERM to the runner': (run: NestedRun) => {
    process.kill(run.having('runner')[0].pid, 'SIGTERM');
  },
};

for (const [name, interrupt] of Object.entries(interruptions)) {
  test(`after ${name} the reporters have ended and nothing is left`, async ({ nested }) => {
    const run = nested({ words: ['busy'] });
    await run.until(...busy);
    const since = performance.now();
    interrupt(run);
    const { code } = await run.ended;
    expect(code, run.said).not.toBe(0);
    await run.expectNothingLeft(since);
    const { complete, scenarios } = expectReports(run);
    expect(complete).toBe(false);
    expect(scenarios.map(({ outcome }) => outcome)).toEqual(['not-run', 'not-run']);
  });
}

for (const role of ['runner', 'supervisor', 'launcher'] satisfies Role[]) {
  test(`after kill -9 of the ${role} nothing is left`, async ({ nested }) => {
    const run = nested({ words: ['busy'] });
    await run.until(...busy);
    const since = performance.now();
    process.kill(run.having(role)[0].pid, 'SIGKILL');
    await run.expectNothingLeft(since);
    expect(await run.ended, run.said).not.toMatchObject({ code: 0 });
    console.log(run.said);
  });
}

test('a guard that is killed is replaced, and the new one cleans up after kill -9 of the supervisor', async ({ nested }) => {
  const run = nested({ words: ['busy'] });
  await run.until(...busy);
  const [guard] = run.having('guard');
  process.kill(guard.pid, 'SIGKILL');
  await expect(() => {
    expect(run.having('guard').map(({ pid }) => pid)).not.toContain(guard.pid);
  }).toPass({ timeout: 10_000 });
  const since = performance.now();
  process.kill(run.having('supervisor')[0].pid, 'SIGKILL');
  await run.expectNothingLeft(since);
  expect(await run.ended, run.said).not.toMatchObject({ code: 0 });
});
