import { constants } from 'node:os';
import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

import { messageOf, StackError } from '../stack/errors';
import { isStartedByNpm, whenOrphaned } from '../stack/starter';

/**
 * Runs a command: what a person can mend is told as one message, without a stack trace. A signal ends it as `process.exit` does,
 * with what is registered for that, unless the command listens to it by itself.
 *
 * @param trouble the exit code then; left out: 1
 */
export function run(main: () => Promise<void>, trouble = 1): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
    });
  }
  if (isStartedByNpm) whenOrphaned(() => process.kill(process.pid, 'SIGTERM'));
  main().catch((error: unknown) => {
    process.exitCode = trouble;
    if (error instanceof StackError) console.error(error.message);
    else console.error(error);
  });
}

/**
 * What a command was asked for. With `--help` it tells what there is, and that is all.
 *
 * @param help what it does and takes
 * @throws StackError about an option that it does not have
 */
export function wordsOf<const Config extends ParseArgsConfig>(
  config: Config,
  help: string,
): ReturnType<typeof parseArgs<Config>> {
  const words = process.argv.slice(2);
  const end = words.indexOf('--');
  if ((end < 0 ? words : words.slice(0, end)).includes('--help')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    throw new StackError(messageOf(error), '--help lists what there is.');
  }
}

/**
 * The one argument of a command that works on an environment of the user's own: its interpreter.
 *
 * @param command the name of the npm script, for the message
 */
export function pythonOf(args: readonly string[], command: string): string {
  const [python = '', ...rest] = args;
  // Not resolved: an environment is known by the path of the link that its interpreter is.
  if (rest.length === 0 && path.isAbsolute(python)) return python;
  throw new StackError(
    `This takes the absolute path of one Python interpreter, not ${JSON.stringify(args.join(' '))}.`,
    `Name the one that LiteLLM is installed for, as in \`npm run ${command} -- /path/to/venv/bin/python\`.`,
  );
}
