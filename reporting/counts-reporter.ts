import { appendFileSync } from 'node:fs';
import path from 'node:path';

import type { Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';

import { projectFolder } from '../stack/home';
import { inOneLine } from './run';

/** Failures that a line names: of more than these, something else is the matter than what each of them says. */
const namedAtMost = 20;

/**
 * Appends one line `{"passed": n, "failed": n, "skipped": n, "flaky": n, "errors": n, "failures": [text]}` to the file that
 * `RUN_COUNTS` names, relative to RUN_DIR, for scripts that sum over several runs. Flaky counts as failed, and so do a test
 * that never ran and an error that belongs to no test; `flaky` and `errors` say how many of the failed these are, and
 * `failures` names the first of all that failed, each in a line without secrets.
 */
export default class CountsReporter implements Reporter {
  readonly #folder: string;
  #suite: Suite | undefined;
  /** Failures that belong to no test: of global setup, or of a worker that found its lane changed. */
  readonly #errors: string[] = [];

  /** @param options.folder RUN_DIR, absolute; left out: the working directory */
  constructor(options: { folder?: string } = {}) {
    this.#folder = options.folder ?? process.cwd();
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onError(error: TestError): void {
    this.#errors.push(inOneLine(error));
  }

  onEnd(): void {
    const file = process.env.RUN_COUNTS;
    if (file === undefined || this.#suite === undefined) return;
    const errors = this.#errors.length;
    const failures = [...this.#errors];
    const counts = { passed: 0, failed: errors, skipped: 0, flaky: 0, errors };
    for (const test of this.#suite.allTests()) {
      const outcome = test.outcome();
      // A test that was never started is "skipped" to Playwright as well.
      const declaredSkipped = outcome === 'skipped' && test.expectedStatus === 'skipped';
      if (outcome === 'expected') counts.passed += 1;
      else if (declaredSkipped) counts.skipped += 1;
      else {
        counts.failed += 1;
        failures.push(failureOf(test));
      }
      if (outcome === 'flaky') counts.flaky += 1;
    }
    appendFileSync(
      path.resolve(this.#folder, file),
      `${JSON.stringify({ ...counts, failures: failures.slice(0, namedAtMost) })}\n`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Where in the test's file it failed is told as well: several expectations of a test may say the same. */
function failureOf({ location: { file, line }, title, results }: TestCase): string {
  const why: TestError = results.find(({ error }) => error !== undefined)?.error ?? { message: 'It never ran.' };
  const at = why.location?.file === file ? ` (line ${why.location.line})` : '';
  return `${path.relative(projectFolder, file)}:${line} ${title}: ${inOneLine(why)}${at}`;
}
