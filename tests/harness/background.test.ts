import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import type { PlayedRoute } from './play-routes';

test('no route that is tested writes to a background table', async () => {
  test.setTimeout(300_000);
  const { stdout } = await promisify(execFile)(
    path.join(projectFolder, 'node_modules', '.bin', 'tsx'),
    [path.join(__dirname, 'play-routes.ts')],
    { cwd: '/' },
  );
  const routes = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PlayedRoute);
  expect(routes.map(({ route }) => route)).toEqual(expect.arrayContaining(['POST /key/update', 'POST /team/update']));
  // A proxy's own clock may strike during one play of a few milliseconds, but not during three in a row.
  const writing = routes.filter(({ hidden }) => hidden.every((tables) => tables.length > 0));
  expect(writing).toEqual([]);
});
