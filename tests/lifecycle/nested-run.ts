import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { test as base, expect } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import type { Session } from '../../stack/session';
import { processesUnder, type Role, type RunningProcess } from '../../tools/processes';

/**
 * How long a stack may take to be gone, in seconds. It takes one or two; with a dozen lanes, on a slow disk, while another test
 * keeps both cores busy, more than six were seen. Whatever waits too long waits for ten at least: see `patience` in serve.ts.
 */
const allowance = 9;

/** How long it is waited for, in seconds, so as to tell what is slow from what stays. */
const patience = 20;

interface Start {
  /** The specs of `nested/` to run: a part of their names. Left out: all. */
  readonly specs?: readonly string[];
  /** Playwright's options, beside `--workers`. */
  readonly options?: readonly string[];
  /** Another command of the project, in the place of `npx playwright test`. */
  readonly command?: readonly string[];
  /** The run whose TMPDIR this one is to have as well, and with it its warm stack. */
  readonly beside?: NestedRun;
  readonly workers?: number;
  /** The project to run, where that is not this one. */
  readonly project?: string;
  /** The working directory, where that is not the project's folder. */
  readonly folder?: string;
  /** On top of our own environment; undefined takes a variable out of it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How one test of a run ended. */
interface Result {
  readonly title: string;
  /** Undefined: it never ran. */
  readonly status: string | undefined;
  readonly errors: string;
  /** One entry per attempt. */
  readonly attempts: readonly { readonly status: string; readonly worker: number; readonly lane: number }[];
  /** When the first of them began, in milliseconds of the epoch. */
  readonly began: number;
  /** The text of each attachment, by name. */
  readonly attachments: ReadonlyMap<string, string>;
}

/** `nested` starts a run; nothing of it outlives the test. */
export const test = base.extend<{ nested: (start: Start) => NestedRun }>({
  nested: async ({}, use, testInfo) => {
    testInfo.skip(process.platform !== 'linux', 'what is left of a run is looked for in /proc');
    // A start takes some seconds on a quiet machine, and there may be a template to make.
    testInfo.setTimeout(600_000);
    const runs: NestedRun[] = [];
    await use((start) => {
      const run = new NestedRun(start);
      runs.push(run);
      return run;
    });
    for (const run of runs) {
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('nested-run', { body: run.said, contentType: 'text/plain' });
      }
      run.clear();
    }
  },
});

export { expect };

/** A `playwright test` of its own, with a session, a temporary folder and an output folder of its own. */
export class NestedRun {
  /** Its TMPDIR. Short, since a socket's path has 107 characters at most, and open to PostgreSQL's account. */
  readonly temporary: string;
  /** Its RUN_DIR; see `nested.config.ts`. */
  readonly output: string;
  /** Settles when the command that a person gave has ended. */
  readonly ended: Promise<Ending>;
  readonly #command: ChildProcess;
  /** Settles when nobody can print any more. */
  readonly #fellSilent: Promise<void>;
  readonly #isGuest: boolean;
  #isOver = false;
  #said = '';

  constructor({
    specs = [],
    workers = 2,
    options = [],
    command,
    beside,
    project = projectFolder,
    folder = project,
    environment = {},
  }: Start) {
    this.#isGuest = beside !== undefined;
    this.temporary = beside?.temporary ?? mkdtempSync(path.join(tmpdir(), 'behavior-nested-'));
    chmodSync(this.temporary, 0o755);
    this.output = mkdtempSync(path.join(this.temporary, 'output-'));
    // `npx` finds the project by the working directory.
    const program = folder === project ? ['npx', 'playwright'] : [path.join(project, 'node_modules/.bin/playwright')];
    const config = path.join(project, 'tests/lifecycle/nested.config.ts');
    const test = [...program, 'test', '-c', config, `--workers=${workers}`, ...options, ...specs];
    const [name = '', ...words] = command ?? test;
    this.#command = spawn(name, words, {
      cwd: folder,
      env: { ...inherited(), TMPDIR: this.temporary, NESTED_OUTPUT: this.output, RUN_DIR: this.output, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session and a process group of its own, as a terminal's shell gives one to a command.
      detached: true,
    });
    for (const stream of [this.#command.stdout, this.#command.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    }
    this.#fellSilent = new Promise((resolve) => {
      this.#command.once('close', () => {
        resolve();
      });
    });
    this.ended = new Promise((resolve) => {
      // Its output may go on for a while: whoever was left behind shares it.
      this.#command.once('exit', (code, signal) => {
        this.#isOver = true;
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

  /** Its processes with this role. */
  having(role: Role): RunningProcess[] {
    return this.processes.filter((process) => process.role === role);
  }

  /** Its only process with this role. */
  the(role: Role): RunningProcess {
    const [first, ...rest] = this.having(role);
    if (first === undefined || rest.length > 0) {
      throw new Error(`The nested run has ${rest.length + Number(first !== undefined)} processes of the kind ${role}.`);
    }
    return first;
  }

  /** The first of its processes with this role, beside which there may be others. */
  first(role: Role): RunningProcess {
    const [first] = this.having(role);
    if (first === undefined) throw new Error(`The nested run has no process of the kind ${role}.`);
    return first;
  }

  /** Waits until its tests have left these signs. */
  untilSigns(...signs: readonly string[]): Promise<void> {
    return this.#until(`the signs ${signs.join(', ')}`, () =>
      signs.every((sign) => existsSync(path.join(this.output, sign))),
    );
  }

  /** Waits until it has printed this. */
  untilSaid(text: string): Promise<void> {
    return this.#until(`the words "${text}"`, () => this.#said.includes(text));
  }

  /** Waits until one of its processes has this word on its command line. */
  untilHas(word: string): Promise<void> {
    return this.#until(`a process with ${word}`, () => this.processes.some(({ words }) => words.includes(word)));
  }

  /** Leaves a sign for its tests. */
  sign(name: string): void {
    writeFileSync(path.join(this.output, name), '');
  }

  /** Sends a signal to all processes of its group: what a terminal does when somebody presses Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.#commandId, signal);
  }

  /** Sends a signal to the process that a person started. */
  signalCommand(signal: NodeJS.Signals): void {
    process.kill(this.#commandId, signal);
  }

  /**
   * Waits until none of its processes and no temporary folder of its stack is left, and tells how long that took. All that was
   * printed is then in `said`.
   *
   * @param since when it ended or was made to end, by `performance.now()`
   */
  async expectNothingLeft(since: number): Promise<void> {
    const seconds = () => (performance.now() - since) / 1000;
    let slowest = 'nothing was there';
    for (let left = this.#left; left.length > 0 && seconds() < patience; left = this.#left) {
      slowest = left.join(', ');
      await sleep(20);
    }
    const took = seconds();
    const { title } = test.info();
    process.stdout.write(`    ${title}: nothing after ${took.toFixed(1)} s; the last was ${slowest.slice(0, 120)}\n`);
    expect(this.#left, 'what is left of the nested run').toEqual([]);
    await this.#fellSilent;
    expect(took, `seconds until nothing was left; the last was ${slowest}`).toBeLessThan(allowance);
  }

  /** What its JSON reporter wrote. */
  get results(): readonly Result[] {
    const report = JSON.parse(readFileSync(path.join(this.output, 'results.json'), 'utf8')) as { suites: JsonSuite[] };
    const specsOf = (suite: JsonSuite): JsonSpec[] => [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
    const tests = report.suites.flatMap(specsOf).flatMap((spec) => spec.tests.map((one) => ({ ...one, ...spec })));
    return tests.map(({ title, results: attempts }) => {
      const result = attempts.at(-1);
      return {
        title,
        status: result?.status,
        attempts: attempts.map(({ status, workerIndex, parallelIndex }) => ({
          status,
          worker: workerIndex,
          lane: parallelIndex,
        })),
        began: Date.parse(attempts[0]?.startTime ?? ''),
        errors: (result?.errors ?? []).map(({ message = '' }) => message).join('\n'),
        attachments: new Map(
          (result?.attachments ?? []).map(({ name, body = '' }) => [
            name,
            Buffer.from(body, 'base64').toString('utf8'),
          ]),
        ),
      };
    });
  }

  /** Ends whatever is left and removes its folder; one that is beside another leaves that to it. */
  clear(): void {
    if (this.#isGuest) return;
    for (const { pid } of this.processes) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was on its way already.
      }
    }
    rmSync(this.temporary, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  get #commandId(): number {
    if (this.#command.pid === undefined) throw new Error('The nested run was not started.');
    return this.#command.pid;
  }

  get #left(): string[] {
    const folders = readdirSync(this.temporary).filter((name) => name.startsWith('behavior-stack-'));
    return [...this.processes.map(({ pid, role, words }) => `${role} ${pid} (${words.join(' ')})`), ...folders];
  }

  async #until(what: string, isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.#isOver) throw new Error(`The nested run ended without ${what}. It said:\n${this.#said}`);
      await sleep(20);
    }
  }
}

/** The session of a run that is alone on its stack. */
export function sessionOf(run: NestedRun): Session {
  const [folder = ''] = readdirSync(run.temporary).filter((name) => name.startsWith('behavior-stack-'));
  const stack = path.join(run.temporary, folder);
  const [session = ''] = readdirSync(stack).filter((name) => name.startsWith('session-'));
  return JSON.parse(readFileSync(path.join(stack, session), 'utf8')) as Session;
}

interface JsonSpec {
  title: string;
  tests: {
    results: {
      status: string;
      startTime: string;
      workerIndex: number;
      parallelIndex: number;
      errors: { message?: string }[];
      attachments: { name: string; body?: string }[];
    }[];
  }[];
}
interface JsonSuite {
  specs: JsonSpec[];
  suites?: JsonSuite[];
}

/** Our own environment, but for what the run around us told its workers. */
const inherited = (): NodeJS.ProcessEnv => ({
  ...process.env,
  STACK_SESSION: undefined,
  RUN_COUNTS: undefined,
  PLAYWRIGHT_BLOB_OUTPUT_DIR: undefined,
  FORCE_COLOR: undefined,
  // Or each run would compile everything again, into its own temporary folder.
  PLAYWRIGHT_TRANSFORM_CACHE_DIR:
    process.env.PLAYWRIGHT_TRANSFORM_CACHE_DIR ?? path.join(tmpdir(), `playwright-transform-cache-${userInfo().uid}`),
});
