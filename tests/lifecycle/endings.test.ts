import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, type NestedRun } from './nested-run';
import type { Role } from '../../tools/processes';

const kill = (run: NestedRun, role: Role) => {
  process.kill(run.the(role).pid, 'SIGKILL');
};

const ctrlC = (run: NestedRun) => {
  run.signalGroup('SIGINT');
};

/** How a person or a machine stops a run: with time to tell what it had seen. */
const interruptions: Readonly<Record<string, (run: NestedRun) => void>> = {
  'Ctrl-C': ctrlC,
  'SIGTERM to the runner': (run) => {
    process.kill(run.the('runner').pid, 'SIGTERM');
  },
  'SIGTERM to npx': (run) => {
    run.signalCommand('SIGTERM');
  },
};

for (const [name, interrupt] of Object.entries(interruptions)) {
  test(`after ${name} the reporters have ended and nothing is left`, async ({ nested }) => {
    const run = nested({ specs: ['busy'] });
    await run.untilSigns('busy-owner', 'busy-team_admin');
    const since = performance.now();
    interrupt(run);
    await run.expectNothingLeft(since);
    expect(await run.ended).not.toMatchObject({ code: 0 });
    for (const report of [
      'playwright-report/index.html',
      'report/behaviors.json',
      'report/index.html',
      'results.json',
    ]) {
      expect(existsSync(path.join(run.output, report)), report).toBe(true);
    }
    expect(run.results.map(({ status }) => status)).toEqual(['interrupted', 'interrupted']);
    expect(JSON.parse(readFileSync(path.join(run.output, 'report', 'behaviors.json'), 'utf8'))).toMatchObject({
      complete: false,
      scenarios: [{ outcome: 'not-run' }, { outcome: 'not-run' }],
    });
  });
}

test('after kill -9 of the runner in the middle of a test nothing is left', async ({ nested }) => {
  const run = nested({ specs: ['busy'] });
  await run.untilSigns('busy-owner', 'busy-team_admin');
  const since = performance.now();
  kill(run, 'runner');
  await run.expectNothingLeft(since);
  expect(await run.ended).not.toMatchObject({ code: 0 });
});

for (const role of ['supervisor', 'launcher'] as const) {
  test(`after kill -9 of the ${role} in the middle of a test the run is given up and nothing is left`, async ({
    nested,
  }) => {
    const run = nested({ specs: ['busy', 'failing'] });
    await run.untilSigns('busy-owner', 'busy-team_admin');
    const since = performance.now();
    kill(run, role);
    await run.expectNothingLeft(since);
    expect(await run.ended).not.toMatchObject({ code: 0 });
    expect(run.said).toContain('The supervisor of the stack is gone.');
    // Neither passed, nor did a third one: it was not even tried, unless the supervisor had still PostgreSQL to end.
    expect(run.results.map(({ status = 'not run' }) => status)).toEqual([
      expect.stringMatching(/failed|interrupted/),
      expect.stringMatching(/failed|interrupted/),
      role === 'supervisor' ? 'not run' : expect.stringMatching(/not run|failed|interrupted/),
    ]);
  });
}

test('an engine that stands still goes with its stack', async ({ nested }) => {
  const run = nested({ specs: ['busy'] });
  await run.untilSigns('busy-owner', 'busy-team_admin');
  // It does not see that its proxy has ended.
  process.kill(run.first('engine').pid, 'SIGSTOP');
  const since = performance.now();
  kill(run, 'supervisor');
  await run.expectNothingLeft(since);
  expect(await run.ended).not.toMatchObject({ code: 0 });
});

/**
 * For `node`: makes the moment last half a second in which Playwright has made a worker and not started its process. One
 * that is told to stop in it never hears of it.
 */
const slowWorkers = `
  import fs from 'node:fs';
  const { mkdir } = fs.promises;
  fs.promises.mkdir = async (folder, ...rest) => {
    if (String(folder).includes('.playwright-artifacts-')) {
      fs.writeFileSync(process.env.NESTED_OUTPUT + '/worker-is-made', '');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return mkdir(folder, ...rest);
  };
`;

test('after Ctrl-C while a worker is being started nothing is left', async ({ nested }) => {
  const run = nested({
    specs: ['busy'],
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(slowWorkers)}` },
  });
  await run.untilSigns('worker-is-made');
  const since = performance.now();
  ctrlC(run);
  await run.expectNothingLeft(since);
  expect(await run.ended).not.toMatchObject({ code: 0 });
  expect(run.results.map(({ status = 'not run' }) => status)).toEqual(['not run', 'not run']);
});

test('a guard that is killed is replaced, and the new one cleans up after the supervisor', async ({ nested }) => {
  const run = nested({ specs: ['busy'] });
  await run.untilSigns('busy-owner', 'busy-team_admin');
  const { pid } = run.the('guard');
  kill(run, 'guard');
  await expect.poll(() => run.having('guard').filter((guard) => guard.pid !== pid)).toHaveLength(1);
  const since = performance.now();
  kill(run, 'supervisor');
  await run.expectNothingLeft(since);
  expect(await run.ended).not.toMatchObject({ code: 0 });
});

for (const [name, end] of Object.entries({
  'Ctrl-C': ctrlC,
  'kill -9 of the runner': (run: NestedRun) => {
    kill(run, 'runner');
  },
})) {
  test(`after ${name} while the stack is being started nothing is left`, async ({ nested }) => {
    const run = nested({ specs: ['busy'] });
    await run.untilSaid('Importing LiteLLM');
    const since = performance.now();
    end(run);
    await run.expectNothingLeft(since);
    expect(await run.ended).not.toMatchObject({ code: 0 });
  });
}
