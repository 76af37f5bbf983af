import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { ScenarioRecord } from '../../fixtures/record';
import { grouped } from '../../reporting/grouped';
import { projectFolder } from '../../stack/home';
import { everyScenario } from '../support/every-scenario';
import { expect, test as base } from './warm-stack';

/** What a shell said, and how it ended. */
interface Said {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const test = base.extend<{ shell: (script: string) => Promise<Said> }>({
  shell: async ({ warm }, use) => {
    await use((script) => {
      const environment = { ...process.env, TMPDIR: warm.temporary, STACK_SESSION: '' };
      const bash = spawn('bash', ['-c', script], { cwd: projectFolder, env: environment });
      const said = { output: '', errors: '' };
      bash.stdout.setEncoding('utf8').on('data', (text: string) => (said.output += text));
      bash.stderr.setEncoding('utf8').on('data', (text: string) => (said.errors += text));
      return new Promise((resolve) => {
        bash.once('close', (code) => {
          resolve({ code, ...said });
        });
      });
    });
  },
});

test.describe.configure({ mode: 'default' });

const arranging = (id: string) => `eval "$(npm run -s stack -- arrange '${id}')"`;

/** One scenario of each family and profile, and of each method of requests. */
function samples(): { id: string; title: string }[] {
  const scenarios = everyScenario();
  const partsOf = (id: string) => id.split('/').map(decodeURIComponent);
  const firstOf = (kind: (parts: readonly string[]) => string) =>
    [...grouped(scenarios, ({ id }) => kind(partsOf(id))).values()].map(([first]) => first);
  const all = [
    ...firstOf(([profile, family]) => `${profile} ${family}`),
    ...firstOf(([, , route = '']) => route.split(' ')[0] ?? ''),
  ];
  return [...new Set(all)].filter((one) => one !== undefined);
}

const [first, second] = ['owner', 'team_admin'].map(
  (caller) => `plain/matrix/${encodeURIComponent('POST /key/update')}/${encodeURIComponent('own key')}//${caller}`,
) as [string, string];

test('what was arranged stays for nobody else, until something else of its profile is arranged', async ({
  warm,
  nested,
  shell,
}) => {
  const arranged = async (id: string) => {
    const { code, output, errors } = await shell(`npm run -s stack -- arrange '${id}'`);
    expect(code, errors).toBe(0);
    // Nothing else, or a shell would be told nonsense.
    expect(output).toMatch(/^(export [A-Z][A-Z0-9_]*='[^'\n]+'\n)+$/);
    expect(errors).toContain(`curl -sS -i -X POST "$BASE_URL"'/key/update'`);
    return {
      errors,
      values: new Map(
        [...output.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
      ),
    };
  };
  const asked = async ({ values }: Awaited<ReturnType<typeof arranged>>) => {
    const holder = values.get('KEY_SCRATCH_KEY') ?? '';
    const address = `${values.get('BASE_URL') ?? ''}/key/info`;
    const answer = await fetch(address, { headers: { authorization: `Bearer ${holder}` } });
    return answer.status;
  };
  const one = await arranged(first);
  expect([...one.values.keys()]).toEqual(['BASE_URL', 'KEY_OF_OWNER', 'KEY_SCRATCH_KEY']);
  expect(await asked(one)).toBe(200);
  const status = await shell('npm run -s stack -- status');
  expect(status.output).toMatch(/^Nobody uses it;/m);
  expect(status.output).toMatch(/^Arranged in plain since \S+, at http:\S+: POST \/key\/update · own key · owner$/m);

  const busy = nested({ specs: ['busy'], beside: warm });
  busy.sign('enough');
  expect(await busy.ended, busy.said).toMatchObject({ code: 0 });
  // Of its rows nothing was undone.
  expect(await asked(one)).toBe(200);

  const other = await arranged(second);
  expect(other.values.get('BASE_URL')).not.toBe(one.values.get('BASE_URL'));
  await expect(asked(one)).rejects.toThrow('fetch failed');
  // The lanes of the next run's workers, and this one.
  await expect.poll(() => warm.having('proxy').length, { timeout: 20_000 }).toBe(3);

  const { output: logs } = await shell('npm run -s stack -- logs');
  const [folder = ''] = logs.split('\n');
  const told = [
    one.errors,
    other.errors,
    status.output,
    ...readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8')),
  ];
  const secrets = [one, other].flatMap(({ values }) => [...values.values()].filter((value) => value.startsWith('sk-')));
  for (const secret of secrets) {
    expect(secret).toMatch(/^sk-.{20,}$/);
    expect(told.filter((text) => text.includes(secret))).toEqual([]);
  }
});

test('of each family a scenario is arranged, and its curl in a shell gets the pinned status', async ({
  warm,
  nested,
  shell,
}, testInfo) => {
  test.setTimeout(900_000);
  const chosen = samples();
  const titles = chosen.map(({ title }) => title.replaceAll(/[^\w ]/g, String.raw`\$&`));
  const json = testInfo.outputPath('results.json');
  const run = nested({
    command: ['npx', 'playwright', 'test', '--workers=1', '--add-reporter=json', `--grep=(^| )(${titles.join('|')}) @`],
    beside: warm,
    environment: { PLAYWRIGHT_JSON_OUTPUT_FILE: json },
  });
  expect(await run.ended, run.said).toMatchObject({ code: 0 });
  copyFileSync(json, path.join(run.output, 'results.json'));
  const reported = run.results.filter(({ status }) => status === 'passed');
  const families = (ids: readonly string[]) =>
    [...new Set(ids.map((id) => id.split('/').slice(0, 2).join('/')))].sort();
  const records = reported.map(({ attachments }) => JSON.parse(attachments.get('scenario') ?? '') as ScenarioRecord);
  // Where a release lacks a route, another scenario would have to be taken.
  expect(families(records.map(({ id }) => id))).toEqual(families(chosen.map(({ id }) => id)));
  for (const { attachments } of reported) {
    const record = JSON.parse(attachments.get('scenario') ?? '') as ScenarioRecord;
    // What whoever reads the report would copy.
    const [, commands = ''] = attachments.get('what-happened')?.split('# To ask it again:\n') ?? [];
    expect(commands).toContain(arranging(record.id));

    await test.step(record.id, async () => {
      expect(spawnSync('bash', ['-n', '-c', commands]).status, commands).toBe(0);
      const { output, errors } = await shell(commands);
      const { status = 0, or = [] } = record.expected ?? {};
      const got = /^HTTP\/1\.1 (\d+)/.exec(output)?.[1];
      expect([status, ...or].map(String), `${commands}\n${errors}\n${output}`).toContain(got);
    });
  }
});

test('a text that names no scenario, or several, arranges nothing and says so', async ({ shell }) => {
  const several = await shell("npm run -s stack -- arrange 'POST /key/update · own key'");
  expect(several).toMatchObject({ code: 1, output: '' });
  expect(several.errors).toMatch(
    /^"POST \/key\/update · own key" fits \d+ scenarios:\n( {2}.* · own key .*\n){10} {2}… and \d+ more\n/,
  );
  const none = await shell('npm run -s stack -- arrange nonsense');
  expect(none).toMatchObject({ code: 1, output: '' });
  expect(none.errors).toContain(`No scenario's title or id has "nonsense" in it.`);
});

test('what was arranged keeps nobody from ending the stack, and goes with it', async ({ warm, shell }) => {
  test.setTimeout(300_000);
  const { code, errors } = await shell(`npm run -s stack -- arrange '${first}'`);
  expect(code, errors).toBe(0);
  expect(await shell('npm run -s stack -- down')).toMatchObject({ code: 0, output: 'The warm stack is gone.\n' });
  await warm.expectNothingLeft(performance.now());
});
