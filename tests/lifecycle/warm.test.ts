import { writeFileSync } from 'node:fs';

import { loadSettings } from '../../stack/settings';
import { npmScript } from '../support/npm-script';
import { expect, test, type NestedRun } from './nested-run';

const stack = (...words: string[]) => npmScript('stack', ...words);

const pids = (run: NestedRun, role: Parameters<NestedRun['having']>[0]) =>
  run
    .having(role)
    .map(({ pid }) => pid)
    .sort();

/** Starts a command of the project beside a run, and gives what it said. */
type Tell = (
  words: readonly string[],
  environment?: Record<string, string>,
) => Promise<{ code: number | null; said: string }>;

const warmTest = test.extend<{ up: (...options: string[]) => Promise<NestedRun>; tell: (beside: NestedRun) => Tell }>({
  up: async ({ nested }, use) => {
    await use(async (...options) => {
      const up = nested({ command: stack('up', ...options) });
      expect(await up.ended, up.said).toMatchObject({ code: 0 });
      return up;
    });
  },
  tell: async ({ nested }, use) => {
    await use((beside) => async (command, environment = {}) => {
      const run = nested({ command, beside, environment });
      const { code } = await run.ended;
      return { code, said: run.said };
    });
  },
});

/** Lets a run's tests pass as soon as they begin. */
const atOnce = (run: NestedRun): NestedRun => {
  run.sign('enough');
  return run;
};

warmTest(
  'what is up is used by every run, by two at once without their meeting, and outlives them, killed ones too',
  async ({ up, tell, nested }) => {
    const warm = await up();
    const ask = tell(warm);
    const parts = () => (['supervisor', 'launcher', 'postmaster'] as const).map((role) => pids(warm, role));
    const [before, lanes] = [parts(), pids(warm, 'proxy')];
    expect(before.map(({ length }) => length)).toEqual([1, 1, 1]);
    // Forked ahead, for both workers of the first run.
    expect(lanes).toHaveLength(2);
    expect(await ask(stack('up'))).toMatchObject({
      code: 0,
      said: expect.stringContaining(`process ${before[0]?.[0]},`),
    });

    const [first, second] = [nested({ specs: ['busy'], beside: warm }), nested({ specs: ['busy'], beside: warm })];
    await first.untilSigns('busy-owner', 'busy-team_admin');
    await second.untilSigns('busy-owner', 'busy-team_admin');
    expect(first.said + second.said).not.toContain('Importing LiteLLM');
    expect(parts()).toEqual(before);
    expect(pids(warm, 'proxy')).toHaveLength(4);
    const databases = warm.having('engine').map(({ environment }) => environment.get('DATABASE_URL'));
    expect(new Set(databases).size).toBe(4);

    const { said } = await ask(stack('status'));
    expect(said).toContain(`LiteLLM ${loadSettings().release}, on a PostgreSQL of its own`);
    const runners = pids(warm, 'runner');
    for (const pid of runners)
      expect(said).toMatch(new RegExp(`^In use by process ${pid} since .* lanes: 2: .*busy$`, 'm'));
    expect(said).toMatch(/^Lanes ready: 0\. Memory: \d{3,4} MB\.$/m);
    const refused = await ask(stack('down'));
    expect(refused.code).toBe(1);
    for (const pid of runners) expect(refused.said).toContain(`process ${pid} (`);

    // Killed in the middle: it uses nothing any more. Its workers may have given their lanes back as they were.
    const [killed, survivor] = [first, second];
    const its = warm.having('runner').filter(({ environment }) => environment.get('RUN_DIR') === killed.output);
    expect(its).toHaveLength(1);
    for (const { pid } of its) process.kill(pid, 'SIGKILL');
    await killed.ended;
    await expect.poll(() => pids(warm, 'worker').length, { timeout: 30_000 }).toBe(2);
    await expect.poll(async () => (await ask(stack('status'))).said.match(/^In use/gm)).toHaveLength(1);
    expect(await atOnce(survivor).ended, survivor.said).toMatchObject({ code: 0 });
    expect(survivor.results.map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(parts()).toEqual(before);

    // No more than two lanes stay. One whose proxy is gone, or answers nobody, is not lent.
    await expect.poll(() => pids(warm, 'proxy').length, { timeout: 30_000 }).toBe(2);
    for (const [index, pid] of pids(warm, 'proxy').entries()) process.kill(pid, index === 0 ? 'SIGKILL' : 'SIGSTOP');
    const next = atOnce(nested({ specs: ['busy'], beside: warm }));
    expect(await next.ended, next.said).toMatchObject({ code: 0 });
    expect(parts()).toEqual(before);

    const logs = await ask(stack('logs'));
    for (const name of ['launcher.log', 'postgres.log', 'supervisor.log', 'proxy-plain-0'])
      expect(logs.said).toContain(name);

    // What a run would be refused for keeps nobody from ending it.
    const configuration = test.info().outputPath('proxy.yaml');
    writeFileSync(configuration, 'general_settings: [');
    const bad = { PROXY_CONFIG: configuration };
    expect(await ask(stack('status'), bad)).toMatchObject({ code: 1, said: expect.stringContaining(configuration) });
    expect(await ask(stack('down'), bad)).toMatchObject({ code: 0, said: 'The warm stack is gone.\n' });
    await warm.expectNothingLeft(performance.now());
    expect(await ask(stack('status'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('There is no warm stack.'),
    });
  },
);

warmTest(
  'a warm stack that will not do, or has lost a part, is made anew, and the user is told why',
  async ({ up, nested }) => {
    // Five starts.
    test.setTimeout(900_000);
    const warm = await up();
    const supervisor = () => warm.the('supervisor').pid;
    const run = async (environment: Record<string, string> = {}) => {
      const next = atOnce(nested({ specs: ['busy'], beside: warm, environment }));
      expect(await next.ended, next.said).toMatchObject({ code: 0 });
      return next.said;
    };
    const first = supervisor();
    expect(await run({ PREMIUM_USER: 'off' })).toContain(
      '[stack] The warm stack will not do: PREMIUM_USER is false now. Making it anew\n',
    );
    await expect.poll(() => warm.having('supervisor')).toHaveLength(1);
    const second = supervisor();
    expect(second).not.toBe(first);

    process.kill(second, 'SIGKILL');
    const environment = { PREMIUM_USER: 'off' };
    expect(await run(environment)).toContain(
      `[stack] The warm stack is gone (its supervisor, process ${second}, was ended)`,
    );
    const third = supervisor();

    process.kill(warm.the('postmaster').pid, 'SIGKILL');
    await expect.poll(() => pids(warm, 'supervisor'), { timeout: 30_000 }).not.toContain(third);
    expect(await run(environment)).toContain('[stack] The warm stack is gone (PostgreSQL is gone): making it anew\n');

    // In use by somebody else, it is left to him.
    const busy = nested({ specs: ['busy'], beside: warm, environment });
    await busy.untilSigns('busy-owner', 'busy-team_admin');
    const said = await run({ PREMIUM_USER: 'on' });
    expect(said).toMatch(
      /The warm stack will not do: PREMIUM_USER is true now\. Process \d+ uses it, so this run gets one/,
    );
    expect(await atOnce(busy).ended, busy.said).toMatchObject({ code: 0 });

    const down = nested({ command: stack('down'), beside: warm });
    expect(await down.ended, down.said).toMatchObject({ code: 0 });
    await warm.expectNothingLeft(performance.now());
  },
);

warmTest('a warm stack that nobody uses for a while leaves nothing', async ({ up, tell }) => {
  const warm = await up('--idle-minutes=0.05');
  await expect.poll(() => warm.processes.length, { timeout: 20_000 }).toBe(0);
  await warm.expectNothingLeft(performance.now());
  expect(await tell(warm)(stack('status'))).toMatchObject({ said: expect.stringContaining('There is no warm stack.') });
});

warmTest('what is left of a warm stack after a power cut is removed by `down`', async ({ up, tell }) => {
  const warm = await up();
  // It would start another guard.
  process.kill(warm.the('supervisor').pid, 'SIGSTOP');
  for (const role of ['guard', 'supervisor', 'launcher', 'proxy', 'engine', 'postmaster', 'backend'] as const)
    for (const pid of pids(warm, role)) kill(pid);
  await expect.poll(() => warm.processes).toEqual([]);
  const ask = tell(warm);
  expect(await ask(stack('status'))).toMatchObject({
    code: 1,
    said: expect.stringContaining(' is gone: it was killed'),
  });
  expect(await ask(stack('down'))).toMatchObject({ code: 0, said: 'The warm stack is gone.\n' });
  await warm.expectNothingLeft(performance.now());
  expect(await ask(stack('down'))).toMatchObject({ code: 0, said: 'There was no warm stack.\n' });
});

/** Somebody else may have ended it first. */
const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
};

warmTest('after Ctrl-C while a warm stack is being made nothing is left', async ({ nested }) => {
  const up = nested({ command: stack('up') });
  await up.untilSaid('Importing LiteLLM');
  const since = performance.now();
  up.signalGroup('SIGINT');
  expect(await up.ended).not.toMatchObject({ code: 0 });
  await up.expectNothingLeft(since);
});
