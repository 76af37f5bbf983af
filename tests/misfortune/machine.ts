import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { homeFolders } from '../../stack/home';
import { ensureUv } from '../../stack/release/python-tools';
import { loadSettings } from '../../stack/settings';
import { expect, test as base, type NestedRun } from '../lifecycle/nested-run';

/** A machine on which something is missing or goes wrong, as far as a run can tell. */
export interface Machine {
  /** Its STACK_HOME, empty at first. */
  readonly home: string;
  /** Puts these programs on its PATH and returns that: those of this machine by name, others as a shell script. */
  path(programs: Readonly<Record<string, string | undefined>>): string;
  /**
   * A PATH on which `npx` runs in namespaces of its own, after `prepare` has changed what is mounted there.
   *
   * @param options.prepare shell, with a root's rights in the namespace
   * @param options.afterwards shell, once the command has ended
   * @param options.network false: there is none but loopback
   * @param options.PATH what the run gets beside that
   */
  namespace(options: { prepare: string; afterwards?: string; network?: boolean; PATH?: string }): string;
  /** Has it share these folders of the real STACK_HOME, which are made where they are missing. */
  lend(...kinds: readonly (keyof ReturnType<typeof homeFolders>)[]): void;
}

/** What a run needs beside Python: Node, npm, and what `guard.sh` is made of. */
const programsOfRun = ['node', 'npx', 'sh', 'env', 'id', 'ps', 'grep', 'cut', 'sort', 'cat', 'sleep', 'rm'];

/** The programs of a usual machine, by their names here; see `Machine.path`. */
export const usual = Object.fromEntries(programsOfRun.map((name) => [name, undefined]));

export const test = base.extend<{ machine: Machine }>({
  machine: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-machine-'));
    // PostgreSQL's account may have to get at what is lent.
    chmodSync(folder, 0o755);
    const home = path.join(folder, 'home');
    mkdirSync(home);
    const searchPath = process.env.PATH;
    await use({
      home,
      path: (programs) => {
        const bin = path.join(folder, 'bin');
        mkdirSync(bin, { recursive: true });
        for (const [name, script] of Object.entries(programs)) {
          if (script === undefined) symlinkSync(programOf(name), path.join(bin, name));
          else if (path.isAbsolute(script)) symlinkSync(script, path.join(bin, name));
          else writeProgram(path.join(bin, name), script);
        }
        return bin;
      },
      namespace: ({ prepare, afterwards = '', network = true, PATH = process.env.PATH ?? '' }) => {
        const bin = path.join(folder, 'entrance');
        mkdirSync(bin);
        const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
        const inside = path.join(bin, 'inside');
        // PostgreSQL would take whoever is mapped to root for root.
        const oneself = uid === 0 ? [] : [programOf('unshare'), '--user', `--map-user=${uid}`, `--map-group=${gid}`];
        writeProgram(
          inside,
          [
            `set -e; theirs=$PATH; PATH='${process.env.PATH ?? ''}'`,
            prepare,
            `set +e; PATH=$theirs ${[...oneself, programOf('npx')].join(' ')} "$@"; code=$?`,
            afterwards,
            'exit $code',
          ].join('\n'),
        );
        const flags = ['--mount', ...(network ? [] : ['--net']), ...(uid === 0 ? [] : ['--map-root-user'])];
        writeProgram(path.join(bin, 'npx'), `exec ${[programOf('unshare'), ...flags, '--', inside].join(' ')} "$@"`);
        return `${bin}${path.delimiter}${PATH}`;
      },
      lend: (...kinds) => {
        for (const kind of kinds) {
          const real = homeFolders(loadSettings().home)[kind];
          mkdirSync(real, { recursive: true });
          symlinkSync(real, homeFolders(home)[kind]);
        }
      },
    });
    process.env.PATH = searchPath;
    rmSync(folder, { recursive: true });
  },
});

export { expect };

/** A uv that runs, absolute. */
export async function uv(): Promise<string> {
  const [program = ''] = await ensureUv({ home: loadSettings().home, progress: () => undefined });
  return path.join(path.dirname(program), 'uv');
}

/**
 * Waits until a run has failed before its first test, and sees that a person got exactly one message, made for people,
 * and that nothing is left.
 */
export async function theOneMessage(run: NestedRun): Promise<string> {
  const ending = await run.ended;
  await run.expectNothingLeft(performance.now());
  expect(ending, run.said).toEqual({ code: 1, signal: null });
  const messages = messagesIn(run.said);
  expect(messages, run.said).toHaveLength(1);
  const [message = ''] = messages;
  expect(message, 'a stack trace, or a piece of code').not.toMatch(/^\s+at \S|^>?\s*\d+ \| |^\s+File "/m);
  const [first = ''] = message.split('\n');
  expect(run.said.split(first.replace('StackError: ', '')), `how often it says: ${first}`).toHaveLength(2);
  expect(
    run.results.filter(({ status }) => status !== undefined),
    'tests that ran',
  ).toEqual([]);
  return message;
}

/** Whatever Playwright reports beside what became of tests. */
export const messagesIn = (said: string): string[] =>
  said.split(/^(?=\w*Error: )/m).filter((part) => /^\w*Error: /.test(part));

/** The log that a message names is there, and says something about it. */
export function logOf(message: string): string {
  const [, log = ''] = /^Log: (.+)$/m.exec(message) ?? [];
  expect(existsSync(log), message).toBe(true);
  return log;
}

/** What is in a STACK_HOME by half. */
export const halfMade = (home: string): string[] =>
  readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.partial'));

function writeProgram(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Where a program of this machine is. */
function programOf(name: string): string {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // In another folder, then.
    }
  }
  throw new Error(`There is no ${name} on the PATH.`);
}
