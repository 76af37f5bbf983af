import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { homeFolders } from '../../stack/home';
import { loadSettings } from '../../stack/settings';
import { expect, test, type NestedRun } from '../lifecycle/nested-run';
import { test as onMachine } from '../misfortune/machine';
import { npmScript } from '../support/npm-script';

const teams = 'litellm.proxy.management_endpoints.team_endpoints';

/** `block_team`, of which the whole body is this; the line is its first. */
const blocking = (body: string) => ({
  module: teams,
  qualname: 'block_team',
  line: 5159,
  operator: 'by hand',
  source: `async def block_team(data, http_request, user_api_key_dict=Depends(user_api_key_auth)):\n    ${body}\n`,
});

const scenarios = [
  'plain/matrix/POST%20%2Fteam%2Fblock/ghost%20team//proxy_admin',
  'plain/matrix/POST%20%2Fteam%2Fblock/own%20team//proxy_admin',
];

/** What is in a file that may be gone at any moment: another test's run has ended its journal. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** What came out of each, by id. */
interface Out {
  readonly mutants: readonly { readonly id: string; readonly verdict: string; readonly by: string | null }[];
}

const outOf = (file: string): Out => JSON.parse(readFileSync(file, 'utf8')) as Out;

test('tells a mutant that is noticed from one that is not, and in what way', async ({ nested }) => {
  const [given, out] = ['given.json', 'out.json'].map((name) => test.info().outputPath(name)) as [string, string];
  const mutants = [
    { id: 'noticed', ...blocking('return None'), scenarios },
    { id: 'noticed by nobody', ...blocking('return None'), scenarios: [] },
    {
      id: 'not noticed',
      ...{ ...blocking('return None'), scenarios },
      qualname: 'unblock_team',
      source:
        'async def unblock_team(data, http_request, user_api_key_dict=Depends(user_api_key_auth)):\n    return None\n',
    },
    { id: 'crashes', ...blocking('import os; os._exit(3)'), scenarios },
    { id: 'hangs', ...blocking('while True: pass'), scenarios },
    {
      id: 'does not start',
      ...{ module: 'litellm.proxy.proxy_server', qualname: 'ProxyConfig.load_config', line: 6450, scenarios },
      source: 'async def load_config(self, router, config_file_path):\n    raise RuntimeError("no config")\n',
    },
    { id: 'is none', ...blocking('return None'), qualname: 'blocked_team', scenarios },
  ];
  writeFileSync(given, JSON.stringify({ mutants }));
  const run = nested({ command: npmScript('mutate', '--release', '1.106.0', '--mutants', given, '--out', out) });
  expect((await run.ended).code, run.said).toBe(1);
  await run.expectNothingLeft(performance.now());

  expect(outOf(out)).toMatchObject({
    ...{ release: '1.106.0', killed: 4, survived: 1, uncovered: 1, invalid: 1 },
    mutants: [
      { id: 'noticed', verdict: 'killed', how: 'a scenario failed', by: scenarios[0], played: 1 },
      { id: 'noticed by nobody', verdict: 'uncovered', by: null, played: 0 },
      { id: 'not noticed', verdict: 'survived', by: null, played: 2 },
      { id: 'crashes', verdict: 'killed', how: 'its proxy crashed', by: scenarios[0] },
      { id: 'hangs', verdict: 'killed', how: 'it hung', by: scenarios[0] },
      { id: 'does not start', verdict: 'killed', how: 'its proxy did not start', by: null },
      { id: 'is none', verdict: 'invalid', why: `${teams} has no function blocked_team` },
    ],
  });
  expect(run.said).toContain(
    'survived: not noticed in unblock_team\n--- litellm/proxy/management_endpoints/team_endpoints.py',
  );
  expect(run.said).toContain('killed 4 of 6 (66.7 %); of those that are reached, 4 of 5 (80.0 %)');
  expect(run.said).toContain(`cannot be put in: is none: ${teams} has no function blocked_team`);
  expect(readFileSync(path.join(run.output, 'report/mutants/index.html'), 'utf8')).toContain('<h2>Survived: 1</h2>');
});

test('what comes out otherwise than it has to is a failure', async ({ nested }) => {
  const given = test.info().outputPath('given.json');
  const mutant = { id: 'noticed', ...blocking('return None'), scenarios, verdict: 'survived' };
  writeFileSync(given, JSON.stringify({ mutants: [mutant] }));
  const run = nested({ command: npmScript('mutate', '--release', '1.106.0', '--mutants', given) });
  expect((await run.ended).code, run.said).toBe(1);
  expect(run.said).toContain('noticed is killed, and was to be survived');
});

test('what was interrupted goes on where it was', async ({ nested }) => {
  const [given, out] = ['given.json', 'out.json'].map((name) => test.info().outputPath(name)) as [string, string];
  // Nobody else's: what is known of a mutant lies in STACK_HOME.
  const ids = ['first', 'second', 'third', 'fourth'].map((name) => `${name}-${process.pid}-${Date.now()}`);
  const mutants = ids.map((id, n) => ({
    id,
    ...blocking(n < 2 ? 'return None' : 'while True: pass'),
    scenarios,
  }));
  writeFileSync(given, JSON.stringify({ mutants }));
  const words = npmScript('mutate', '--release', '1.106.0', '--mutants', given, '--out', out);
  const interrupted = nested({ command: words });
  const journals = homeFolders(loadSettings().home).mutation;
  const decided = () =>
    readdirSync(journals).filter((name) => {
      const text = textOf(path.join(journals, name));
      return [ids[0], ids[1]].every((id) => text.includes(`"${id}"`));
    });
  await interrupted.untilSaid('imported in');
  await expect.poll(decided, { timeout: 100_000 }).toHaveLength(1);
  interrupted.signalGroup('SIGINT');
  await interrupted.ended;
  await interrupted.expectNothingLeft(performance.now());
  expect(existsSync(out)).toBe(false);

  const again = nested({ command: words });
  expect((await again.ended).code, again.said).toBe(0);
  expect(again.said).toMatch(/^[23] were decided before$/m);
  expect(outOf(out).mutants.map(({ id, verdict }) => [id, verdict])).toEqual(mutants.map(({ id }) => [id, 'killed']));
});

onMachine(
  'coverage tells what some reach, who reaches a line, and adds what others reach',
  async ({ nested, machine }) => {
    test.setTimeout(900_000);
    // A home with a coverage of its own: ours may hold that of all scenarios.
    machine.lend('releases', 'pythonTools', 'programs', 'postgres', 'profiles', 'templates');
    const STACK_HOME = machine.home;
    const coverage = (...words: readonly string[]) =>
      nested({ command: npmScript('coverage', '--release', '1.106.0', ...words), environment: { STACK_HOME } });
    const reached = (line: number) => coverage('--line', `team_endpoints.py:${line}`);
    const missedBy = async (run: NestedRun): Promise<readonly number[]> => {
      expect((await run.ended).code, run.said).toBe(0);
      await run.expectNothingLeft(performance.now());
      expect(run.said).toMatch(/team_endpoints\.py +\d+ +\d+\.\d +\d+ +\d+\.\d +\d+ +\d+\n/);
      const file = path.join(run.output, 'report/coverage/coverage.json');
      const { files } = JSON.parse(readFileSync(file, 'utf8')) as { files: Record<string, { missing: number[] }> };
      return files[`${teams.replaceAll('.', '/')}.py`]?.missing ?? [];
    };
    const missed = await missedBy(coverage('specs/teams/block.spec.ts'));

    // The refusal of a team that does not exist, in `block_team`; and the first line that nothing ran.
    const found = reached(5193);
    expect((await found.ended).code, found.said).toBe(0);
    expect(found.said).toContain('plain/matrix/POST%20%2Fteam%2Fblock/ghost%20team//proxy_admin  (POST /team/block)');
    expect(found.said).toMatch(/team_endpoints\.py:5193: \d+ scenarios ran it\.\n$/);
    const none = reached(missed[0] ?? 0);
    expect((await none.ended).code, none.said).toBe(1);
    expect(none.said).toContain(': 0 scenarios ran it. Nothing else did.');
    const known = reached(5189);
    await known.ended;
    expect(known.said).toContain('Nothing else did. That is known: the proxies always have a database');

    // As if these had been all.
    const { coverage: kept } = homeFolders(STACK_HOME);
    renameSync(path.join(kept, '1.106.0-part'), path.join(kept, '1.106.0'));
    const stillMissed = await missedBy(coverage('--add', 'specs/teams/available.spec.ts'));
    expect(stillMissed.length).toBeLessThan(missed.length);
    expect(missed).toEqual(expect.arrayContaining([...stillMissed]));
    expect(readdirSync(kept)).toEqual(['1.106.0']);
    const again = reached(5193);
    await again.ended;
    expect(again.said).toBe(found.said);
  },
);

test('a stack that is gone in the middle ends it, with what to tell', async ({ nested }) => {
  const run = nested({ command: npmScript('coverage', '--release', '1.106.0', 'specs/teams') });
  await run.untilSaid('0 failed');
  process.kill(run.the('launcher').pid, 'SIGKILL');
  expect((await run.ended).code, run.said).toBe(1);
  expect(run.said).toContain('The supervisor of the stack is gone.\nRun again; if it happens twice, its log says why.');
  expect(run.said).not.toMatch(/^ +at /m);
  await run.expectNothingLeft(performance.now());
});

for (const { what, words, says } of [
  { what: 'a count that is none', words: ['--count', 'all'], says: /--count is "all"/ },
  { what: 'an unknown option', words: ['--seeds', '1'], says: /Unknown option '--seeds'/ },
  { what: 'no such file', words: ['--mutants', '/nowhere.json'], says: /\/nowhere\.json holds no mutants/ },
  { what: 'no such module', words: ['--files', 'litellm/nothing.py'], says: /The mutants cannot be made/ },
]) {
  test(`mutate with ${what}: one message, and nothing is started`, async ({ nested }) => {
    const run = nested({ command: npmScript('mutate', ...words) });
    expect((await run.ended).code, run.said).toBe(1);
    expect(run.said).toMatch(says);
    expect(run.said).not.toMatch(/imported in|^ +at /m);
  });
}
