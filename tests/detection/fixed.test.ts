import path from 'node:path';

import { projectFolder } from '../../stack/home';
import { expect, test } from '../lifecycle/nested-run';
import { npmScript } from '../support/npm-script';

// `npm run mutate -- --count 40 --seed fixed --keep tests/detection/fixed.json` writes them anew: see docs/detection.md.
test('forty mutants come to what they came to before', async ({ nested }) => {
  const file = path.join(projectFolder, 'tests/detection/fixed.json');
  const run = nested({ command: npmScript('mutate', '--release', '1.106.0', '--mutants', file) });
  expect((await run.ended).code, run.said).toBe(0);
  expect(run.said).toMatch(/^LiteLLM 1\.106\.0, 40 mutants of .*: killed \d+ of 40 /m);
  await run.expectNothingLeft(performance.now());
});
