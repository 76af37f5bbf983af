import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { scenario, test } from '../../../fixtures';

const output = process.env.NESTED_OUTPUT ?? '';

// Somebody may be waited for who makes a stack meanwhile.
test.describe.configure({ timeout: 300_000 });

// Two tests at work at once, each with requests to its proxy under way, until somebody says that it is enough.
for (const caller of ['owner', 'team_admin'] as const) {
  const busy = scenario({
    family: 'harness',
    route: 'GET /key/info',
    target: 'own key, again and again',
    caller,
    arrange: () => ({}),
    act: async ({ as }) => {
      for (;;) {
        const answer = await as.get('/key/info');
        writeFileSync(path.join(output, `busy-${caller}`), String(answer.status));
        if (existsSync(path.join(output, 'enough'))) return answer;
      }
    },
    expected: { status: 200 },
  });
  test(busy.title, busy.details, busy.run);
}
