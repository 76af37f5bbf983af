import { expect, test } from './nested-run';

test('a proxy that dies fails its test, with the log, and the next test has a new one', async ({ nested }) => {
  const run = nested({ specs: ['busy', 'failing'], workers: 1 });
  await run.untilSigns('busy-owner');
  const { pid } = run.the('proxy');
  process.kill(pid, 'SIGKILL');
  await run.untilSigns('busy-team_admin');
  expect(run.the('proxy').pid).not.toBe(pid);
  run.sign('enough');

  expect(await run.ended).toEqual({ code: 1, signal: null });
  await run.expectNothingLeft(performance.now());
  const [died, next, failed] = run.results;
  expect(died).toMatchObject({ title: expect.stringMatching(/again · owner$/), status: 'failed' });
  expect(died?.errors).toContain('GET /key/info got no answer');
  expect(died?.attachments.get('proxy-log')).toContain('LiteLLM');
  expect(next).toMatchObject({ title: expect.stringMatching(/again · team_admin$/), status: 'passed' });
  // One that fails by itself, for what comes after a failure.
  expect(failed).toMatchObject({ status: 'failed', errors: expect.stringContaining('418') });
});
