/**
 * An error for the person who runs the suite: what failed, what to do next, and where the log is.
 * Its message is complete by itself; a stack trace adds nothing for them.
 */
export class StackError extends Error {
  /**
   * @param what what failed, with the value concerned (secrets masked)
   * @param next what to do about it: a setting, a command or a file
   * @param log the log file that says more, where there is one
   */
  constructor(what: string, next: string, log?: string) {
    super([what, next, ...(log === undefined ? [] : [`Log: ${log}`])].join('\n'));
    this.name = 'StackError';
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
