import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** A process as `/proc` shows it. */
export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its command line, a word each. */
  readonly words: readonly string[];
  /** What it was started with. What it changed since does not show here. */
  readonly environment: ReadonlyMap<string, string>;
  readonly role: Role;
}

/** What somebody listens on. */
export interface ListeningSocket {
  readonly pid: number;
  /** `127.0.0.1`, `::1`, or the kernel's hexadecimal digits for anything else. */
  readonly address: string;
  readonly port: number;
}

/** What each process of a run is, found by its command line. */
const looks = {
  runner: ([program = '', script = '', command]) =>
    path.basename(program) === 'node' && /playwright(\/cli\.js)?$/.test(script) && command === 'test',
  worker: (words) => words.some((word) => word.endsWith('workerProcessEntry.js')),
  supervisor: ([, script = '']) => script.endsWith('/supervisor.js'),
  guard: ([, script = '']) => script.endsWith('/guard.sh'),
  python: ([, script = '']) => script.endsWith('/launcher.py'),
  // Settings of node's stand before it.
  engine: ([, ...words]) => words.some((word) => word.endsWith('/query-engine.js')),
  postmaster: ([program = '']) => program.endsWith('/bin/postgres'),
  // What the postmaster starts names itself after what it does.
  backend: ([program = '']) => program.startsWith('postgres:'),
} satisfies Record<string, (words: readonly string[]) => boolean>;

export type Role = Exclude<keyof typeof looks, 'python'> | 'launcher' | 'proxy' | 'other';

/**
 * What looks like its parent is this: the launcher and its proxies are one program, and a backend gives itself its name only
 * when it knows whom it serves.
 */
const roleBelowItsLike: Readonly<Partial<Record<keyof typeof looks | 'other', Role>>> = {
  python: 'proxy',
  postmaster: 'backend',
};

/**
 * All processes that were started under a temporary folder of their own, by whatever way: those with it as their TMPDIR,
 * on their command line or around their working directory, and whatever these have started. Zombies are gone.
 *
 * @param folder its path occurs nowhere else
 */
export function processesUnder(folder: string): RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processAt(Number(name)));
  const ours = new Set(all.filter(({ traces }) => traces.includes(folder)).map(({ pid }) => pid));
  for (let before = -1; before < ours.size;) {
    before = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  const roles = new Map(all.map(({ pid, words }) => [pid, lookOf(words)]));
  return all
    .filter(({ pid }) => ours.has(pid))
    .map(({ pid, parent, words, environment }) => {
      const look = roles.get(pid) ?? 'other';
      const child = roles.get(parent) === look ? roleBelowItsLike[look] : undefined;
      return { pid, parent, words, environment, role: child ?? (look === 'python' ? 'launcher' : look) };
    });
}

/** Milliseconds of work that a process has done so far; 0 once it has ended. The kernel counts in steps of 10. */
export function cpuMsOf(pid: number): number {
  const [user = 0, system = 0] =
    /\) \S (?:-?\d+ ){10}(\d+) (\d+) /
      .exec(textAt(`/proc/${pid}/stat`))
      ?.slice(1)
      .map(Number) ?? [];
  return (user + system) * 10;
}

/** What these processes listen on over TCP. */
export function listeningSockets(pids: readonly number[]): ListeningSocket[] {
  const listening = new Map(['/proc/net/tcp', '/proc/net/tcp6'].flatMap(listeningByInode));
  return pids.flatMap((pid) =>
    namesIn(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkAt(`/proc/${pid}/fd/${fd}`))?.[1];
      const socket = inode === undefined ? undefined : listening.get(inode);
      return socket === undefined ? [] : [{ pid, ...socket }];
    }),
  );
}

function processAt(pid: number): (Omit<RunningProcess, 'role'> & { traces: string })[] {
  // The name, in parentheses, may hold anything; state and parent follow it.
  const [, state, parent] = /\) (\S) (\d+) [^)]*$/.exec(textAt(`/proc/${pid}/stat`)) ?? [];
  if (state === undefined || parent === undefined || state === 'Z') return [];
  const commandLine = textAt(`/proc/${pid}/cmdline`);
  const environ = textAt(`/proc/${pid}/environ`);
  const entries = environ.split('\0').filter((entry) => entry.includes('='));
  return [
    {
      pid,
      parent: Number(parent),
      words: commandLine.split('\0').filter((word) => word !== ''),
      environment: new Map(
        entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
      ),
      traces: [commandLine, environ, linkAt(`/proc/${pid}/cwd`)].join('\0'),
    },
  ];
}

const lookOf = (words: readonly string[]): keyof typeof looks | 'other' =>
  (Object.keys(looks) as (keyof typeof looks)[]).find((role) => looks[role](words)) ?? 'other';

/** Lines are `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …`; state 0A is LISTEN. */
function listeningByInode(table: string): [inode: string, socket: Omit<ListeningSocket, 'pid'>][] {
  return textAt(table)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [digits = '', port = ''] = local.split(':');
      return state === '0A' ? [[inode, { address: loopback.get(digits) ?? digits, port: parseInt(port, 16) }]] : [];
    });
}

/** As the kernel prints them on a little-endian machine. */
const loopback = new Map([
  ['0100007F', '127.0.0.1'],
  ['00000000000000000000000001000000', '::1'],
]);

/** Processes come and go while one reads. */
const orElse = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};
/** Whether there is such a process, and it has not ended: a zombie has. */
export const isRunning = (pid: number): boolean => /\) [^Z] \d+ [^)]*$/.test(textAt(`/proc/${pid}/stat`));

const textAt = (file: string): string => orElse(() => readFileSync(file, 'utf8'), '');
const linkAt = (file: string): string => orElse(() => readlinkSync(file), '');
const namesIn = (folder: string): string[] => orElse(() => readdirSync(folder), []);
