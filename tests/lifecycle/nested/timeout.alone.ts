import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { scenario, test } from '../../../fixtures';

const output = process.env.NESTED_OUTPUT ?? '';
const leave = (sign: string): void => {
  writeFileSync(path.join(output, sign), '');
};
const find = async (sign: string): Promise<void> => {
  while (!existsSync(path.join(output, sign))) await sleep(20);
};

// Whoever started this run holds the team's row, so that the request is at work still when its test is given up.
const givenUp = scenario({
  family: 'harness',
  route: 'POST /team/update',
  target: 'a team of the world, in vain',
  caller: 'proxy_admin',
  arrange: ({ world }) => world.teams.gamma,
  act: async ({ as, target }) => {
    leave('about-to-send');
    await find('locked');
    return as.post('/team/update', { team_id: target.teamId, max_budget: 7 });
  },
  expected: { status: 200 },
});
test.describe('given up', () => {
  test.describe.configure({ timeout: 5_000 });
  test(givenUp.title, givenUp.details, givenUp.run);
});

const next = scenario({
  family: 'harness',
  route: 'GET /team/info',
  target: 'the same team, while the row is let go',
  caller: 'proxy_admin',
  arrange: ({ world }) => world.teams.gamma,
  act: async ({ as, target }) => {
    leave('next-is-there');
    await find('let-go');
    // Long enough for what was held up: it needs some milliseconds.
    await sleep(1_000);
    return as.get('/team/info', { team_id: target.teamId });
  },
  expected: { status: 200 },
  returned: (body) => [String((body as { team_info: { max_budget: number | null } }).team_info.max_budget)],
  returns: () => ['null'],
});
test(next.title, next.details, next.run);
