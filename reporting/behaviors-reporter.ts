import path from 'node:path';

import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';

import type { ScenarioRecord } from '../fixtures/record';
import { annotationsOf } from './annotations';
import { outcomes, unseen, type Behavior, type BehaviorsFile, type Outcome } from './behaviors-file';
import { closingLines } from './closing-lines';
import { filtersOf, narrowingsOf } from './narrowing';
import { writeBehaviorPage } from './page/page';
import { putFile } from './put-file';
import { runOf, type Run } from './run';
import { sarifOf } from './sarif';
import { summaryOf } from './summary';

/** Writes the behaviours file from the `scenario` attachments of a run, and beside it what others make of one. */
export default class BehaviorsReporter implements Reporter {
  readonly #folder: string;
  #config: FullConfig | undefined;
  #suite: Suite | undefined;
  /** Those that belong to no test: of global setup, or of a worker that found its lane changed. */
  readonly #errors: TestError[] = [];

  /** @param options.outputFolder relative to the folder of the configuration; left out: `report` */
  constructor(options: { outputFolder?: string } = {}) {
    this.#folder = options.outputFolder ?? 'report';
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  onError(error: TestError): void {
    this.#errors.push(error);
  }

  async onEnd(result: FullResult): Promise<void> {
    if (this.#config === undefined || this.#suite === undefined) return;
    const root = path.dirname(this.#config.configFile ?? path.join(process.cwd(), 'x'));
    const tests = this.#suite.allTests();
    // Whoever only looks at what there is keeps what an earlier run saw.
    if (process.argv.includes('--list')) return;
    const seen = tests.flatMap((test) => test.results.flatMap(recordOf));
    const releases = [...new Set(seen.map((record) => record.release))];
    if (releases.length > 1) {
      throw new Error(
        `These results come from several releases: ${releases.join(', ')}. A behaviours file is of one release; merge those of each by themselves.`,
      );
    }
    const configurations = [...new Set(seen.map(({ configuration }) => configuration))];
    if (configurations.length > 1) {
      const names = configurations.map((name) => name ?? 'none of an operator’s');
      throw new Error(
        `These results come from several configurations: ${names.join(', ')}. Merge those of each by themselves.`,
      );
    }
    const [configuration] = configurations;
    const filters = filtersOf(narrowingsOf(this.#config));
    const scenarios = folded(tests.flatMap((test) => behaviorOf(test, root)));
    const file: BehaviorsFile = {
      schema: 1,
      release: releases[0] ?? null,
      curated: seen.length > 0 && seen.every((record) => record.curated),
      ...(configuration === undefined ? {} : { configuration }),
      complete:
        filters.length === 0 &&
        // Of a shard whose stack did not start, a merged report has no tests that could be missed.
        this.#errors.length === 0 &&
        result.status !== 'interrupted' &&
        scenarios.every(({ outcome }) => outcome !== 'not-run'),
      filters,
      ...extentOf(this.#config, this.#suite, result),
      scenarios,
    };
    const folder = path.resolve(root, this.#folder);
    const run = runOf(file, tests, this.#errors);
    putFile(path.join(folder, 'behaviors.json'), `${JSON.stringify(file, null, 1)}\n`);
    putFile(path.join(folder, 'behaviors.sarif'), sarifOf(run));
    putFile(path.join(folder, 'summary.md'), summaryOf(run));
    await writeBehaviorPage(path.join(folder, 'index.html'), file);
    if (process.env.GITHUB_ACTIONS === 'true') annotate(run, root, this.#config);
    for (const line of closingLines(file)) process.stdout.write(`  ${line}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function annotate(run: Run, root: string, { shard }: FullConfig): void {
  const workspace = process.env.GITHUB_WORKSPACE ?? root;
  const lines = annotationsOf(run, (file) => path.relative(workspace, path.join(root, file)), {
    isShard: shard !== null,
  });
  process.stdout.write(lines.map((line) => `\n${line}`).join('') + '\n');
}

/**
 * How many workers each run had, and for how long. Of merged ones their tests tell, which Playwright keeps in a suite for each:
 * what it says itself is of all together.
 */
function extentOf(
  config: FullConfig,
  { suites }: Suite,
  { duration }: FullResult,
): Pick<BehaviorsFile, 'workers' | 'wallSeconds'> {
  const runs = suites
    .map((suite) => suite.allTests().flatMap(({ results }) => results))
    .filter((results) => results.length > 0);
  if (runs.length < 2) {
    const workers = (config.metadata.actualWorkers as number | undefined) ?? config.workers;
    return { workers: [workers], wallSeconds: [inSeconds(duration)] };
  }
  return {
    workers: runs.map((results) => new Set(results.map(({ parallelIndex }) => parallelIndex)).size),
    wallSeconds: runs.map((results) => {
      const began = results.map(({ startTime }) => startTime.getTime()).reduce((a, b) => Math.min(a, b));
      const ended = results.map(({ startTime, duration: ms }) => startTime.getTime() + ms);
      return inSeconds(ended.reduce((a, b) => Math.max(a, b)) - began);
    }),
  };
}

const inSeconds = (ms: number): number => Math.round(ms) / 1000;

const recordOf = (result: TestResult): ScenarioRecord[] =>
  result.attachments
    .filter(({ name, body }) => name === 'scenario' && body !== undefined)
    .map(({ body }) => JSON.parse(String(body)) as ScenarioRecord);

function behaviorOf(test: TestCase, root: string): Behavior[] {
  const id = test.annotations.find(({ type }) => type === 'scenario')?.description;
  if (id === undefined) return [];
  const last = test.results.at(-1);
  const record = last && recordOf(last)[0];
  return [
    {
      ...(record === undefined ? unseen(id, test.tags) : withoutRun(record)),
      file: path.relative(root, test.location.file),
      line: test.location.line,
      outcome: outcomeOf(test),
      ms: last?.duration ?? 0,
    },
  ];
}

/** What all scenarios of a run have alike stands in the file once. */
const withoutRun = ({ release, curated, configuration, ...record }: ScenarioRecord) => record;

function outcomeOf(test: TestCase): Outcome {
  if (test.results.length === 0) return 'not-run';
  if (test.results.at(-1)?.status === 'interrupted') return 'not-run';
  switch (test.outcome()) {
    case 'expected':
      return 'passed';
    case 'unexpected':
      return 'failed';
    case 'flaky':
      return 'flaky';
    case 'skipped':
      return 'skipped';
  }
}

/** One entry per id: repeats of a scenario are one behaviour, and its worst outcome counts. */
function folded(behaviors: readonly Behavior[]): Behavior[] {
  const byId = new Map<string, Behavior>();
  for (const behavior of behaviors) {
    const other = byId.get(behavior.id);
    if (other === undefined || outcomes.indexOf(behavior.outcome) > outcomes.indexOf(other.outcome)) {
      byId.set(behavior.id, behavior);
    }
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
