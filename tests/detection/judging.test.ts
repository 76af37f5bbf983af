import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';

test('a scenario that fails without the mutant as well has found nothing; the next one has', async () => {
  const { stdout } = await promisify(execFile)(
    path.join(projectFolder, 'node_modules/.bin/tsx'),
    [path.join(__dirname, 'judge-outside.ts')],
    { cwd: '/' },
  );
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'killed',
    by: 'plain/matrix/POST%20%2Fteam%2Fblock/own%20team//proxy_admin',
    how: 'a scenario failed',
    played: 2,
    unsound: ['fails by itself'],
  });
});
