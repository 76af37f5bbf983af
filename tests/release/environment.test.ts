import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { StackError } from '../../stack/errors';
import { projectFolder } from '../../stack/home';
import { pythonMinors } from '../../stack/release/curated';
import { ensureEnvironment, type Environment, type Order } from '../../stack/release/environment';
import { findPython } from '../../stack/release/python';
import { ensureUv } from '../../stack/release/python-tools';
import { loadSettings } from '../../stack/settings';
import { isRunning } from '../../tools/processes';
import { expect, test } from './folder';
import { sixOrder } from './six';

/** With uv on the PATH an environment takes half a second; without it, five. */
const uvFirst = async (): Promise<void> => {
  const [program = ''] = await ensureUv({ home: loadSettings().home, progress: () => undefined });
  process.env.PATH = `${path.dirname(program)}${path.delimiter}${process.env.PATH ?? ''}`;
};

const install = (order: Order, folder: string, lines: string[] = []): Promise<Environment> =>
  ensureEnvironment(order, { home: folder, progress: (line) => lines.push(line) });

/** Its interpreter runs, and finds the package in this very environment. */
const works = ({ python, sitePackages }: Environment): void => {
  const file = execFileSync(python, ['-I', '-c', 'import six; print(six.__file__)']).toString().trim();
  expect(file).toBe(path.join(sitePackages, 'six.py'));
};

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** The same installation in a process of its own. */
const inAnotherProcess = (folder: string, ...mode: string[]): ChildProcessByStdio<null, Readable, null> =>
  spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'install-six.ts'), folder, ...mode], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

test('installs with venv and pip alone where there is no uv, and compiles', async ({ folder }) => {
  const { executable } = await findPython({ minors: pythonMinors, venv: true, purpose: 'the test' });
  await mkdir(path.join(folder, 'bin'));
  await symlink(executable, path.join(folder, 'bin', 'python3'));
  process.env.PATH = path.join(folder, 'bin');
  const lines: string[] = [];
  const six = await install(sixOrder(folder), folder, lines);
  expect(readdirSync(path.join(six.sitePackages, '__pycache__')).join()).toMatch(/six\.cpython-\d+\.pyc/);
  works(six);
  expect(lines.join('\n')).toMatch(/Six: uv installed, there was none on the PATH \(\d+\.\d s\)/);
});

test('what is installed is found again without any Python on the PATH, and is made anew once damaged', async ({
  folder,
}) => {
  await uvFirst();
  const order = sixOrder(folder);
  const first = await install(order, folder);
  const searchPath = process.env.PATH;
  process.env.PATH = '';
  const lines: string[] = [];
  expect(await install(order, folder, lines)).toEqual(first);
  expect(lines).toEqual([]);

  await rm(path.join(first.sitePackages, 'six.py'));
  await expect(install(order, folder)).rejects.toThrow('No Python for Six');
  process.env.PATH = searchPath;
  works(await install(order, folder));
  expect(readdirSync(order.parent)).toEqual([path.basename(first.folder)]);
});

test('a package that is not the locked one stops the installation, which leaves nothing but its log', async ({
  folder,
}) => {
  await uvFirst();
  const order = sixOrder(folder, (lock) => lock.replaceAll(/sha256:[0-9a-f]{8}/g, 'sha256:00000000'));
  const error: unknown = await install(order, folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StackError);
  const message = String(error);
  expect(message).toContain('Six: installing the packages failed (exit code 1)');
  expect(message).toMatch(/hash/i);
  expect(message).toContain('A package is not the one that was locked');
  const log = /^Log: (.+)$/m.exec(message)?.[1] ?? '';
  expect(readFileSync(log, 'utf8')).toContain('six');
  expect(readdirSync(order.parent)).toEqual([]);
});

test('a folder that cannot be made is named, with the setting that decides about it', async ({ folder }) => {
  await writeFile(path.join(folder, 'file'), '');
  const order = { ...sixOrder(folder), parent: path.join(folder, 'file', 'places') };
  const error: unknown = await install(order, folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StackError);
  expect(String(error)).toContain(`Installing Six failed: ENOTDIR: not a directory, mkdir '${order.parent}'`);
  expect(String(error)).toContain(
    `See that STACK_HOME (${folder}) and TMPDIR (${tmpdir()}) are folders that you may write to.`,
  );
});

test('kill -9 in the middle takes the installers along and leaves no environment; the next run tidies up', async ({
  folder,
}) => {
  // eslint-disable-next-line playwright/no-skipped-test -- /proc is Linux's
  test.skip(process.platform !== 'linux', 'what is left is looked for in /proc');
  await uvFirst();
  const order = sixOrder(folder);
  const killed = inAnotherProcess(folder, 'hang');
  const files = ['installer', 'helper'].map((name) => path.join(folder, name));
  const pids = () => files.map((file) => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0));
  await expect.poll(() => pids().filter((pid) => pid > 0), { timeout: 20_000 }).toHaveLength(2);
  expect(pids().map(isRunning)).toEqual([true, true]);
  killed.kill('SIGKILL');
  await expect.poll(() => pids().map(isRunning)).toEqual([false, false]);
  expect(readdirSync(order.parent)).toEqual([
    expect.stringMatching(/^six-[0-9a-f]{12}\.\d+\.[0-9a-f]{8}\.\d+\.\d+\.partial$/),
  ]);

  const six = await install(order, folder);
  works(six);
  expect(readdirSync(order.parent)).toEqual([path.basename(six.folder)]);
});

test('two at once: one installs, the other waits for it, both get the same', async ({ folder }) => {
  await uvFirst();
  const order = sixOrder(folder);
  const other = inAnotherProcess(folder, 'wait');
  const printed = text(other.stdout);
  await expect.poll(() => namesIn(order.parent), { intervals: [10], timeout: 20_000 }).not.toEqual([]);
  const lines: string[] = [];
  const installed = install(order, folder, lines);
  // Until we have seen that it is at work, it is.
  await expect.poll(() => lines).not.toEqual([]);
  await writeFile(path.join(folder, 'go on'), '');
  const six = await installed;
  works(six);
  expect(lines).toEqual([`Six: process ${String(other.pid)} is installing it, waiting`]);
  expect((await printed).trim()).toBe(six.folder);
  expect(readdirSync(order.parent)).toEqual([path.basename(six.folder)]);
});

test('several in one instant all get a working one', async ({ folder }) => {
  await uvFirst();
  const order = sixOrder(folder);
  const environments = await Promise.all(Array.from({ length: 4 }, () => install(order, folder)));
  for (const environment of environments) works(environment);
  expect(new Set(environments.map((environment) => environment.folder)).size).toBe(1);
  expect(readdirSync(order.parent)).toHaveLength(1);
});

test('whoever finishes second takes what is in the place', async ({ folder }) => {
  await uvFirst();
  const finish = async ({ folder: partial }: Environment) => {
    const place = partial.replace(/(\.[0-9a-f]+){4}\.partial$/, '');
    await cp(partial, place, { recursive: true, verbatimSymlinks: true });
    await writeFile(path.join(place, 'complete.json'), '{"made":"by the first"}');
  };
  const six = await install({ ...sixOrder(folder), finish }, folder);
  works(six);
  expect(readFileSync(path.join(six.folder, 'complete.json'), 'utf8')).toContain('by the first');
});

/** Puts other bytecode in the place of a file's, with the same time and size in its header. */
const forge = `
import importlib.util, marshal, sys
file = importlib.util.cache_from_source(sys.argv[1])
with open(file, 'rb') as opened:
    header = opened.read()[:16]
with open(file, 'wb') as opened:
    opened.write(header + marshal.dumps(compile('print("taken")', 'forged', 'exec')))
`;

test('what another environment has compiled of the same text is taken from there, and nothing else', async ({
  folder,
}) => {
  await uvFirst();
  const withModule = (text: string) => ({
    ...sixOrder(folder),
    finish: ({ sitePackages }: Environment) => writeFile(path.join(sitePackages, 'says.py'), text),
  });
  const says = ({ python }: Environment) => execFileSync(python, ['-I', '-c', 'import says']).toString().trim();
  const first = await install({ ...withModule('print("a")\n'), name: 'first' }, folder);
  expect(says(first)).toBe('a');
  // So that it can be told from what is compiled anew.
  execFileSync(first.python, ['-I', '-c', forge, path.join(first.sitePackages, 'says.py')]);
  expect(says(first)).toBe('taken');

  const same = await install({ ...withModule('print("a")\n'), name: 'same' }, folder);
  expect(says(same), 'the same text, written at another time').toBe('taken');
  const other = await install({ ...withModule('print("b")\n'), name: 'other' }, folder);
  expect(says(other), 'another text of the same length').toBe('b');
  const log = readFileSync(path.join(folder, 'logs', 'install-other.log'), 'utf8');
  expect(log).toMatch(/taken from other environments: [1-9]/);
  // A stack trace names the file that was imported, not the one that was compiled.
  const file = execFileSync(same.python, ['-I', '-c', 'import six; print(six.add_metaclass.__code__.co_filename)']);
  expect(file.toString().trim()).toBe(path.join(same.sitePackages, 'six.py'));
});
