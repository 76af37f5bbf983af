import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { StackError } from '../../stack/errors';
import { findPython } from '../../stack/release/python';
import { expect, test } from './folder';

/** Puts executables of these names on the PATH, and nothing else: each a shell script. */
async function onThePath(folder: string, scripts: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  process.env.PATH = folder;
}

/** A program that answers like an interpreter of that version. */
const says = (version: string, { implementation = 'CPython', venv = true } = {}): string =>
  `echo '["/somewhere/python","${version}","${implementation}",${String(venv)}]'`;

const shim = (version: string): string => `echo "pyenv: python${version}: command not found" >&2; exit 127`;

const wanted = { minors: ['3.12', '3.11'], venv: true, purpose: 'the test' } as const;

const refusal = async (options: Parameters<typeof findPython>[0] = wanted): Promise<string> => {
  const error: unknown = await findPython(options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StackError);
  return String(error);
};

test('takes python3 before names with a version', async ({ folder }) => {
  await onThePath(folder, { python3: says('3.11.4'), 'python3.12': says('3.12.1') });
  expect(await findPython(wanted)).toEqual({ executable: '/somewhere/python', version: '3.11.4', minor: '3.11' });
});

test('passes over what is too old, too new, or a shim of nothing', async ({ folder }) => {
  await onThePath(folder, {
    python3: says('3.9.18'),
    python: says('3.15.0'),
    'python3.12': shim('3.12'),
    'python3.11': says('3.11.9'),
  });
  expect((await findPython(wanted)).version).toBe('3.11.9');
});

test('names every interpreter that it saw, and why it would not do', async ({ folder }) => {
  await onThePath(folder, {
    python3: says('3.9.18'),
    python: says('3.11.2', { implementation: 'PyPy' }),
    'python3.12': shim('3.12'),
    'python3.11': 'echo hello',
  });
  const message = await refusal();
  expect(message).toContain('No Python for the test: CPython 3.11 to 3.12 was looked for on the PATH');
  expect(message).toContain(`${folder}/python3: 3.9.18`);
  expect(message).toContain(`${folder}/python: 3.11.2, but PyPy`);
  expect(message).toContain(`${folder}/python3.12: does not run (pyenv: python3.12: command not found)`);
  expect(message).toContain(`${folder}/python3.11: does not run (it answered "hello")`);
  expect(message).toContain('Install Python 3.11 to 3.12');
});

test('says so when there is none at all', async ({ folder }) => {
  await onThePath(folder, {});
  expect(await refusal()).toContain('Found none at all.');
});

test('an interpreter without venv will do only where uv makes the environment', async ({ folder }) => {
  await onThePath(folder, { python3: says('3.11.2', { venv: false }) });
  expect((await findPython({ ...wanted, venv: false })).version).toBe('3.11.2');
  const message = await refusal();
  expect(message).toContain('3.11.2, but without venv or ensurepip');
  expect(message).toContain('apt install python3-venv');
});

test('the real one that is found runs, whatever bends interpreters around it', async ({ folder }) => {
  process.env.PYTHONHOME = folder;
  const python = await findPython({
    minors: ['3.14', '3.13', '3.12', '3.11', '3.10'],
    venv: false,
    purpose: 'the test',
  }).finally(() => delete process.env.PYTHONHOME);
  const version = execFileSync(python.executable, ['-c', 'import platform; print(platform.python_version())']);
  expect(version.toString().trim()).toBe(python.version);
});
