import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { mergeTests } from '@playwright/test';

import { StackError } from '../../stack/errors';
import { homeFolders } from '../../stack/home';
import { ensureRelease } from '../../stack/release';
import { curatedReleases } from '../../stack/release/curated';
import { ensureEnvironment, type Environment } from '../../stack/release/environment';
import { lockOf } from '../../stack/release/kept-locks';
import { ensureLock, requirementsOf, writeLock } from '../../stack/release/lock';
import { ensureUv } from '../../stack/release/python-tools';
import { loadSettings } from '../../stack/settings';
import { expect, test as nestedTest } from '../lifecycle/nested-run';
import { test as folderTest } from './folder';
import { sixOrder } from './six';

const test = mergeTests(folderTest, nestedTest);

/** Of a form that a version has, but none that there will ever be. */
const nonexistent = '1.99.999';

/** Every test has a STACK_HOME of its own, and none is to install a uv there. */
const uvFirst = async (): Promise<void> => {
  const [program = ''] = await ensureUv({ home: loadSettings().home, progress: () => undefined });
  process.env.PATH = `${path.dirname(program)}${path.delimiter}${process.env.PATH ?? ''}`;
};

/** What a promise is rejected with, which has to be one message for people. */
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StackError);
  return (error as StackError).message;
};

/** Does something with these variables in the environment; undefined takes one out of it. */
const withVariables = async <T>(variables: Record<string, string | undefined>, work: () => Promise<T>): Promise<T> => {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));

const writeResolved = async (home: string, version: string): Promise<string> => {
  const { locks } = homeFolders(home);
  await mkdir(locks, { recursive: true });
  const file = path.join(locks, `${version}.txt`);
  await writeFile(file, 'resolved before');
  return file;
};

test('the lock of the project comes before one that was resolved here', async ({ folder }) => {
  const lines: string[] = [];
  for (const release of curatedReleases) {
    await writeResolved(folder, release);
    expect(await ensureLock(release, { home: folder, progress: (line) => lines.push(line) })).toBe(lockOf(release));
  }
  expect(lines).toEqual([]);
});

test('what was resolved once is not resolved again, and each run is told that it is uncurated', async ({ folder }) => {
  const file = await writeResolved(folder, '1.83.4');
  // Nothing could be resolved like this.
  process.env.PATH = '';
  for (const run of ['first', 'second']) {
    const lines: string[] = [];
    expect(await ensureLock('1.83.4', { home: folder, progress: (line) => lines.push(line) }), run).toBe(file);
    expect(lines).toEqual([expect.stringContaining('LiteLLM 1.83.4 is not curated')]);
  }
  expect(readFileSync(file, 'utf8')).toBe('resolved before');
  expect(filesBelow(folder)).toEqual(['locks/1.83.4.txt']);
});

test('a lock is made from the registry, hashes and all, and leaves nothing beside it', async ({ folder }) => {
  await uvFirst();
  const file = path.join(folder, 'six.txt');
  const order = { file, requirements: ['six==1.17.0'], target: 'six', home: folder, progress: () => undefined };
  const count = await withVariables({ TMPDIR: folder }, () => writeLock(order));
  expect(count).toBe(1);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^# Made by `npm run release:lock -- six`.*\n.*\nsix==1\.17\.0(?: \\\n {4}--hash=sha256:[0-9a-f]{64})+/,
  );
  expect(readdirSync(folder).sort()).toEqual(['logs', 'six.txt']);
});

test('a release that does not exist: one message, and nothing but its log', async ({ folder, nested }) => {
  await uvFirst();
  const run = nested({ environment: { LITELLM_RELEASE: nonexistent, STACK_HOME: folder, PATH: process.env.PATH } });
  const ending = await run.ended;
  await run.expectNothingLeft(performance.now());
  expect(ending).toEqual({ code: 1, signal: null });
  expect(run.said.match(/\w*Error:/g)).toEqual(['StackError:']);
  expect(run.said).toContain(`there is no version of litellm[proxy]==${nonexistent}`);
  expect(run.said).toContain('Choose a release that the registry has');
  expect(run.said).toContain(`Log: ${folder}/logs/lock-${nonexistent}.log`);
  expect(run.said).not.toMatch(/Running \d+ tests/);
  expect(filesBelow(homeFolders(folder).locks)).toEqual([]);
  expect(existsSync(homeFolders(folder).releases)).toBe(false);
});

test('a registry that does not answer is not taken for a release that does not exist', async ({ folder }) => {
  await uvFirst();
  const nowhere = {
    UV_DEFAULT_INDEX: 'http://127.0.0.1:9/simple',
    UV_HTTP_RETRIES: '0',
    UV_CACHE_DIR: path.join(folder, 'cache'),
    NO_PROXY: '127.0.0.1',
  };
  const message = await withVariables(nowhere, () =>
    refusal(ensureLock('1.83.4', { home: folder, progress: () => undefined })),
  );
  expect(message).toContain('See that the package registry can be reached');
  expect(message).not.toContain('no version of');
  expect(filesBelow(homeFolders(folder).locks)).toEqual([]);
});

test('a file that is no Python to this interpreter is left uncompiled, and nothing else is', async ({ folder }) => {
  await uvFirst();
  const finish = async ({ sitePackages }: Environment) => {
    await writeFile(path.join(sitePackages, 'of_another_version.py'), 'print "hello"\n');
    await writeFile(path.join(sitePackages, 'zz_in_order.py'), 'print("hello")\n');
  };
  const { sitePackages } = await ensureEnvironment(
    { ...sixOrder(folder), finish },
    { home: folder, progress: () => undefined },
  );
  expect(readdirSync(path.join(sitePackages, '__pycache__')).map((file) => file.split('.')[0])).toEqual(
    expect.arrayContaining(['six', 'zz_in_order']),
  );
  const log = readFileSync(path.join(homeFolders(folder).logs, 'install-six.log'), 'utf8');
  expect(log).toMatch(/left uncompiled:.*of_another_version\.py/s);
  expect(log).not.toContain('zz_in_order');
});

test('releases that cannot be imported with the newest FastAPI get an older one', () => {
  for (const release of ['1.95.0', '1.95.1', '1.97.0']) expect(requirementsOf(release)).toContain('fastapi<0.140.7');
  for (const release of ['1.94.3', '1.98.0', ...curatedReleases]) {
    expect(requirementsOf(release)).toEqual([`litellm[proxy]==${release}`, 'prisma==0.11.0']);
  }
});

for (const spelling of ['1.82.7', '1.82.8', 'v1.82.7', '1.82.7.0', '01.82.8', '0!1.82.8']) {
  test(`the compromised ${spelling} is refused before anything starts`, async ({ folder }) => {
    expect(() => loadSettings({ LITELLM_RELEASE: spelling }, path.join(folder, '.env'))).toThrow(
      /LITELLM_RELEASE is "\S+", from the environment\. .* carried malicious code/,
    );
    const work = ensureRelease({ version: spelling, home: folder, progress: () => undefined });
    expect(await refusal(work)).toContain(`LiteLLM ${spelling} carried malicious code on PyPI and is refused.`);
    expect(readdirSync(folder)).toEqual([]);
  });
}

for (const malformed of ['latest', '1.83.*', '>=1.83', '../1.83.4', '1.83.4 ']) {
  test(`${JSON.stringify(malformed)} is no version`, ({ folder }) => {
    expect(() => loadSettings({ LITELLM_RELEASE: malformed }, path.join(folder, '.env'))).toThrow(
      'It takes a version of LiteLLM as PyPI names it',
    );
  });
}
