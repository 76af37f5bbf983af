import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';

/** The verdicts of `judge-outside.ts`. */
async function verdicts(): Promise<unknown[]> {
  const { stdout } = await promisify(execFile)(
    path.join(projectFolder, 'node_modules/.bin/tsx'),
    [path.join(__dirname, 'judge-outside.ts')],
    { cwd: '/' },
  );
  return JSON.parse(stdout) as unknown[];
}

test('a scenario has found nothing that fails without the mutant as well, or for what another one left behind', async () => {
  test.setTimeout(180_000);
  const [unsound, leaving, next] = await verdicts();
  expect(unsound).toMatchObject({
    verdict: 'killed',
    by: 'plain/matrix/POST%20%2Fteam%2Fblock/own%20team//proxy_admin',
    how: 'a scenario failed',
    played: 2,
    unsound: ['fails by itself'],
  });
  expect(leaving).toMatchObject({ verdict: 'killed', how: 'a scenario failed', played: 1 });
  // Once where it was left, and once in a new proxy.
  expect(next).toMatchObject({ verdict: 'survived', by: null, played: 2 });
});
