import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';

import type { StepRecord } from '../../fixtures/record';
import type { Behavior, BehaviorsFile } from '../../reporting/behaviors-file';
import { closingLines } from '../../reporting/closing-lines';
import { driftBetween } from '../../reporting/drift/drift';
import { headingOf, linesOf, markdownOf } from '../../reporting/drift/told';
import { projectFolder } from '../../stack/home';
import { npmScript } from '../support/npm-script';

type Effects = { op: string; table: string; id: string; columns: Record<string, [unknown, unknown]> }[];

interface Seen {
  route?: string;
  profile?: string;
  caller?: string;
  target?: string;
  status?: number;
  detail?: string;
  returned?: string[];
  effects?: Effects | null;
  uses?: StepRecord[];
  differs?: StepRecord['differs'];
}

function step(name: string, { status = 200, detail = '', returned, effects = [], differs = null }: Seen): StepRecord {
  return {
    name,
    request: { method: 'POST', path: '/team/update', query: {}, body: null, headers: {} },
    expected: null,
    observed: { status, detail, returned: returned ?? null, body: null },
    effects,
    differs,
  };
}

function behavior(seen: Seen): Behavior {
  const { route = 'POST /team/update', profile = 'plain', caller = 'owner', target = 'own team', uses = [] } = seen;
  const act = step('act', seen);
  return {
    ...{
      id: [profile, 'matrix', route, target, '', caller].map(encodeURIComponent).join('/'),
      profile,
      route,
      caller,
      target,
    },
    ...{
      family: 'matrix',
      variant: '',
      tags: [],
      expected: null,
      outcome: 'passed',
      file: 'x.spec.ts',
      line: 1,
      ms: 1,
    },
    observed: { status: act.observed.status, detail: act.observed.detail },
    effects: act.effects,
    steps: [act, ...uses],
  };
}

const fileOf = (release: string, scenarios: readonly Behavior[]): BehaviorsFile => ({
  ...{ schema: 1, release, curated: true, complete: true, filters: [], workers: [2], wallSeconds: [1], scenarios },
});

const drift = (before: readonly Seen[], after: readonly Seen[]) =>
  driftBetween(
    { label: '1.87.0', file: fileOf('1.87.0', before.map(behavior)) },
    { label: '1.106.0', file: fileOf('1.106.0', after.map(behavior)) },
  );

/** What a person reads of it: without indentation. */
const read = (before: readonly Seen[], after: readonly Seen[]) =>
  linesOf(drift(before, after).groups)
    .map((line) => line.trim())
    .filter((line) => line !== '');

interface Command {
  /** Runs the command on two files, which are written first. */
  command: (
    before: BehaviorsFile | string,
    after: BehaviorsFile,
    ...words: string[]
  ) => { code: number | null; said: string };
  folder: string;
}

const test = base.extend<Command>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  command: async ({ folder }, use) => {
    await use((before, after, ...words) => {
      const files = [before, after].map((file, place) => {
        const name = path.join(folder, `${place}.json`);
        writeFileSync(name, typeof file === 'string' ? file : JSON.stringify(file));
        return name;
      });
      const [npm, ...said] = npmScript('drift', ...files, '--out', folder, ...words);
      const { status, stdout, stderr } = spawnSync(npm, said, { cwd: projectFolder, encoding: 'utf8' });
      return { code: status, said: stdout + stderr };
    });
  },
});

const callers = ['owner', 'team_admin', 'internal_user'];

test('all refusals of a route that went from one status to another are one line', () => {
  const seen = (status: number) => [...callers.map((caller) => ({ caller, status })), { caller: 'proxy_admin' }];
  expect(read(seen(401), seen(403))).toEqual([
    'Other statuses',
    'POST /team/update',
    'all 3 refusals went 401 → 403',
    'callers: owner, team_admin, internal_user · own team',
  ]);
});

test('where others keep their answer, a line says of how many it tells', () => {
  const before = callers.map((caller) => ({ caller, status: 401 }));
  const after = callers.map((caller) => ({ caller, status: caller === 'owner' ? 403 : 401 }));
  expect(read(before, after)).toContain('1 of 3 went 401 → 403');
});

test('what was opened stands first, what was closed next, whatever the routes are called', () => {
  const before = [{ route: 'GET /a', status: 401 }, { route: 'GET /b' }, { route: 'GET /c', status: 403 }];
  const after = [{ route: 'GET /a', status: 403 }, { route: 'GET /b', status: 403 }, { route: 'GET /c' }];
  const found = drift(before, after);
  expect(found.groups.map(({ route, sense }) => [route, sense])).toEqual([
    ['GET /c', 'opened'],
    ['GET /b', 'closed'],
    ['GET /a', 'other'],
  ]);
  expect(headingOf(found)).toBe('1.87.0 → 1.106.0: 3 of 3 scenarios differ, 1 opened, 1 closed');
});

test('a refusal inside a success is a refusal', () => {
  expect(read([{ detail: 'Key not found' }], [{}])).toContain('the only refusal went 200 with a refusal in it → 200');
  expect(drift([{ detail: 'Key not found' }], [{}]).groups[0]?.sense).toBe('opened');
});

const row = (columns: Effects[number]['columns'], id = 'a', op = 'update'): Effects => [
  { op, table: 'LiteLLM_TeamTable', id, columns },
];

test('rows and columns are told by name, those that change in the same scenarios together', () => {
  const both = (effects: Effects) => callers.map((caller) => ({ caller, effects }));
  const audit = {
    op: 'insert',
    table: 'LiteLLM_AuditLog',
    id: '<uuid>',
    columns: { action: [null, 'updated'] },
  } as const;
  const after = [...row({ blocked: [false, true], spend: [0, 1], alias: ['x', 'z'] }), audit] as Effects;
  expect(read(both(row({ alias: ['x', 'y'] })), both(after))).toEqual([
    'Other rows or columns changed',
    'POST /team/update',
    '3 scenarios: update LiteLLM_TeamTable: another value in alias',
    'callers: owner, team_admin, internal_user · own team',
    '3 scenarios: update LiteLLM_TeamTable: also in blocked, spend',
    'callers: owner, team_admin, internal_user · own team',
    '3 scenarios: now insert LiteLLM_AuditLog',
    'callers: owner, team_admin, internal_user · own team',
  ]);
  expect(read(both(after), both(row({ alias: ['x', 'z'] })))).toContain(
    '3 scenarios: update LiteLLM_TeamTable: no longer in blocked, spend',
  );
});

test('another row is another row; the order of rows says nothing', () => {
  expect(read([{ effects: row({ spend: [0, 1] }) }], [{ effects: row({ spend: [0, 1] }, 'b') }])).toContain(
    '1 scenario: update LiteLLM_TeamTable: another value in which row',
  );
  const [one, two] = [row({ spend: [0, 1] }), row({ spend: [0, 1] }, 'b')];
  expect(read([{ effects: [...one, ...two] }], [{ effects: [...two, ...one] }])).toEqual([]);
});

test('rows that were not observed do not differ', () => {
  expect(read([{ effects: null }], [{ effects: row({ spend: [0, 1] }) }])).toEqual([]);
});

test('whose data came back is told by what is on one side alone', () => {
  const lines = read([{ returned: ['a', 'b'] }], [{ returned: ['b', 'c', 'd'] }]);
  expect(lines).toContain('1 answer with other data: "a" → "c, d"');
});

test('error texts are alike but for the own name of who asks, and are quoted from where they part', () => {
  const long = `Authentication Error, ${'only admins may do that, and '.repeat(6)}`;
  const texts = (end: string) =>
    callers.map((caller) => ({
      caller,
      status: 403,
      detail: `${long}behavior-pin-${caller.replaceAll('_', '-')} is ${end}`,
    }));
  const [, , headline] = read(texts('nobody'), texts('not \u001b[2J one'));
  expect(headline).toMatch(/^3 error texts changed: "….*nobody" → "….*not \\u\{1b\}\[2J one"$/);
});

test('later uses are held against each other, but not those of what was refused', () => {
  const uses = (status: number) => [step('asks for itself', { status })];
  expect(read([{ uses: uses(200) }], [{ uses: uses(401) }])).toContain(
    'the only success went 200 → 401, later use "asks for itself"',
  );
  expect(read([{ uses: uses(200) }], [{ status: 403 }])).toContain('the only success went 200 → 403');
});

test('of a use that is made several times, the first is held against the first', () => {
  const uses = (...statuses: number[]) => statuses.map((status) => step('asks for itself', { status }));
  expect(read([{ uses: uses(200, 429) }], [{ uses: uses(200, 429) }])).toEqual([]);
  expect(read([{ uses: uses(200, 429) }], [{ uses: uses(200, 200) }])).toContain(
    'the only refusal went 429 → 200, later use "asks for itself"',
  );
});

test('what one side alone was asked is named, and is no drift', () => {
  const found = drift([{}], [{}, { route: 'GET /new' }, { route: 'GET /new', caller: 'team_admin' }]);
  expect(found).toMatchObject({
    groups: [],
    compared: 1,
    onlyBefore: [],
    onlyAfter: [{ route: 'GET /new', count: 2 }],
  });
});

test('a scenario under an operator’s own configuration is held against that of plain, others against their own', () => {
  const found = drift([{ profile: 'plain' }, { profile: 'tuned', status: 400 }], [{ profile: 'own', status: 403 }]);
  expect(found.groups.map(({ before, after }) => [before, after])).toEqual([['200', '403']]);
});

test('Markdown of hostile text is text', () => {
  const lines = markdownOf(
    drift([{ status: 403, detail: 'a' }], [{ status: 403, detail: '<img src=x> **b** `c`' }]).groups,
  );
  expect(lines.join('\n')).toContain(String.raw`\<img src=x\> \*\*b\*\* \`c\``);
});

test('a run on a release that nobody looked at says what differs from the nearest that is curated', () => {
  const differs = { aspect: 'status', pinned: '403', seen: '200' } as const;
  const scenarios = [behavior({ differs }), behavior({ caller: 'team_admin', status: 403 })];
  const lines = closingLines({ ...fileOf('1.83.4', scenarios), curated: false }).map((line) => line.trim());
  expect(lines).toContain(
    'LiteLLM 1.83.4 is not curated: nobody has looked at its answers. Drift against 1.87.0, the nearest release that is: 1 of 2 scenarios.',
  );
  expect(lines).toContain('OPENED: what was refused is done now');
  expect(lines).toContain('1 of 2 went 403 → 200');
  expect(closingLines(fileOf('1.106.0', [behavior({})]))).toEqual([]);
});

test('the command ends with 0 without drift, with 1 with one, with 2 where it cannot tell', ({ command, folder }) => {
  const file = fileOf('1.106.0', [behavior({})]);
  expect(command(file, file)).toMatchObject({
    code: 0,
    said: expect.stringContaining('no drift in 1 scenario'),
  });
  const other = command(file, fileOf('1.87.0', [behavior({ status: 403 })]));
  expect(other).toMatchObject({ code: 1, said: expect.stringContaining('the only success went 200 → 403') });
  expect(readFileSync(path.join(folder, 'drift.md'), 'utf8')).toContain('the only success went 200 → 403');
  expect(JSON.parse(readFileSync(path.join(folder, 'drift.json'), 'utf8'))).toMatchObject({
    schema: 1,
    groups: [{ route: 'POST /team/update', before: '200', after: '403', sense: 'closed' }],
  });
  expect(command('{}', file)).toMatchObject({
    code: 2,
    said: expect.stringContaining('is no behaviours file'),
  });
});

test('what is no release is refused before a folder is emptied for it', ({ folder }) => {
  const witness = path.join(folder, 'witness');
  writeFileSync(witness, '');
  for (const sides of [
    ['..', '1.106.0'],
    ['1.106.0', '../docs'],
  ]) {
    const [npm, ...words] = npmScript('drift', ...sides, '--out', path.join(folder, 'drift'));
    const { status, stderr } = spawnSync(npm, words, { cwd: projectFolder, encoding: 'utf8' });
    expect(stderr).toMatch(/^"\.\.(\/docs)?" is no release\.\n/);
    expect(status).toBe(2);
  }
  expect(existsSync(witness)).toBe(true);
});

test('two runs of one release show no drift', ({ folder }) => {
  test.setTimeout(600_000);
  const specs = ['specs/keys/list-filters.spec.ts', 'specs/payloads/keys-bulk-update.spec.ts'];
  const [npm, ...words] = npmScript('drift', '1.106.0', '1.106.0', '--out', folder, '--', ...specs, '--shuffle=1');
  const environment = { ...process.env, STACK_SESSION: undefined, RUN_COUNTS: undefined, FORCE_COLOR: undefined };
  const ran = spawnSync(npm, words, { cwd: projectFolder, encoding: 'utf8', env: environment });
  expect(ran.stdout + ran.stderr).toMatch(/1\.106\.0 → 1\.106\.0 again: no drift in \d{3} scenarios/);
  expect(ran.status).toBe(0);
});
