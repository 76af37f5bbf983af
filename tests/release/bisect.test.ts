import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '../lifecycle/nested-run';
import { npmScript } from '../support/npm-script';

/** Both curated releases answer this, in two ways. */
const scenario = 'POST /team/update · own team · internal_user';

const bisect = (...words: readonly string[]) => npmScript('bisect', ...words);

test('names the release that answers differently, and leaves nothing', async ({ nested }) => {
  const json = test.info().outputPath('found.json');
  const run = nested({ command: bisect(scenario, '1.87.0', '1.106.0', '--only', '1.87.0,1.106.0', '--json', json) });
  expect(await run.ended, run.said).toEqual({ code: 0, signal: null });
  await run.expectNothingLeft(performance.now());
  expect(run.said).toContain('1.106.0 is the first of those named that answers differently; 1.87.0 is the last');
  expect(run.said).toContain('status: 401 → 403');
  expect(run.said).toMatch(/1\.87\.0\s+A {2}401\n\s+1\.106\.0\s+B {2}403/);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    scenario: {
      id: 'plain/matrix/POST%20%2Fteam%2Fupdate/own%20team//internal_user',
      file: 'specs/teams/update.spec.ts',
    },
    turns: [
      { before: '1.87.0', after: '1.106.0', changes: [{ step: 'act', aspect: 'status', before: '401', after: '403' }] },
    ],
    answers: [
      { release: '1.87.0', kind: 'A' },
      { release: '1.106.0', kind: 'B' },
    ],
    skipped: [],
  });
});

test('Ctrl-C ends all that was started', async ({ nested }) => {
  const run = nested({ command: bisect(scenario, '1.87.0', '1.106.0', '--only', '1.87.0,1.106.0', '--verbose') });
  await run.untilSaid('LiteLLM 1.106.0 imported in');
  // On a machine that is busy it may be a while until the signal is heard.
  const { pid = 0 } = run.processes.filter(({ words }) => words.includes('tools/bisect.ts')).at(-1) ?? {};
  expect(pid).toBeGreaterThan(0);
  process.kill(pid, 'SIGSTOP');
  run.signalGroup('SIGINT');
  await sleep(500);
  process.kill(pid, 'SIGCONT');
  await run.ended;
  await run.expectNothingLeft(performance.now());
  expect(run.said).toContain('interrupted; nothing of it is left');
  expect(run.said).not.toContain('answers differently');
});

for (const { what, words, says } of [
  {
    what: 'a text that fits several scenarios',
    words: ['POST /team/update · own team', '1.87.0', '1.106.0', '--only', '1.87.0'],
    says: /fits \d+ scenarios:\n( {2}POST \/team\/update · own team · \S+\n)+/,
  },
  {
    what: 'a text that fits none',
    words: ['POST /team/update · own team · internal_boser', '1.87.0', '1.106.0', '--only', '1.87.0'],
    says: /No scenario's title or id has .* These are near:\n {2}POST \/team\/update · own team/,
  },
  {
    what: 'the newer release first',
    words: [scenario, '1.106.0', '1.87.0'],
    says: /1\.106\.0 is not older than 1\.87\.0/,
  },
  { what: 'what is no release', words: [scenario, '1.87', '1.106.0'], says: /"1\.87" is no release/ },
  { what: 'a compromised release', words: [scenario, '1.82.7', '1.106.0'], says: /1\.82\.7 carried malicious code/ },
  {
    what: 'a compromised release among others',
    words: [scenario, '1.82.6', '1.83.0', '--only', '1.82.8'],
    says: /1\.82\.8 carried malicious code/,
  },
  { what: 'an unknown option', words: ['--al'], says: /Unknown option '--al'/ },
  { what: 'no releases', words: [scenario], says: /takes a scenario and two releases/ },
]) {
  test(`${what}: one message, and nothing is asked`, async ({ nested }) => {
    const run = nested({ command: bisect(...words) });
    expect(await run.ended, run.said).toEqual({ code: 1, signal: null });
    expect(run.said).toMatch(says);
    expect(run.said).not.toMatch(/asked|^ +at /m);
  });
}

test('--help says what there is, and what the exit codes mean', async ({ nested }) => {
  const run = nested({ command: bisect('--help') });
  expect(await run.ended).toEqual({ code: 0, signal: null });
  const source = readFileSync(path.join(__dirname, '../../tools/bisect.ts'), 'utf8');
  const [, options = ''] = /const options = \{(.*?)\n\}/s.exec(source) ?? [];
  for (const [, option] of options.matchAll(/^ {2}(\w+):/gm)) expect(run.said).toContain(`--${String(option)}`);
  expect(run.said).toContain('0 a release was found, 1 trouble, 2 nothing differs');
});
