import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import { loadSettings } from '../../stack/settings';

const test = base.extend<{ envFile: (text: string) => string }>({
  envFile: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    await use((text) => {
      const file = path.join(folder, '.env');
      writeFileSync(file, text);
      return file;
    });
    rmSync(folder, { recursive: true });
  },
});

test('everything has a default', ({ envFile }) => {
  expect(loadSettings({}, envFile(''))).toEqual({
    release: '1.106.0',
    home: path.join(projectFolder, '.stack'),
    masterKey: undefined,
    premium: true,
    judge: true,
    configuration: undefined,
    engine: undefined,
    databaseUrl: undefined,
    runFolder: projectFolder,
  });
});

test('a missing .env is no error', ({ envFile }) => {
  expect(loadSettings({}, `${envFile('')}.nowhere`).release).toBe('1.106.0');
});

test('the .env is read, and the environment wins over it', ({ envFile }) => {
  const file = envFile('LITELLM_RELEASE=1.87.0\nPREMIUM_USER=off\nSTACK_HOME=/somewhere\n');
  expect(loadSettings({}, file)).toMatchObject({ release: '1.87.0', premium: false, home: '/somewhere' });
  expect(loadSettings({ LITELLM_RELEASE: '1.106.0' }, file)).toMatchObject({ release: '1.106.0', premium: false });
});

test('RUN_DIR may be relative to the project, or absolute', ({ envFile }) => {
  const folderOf = (RUN_DIR: string) => loadSettings({ RUN_DIR }, envFile('')).runFolder;
  expect(folderOf('second')).toBe(path.join(projectFolder, 'second'));
  expect(folderOf('/tmp/second')).toBe('/tmp/second');
});

test('PROXY_CONFIG is a file that is relative to the project, and not for somebody else’s proxy', ({ envFile }) => {
  const file = envFile('PROXY_CONFIG=my.yaml\n');
  expect(loadSettings({}, file).configuration).toBe(path.join(projectFolder, 'my.yaml'));
  const attach = {
    ATTACH_BASE_URL: 'http://127.0.0.1:4000',
    ATTACH_DATABASE_URL: 'postgresql://me:hunter2@host/db',
    ATTACH_MASTER_KEY: 'sk-hunter2',
    ATTACH_WRITES: 'allow',
  };
  const load = () => loadSettings(attach, file);
  expect(load).toThrow(
    'PROXY_CONFIG is "my.yaml", and the proxy at http://127.0.0.1:4000 has a configuration already.',
  );
  expect(load).not.toThrow('hunter2');
});

test('an empty value stands for the default, and the environment’s wins over the .env', ({ envFile }) => {
  const file = envFile('LITELLM_RELEASE=1.87.0\nSTACK_MASTER_KEY=\n');
  expect(loadSettings({}, file)).toMatchObject({ release: '1.87.0', masterKey: undefined });
  expect(loadSettings({ LITELLM_RELEASE: '' }, file)).toMatchObject({ release: '1.106.0' });
});

test('nothing of the .env reaches the environment', ({ envFile }) => {
  loadSettings({}, envFile('STACK_TEST_OF_LEAKS=1\n'));
  expect(process.env.STACK_TEST_OF_LEAKS).toBeUndefined();
});

for (const { name, value, says } of [
  { name: 'LITELLM_RELEASE', value: 'latest', says: 'curated are `1.87.0`, `1.106.0`' },
  { name: 'LITELLM_RELEASE', value: 'v1.106.0', says: 'a version of LiteLLM as PyPI names it' },
  { name: 'LITELLM_RELEASE', value: '1.106', says: 'a version of LiteLLM as PyPI names it' },
  { name: 'LITELLM_RELEASE', value: '1.82.7', says: 'which carried malicious code' },
  { name: 'PREMIUM_USER', value: 'maybe', says: 'one of' },
  { name: 'PRISMA_QUERY_ENGINE_BINARY', value: '/nowhere/engine', says: 'can be executed' },
]) {
  test(`${name}=${value} is refused with its name, its value and what is accepted`, ({ envFile }) => {
    const file = envFile('');
    const load = () => loadSettings({ [name]: value }, file);
    expect(load).toThrow(`${name} is "${value}", from the environment.`);
    expect(load).toThrow(says);
  });
}

test('a bad master key is refused without being shown', ({ envFile }) => {
  const file = envFile('STACK_MASTER_KEY=hunter2hunter2\n');
  const load = () => loadSettings({}, file);
  expect(load).toThrow(`STACK_MASTER_KEY is (14 characters, not shown), from ${file}.`);
  expect(load).not.toThrow(/hunter2/);
});

test('a bad database address is refused without its password', ({ envFile }) => {
  const load = () => loadSettings({ STACK_DATABASE_URL: 'mysql://me:hunter2@host/db' }, envFile(''));
  expect(load).toThrow('STACK_DATABASE_URL is (26 characters, not shown)');
  expect(load).not.toThrow(/hunter2/);
});

test('all bad values are named at once', ({ envFile }) => {
  const load = () => loadSettings({ LITELLM_RELEASE: 'x y', PREMIUM_USER: 'y' }, envFile(''));
  expect(load).toThrow(/LITELLM_RELEASE[\s\S]*PREMIUM_USER/);
});
