import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import { play, type Play } from '../../fixtures/play';
import type { ScenarioRecord } from '../../fixtures/record';
import { Placeholders } from '../../fixtures/secrets';
import type { Behavior } from '../../reporting/behaviors-file';
import { logOf, sarifOf } from '../../reporting/sarif';
import { installerEnvironment } from '../../stack/release/installer';
import { ensurePythonTool } from '../../stack/release/python-tools';
import { loadSettings } from '../../stack/settings';
import { behavior, run, unanswered, type Said } from './made-runs';

const published = path.join(__dirname, 'sarif-schema/sarif-schema-2.1.0.json');

/** What the validator says of a file in SARIF's format; empty where it is one. */
async function objectionsTo(text: string): Promise<string> {
  const { python } = await ensurePythonTool('tools', { home: loadSettings().home, progress: console.error });
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
  const file = path.join(folder, 'behaviors.sarif');
  writeFileSync(file, text);
  const words = ['-I', '-m', 'check_jsonschema', '--schemafile', published, '--force-filetype', 'json', file];
  const { status, stdout, stderr } = spawnSync(python, words, { env: installerEnvironment(), encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return status === 0 ? '' : `${stdout}${stderr}` || `exit code ${status}`;
}

const opened = ['status', '403', '200'] as const;
const closed = ['status', '200', '403'] as const;

/** Results by the caller of their scenario, each as `rule level`. */
const verdicts = (...said: readonly Said[]): Record<string, string> => verdictsOf(said.map(behavior));

function verdictsOf(scenarios: readonly Behavior[]): Record<string, string> {
  const [only] = logOf(run(scenarios)).runs;
  return Object.fromEntries(
    (only?.results ?? []).map(({ ruleId, level, properties }) => [
      `${String(properties?.caller)}${String(properties?.target ?? '')}`,
      `${ruleId} ${level}`,
    ]),
  );
}

/** The same caller, allowed on one target and refused on another. */
const notEverywhere: readonly Said[] = [
  { caller: 'owner', target: ' own', pinned: 200 },
  { caller: 'owner', target: ' other', pinned: 403 },
];
const nowhere: readonly Said[] = [
  { caller: 'team_key', target: ' own', pinned: 403 },
  { caller: 'team_key', target: ' other', pinned: 403 },
];

test('what is written is SARIF as OASIS publishes it', async () => {
  const scenarios = [
    behavior({ target: 'own key' }),
    behavior({ target: 'foreign [key](1)', route: 'POST /key/{key:path}/regenerate', pinned: 403, differs: opened }),
    behavior({ caller: 'no_header', differs: closed, outcome: 'passed' }),
    behavior({ caller: 'proxy_admin', differs: ['effects', 'update T x\n    a: 1 → 2', 'update T x\n    a: 1 → 3'] }),
    unanswered({ target: 'one that takes long' }),
  ];
  const many = run(scenarios, { errors: ['Worker 1 found its lane changed.'] });
  expect(await objectionsTo(sarifOf(many))).toBe('');
  expect(await objectionsTo(sarifOf(run([], { file: { release: null } })))).toBe('');
  // Whoever validates has to be able to object.
  const [only] = logOf(many).runs;
  const broken = {
    ...logOf(many),
    runs: [{ ...only, results: only?.results?.map((one) => ({ ...one, level: 'high' })) }],
  };
  expect(await objectionsTo(JSON.stringify(broken))).toContain("'high' is not one of");
});

test('each result stands at its scenario’s line, under a fingerprint that is its own', () => {
  const [only] = logOf(
    run([
      behavior({ target: 'a', pinned: 403, differs: opened, file: 'specs/keys/a b.spec.ts', line: 7 }),
      behavior({ target: 'b', pinned: 403, differs: opened, file: 'specs/keys/a b.spec.ts', line: 7 }),
    ]),
  ).runs;
  const [a, b] = only?.results ?? [];
  expect(a?.locations?.[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: 'specs/keys/a%20b.spec.ts', uriBaseId: '%SRCROOT%' },
    region: { startLine: 7 },
  });
  expect(Object.keys(only?.originalUriBaseIds ?? {})).toEqual(['%SRCROOT%']);
  expect(a?.partialFingerprints).toMatchObject({ 'scenario/v1': 'plain/matrix/GET%20%2Fkey%2Finfo/a//owner' });
  expect(a?.partialFingerprints?.primaryLocationLineHash).not.toBe(b?.partialFingerprints?.primaryLocationLineHash);
  expect(only?.automationDetails?.id).toBe('behavior/1.106.0/');
});

test('a rule is of OWASP’s ten and of a CWE, as taxonomies and as GitHub’s tags; only what is open now is severe', () => {
  const [only] = logOf(run([])).runs;
  const { rules = [] } = only?.tool.driver ?? {};
  const ofRule = (id: string) => rules.find((rule) => rule.id === id);
  const wanted = {
    'object-level': ['API1:2023', '639'],
    'function-level': ['API5:2023', '285'],
    'property-written': ['API3:2023', '915'],
    'property-read': ['API3:2023', '213'],
    authentication: ['API2:2023', '287'],
    revocation: ['API2:2023', '613'],
    consumption: ['API4:2023', '770'],
    input: ['20'],
  };
  for (const [id, taxa] of Object.entries(wanted)) {
    for (const rule of [ofRule(id), ofRule(`${id}-changed`)]) {
      expect(rule?.relationships?.map(({ target }) => target.id)).toEqual(taxa);
      for (const { target } of rule?.relationships ?? []) {
        const taxonomy = only?.taxonomies?.[target.toolComponent?.index ?? -1];
        expect(taxonomy?.name).toBe(target.toolComponent?.name);
        expect(taxonomy?.taxa?.map((taxon) => taxon.id)).toContain(target.id);
      }
      expect(rule?.properties?.tags).toContain(`external/cwe/cwe-${taxa.at(-1)}`);
    }
    expect(Number(ofRule(id)?.properties?.['security-severity'])).toBeGreaterThan(0);
    expect(ofRule(`${id}-changed`)?.properties).not.toHaveProperty('security-severity');
  }
  expect(rules).toHaveLength(2 * Object.keys(wanted).length + 2);
});

test('refused on some targets is object level; refused on all, function level', () => {
  expect(
    verdicts(
      ...notEverywhere,
      { caller: 'owner', target: ' third', pinned: 403, differs: opened },
      ...nowhere,
      { caller: 'team_key', target: ' third', pinned: 403, differs: opened },
      { caller: 'no_header', pinned: 401, differs: ['status', '401', '200'] },
    ),
  ).toEqual({
    'owner third': 'object-level error',
    'team_key third': 'function-level error',
    no_header: 'authentication error',
  });
});

test('the same that changes otherwise is a warning, and no weakness where nothing was refused', () => {
  expect(
    verdicts(
      ...notEverywhere,
      { caller: 'owner', target: ' fourth', pinned: 200, differs: closed },
      { caller: 'owner', target: ' fifth', pinned: 403, differs: ['guard', 'not yours', 'not theirs'] },
      { caller: 'owner', target: ' sixth', pinned: 200, differs: ['effects', 'update T x', 'update U x'] },
      { caller: 'proxy_admin', pinned: 200, differs: closed },
    ),
  ).toEqual({
    'owner fourth': 'object-level-changed warning',
    'owner fifth': 'object-level-changed warning',
    'owner sixth': 'behavior-changed warning',
    proxy_admin: 'behavior-changed warning',
  });
});

test('whose data comes back is object level: an error where somebody else’s comes, a warning where some stays away', () => {
  const list = { route: 'GET /key/list' };
  expect(
    verdicts(
      { ...list, caller: 'owner', differs: ['returned', 'own', 'foreign, own'] },
      { ...list, caller: 'team_admin', differs: ['returned', 'foreign, own', 'own'] },
    ),
  ).toEqual({ owner: 'object-level error', team_admin: 'object-level-changed warning' });
});

/** The record of a success that is to have said one thing and said another, judged on no lane. */
async function saidOtherwise(of: Said, due: object, body: unknown): Promise<Behavior> {
  const { route, caller, id, profile, family, target, variant, tags } = behavior(of);
  const base = { id, profile, family, route, caller, target, variant, tags };
  const [method = '', path = ''] = route.split(' ');
  const request = { method, path, query: {}, body: undefined };
  const answer = { request, headers: {}, status: 200, text: '', body, detail: '' };
  const nothing = () => Promise.resolve([]);
  const records: ScenarioRecord[] = [];
  const played = {
    description: {
      ...{ ...base, arrange: () => ({}), act: () => Promise.resolve(answer) },
      expected: { status: 200, body: () => due },
    },
    lane: { session: { release: '1.106.0', curated: true }, seesAll: true, mark: nothing, undo: nothing },
    stage: { caller: { name: caller }, scratch: { prefix: '' } },
    base,
    placeholders: new Placeholders(),
    record: (observed: ScenarioRecord) => {
      records.push(observed);
    },
  };
  await expect(play(played as unknown as Play<object>)).rejects.toThrow('what it answered');
  return { ...behavior(of), ...records[0], outcome: 'failed' };
}

test('what else an answer says is nobody’s data: however it differs, nothing is open', async () => {
  const due = { info: { spend: 0 } };
  const body = { info: { spend: 7, models: ['a', 'b'] }, key: 'a' };
  const odd = await saidOtherwise({ caller: 'owner' }, due, body);
  expect(odd.steps[0]?.differs).toEqual({
    aspect: 'body',
    pinned: JSON.stringify(due),
    seen: JSON.stringify(body),
  });
  const ofAPayload = await saidOtherwise({ caller: 'team_key', family: 'F1' }, due, body);
  const notThere = await saidOtherwise({ caller: 'org_admin' }, due, 'no JSON');
  expect(verdictsOf([...notEverywhere.map(behavior), odd, ofAPayload, notThere])).toEqual({
    owner: 'behavior-changed warning',
    team_key: 'property-read-changed warning',
    org_admin: 'behavior-changed warning',
  });
});

test('a ghost is refused to proxy admins too: that makes no object level of it', () => {
  const ghost = { target: ' ghost', pinned: 404 } as const;
  expect(
    verdicts(
      { ...ghost, caller: 'proxy_admin' },
      { ...ghost, caller: 'owner', differs: ['status', '404', '200'] },
      { caller: 'owner', target: ' own', pinned: 403, differs: opened },
    ),
  ).toEqual({ 'owner ghost': 'behavior-changed error', 'owner own': 'function-level error' });
});

test('whoever is refused nothing but a ghost is allowed everywhere', () => {
  const ghost = { target: ' ghost', pinned: 404 } as const;
  expect(
    verdicts(
      { ...ghost, caller: 'proxy_admin' },
      { ...ghost, caller: 'owner' },
      { caller: 'owner', target: ' own', pinned: 200, differs: closed },
    ),
  ).toEqual({ 'owner own': 'behavior-changed warning' });
});

test('what was opened stands first, what nobody judges last', () => {
  const results = verdicts(
    { caller: 'owner', pinned: 403, differs: opened, outcome: 'passed' },
    { caller: 'org_admin', differs: ['effects', 'update T x', 'update U x'] },
    { caller: 'team_key', pinned: 403, differs: opened },
  );
  expect(Object.keys(results)).toEqual(['team_key', 'org_admin', 'owner']);
});

test('a refusal in an item of a success is one as well', () => {
  const item = { route: 'POST /key/bulk_update', guard: 'not yours' } as const;
  expect(
    verdicts(
      { ...item, caller: 'owner', pinned: 200, differs: ['guard', 'not yours', ''] },
      { ...item, caller: 'team_key', pinned: 200, detail: 'no', differs: ['guard', 'not yours', 'no'] },
    ),
  ).toEqual({ owner: 'function-level error', team_key: 'function-level-changed warning' });
});

test('what a payload carries is property level, written or read; what no admin may send either is input', () => {
  const written = { route: 'POST /key/update' } as const;
  const effects = [{ op: 'update', table: 'T', id: 'x', columns: { spend: [0, 1] } }];
  const accepted = { effects, differs: ['effects', 'update T x', 'update T x\n    spend: 0 → 1'] } as const;
  for (const family of ['privilege', 'F1', 'F7+', 'beyond']) {
    expect(
      verdicts(
        { ...written, family, caller: 'owner', pinned: 403, differs: opened },
        { ...written, ...accepted, family, caller: 'team_admin' },
        { route: 'GET /key/list', family, caller: 'internal_user', pinned: 403, differs: opened },
        { ...written, family, caller: 'proxy_admin', target: ' bad', pinned: 422, differs: ['status', '422', '200'] },
      ),
    ).toEqual({
      owner: 'property-written error',
      team_admin: 'property-written-changed warning',
      internal_user: 'property-read error',
      'proxy_admin bad': 'input error',
    });
  }
  // Asked with POST, and nobody changes anything with it.
  const asked = { family: 'beyond', route: 'POST /v2/key/info' } as const;
  expect(verdicts({ ...asked, caller: 'owner', pinned: 403, differs: opened }, { ...asked, target: 'own' })).toEqual({
    owner: 'property-read error',
  });
});

test('limits, the end of powers, tokens and settings', () => {
  const chat = { route: 'POST /v1/chat/completions', family: 'enforcement', profile: 'serving' } as const;
  const tuned = { family: 'configuration', profile: 'tuned', pinned: 403, differs: opened } as const;
  expect(
    verdicts(
      { ...chat, caller: 'owner', target: ' budget', pinned: 429, differs: ['status', '429', '200'] },
      { ...chat, caller: 'owner', target: ' model', pinned: 403, differs: opened },
      {
        ...{ family: 'revocation', caller: 'proxy_admin', target: ' key, blocked' },
        use: { name: 'its own request', pinned: 401, differs: ['status', '401', '200'] },
      },
      {
        family: 'configuration',
        profile: 'jwt',
        caller: 'internal_user',
        pinned: 401,
        differs: ['status', '401', '200'],
      },
      { ...tuned, caller: 'owner', target: ' route', tags: ['@flag:admin_only_routes'] },
      { ...tuned, caller: 'owner', target: ' field', route: 'POST /team/update', tags: ['@flag:default_team_params'] },
    ),
  ).toEqual({
    'owner budget': 'consumption error',
    'owner model': 'function-level error',
    'proxy_admin key, blocked': 'revocation error',
    internal_user: 'authentication error',
    'owner route': 'function-level error',
    'owner field': 'property-written error',
  });
});

test('what a grant lets its holder do later is function level', () => {
  const use = { name: 'a model that it was not given', pinned: 401, differs: ['status', '401', '200'] } as const;
  expect(verdicts({ family: 'privilege', route: 'POST /key/generate', caller: 'proxy_admin', use })).toEqual({
    proxy_admin: 'function-level error',
  });
});

test('where nothing is judged, all of it is a note', () => {
  expect(verdicts(...nowhere, { caller: 'team_key', pinned: 403, differs: opened, outcome: 'passed' })).toEqual({
    team_key: 'function-level note',
  });
});

test('what ended without an answer is told as that, and what belongs to no scenario is a notification', () => {
  const scenario = unanswered({ caller: 'owner', target: 'own key' });
  const failures = new Map([[scenario.id, 'Test timeout of 30000ms exceeded.']]);
  const [only] = logOf(run([scenario], { failures, errors: ['PostgreSQL {is} gone'] })).runs;
  expect(only?.results).toMatchObject([
    {
      ruleId: 'no-verdict',
      level: 'warning',
      message: {
        text: 'owner → GET /key/info · own key: ended without an answer to judge: Test timeout of 30000ms exceeded.',
      },
    },
  ]);
  expect(only?.invocations).toMatchObject([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error', message: { text: 'PostgreSQL {{is}} gone' } }],
    },
  ]);
});
