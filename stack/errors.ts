import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

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
export function messageOf(error: unknown): string {
  // Node's, where none of several addresses of a host answers, has no message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** The end of what a program printed, indented: mostly it says why the program ended. */
export const lastLines = (text: string): string =>
  text
    .trim()
    .split('\n')
    .slice(-12)
    .map((line) => `  ${line}`)
    .join('\n');

/** What failed, as a sentence without its full stop, and how the log about it ends, without stack traces. */
export function whatAndWhy(what: string, log: string): string {
  let said = '';
  try {
    said = readFileSync(log, 'utf8');
  } catch {
    // Whatever failed came to no word.
  }
  const reasons = said.split('\n').filter((line) => line.trim() !== '' && !/^ |^Traceback /.test(line));
  return reasons.length === 0 ? `${what}.` : `${what}:\n${lastLines(reasons.join('\n'))}`;
}

const noSpace = ['ENOSPC', 'EDQUOT'];
const noFolder = ['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'EEXIST', 'EISDIR'];

/**
 * The file system's own complaints name neither what was being done nor what helps: those about folders of ours get
 * both. Any other error is given back as it is.
 *
 * @param what what was being done, as in "… failed"
 * @param home STACK_HOME, absolute
 */
export function aboutFolders(error: unknown, what: string, home: string): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error;
  if (noSpace.includes(error.code)) {
    return new StackError(
      `${what} failed: ${error.message}`,
      `Free some disk space: a release takes about 1 GB below STACK_HOME (${home}), a run about 150 MB in TMPDIR (${tmpdir()}).`,
    );
  }
  if (!noFolder.includes(error.code)) return error;
  return new StackError(
    `${what} failed: ${error.message}`,
    `See that STACK_HOME (${home}) and TMPDIR (${tmpdir()}) are folders that you may write to. What is damaged in STACK_HOME can be removed: all of it is made again.`,
  );
}
