import { mkdtempSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { lastLines, StackError } from '../../stack/errors';
import { projectFolder } from '../../stack/home';
import { onOwnStack, start } from '../children';

/** What was seen of one run of the main job, or of a part of it. */
export interface Measured {
  readonly count: number;
  /** From the command to the first scenario's beginning. */
  readonly firstMs: number;
  /** From the first scenario's beginning to the last one's end. */
  readonly wallMs: number;
  /** Of the whole machine, during the whole command. */
  readonly cpuMs: number;
  /** When each scenario began, in milliseconds after the first one, in the order of that. */
  readonly begins: readonly number[];
}

const resultSchema = z.object({ startTime: z.coerce.date(), duration: z.number(), status: z.string() });
type Result = z.infer<typeof resultSchema>;
interface Suite {
  readonly specs: { tests: { results: Result[] }[] }[];
  readonly suites?: Suite[] | undefined;
}
const suiteSchema: z.ZodType<Suite> = z.lazy(() =>
  z.object({
    specs: z.array(z.object({ tests: z.array(z.object({ results: z.array(resultSchema) })) })),
    suites: z.array(suiteSchema).optional(),
  }),
);

/**
 * Runs the main job with the reporters that it always has.
 *
 * @param folder where it may leave its reports
 * @param words what Playwright is given beside `test`
 * @throws StackError where it was not green
 */
export async function measured(folder: string, words: readonly string[]): Promise<Measured> {
  const runFolder = mkdtempSync(path.join(folder, 'run-'));
  const report = path.join(runFolder, 'bench.json');
  const [since, busySince] = [Date.now(), busyMs()];
  await command('npx', ['playwright', 'test', ...words, '--add-reporter=json'], {
    environment: { RUN_DIR: runFolder, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  const cpuMs = busyMs() - busySince;
  const resultsOf = ({ specs, suites = [] }: Suite): Result[] => [
    ...specs.flatMap(({ tests }) => tests.flatMap(({ results }) => results)),
    ...suites.flatMap(resultsOf),
  ];
  const { suites } = z.object({ suites: z.array(suiteSchema) }).parse(JSON.parse(readFileSync(report, 'utf8')));
  // A scenario of a route that the release has not is skipped, and takes no time.
  const all = suites.flatMap(resultsOf).filter(({ status }) => status !== 'skipped');
  const times = all.map(({ startTime }) => startTime.getTime()).sort((a, b) => a - b);
  const [first = since] = times;
  const last = all.reduce((end, { startTime, duration }) => Math.max(end, startTime.getTime() + duration), first);
  return {
    count: all.length,
    firstMs: first - since,
    wallMs: last - first,
    cpuMs,
    begins: times.map((time) => time - first),
  };
}

/**
 * Runs a command to its end, silently.
 *
 * @param options.isCleanUp whether it is run to its end when somebody has interrupted this
 * @throws StackError with its last lines where it failed
 */
export async function command(
  name: string,
  words: readonly string[],
  { environment = {}, isCleanUp = false }: { environment?: NodeJS.ProcessEnv; isCleanUp?: boolean } = {},
): Promise<void> {
  const child = start(name, words, {
    cwd: projectFolder,
    env: { ...process.env, ...onOwnStack, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    isCleanUp,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  throw new StackError(
    `${[name, ...words].join(' ')} ended with ${String(code)}:\n${lastLines(said)}`,
    'Mend that first.',
  );
}

/** Milliseconds of work that all processors have done since the machine started. */
const busyMs = (): number =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
