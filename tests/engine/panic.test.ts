import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { engineEnvironment, expect, test } from './engine';

test('a panic ends what was under way, and nothing else', async ({ ships, sql }) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', path.join(__dirname, 'panic.ts')],
    { env: engineEnvironment(ships), cwd: path.join(__dirname, '../..') },
  );
  const round = (name: string) => ({
    unreadable: 'Refusal: The query engine panicked: unreachable',
    next: `{"data":{"createOneShip":{"name":"${name} next"}}}`,
  });
  expect(JSON.parse(stdout)).toEqual({ rounds: [round('first'), round('second'), round('third')], panics: 3 });
  // The open transactions went with it.
  expect(await sql('SELECT name FROM "Ship" ORDER BY name')).toEqual([
    { name: 'first next' },
    { name: 'second next' },
    { name: 'third next' },
  ]);
});
