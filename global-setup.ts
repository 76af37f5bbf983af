import { forgetPostgresVariables } from './stack/environment';
import { loadSettings } from './stack/settings';
import type { StartedStack } from './stack/started';
import { startStack } from './stack/warm';

/** Shared with global teardown, which Playwright loads into the same process. */
export const started: { stack?: StartedStack } = {};

/** Starts the stack, and tells workers where it is. */
export default async function globalSetup(): Promise<void> {
  // Playwright ends at once on SIGTERM, without teardown and reports; a cancelled CI job deserves both.
  process.on('SIGTERM', interrupt);
  if (process.env.npm_command !== undefined) whenOrphaned(interrupt);
  forgetPostgresVariables();
  // On standard error: standard output may be a report.
  started.stack = await startStack(loadSettings(), (line) => process.stderr.write(`[stack] ${line}\n`));
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
