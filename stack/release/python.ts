import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import path from 'node:path';

import { StackError } from '../errors';
import { projectFolder } from '../home';
import type { PythonMinor } from './curated';
import { installerEnvironment } from './installer';

/** An interpreter on this machine. */
export interface Python {
  /** Absolute path, under a name that says the minor version where there is one. */
  readonly executable: string;
  /** For example `3.11.7`. */
  readonly version: string;
  readonly minor: PythonMinor;
}

/** What an interpreter says about itself. Written so that any Python since 2.7 can answer. */
const question = `
import json, os, platform, sys
base = getattr(sys, '_base_executable', None) or sys.executable
named = os.path.join(os.path.dirname(base), 'python%d.%d' % sys.version_info[:2])
if os.path.exists(named) and os.path.realpath(named) == os.path.realpath(base):
    base = named
try:
    import ensurepip, venv
    can = True
except ImportError:
    can = False
print(json.dumps([base, '%d.%d.%d' % sys.version_info[:3], platform.python_implementation(), can]))
`;

/**
 * Finds an interpreter on the PATH. `python3` comes first, so that whoever chose one with pyenv or a virtual environment
 * gets that one's base; names with a version follow, newest first.
 *
 * @param options.minors which versions will do, best first
 * @param options.venv whether it must be able to make an environment by itself (`venv` and `ensurepip`)
 * @param options.purpose what it is for, to finish "no Python for …"
 * @throws StackError that lists every interpreter seen and why it was passed over
 */
export async function findPython(options: {
  minors: readonly PythonMinor[];
  venv: boolean;
  purpose: string;
}): Promise<Python> {
  const { minors, venv, purpose } = options;
  const names = ['python3', 'python', ...minors.map((minor) => `python${minor}`)];
  const passedOver: string[] = [];
  for (const candidate of await executablesOnPath(names)) {
    const answer = await ask(candidate);
    if (typeof answer === 'string') {
      passedOver.push(`${candidate}: does not run (${answer})`);
      continue;
    }
    const [executable, version, implementation, canMakeEnvironments] = answer;
    const minor = minors.find((one) => version.startsWith(`${one}.`));
    if (minor === undefined) passedOver.push(`${candidate}: ${version}`);
    else if (implementation !== 'CPython') passedOver.push(`${candidate}: ${version}, but ${implementation}`);
    else if (venv && !canMakeEnvironments) passedOver.push(`${candidate}: ${version}, but without venv or ensurepip`);
    else return { executable, version, minor };
  }
  const wanted = `${minors.at(-1) ?? ''} to ${minors[0] ?? ''}`;
  throw new StackError(
    [
      `No Python for ${purpose}: CPython ${wanted} was looked for on the PATH, as ${names.join(', ')}.`,
      ...(passedOver.length === 0
        ? ['Found none at all.']
        : ['Found, but not usable:', ...passedOver.map((line) => `  ${line}`)]),
    ].join('\n'),
    passedOver.some((line) => line.endsWith('ensurepip'))
      ? 'Install the package that has venv (Debian, Ubuntu: apt install python3-venv), or put uv on the PATH.'
      : `Install Python ${wanted} (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13) and see that it is on the PATH.`,
  );
}

/** The `uv` on the PATH, where there is one that runs. */
export async function findUv(): Promise<string | undefined> {
  for (const candidate of await executablesOnPath(['uv'])) {
    if ((await output(candidate, ['--version'])).ok) return candidate;
  }
  return undefined;
}

/** Every executable of these names on the PATH, in the order of the names and then of the PATH, each file once. */
async function executablesOnPath(names: readonly string[]): Promise<string[]> {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const found = new Map<string, string>();
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      try {
        await access(file, constants.X_OK);
      } catch {
        continue;
      }
      // Shims are one file under many names: what it does depends on the name, so that is part of the identity.
      const identity = path.join(await realpath(folder), name);
      if (!found.has(identity)) found.set(identity, file);
    }
  }
  return [...found.values()];
}

/** What the interpreter says, or why it does not. */
async function ask(executable: string): Promise<[string, string, string, boolean] | string> {
  const answer = await output(executable, ['-c', question]);
  if (!answer.ok) return answer.text;
  try {
    return JSON.parse(answer.text) as [string, string, string, boolean];
  } catch {
    return `it answered ${JSON.stringify(answer.text.slice(0, 80))}`;
  }
}

/** What a program prints, or the first line of its complaint. Ten seconds at most. */
const output = (executable: string, args: string[]): Promise<{ ok: boolean; text: string }> =>
  new Promise((resolve) => {
    execFile(
      executable,
      args,
      { env: installerEnvironment(), cwd: projectFolder, timeout: 10_000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, text: stdout.trim() });
        else resolve({ ok: false, text: /.+/.exec(stderr)?.[0] ?? /.+/.exec(error.message)?.[0] ?? 'no message' });
      },
    );
  });
