import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { collectScenarios } from '../fixtures/collect';
import type { Asked } from '../fixtures/scenario';
import { forgetPostgresVariables } from '../stack/environment';
import { lastLines, StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { loadSettings } from '../stack/settings';
import { startStack } from '../stack/warm';
import { circumstances } from './circumstances';
import { run, wordsOf } from './command';

const help = `Measures the main job: \`npm run bench -- [--out FILE] [spec files]\`. One run gives the time to the first scenario with
and without a warm stack, wall and CPU per scenario at one and two workers, and the same requests sent bare, without
Playwright, undo or judgement: what the harness costs. Prints JSON. On a machine that does something else, the numbers
are of that.
`;

/** What is measured: tables of requests, as most of the suite is. */
const usual = [
  'specs/keys/info.spec.ts',
  'specs/keys/update.spec.ts',
  'specs/teams/info.spec.ts',
  'specs/teams/update.spec.ts',
];

async function main(): Promise<void> {
  const { values, positionals } = wordsOf({ options: { out: { type: 'string' } }, allowPositionals: true }, help);
  const specs = positionals.length > 0 ? positionals : usual;
  const where = circumstances();
  // A warm stack is known by its TMPDIR too: this one is nobody else's.
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-bench-'));
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  try {
    const one = ['specs/keys/info.spec.ts', '-g', 'own key · owner '];
    // Whatever has to be installed or made is not what is measured.
    await measured(folder, one);
    const cold = await measured(folder, one);
    await command('npm', ['run', '-s', 'stack', '--', 'up']);
    try {
      const warm = await measured(folder, one);
      const [single, double] = [
        await measured(folder, [...specs, '--workers=1']),
        await measured(folder, [...specs, '--workers=2']),
      ];
      const bare = await replayed(specs);
      const perScenario = ({ wallMs, cpuMs, count }: Measured) => ({
        wallMs: rounded(wallMs / count),
        // What every run costs, whatever it runs, is in the run of one scenario too.
        cpuMs: rounded((cpuMs - warm.cpuMs) / (count - 1)),
      });
      const result = {
        ...where,
        firstScenarioSeconds: { cold: rounded(cold.firstMs / 1000), warm: rounded(warm.firstMs / 1000) },
        scenarios: double.count,
        perScenario: { oneWorker: perScenario(single), twoWorkers: perScenario(double) },
        bareRequestMs: { oneLane: rounded(bare.one), twoLanes: rounded(bare.two) },
        overhead: rounded(double.wallMs / double.count / bare.two),
        scaling: rounded(single.wallMs / double.wallMs),
      };
      const text = `${JSON.stringify(result, null, 2)}\n`;
      process.stdout.write(text);
      if (values.out !== undefined) writeFileSync(values.out, text);
    } finally {
      await command('npm', ['run', '-s', 'stack', '--', 'down']);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly count: number;
  /** From the command to the first scenario's beginning. */
  readonly firstMs: number;
  /** From the first scenario's beginning to the last one's end. */
  readonly wallMs: number;
  /** Of the whole machine, during the whole command. */
  readonly cpuMs: number;
}

const resultSchema = z.object({ startTime: z.coerce.date(), duration: z.number(), status: z.string() });
interface Suite {
  readonly specs: { tests: { results: z.infer<typeof resultSchema>[] }[] }[];
  readonly suites?: Suite[] | undefined;
}
const suiteSchema: z.ZodType<Suite> = z.lazy(() =>
  z.object({
    specs: z.array(z.object({ tests: z.array(z.object({ results: z.array(resultSchema) })) })),
    suites: z.array(suiteSchema).optional(),
  }),
);

/** Runs the main job, or a part of it, with the reporters that it always has. */
async function measured(folder: string, words: readonly string[]): Promise<Measured> {
  const runFolder = mkdtempSync(path.join(folder, 'run-'));
  const report = path.join(runFolder, 'bench.json');
  const [since, busySince] = [Date.now(), busyMs()];
  await command('npx', ['playwright', 'test', ...words, '--add-reporter=json'], {
    RUN_DIR: runFolder,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  const cpuMs = busyMs() - busySince;
  const resultsOf = ({ specs, suites = [] }: Suite): z.infer<typeof resultSchema>[] => [
    ...specs.flatMap(({ tests }) => tests.flatMap(({ results }) => results)),
    ...suites.flatMap(resultsOf),
  ];
  const results = z.object({ suites: z.array(suiteSchema) }).parse(JSON.parse(readFileSync(report, 'utf8')));
  const all = results.suites.flatMap(resultsOf);
  const begins = all.map(({ startTime }) => startTime.getTime());
  const first = Math.min(...begins);
  const last = Math.max(...all.map(({ startTime, duration }) => startTime.getTime() + duration));
  return { count: all.length, firstMs: first - since, wallMs: last - first, cpuMs };
}

/** Milliseconds of work that all processors have done since the machine started. */
const busyMs = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** Sends the requests of the scenarios of `specs` bare, one after the other on each lane: milliseconds per request. */
async function replayed(specs: readonly string[]): Promise<{ one: number; two: number }> {
  const scenarios = await collectScenarios(specs.map((spec) => path.join(projectFolder, spec)));
  forgetPostgresVariables();
  const stack = await startStack(loadSettings(), () => undefined);
  process.env.STACK_SESSION = stack.session;
  const { Lane } = await import('../fixtures/lane');
  try {
    const onLanes = async (count: number): Promise<number> => {
      const lanes = await Promise.all(Array.from({ length: count }, (_, index) => Lane.borrow('plain', index)));
      const shares = await Promise.all(
        lanes.map(async (lane, index) => {
          const asked: Asked[] = [];
          for (const each of scenarios.filter((_, nth) => nth % count === index)) asked.push(await each.arrange(lane));
          return { lane, asked };
        }),
      );
      const since = performance.now();
      await Promise.all(
        shares.map(async ({ lane, asked }) => {
          for (const each of asked) await send(lane.baseUrl, each);
        }),
      );
      const wall = performance.now() - since;
      for (const { lane } of shares) {
        await lane.undo();
        await lane.giveBack();
      }
      return wall / scenarios.length;
    };
    return { one: await onLanes(1), two: await onLanes(2) };
  } finally {
    stack.release();
  }
}

async function send(baseUrl: string, { method, path: place, query, body, headers }: Asked): Promise<void> {
  const url = new URL(place, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.text();
}

async function command(name: string, words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const child = spawn(name, words, {
    cwd: projectFolder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new StackError(
      `${[name, ...words].join(' ')} ended with ${String(code)}:\n${lastLines(said)}`,
      'Mend that first.',
    );
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

run(main);
