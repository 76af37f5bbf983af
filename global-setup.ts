import type { FullConfig } from '@playwright/test';

import { attachStack, type AttachedStack } from './stack/attach/attach';
import { forgetPostgresVariables } from './stack/environment';
import { StackError } from './stack/errors';
import { loadSettings } from './stack/settings';
import type { StartedStack } from './stack/started';
import { isStartedByNpm, whenOrphaned } from './stack/starter';
import { startStack } from './stack/warm';

/** Shared with global teardown, which Playwright loads into the same process. */
export const started: { stack?: StartedStack | AttachedStack } = {};

/** Starts the stack, or attaches to somebody else's, and tells workers where it is. */
export default async function globalSetup(config: FullConfig): Promise<void> {
  // Playwright ends at once on SIGTERM, without teardown and reports; a cancelled CI job deserves both.
  process.on('SIGTERM', interrupt);
  process.prependOnceListener('SIGINT', giveUpOnSilentWorkers);
  if (isStartedByNpm) whenOrphaned(interrupt);
  forgetPostgresVariables();
  // On standard error: standard output may be a report.
  const progress = (line: string) => process.stderr.write(`[stack] ${line}\n`);
  const settings = loadSettings();
  if (settings.attach !== undefined && config.workers > 1) {
    throw new StackError(
      `This run has ${config.workers} workers. Somebody else’s proxy is tested by one: what others do meanwhile could not be told apart.`,
      'Nothing was written. Leave `--workers` out.',
    );
  }
  started.stack = await (settings.attach === undefined
    ? startStack(settings, progress)
    : attachStack(settings.attach, progress));
  process.env.STACK_SESSION = started.stack.session;
  // Without it every test that is still to come would fail in a worker of its own, one after the other.
  void started.stack.lost.then((error) => {
    process.stderr.write(`[stack] ${error.message}\n`);
    interrupt();
  });
}

/**
 * Playwright (1.65) starts a worker's process a moment after it has made the worker. One that is told to stop in between never
 * hears of it, and the runner would wait for it for five minutes. This is how long it waits for a sign of life instead, in
 * milliseconds: workers on their way out give one each second. Only of a run that was interrupted, or a machine
 * that stands still for a moment would cost an ordinary one its workers.
 */
export const giveUpOnSilentWorkers = (): void => {
  process.env.PWTEST_CHILD_PROCESS_TIMEOUT = '3000';
};

/** What Ctrl-C does: tests stop, teardown and reporters follow. */
const interrupt = (): void => {
  process.kill(process.pid, 'SIGINT');
};
