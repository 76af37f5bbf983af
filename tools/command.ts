import { StackError } from '../stack/errors';

/** Runs a command: what a person can mend is told as one message, without a stack trace, and the exit code is 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    if (!(error instanceof StackError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
