import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { StackError } from './errors';
import { projectFolder } from './home';
import { hasPulseSync, mayRun, processSpace, pulseMs, sleepSync } from './pulse';

/** A configuration of this project with reports of its own. */
export type Job = 'main' | 'harness';

/** Where the reports of one run go; absolute. */
export interface ReportFolders {
  /** Playwright's `outputDir`. */
  readonly results: string;
  readonly html: string;
  /** Our own. */
  readonly report: string;
}

/**
 * The report folders of a run. In a process that runs tests they are claimed until that process ends: two runs would
 * empty them under each other's hands. To be called while the configuration loads, since Playwright empties `outputDir`
 * before global setup (`createGlobalSetupTasks` in playwright/lib/runner/index.js).
 *
 * @param job whose reports; those of different jobs do not meet
 * @param folder RUN_DIR, absolute
 * @throws StackError that names the run which holds the folder
 */
export function reportFolders(job: Job, folder: string): ReportFolders {
  if (runsTests(process.argv)) {
    claim(job, folder);
    // `--reporter=blob` takes no option; beside the configuration, where it goes by itself, runs would replace each other's.
    if (folder !== projectFolder) process.env.PLAYWRIGHT_BLOB_OUTPUT_DIR ??= path.join(folder, 'blob-report');
  }
  return {
    results: path.join(folder, 'test-results', job),
    html: path.join(folder, job === 'main' ? 'playwright-report' : `playwright-report-${job}`),
    report: path.join(folder, 'report'),
  };
}

/**
 * Whether a process with these words is Playwright's runner, about to run tests. Its command is always the first word
 * (playwright/lib/program.js); workers and loaders, which evaluate the configuration too, are forked without any
 * (`ProcessHost` in playwright/lib/runner/index.js), editors start `test-server`. The environment does not tell: what a
 * worker starts inherits its TEST_WORKER_INDEX. `--ui` empties the folders when it starts and may run tests at any time.
 */
export const runsTests = ([, , command, ...words]: readonly string[]): boolean =>
  command === 'test' && !words.includes('--list');

/** What a claim's name says: since when, and by which process, where such numbers mean the same. */
const claimName = /^(\d+)\.([0-9a-f]{8})\.(\d+)\.claim$/;

interface Holder {
  readonly pid: number;
  readonly since: Date;
  /** Its command line. */
  readonly command: string;
}

/** How long two runs that begin at the same moment look at each other, in milliseconds. */
const stalemateMs = 300;

/**
 * Claims are files beside what Playwright empties, one per process: what a killed run left is known by its process being
 * gone, or by its pulse. A run goes on only when it saw, after it had made its own, no other; so of two
 * at the same moment at most one does, and the older one waits for the younger one to go.
 */
function claim(job: Job, folder: string): void {
  const place = path.join(folder, 'test-results', `.${job}`);
  try {
    mkdirSync(place, { recursive: true });
  } catch (error) {
    throw new StackError(
      `${folder} cannot hold reports: ${String(error)}`,
      'See that it is a folder that you may write to, or let RUN_DIR name another one.',
    );
  }
  const since = Date.now();
  const own = `${since}.${processSpace}.${process.pid}.claim`;
  // Playwright may load its configuration several times in one process.
  if (readdirSync(place).some((name) => name.endsWith(`.${processSpace}.${process.pid}.claim`))) return;
  const file = path.join(place, own);
  writeFileSync(file, `npx playwright ${process.argv.slice(2).join(' ')}`, { mode: 0o600 });
  const letGo = () => {
    rmSync(file, { force: true });
  };
  for (;;) {
    const [holder] = holders(place, own);
    if (holder === undefined) break;
    if (holder.since.getTime() <= since || Date.now() - since > stalemateMs) {
      letGo();
      throw new StackError(
        `The report folders in ${folder} are in use: process ${holder.pid}, ${JSON.stringify(holder.command)}, has held them since ${holder.since.toISOString()}.`,
        'Wait for its end, or give this run folders of its own: RUN_DIR=/tmp/second-run npx playwright test',
      );
    }
    sleepSync(10);
  }
  process.once('exit', letGo);
  setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Somebody removed the folder; what was in it is gone anyway.
    }
  }, pulseMs).unref();
}

/** Who else holds a place, the oldest first. What dead ones left is removed. */
function holders(place: string, own: string): Holder[] {
  return readdirSync(place)
    .flatMap((name) => {
      const [, since, space, pid] = claimName.exec(name) ?? [];
      if (name === own || pid === undefined) return [];
      const file = path.join(place, name);
      if (!mayRun({ space, pid: Number(pid) }) || !hasPulseSync(file)) {
        rmSync(file, { force: true });
        return [];
      }
      return [{ pid: Number(pid), since: new Date(Number(since)), command: commandIn(file) }];
    })
    .sort((a, b) => a.since.getTime() - b.since.getTime());
}

const commandIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
