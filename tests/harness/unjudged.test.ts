import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '../lifecycle/nested-run';

test('without premium nothing is judged, and what differs is told', async ({ nested }) => {
  const run = nested({ specs: ['failing'], environment: { PREMIUM_USER: 'off' } });
  expect(await run.ended, run.said).toMatchObject({ code: 0 });
  expect(run.said).toContain('What differs from what is pinned, and is not judged: 1 of 1 scenario.');
  const written: unknown = JSON.parse(readFileSync(path.join(run.output, 'report', 'behaviors.json'), 'utf8'));
  expect(written).toMatchObject({
    curated: false,
    scenarios: [{ outcome: 'passed', expected: { status: 418 }, observed: { status: 200 } }],
  });
});
