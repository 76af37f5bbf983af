import { appendFileSync } from 'node:fs';

import type { Reporter, Suite } from '@playwright/test/reporter';

/**
 * Appends one line `{"passed": n, "failed": n, "skipped": n}` to the file that `RUN_COUNTS` names, for scripts that sum
 * over several runs. Flaky counts as failed, and so does a test that never ran.
 */
export default class CountsReporter implements Reporter {
  #suite: Suite | undefined;
  /** Failures that belong to no test: of global setup, or of a worker that found its lane changed. */
  #errors = 0;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onError(): void {
    this.#errors += 1;
  }

  onEnd(): void {
    const file = process.env.RUN_COUNTS;
    if (file === undefined || this.#suite === undefined) return;
    const counts = { passed: 0, failed: this.#errors, skipped: 0 };
    for (const test of this.#suite.allTests()) {
      const outcome = test.outcome();
      // A test that was never started is "skipped" to Playwright as well.
      const declaredSkipped = outcome === 'skipped' && test.expectedStatus === 'skipped';
      if (outcome === 'expected') counts.passed += 1;
      else if (declaredSkipped) counts.skipped += 1;
      else counts.failed += 1;
    }
    appendFileSync(file, `${JSON.stringify(counts)}\n`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
