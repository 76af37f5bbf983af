/** Who started this program, as the script that runs it says: it may have ended while `node` was starting. */
const starter = Number(process.env.STACK_PARENT_PID ?? process.ppid);

/** Whether whoever started this program has ended, however that was. */
export const isStarterGone = (): boolean => process.ppid !== starter;

/**
 * Does something once whoever started this program has ended.
 *
 * @param everyMs how often that is looked at, in milliseconds
 */
export function whenOrphaned(act: () => void, everyMs = 500): void {
  const watch = setInterval(() => {
    if (!isStarterGone()) return;
    clearInterval(watch);
    act();
  }, everyMs).unref();
}

/** Whether `npm` or `npx` started this. They hand a signal to the shell between, which ends and hands on nothing. */
export const isStartedByNpm = process.env.npm_command !== undefined;
