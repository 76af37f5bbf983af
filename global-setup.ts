import type { FullConfig } from '@playwright/test';

import { attachStack, type AttachedStack } from './stack/attach/attach';
import { forgetPostgresVariables } from './stack/environment';
import { StackError } from './stack/errors';
import { loadSettings } from './stack/settings';
import type { StartedStack } from './stack/started';
import { startStack } from './stack/warm';

/** Shared with global teardown, which Playwright loads into the same process. */
export const started: { stack?: StartedStack | AttachedStack } = {};

/** Starts the stack, or attaches to somebody else's, and tells workers where it is. */
export default async function globalSetup(config: FullConfig): Promise<void> {
  // Playwright ends at once on SIGTERM, without teardown and reports; a cancelled CI job deserves both.
  process.on('SIGTERM', interrupt);
  if (process.env.npm_command !== undefined) whenOrphaned(interrupt);
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

/** `npx` hands a signal to the shell that it started us with, which ends and hands on nothing. */
const whenOrphaned = (act: () => void): void => {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 500).unref();
};

/** What Ctrl-C does: tests stop, teardown and reporters follow. */
const interrupt = (): void => {
  process.kill(process.pid, 'SIGINT');
};
