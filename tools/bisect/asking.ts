import { fork } from 'node:child_process';
import path from 'node:path';

import { lastLines } from '../../stack/errors';
import { projectFolder } from '../../stack/home';
import { onOwnStack } from '../children';
import type { Question, Reply, Said } from './reply';

/** A release that is being asked. */
export interface Asking {
  /** What it answers. */
  readonly reply: Promise<Reply>;
  /** When nothing of its process is left; the stack ends by itself, seconds later at most. */
  readonly ended: Promise<void>;
}

/**
 * Plays a scenario on a release in a process of its own, which installs it first where that has not been done.
 *
 * @param options.home STACK_HOME, absolute
 * @param options.signal ends it before its time
 * @param options.progress takes one line per step that takes time
 */
export function askRelease(options: {
  readonly release: string;
  readonly question: Question;
  readonly home: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}): Asking {
  const { release, question, home, signal, progress } = options;
  const child = fork(path.join(__dirname, 'ask.ts'), [], {
    cwd: projectFolder,
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      ...onOwnStack,
      LITELLM_RELEASE: release,
      STACK_HOME: home,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-10_000)));
  }
  const end = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', end);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      process.off('exit', end);
      signal.removeEventListener('abort', end);
      resolve();
    });
  });
  const reply = new Promise<Reply>((resolve) => {
    child.on('message', (message: Said) => {
      if ('progress' in message) progress(message.progress);
      else resolve(message.reply);
    });
    const failed = (why: string) => {
      resolve({ kind: 'failed', at: 'played', why });
    };
    child.once('error', (error) => {
      failed(error.message);
    });
    child.once('close', (code, by) => {
      failed(`its process ended by itself (${by ?? `exit code ${String(code)}`}): ${lastLines(said)}`);
    });
  });
  child.send(question);
  return { reply, ended };
}
