import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { test as base, expect } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import { processesUnder, type Role, type RunningProcess } from './processes';

/** How long a stack may take to be gone, in seconds. */
const patience = 5;

interface Start {
  /** What follows `npx playwright test -c …`: names of specs in `nested/`, options. */
  readonly words: readonly string[];
  /** On top of this process' own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A `npx playwright test` of its own, with a session, a temporary folder and an output folder of its own. */
export class NestedRun {
  /** Its TMPDIR. Short, since a socket's path has 107 characters at most, and open to PostgreSQL's account. */
  readonly temporary = mkdtempSync(path.join(tmpdir(), 'behavior-nested-'));
  /** See `nested.config.ts`. */
  readonly output = path.join(this.temporary, 'output');
  readonly #npx: ChildProcess;
  /** Settles when the command that a person gave has ended. */
  readonly ended: Promise<Ending>;
  #said = '';

  constructor({ words, environment = {} }: Start) {
    chmodSync(this.temporary, 0o755);
    mkdirSync(this.output);
    this.#npx = spawn('npx', ['playwright', 'test', '-c', path.join(__dirname, 'nested.config.ts'), ...words], {
      cwd: projectFolder,
      env: { ...inherited(), TMPDIR: this.temporary, NESTED_OUTPUT: this.output, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session and a process group of its own, as a terminal gives one to a command.
      detached: true,
    });
    for (const stream of [this.#npx.stdout, this.#npx.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    }
    this.ended = new Promise((resolve) => {
      this.#npx.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  /** Everything it printed so far. */
  get said(): string {
    return this.#said;
  }

  get processes(): RunningProcess[] {
    return processesUnder(this.temporary);
  }

  /** Its processes with this role, at least one. */
  having(role: Role): [RunningProcess, ...RunningProcess[]] {
    const [first, ...rest] = this.processes.filter((process) => process.role === role);
    if (first === undefined) throw new Error(`The nested run has no ${role}. It said:\n${this.said}`);
    return [first, ...rest];
  }

  /** Waits until its tests have left these signs. */
  async until(...signs: readonly string[]): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    while (!signs.every((sign) => existsSync(path.join(this.output, sign)))) {
      if (over) throw new Error(`The nested run ended before it left the signs ${signs.join(', ')}. It said:\n${this.said}`);
      await sleep(20);
    }
  }

  /** Leaves a sign for its tests. */
  sign(name: string): void {
    writeFileSync(path.join(this.output, name), '');
  }

  /** Sends a signal to all processes of its group: what a terminal does when somebody presses Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.#npx.pid === undefined) throw new Error('npx was not started');
    process.kill(-this.#npx.pid, signal);
  }

  /** Its processes and its stack's temporary folders, a line each. */
  get left(): string[] {
    return [
      ...this.processes.map(({ pid, role, words }) => `${role} ${pid}: ${words.join(' ')}`),
      ...(existsSync(this.temporary) ? readdirSync(this.temporary) : []).filter((name) => name.startsWith('behavior-stack-')),
    ];
  }

  /**
   * Waits until nothing is left of it, and notes how long that took.
   *
   * @param since when it ended, by `performance.now()`
   */
  async expectNothingLeft(since: number): Promise<void> {
    const seconds = () => (performance.now() - since) / 1000;
    const last = new Map<string, number>();
    // Longer than it may take, to tell what is slow from what stays.
    for (let left = this.left; left.length > 0 && seconds() < 4 * patience; left = this.left) {
      for (const line of left) last.set(line, seconds());
      await sleep(50);
    }
    const slowest = [...last].sort(([, a], [, b]) => b - a).slice(0, 1);
    const description = `nothing left after ${seconds().toFixed(1)} s; the last was ${slowest.map(([line]) => line.slice(0, 90)).join()}`;
    test.info().annotations.push({ type: 'left', description });
    console.log(`${test.info().title}: ${description}`);
    expect(this.left, 'what is left of the nested run').toEqual([]);
    expect(seconds(), `seconds until nothing was left; the last was ${String(slowest[0]?.[0])}`).toBeLessThan(patience);
  }

  /** What its JSON reporter wrote: each test's title, how it ended, and its attachments. */
  get results(): readonly NestedResult[] {
    const report = JSON.parse(readFileSync(path.join(this.output, 'results.json'), 'utf8')) as { suites: JsonSuite[] };
    const specsOf = (suite: JsonSuite): JsonSpec[] => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
    return report.suites.flatMap(specsOf).map(({ title, tests }) => {
      const result = tests[0]?.results.at(-1);
      const attachments = (result?.attachments ?? []).map(({ name, body = '' }) => ({
        name,
        text: Buffer.from(body, 'base64').toString('utf8'),
      }));
      return { title, status: result?.status, errors: (result?.errors ?? []).map(({ message = '' }) => message), attachments };
    });
  }

  /** Ends whatever is left and removes its folder. */
  clear(): void {
    for (const { pid } of this.processes) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was on its way already.
      }
    }
    rmSync(this.temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

export interface NestedResult {
  readonly title: string;
  /** Undefined: it never ran. */
  readonly status: string | undefined;
  readonly errors: readonly string[];
  readonly attachments: readonly { readonly name: string; readonly text: string }[];
}

interface JsonSpec {
  title: string;
  tests: {
    results: { status: string; errors: { message?: string }[]; attachments: { name: string; body?: string }[] }[];
  }[];
}
interface JsonSuite {
  specs: JsonSpec[];
  suites?: JsonSuite[];
}

/** What a nested run gets of our environment: all but what the outer run told its own workers. */
const inherited = (): NodeJS.ProcessEnv => {
  const environment = { ...process.env };
  for (const name of ['STACK_SESSION', 'RUN_COUNTS', 'TEST_WORKER_INDEX', 'TEST_PARALLEL_INDEX', 'FORCE_COLOR']) {
    Reflect.deleteProperty(environment, name);
  }
  // Otherwise every run compiles all TypeScript into its own temporary folder.
  environment['PLAYWRIGHT_TRANSFORM_CACHE_DIR'] ??= path.join(
    tmpdir(),
    `playwright-transform-cache-${process.geteuid?.() ?? 0}`,
  );
  return environment;
};

/** `nested` starts a run; nothing of it survives the test. */
export const test = base.extend<{ nested: (start: Start) => NestedRun }>({
  nested: async ({}, use, testInfo) => {
    const runs: NestedRun[] = [];
    await use((start) => {
      const run = new NestedRun(start);
      runs.push(run);
      return run;
    });
    for (const [index, run] of runs.entries()) {
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach(`nested-run-${index + 1}`, { body: run.said, contentType: 'text/plain' });
      }
      run.clear();
    }
  },
});

export { expect };
