import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

import type { ScenarioRecord } from '../fixtures/record';

/** How a scenario ended; from best to worst, so that repeats fold into their worst. */
const outcomes = ['passed', 'skipped', 'not-run', 'flaky', 'failed'] as const;
type Outcome = (typeof outcomes)[number];

/** One entry of the behaviours file. `file` is relative to the folder of the configuration. */
type Behavior = Omit<ScenarioRecord, 'release' | 'curated'> & {
  readonly file: string;
  readonly line: number;
  readonly outcome: Outcome;
  readonly ms: number;
};

/** `report/behaviors.json`: what one run saw of one release. */
interface BehaviorsFile {
  /** Changes when a reader of this file has to. */
  readonly schema: 1;
  readonly release: string | null;
  readonly curated: boolean;
  /** Whether the whole suite ran to its end. */
  readonly complete: boolean;
  /** What narrowed the run, as given on the command line. */
  readonly filters: readonly string[];
  /** One number per run that is merged into this file. */
  readonly workers: readonly number[];
  readonly wallSeconds: readonly number[];
  readonly scenarios: readonly Behavior[];
}

/** Writes the behaviours file from the `scenario` attachments of a run. */
export default class BehaviorsReporter implements Reporter {
  readonly #folder: string;
  #config: FullConfig | undefined;
  #suite: Suite | undefined;

  /** @param options.outputFolder relative to the folder of the configuration; left out: `report` */
  constructor(options: { outputFolder?: string } = {}) {
    this.#folder = options.outputFolder ?? 'report';
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  onEnd(result: FullResult): void {
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
    const filters = filtersOf(this.#config);
    const scenarios = folded(tests.flatMap((test) => behaviorOf(test, root)));
    const differing = tests.filter((test) => test.annotations.some(({ type }) => type === 'differs'));
    const file: BehaviorsFile = {
      schema: 1,
      release: releases[0] ?? null,
      curated: seen.length > 0 && seen.every((record) => record.curated),
      complete:
        filters.length === 0 &&
        result.status !== 'interrupted' &&
        scenarios.every(({ outcome }) => outcome !== 'not-run'),
      filters,
      workers: [(this.#config.metadata.actualWorkers as number | undefined) ?? this.#config.workers],
      wallSeconds: [Math.round(result.duration) / 1000],
      scenarios,
    };
    const target = path.resolve(root, this.#folder, 'behaviors.json');
    mkdirSync(path.dirname(target), { recursive: true });
    const partial = `${target}.${process.pid}.partial`;
    writeFileSync(partial, `${JSON.stringify(file, null, 1)}\n`);
    renameSync(partial, target);
    if (differing.length > 0) {
      process.stdout.write(
        `\n  What differs from what is pinned, in a configuration where nothing is judged: ${differing.length}\n`,
      );
      for (const test of differing) process.stdout.write(`    ${test.title}\n`);
    }
  }

  printsToStdio(): boolean {
    return false;
  }
}

const recordOf = (result: TestResult): ScenarioRecord[] =>
  result.attachments
    .filter(({ name, body }) => name === 'scenario' && body !== undefined)
    .map(({ body }) => JSON.parse(String(body)) as ScenarioRecord);

function behaviorOf(test: TestCase, root: string): Behavior[] {
  const id = test.annotations.find(({ type }) => type === 'scenario')?.description;
  if (id === undefined) return [];
  const last = test.results.at(-1);
  const { release, curated, ...record } = (last && recordOf(last)[0]) ?? unseen(id, test.tags);
  return [
    {
      ...record,
      file: path.relative(root, test.location.file),
      line: test.location.line,
      outcome: outcomeOf(test),
      ms: last?.duration ?? 0,
    },
  ];
}

/** What is known of a scenario that was never played to the point of an answer: what its id says. */
function unseen(id: string, tags: readonly string[]): ScenarioRecord {
  const [profile = '', family = '', route = '', target = '', variant = '', caller = ''] = id
    .split('/')
    .map(decodeURIComponent);
  const nothing = { expected: null, observed: null, effects: null, steps: [] };
  return { id, release: '', curated: false, profile, family, route, caller, target, variant, tags, ...nothing };
}

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

/** The parts of the command line that leave tests out. */
function filtersOf(config: FullConfig): string[] {
  const { tokens } = parseArgs({
    args: process.argv.slice(process.argv.indexOf('test') + 1),
    options: Object.fromEntries(
      Object.entries(optionsWithValue).map(([name, short]) => [name, { type: 'string', ...(short && { short }) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const filters = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value];
    if (token.kind !== 'option' || !narrowing.has(token.name) || token.name === 'shard') return [];
    return [`--${token.name}${token.value === undefined ? '' : `=${token.value}`}`];
  });
  if (config.shard !== null) filters.push(`--shard=${config.shard.current}/${config.shard.total}`);
  return filters;
}

/** Playwright's options that take a value, with their short forms: what follows them is no file to filter by. */
const optionsWithValue = {
  'add-reporter': '',
  browser: '',
  config: 'c',
  'global-timeout': '',
  'last-failed-file': '',
  grep: 'g',
  'grep-invert': 'G',
  'max-failures': '',
  output: '',
  project: '',
  'repeat-each': '',
  reporter: '',
  retries: '',
  shard: '',
  'test-list': '',
  'test-list-invert': '',
  timeout: '',
  trace: '',
  tsconfig: '',
  'ui-host': '',
  'ui-port': '',
  workers: 'j',
};

/** Those of all options that leave tests out. One that merely stops early shows in tests that did not run. */
const narrowing = new Set([
  'grep',
  'grep-invert',
  'last-failed',
  'only-changed',
  'project',
  'shard',
  'test-list',
  'test-list-invert',
]);
