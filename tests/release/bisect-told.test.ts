import { expect, test } from '@playwright/test';

import type { StepRecord } from '../../fixtures/record';
import { named } from '../../tools/named';
import { search, type Outcome } from '../../tools/bisect/search';
import { answerOf, differ, lettersOf, linesOf, resultOf, withoutRoute, type Answer } from '../../tools/bisect/told';

const id = 'plain/matrix/POST%20%2Fteam%2Fupdate/own%20team//internal_user';

const step = (
  name: string,
  status: number,
  more: Partial<StepRecord['observed']> = {},
  effects: unknown = [],
): StepRecord => ({
  name,
  request: { method: 'POST', path: '/team/update', query: {}, body: { team_id: 'own' }, headers: {} },
  expected: null,
  observed: { status, detail: status < 400 ? '' : `refused with ${status}`, returned: null, body: {}, ...more },
  effects,
  differs: null,
});

function answer(...steps: readonly StepRecord[]): Answer {
  const { observed = null, effects = null } = steps[0] ?? {};
  const { line, outcome, ms, ...base } = withoutRoute(id, 'x.spec.ts');
  return answerOf({ ...base, release: '1.2.3', curated: false, observed, effects, steps }, 'x.spec.ts');
}

const updated = (...columns: readonly string[]) => [
  {
    op: 'update',
    table: 'LiteLLM_TeamTable',
    id: 'own',
    columns: Object.fromEntries(columns.map((name) => [name, [1, 2]])),
  },
];

/** What is told where these releases answer this. */
async function told(answers: Readonly<Record<string, Answer | string>>, isSelection = false) {
  const releases = Object.keys(answers);
  const found = await search<Answer>({
    ...{ releases, main: releases, differ, atOnce: 1, all: true },
    ask: (release): Promise<Outcome<Answer>> => {
      const it = answers[release] ?? '';
      return Promise.resolve(typeof it === 'string' ? { skipped: it } : { answer: it });
    },
  });
  return {
    found,
    text: linesOf(found, { title: 'the scenario', file: 'x.spec.ts', count: releases.length, isSelection }).join('\n'),
  };
}

test('answers differ in what drift compares: status, error text, effects, data, later uses, and the route itself', () => {
  const one = answer(step('act', 200, { returned: ['a'] }, updated('models')), step('is used', 200));
  const others = {
    status: answer(step('act', 403)),
    effects: answer(step('act', 200, { returned: ['a'] }, updated('models', 'spend')), step('is used', 200)),
    returned: answer(step('act', 200, { returned: ['b'] }, updated('models')), step('is used', 200)),
    use: answer(step('act', 200, { returned: ['a'] }, updated('models')), step('is used', 403)),
    route: withoutRoute(id, 'x.spec.ts'),
  };
  for (const [what, other] of Object.entries(others))
    expect([what, differ(one, other), differ(other, one)]).toEqual([what, true, true]);
  for (const same of [one, ...Object.values(others)]) expect(differ(same, same)).toBe(false);
  expect(differ(answer(step('act', 403)), answer(step('act', 403, { detail: 'another text' })))).toBe(true);
  // The body is the answer's own affair.
  expect(differ(answer(step('act', 403)), answer(step('act', 403, { body: { more: 1 } })))).toBe(false);
});

test('one change: the release, what differs, and both answers', async () => {
  const { text } = await told({
    '1.1.0': answer(step('act', 200, { returned: ['a'] }, updated('models')), step('is used', 200)),
    '1.2.0': answer(step('act', 200, { returned: ['a'] }, updated('models', 'spend')), step('is used', 403)),
  });
  expect(text).toBe(`the scenario
  x.spec.ts

1.2.0 is the first that answers differently; 1.1.0 is the last with the old answer.
  update LiteLLM_TeamTable, spend: (nothing) → 1 → 2
  later use "is used", status: 200 → 403
  A  1.1.0:
       POST /team/update → 200
         update LiteLLM_TeamTable (models)
         came back: a
       is used: POST /team/update → 200
  B  1.2.0:
       POST /team/update → 200
         update LiteLLM_TeamTable (models, spend)
         came back: a
       is used: POST /team/update → 403 "refused with 403"

Asked, 2 of 2 releases:
  1.1.0  A  200, then 200
  1.2.0  B  200, then 403`);
});

test('an answer that flips is told as such, with a letter per kind of answer', async () => {
  const [no, yes] = [answer(step('act', 403)), answer(step('act', 200))];
  const { found, text } = await told({ '1.1.0': no, '1.2.0': yes, '1.3.0': yes, '1.4.0': no });
  expect([...lettersOf(found.answers).values()].join('')).toBe('ABBA');
  expect(text).toContain('The answer changes 2 times: A (1.1.0) → B (1.2.0) → A (1.4.0).');
  expect(text).toContain('1.2.0 is the first that answers differently; 1.1.0 is the last');
  expect(text).toContain('1.4.0 is the first that answers differently; 1.3.0 is the last');
});

test('no such route is an answer; what was skipped is told, and what that leaves open', async () => {
  const { found, text } = await told({
    '1.1.0': withoutRoute(id, 'x.spec.ts'),
    '1.2.0': 'cannot be installed: Locking it failed\n  No solution found',
    '1.3.0': answer(step('act', 403)),
  });
  expect(text).toContain('1.3.0 is the first that answers differently; 1.1.0 is the last with the old answer.');
  expect(text).toContain('  It may have been an earlier one: 1.2.0 could not be asked.');
  expect(text).toContain('  A  1.1.0: (no such route)');
  expect(text).toContain('Skipped:\n  1.2.0  cannot be installed: Locking it failed No solution found');
  expect(resultOf(found)).toMatchObject({
    turns: [{ before: '1.1.0', after: '1.3.0', unknown: ['1.2.0'], changes: [] }],
    answers: [
      { release: '1.1.0', kind: 'A', observed: null },
      { release: '1.3.0', kind: 'B', observed: { status: 403 } },
    ],
    skipped: [{ release: '1.2.0' }],
  });
});

test('nothing differs: how far that was looked at', async () => {
  const same = answer(step('act', 403));
  expect((await told({ '1.1.0': same, '1.2.0': same })).text).toContain(
    'Nothing differs: 1.2.0 answers as 1.1.0 does, 403.\n',
  );
  expect((await told({ '1.1.0': same, '1.2.0': same, '1.3.0': same })).text).toContain(
    'Nothing differs: 1.3.0 answers as 1.1.0 does, 403. So does the one between them that was asked.',
  );
});

test('of a selection no more is said than of that', async () => {
  const { text } = await told({ '1.1.0': answer(step('act', 403)), '1.2.0': answer(step('act', 200)) }, true);
  expect(text).toContain('1.2.0 is the first of those named that answers differently');
  expect(text).toContain('Asked, 2 of 2 releases named:');
});

test('what came back in an error text moves no cursor', async () => {
  const { text } = await told({
    '1.1.0': answer(step('act', 403)),
    '1.2.0': answer(step('act', 403, { detail: 'gone\u001b[2J\nhere' })),
  });
  expect(text).toContain(String.raw`error text: refused with 403 → gone\u{1b}[2J here`);
});

const scenarios = ['own team · owner', 'own team · team_admin', 'ghost team · owner', 'own team · owner · again'].map(
  (title) => ({ title, id: title.split(' · ').map(encodeURIComponent).join('/') }),
);

for (const { text, finds } of [
  { text: 'own team · owner', finds: { one: scenarios[0] } },
  { text: ' OWN team · Owner ', finds: { one: scenarios[0] } },
  { text: 'own%20team/team_admin', finds: { one: scenarios[1] } },
  { text: 'team/team_ad', finds: { one: scenarios[1] } },
  { text: 'ghost', finds: { one: scenarios[2] } },
  { text: 'own team', finds: { several: [scenarios[0], scenarios[1], scenarios[3]] } },
  { text: 'own team · nobody', finds: { near: [scenarios[0], scenarios[1], scenarios[3]] } },
  { text: 'zzz', finds: { near: [] } },
]) {
  test(`${JSON.stringify(text)} finds ${Object.keys(finds).join()}`, () => {
    expect(named(text, scenarios)).toEqual(finds);
  });
}
