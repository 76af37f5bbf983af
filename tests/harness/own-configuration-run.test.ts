import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, type NestedRun } from '../lifecycle/nested-run';

/** The behaviours file of a run. */
const behaviorsOf = (run: NestedRun): unknown =>
  JSON.parse(readFileSync(path.join(run.output, 'report', 'behaviors.json'), 'utf8'));

test('plain scenarios are played under an operator’s configuration, and what differs is told, not judged', async ({
  nested,
}, testInfo) => {
  const folder = testInfo.outputPath('operator');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'my.yaml');
  writeFileSync(
    file,
    'general_settings: { admin_only_routes: [/key/info], custom_key_generate: hooks.may_generate, database_url: "postgresql://me:hunter2@db.example.com/x" }',
  );
  writeFileSync(
    path.join(folder, 'hooks.py'),
    'from shared import DECISION\n\nasync def may_generate(data):\n    return DECISION\n',
  );
  writeFileSync(path.join(folder, 'shared.py'), 'DECISION = {"decision": True}\n');
  const run = nested({ specs: ['quick'], workers: 1, environment: { PROXY_CONFIG: file, LITELLM_RELEASE: '1.106.0' } });
  expect(await run.ended, run.said).toMatchObject({ code: 0 });
  expect(run.said).toContain('my.yaml is tried in the place of plain');
  expect(run.said).toContain('my.yaml: general_settings.database_url is left out');
  expect(run.said).not.toContain('hunter2');
  expect(run.said).toContain('What my.yaml changes, beside plain: 4 of 5 scenarios');
  expect(behaviorsOf(run)).toMatchObject({
    configuration: 'my.yaml',
    curated: false,
    scenarios: ['internal_user', 'owner', 'proxy_admin', 'service_account', 'team_admin'].map((caller) => ({
      profile: 'own',
      id: `own/harness/GET%20%2Fkey%2Finfo/own%20key%2C%20once//${caller}`,
      outcome: 'passed',
      expected: { status: 200 },
      observed: { status: caller === 'proxy_admin' ? 200 : 403 },
    })),
  });
  await run.expectNothingLeft(performance.now());
});

test('tests are declared with the ids that their records will have', async ({ nested }, testInfo) => {
  // Nobody reads it for that.
  const PROXY_CONFIG = testInfo.outputPath('nowhere.yaml');
  const run = nested({ specs: ['quick'], options: ['--list', '--reporter=json'], environment: { PROXY_CONFIG } });
  expect(await run.ended, run.said).toMatchObject({ code: 0 });
  expect(run.said).toContain('"own/harness/GET%20%2Fkey%2Finfo/own%20key%2C%20once//owner"');
  expect(run.said).not.toContain('plain/');
});

test('what cannot be tried is told before anything starts', async ({ nested }, testInfo) => {
  const file = testInfo.outputPath('my.yaml');
  writeFileSync(file, 'litellm_settings: { cache: true }');
  const run = nested({ specs: ['quick'], workers: 1, environment: { PROXY_CONFIG: file } });
  expect((await run.ended).code, run.said).toBe(1);
  expect(run.said).toContain('litellm_settings.cache: true needs a Redis');
  expect(run.said).not.toContain('Importing LiteLLM');
});

test('what LiteLLM itself refuses is told in its words, with the variables that may be missing', async ({
  nested,
}, testInfo) => {
  const file = testInfo.outputPath('my.yaml');
  writeFileSync(file, 'litellm_settings: { max_internal_user_budget: os.environ/BUDGET }');
  const run = nested({ specs: ['quick'], workers: 1, environment: { PROXY_CONFIG: file } });
  expect((await run.ended).code, run.said).toBe(1);
  expect(run.said).toContain('No lane can be made with my.yaml. The proxy own-0-1 did not start: TypeError: float()');
  expect(run.said).toContain('It may be that it needs one of BUDGET, which are empty here');
});
