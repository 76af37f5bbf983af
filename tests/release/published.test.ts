import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { curatedReleases } from '../../stack/release/curated';
import { firstOfEachMinor, inOrder, isFinal, publishedReleases } from '../../stack/release/published';
import { loadSettings } from '../../stack/settings';
import { expect, test } from './folder';

/** An index that nobody answers for. */
const nowhere = { UV_DEFAULT_INDEX: 'http://127.0.0.1:9/simple', NO_PROXY: '127.0.0.1', UV_HTTP_RETRIES: '0' };

/** Whatever mirror this machine has, and what tests set. */
const names = [...Object.keys(nowhere), 'UV_INDEX_URL', 'PIP_INDEX_URL'];
const before = new Map(names.map((name) => [name, process.env[name]]));

test.afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

/** Takes the mirrors out of the environment. */
const withoutMirror = (): void => {
  for (const name of names) Reflect.deleteProperty(process.env, name);
};

test('releases are in the order of their numbers, without what is none and the compromised ones', () => {
  const versions = [
    '1.100.0',
    '1.9.9',
    '1.85.0',
    '1.84.10',
    '1.84.9',
    '1.85.0rc1',
    '1.82.7',
    '1.82.8',
    'latest',
    '1.9.9',
  ];
  expect(inOrder(versions)).toEqual(['1.9.9', '1.84.9', '1.84.10', '1.85.0rc1', '1.85.0', '1.100.0']);
});

test('final is what is neither a candidate nor in development', () => {
  expect(['1.85.0', '1.85.0rc1', '1.85.0.dev2', '1.85.0.post1', '1.85.0a1'].filter(isFinal)).toEqual([
    '1.85.0',
    '1.85.0.post1',
  ]);
});

test('each minor version begins with its first final release', () => {
  const releases = ['1.9.8', '1.10.0rc1', '1.10.0', '1.10.1', '1.11.0.dev1', '1.11.2', '1.11.3', '2.0.0'];
  expect(firstOfEachMinor(releases)).toEqual(['1.9.8', '1.10.0', '1.11.2', '2.0.0']);
});

test('the registry has the curated releases; its list is kept', async () => {
  test.setTimeout(180_000);
  const { home } = loadSettings();
  const lines: string[] = [];
  const listed = await publishedReleases({ home, progress: (line) => lines.push(line), refresh: true });
  expect(lines.join('\n')).not.toContain('could not be asked');
  expect(listed).toEqual(expect.arrayContaining([...curatedReleases]));
  expect(listed).toEqual(inOrder(listed));
  const kept = JSON.parse(readFileSync(path.join(home, 'published.json'), 'utf8')) as { versions: string[] };
  expect(inOrder(kept.versions)).toEqual(listed);
});

const kept = async (folder: string, asked: Date, registry: string): Promise<void> => {
  const list = { asked: asked.toISOString(), registry, versions: ['1.83.4', '1.84.10', '1.84.9'] };
  await writeFile(path.join(folder, 'published.json'), JSON.stringify(list));
};

/** As a list of PyPI's, without a mirror, is marked. */
const pypi = '168bdaf701b2';

test('a list of today is not asked for again, one of another registry is', async ({ folder }) => {
  withoutMirror();
  // Nothing could be asked like this.
  process.env.PATH = '';
  await kept(folder, new Date(), pypi);
  const lines: string[] = [];
  const options = { home: folder, progress: (line: string) => lines.push(line) };
  expect(await publishedReleases(options)).toEqual(['1.83.4', '1.84.9', '1.84.10']);
  expect(lines).toEqual([]);
  Object.assign(process.env, nowhere);
  expect(await publishedReleases(options)).toEqual(['1.83.4', '1.84.9', '1.84.10']);
  expect(lines).toEqual([expect.stringContaining('The registry could not be asked')]);
});

test('where the registry does not answer an old list will do, and that is told', async ({ folder }) => {
  test.setTimeout(120_000);
  Object.assign(process.env, nowhere);
  const asked = new Date(Date.now() - 3 * 24 * 3600 * 1000);
  await kept(folder, asked, pypi);
  const lines: string[] = [];
  const listed = await publishedReleases({ home: folder, progress: (line) => lines.push(line) });
  expect(listed).toEqual(['1.83.4', '1.84.9', '1.84.10']);
  expect(lines.at(-1)).toContain(`this is its list of ${asked.toISOString()}`);
});

test('without a list, what has a lock here is known', async ({ folder }) => {
  process.env.PATH = '';
  await mkdir(path.join(folder, 'locks'));
  for (const name of ['1.83.4.txt', '1.82.7.txt', '1.90.2.txt.12.partial']) {
    await writeFile(path.join(folder, 'locks', name), '');
  }
  const lines: string[] = [];
  const listed = await publishedReleases({ home: folder, progress: (line) => lines.push(line) });
  expect(listed).toEqual(inOrder(['1.83.4', ...curatedReleases]));
  expect(lines.at(-1)).toContain('only those are known that have a lock here: 1.83.4, 1.87.0');
  expect(existsSync(path.join(folder, 'published.json'))).toBe(false);
});
