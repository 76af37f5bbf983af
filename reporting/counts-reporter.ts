import { appendFileSync } from 'node:fs';
import path from 'node:path';

import type { Reporter, Suite } from '@playwright/test/reporter';

/**
 * Appends one line `{"passed": n, "failed": n, "skipped": n, "flaky": n, "errors": n}` to the file that `RUN_COUNTS` names,
 * relative to RUN_DIR, for scripts that sum over several runs. Flaky counts as failed, and so do a test that never ran
 * and an error that belongs to no test; the last two numbers say how many of the failed these are.
 */
export default class CountsReporter implements Reporter {
  readonly #folder: string;
  #suite: Suite | undefined;
  /** Failures that belong to no test: of global setup, or of a worker that found its lane changed. */
  #errors = 0;

  /** @param options.folder RUN_DIR, absolute; left out: the working directory */
  constructor(options: { folder?: string } = {}) {
    this.#folder = options.folder ?? process.cwd();
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onError(): void {
    this.#errors += 1;
  }

  onEnd(): void {
    const file = process.env.RUN_COUNTS;
    if (file === undefined || this.#suite === undefined) return;
    const counts = { passed: 0, failed: this.#errors, skipped: 0, flaky: 0, errors: this.#errors };
    for (const test of this.#suite.allTests()) {
      const outcome = test.outcome();
      // A test that was never started is "skipped" to Playwright as well.
      const declaredSkipped = outcome === 'skipped' && test.expectedStatus === 'skipped';
      if (outcome === 'expected') counts.passed += 1;
      else if (declaredSkipped) counts.skipped += 1;
      else counts.failed += 1;
      if (outcome === 'flaky') counts.flaky += 1;
    }
    appendFileSync(path.resolve(this.#folder, file), `${JSON.stringify(counts)}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
