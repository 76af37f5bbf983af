import { expect, test } from '@playwright/test';

import type { ScenarioRecord, StepRecord } from '../../fixtures/record';
import { pinsOf, whatHappened } from '../../fixtures/scenario-text';

const act: StepRecord = {
  name: 'act',
  request: {
    ...{ method: 'POST', path: '/key/update', query: { a: 'b' }, body: { key: '<key scratch-key>', max: 7 } },
    headers: { authorization: 'Bearer <key of owner>' },
  },
  expected: { status: 403, guard: 'not theirs' },
  observed: { status: 403, detail: 'It is not theirs.', returned: null, body: { error: 'It is not theirs.' } },
  effects: [],
  differs: null,
};

const recordOf = (steps: readonly StepRecord[], more: Partial<ScenarioRecord> = {}): ScenarioRecord => ({
  ...{ id: "plain/it's", release: '1.106.0', curated: true, profile: 'plain', family: 'matrix', tags: [] },
  ...{ route: 'POST /key/update', caller: 'owner', target: 'own key', variant: '', observed: null, effects: null },
  expected: steps[0]?.expected ?? null,
  steps,
  ...more,
});

const updated = { op: 'update', table: 'LiteLLM_TeamTable', id: 'alpha', columns: { max_budget: [10, 20] } } as const;
const inserted = {
  ...{ op: 'insert', table: 'LiteLLM_AuditLog', id: '<uuid>' },
  columns: { id: [null, '<uuid>'], action: [null, 'updated'], spend: [null, 0], models: [null, []] },
} as const;

test('what a scenario pins is one line', () => {
  expect(pinsOf(recordOf([act]))).toBe('owner → POST /key/update on own key: 403, guard “not theirs”, nothing changes');
  const success = { ...act, expected: { status: 200, or: [201] }, effects: [updated, updated, inserted] };
  expect(pinsOf(recordOf([success], { variant: 'odd', target: '' }))).toBe(
    'owner → POST /key/update on odd: 200 or 201, update LiteLLM_TeamTable, insert LiteLLM_AuditLog',
  );
  // What differs from the pins does not tell what they are.
  const differs = { aspect: 'effects', pinned: '', seen: 'x' } as const;
  expect(pinsOf(recordOf([{ ...success, differs }]))).toBe('owner → POST /key/update on own key: 200 or 201');
  expect(pinsOf(recordOf([{ ...act, expected: { status: 200, guard: 'no', inItem: true }, effects: null }]))).toBe(
    'owner → POST /key/update on own key: 200 with a refusal in an item, guard “no”',
  );
  expect(pinsOf(recordOf([{ ...act, expected: null }]))).toContain(': nobody has looked at this release');
});

test('what happened is told step by step, with a small diff, and ends with what asks it again', () => {
  const use: StepRecord = {
    name: 'asks for itself',
    request: { method: 'GET', path: '/key/info', query: {}, body: null, headers: {} },
    expected: { status: 200 },
    observed: { status: 200, detail: '', returned: ['a', null], body: { long: 'x'.repeat(600) } },
    effects: [updated, inserted],
    differs: { aspect: 'effects', pinned: '(nothing)', seen: 'update LiteLLM_TeamTable alpha\n    max: 1 → 2' },
  };
  expect(whatHappened(recordOf([act, use]))).toBe(`\
owner → POST /key/update on own key: 403, guard “not theirs”, nothing changes

POST /key/update?a=b
authorization: Bearer <key of owner>
{ "key": "<key scratch-key>", "max": 7 }
→ 403 It is not theirs.
  nothing changed

Then: asks for itself
GET /key/info
→ 200 { "long": "${'x'.repeat(489)}…
  shows: a, null
  ~ update LiteLLM_TeamTable alpha: max_budget: 10 → 20
  + insert LiteLLM_AuditLog <uuid>
      id: "<uuid>"
      action: "updated"
      (empty: 2 more)
NOT AS PINNED, effects
  pinned: (nothing)
  seen:
    update LiteLLM_TeamTable alpha
        max: 1 → 2

# To ask it again:
eval "$(npm run -s stack -- arrange 'plain/it'\\''s')"
curl -sS -i -X POST "$BASE_URL"'/key/update' \\
  --url-query 'a=b' \\
  -H 'authorization: Bearer '"$KEY_OF_OWNER" \\
  -H 'content-type: application/json' \\
  --data-raw '{"key":"'"$KEY_SCRATCH_KEY"'","max":7}'
`);
  // One that never got an answer, and one whose effects nobody saw.
  expect(whatHappened(recordOf([]))).not.toContain('To ask it again');
  expect(whatHappened(recordOf([{ ...use, effects: null, differs: null }]))).toContain('what changed was not observed');
});
