import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import type { ScenarioRecord } from '../../fixtures/record';
import { projectFolder } from '../../stack/home';

test('three scenarios of a spec are played outside the runner, as the values that the spec made', async () => {
  const { stdout } = await promisify(execFile)(
    path.join(projectFolder, 'node_modules', '.bin', 'tsx'),
    [path.join(__dirname, 'play-outside.ts'), path.join(projectFolder, 'specs', 'keys', 'update.spec.ts'), '3'],
    { cwd: '/' },
  );
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ScenarioRecord);
  expect(records.map(({ route, target, caller }) => [route, target, caller])).toEqual([
    ['POST /key/update', 'key of owner in Alpha', 'proxy_admin'],
    ['POST /key/update', 'own key', 'proxy_admin'],
    ['POST /key/update', 'own key made by an admin', 'proxy_admin'],
  ]);
  expect(records.map(({ observed }) => observed?.status)).toEqual([200, 200, 200]);
});

test('what spec files hold is the same each time that a process asks for it', async () => {
  const { stdout } = await promisify(execFile)(
    path.join(projectFolder, 'node_modules', '.bin', 'tsx'),
    [
      path.join(__dirname, 'collect-again.ts'),
      ...['block', 'delete'].map((name) => path.join(projectFolder, 'specs', 'keys', `${name}.spec.ts`)),
    ],
    { cwd: '/' },
  );
  const [first, second, both] = JSON.parse(stdout) as string[][];
  expect(first).not.toEqual([]);
  expect(second).toEqual(first);
  expect(both?.slice(0, first?.length)).toEqual(first);
  expect(both?.length).toBeGreaterThan(first?.length ?? 0);
});
