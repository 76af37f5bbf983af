import { expect, test } from '@playwright/test';

import { audited, inserted, updated, type Effect } from '../../fixtures/effects';
import { expect as withEffects } from '../../fixtures/matchers';

const key = { table: 'LiteLLM_VerificationToken', id: '<hash key>' };
const audit = (change: Record<string, unknown>, by: string): Effect =>
  inserted({ table: 'LiteLLM_AuditLog', id: '<uuid>' }, { action: 'updated', changed_by: by, updated_values: change });

/** What a failing comparison says, without what Playwright puts around it. */
function saidAbout(seen: readonly Effect[], due: readonly Effect[]): string {
  try {
    withEffects(seen).toHaveEffects(due);
  } catch (error) {
    return (error instanceof Error ? error.message : '').replace(/^[^]*?\n\n/, '').trimEnd();
  }
  throw new Error('these effects are the same');
}

test('effects that look alike find each other in whatever order', () => {
  const wanted = [
    audit(expect.objectContaining({ a: expect.anything() }), 'owner'),
    audit(expect.objectContaining({ a: 1 }), 'owner'),
    updated(key, { spend: [0, 1] }),
  ];
  const seen = [audit({ a: 1 }, 'owner'), updated(key, { spend: [0, 1] }), audit({ a: 2 }, 'owner')];
  withEffects(seen).toHaveEffects(wanted);
  withEffects(seen.toReversed()).toHaveEffects(wanted);
  withEffects(seen).not.toHaveEffects(wanted.slice(1));
  withEffects([]).toHaveEffects([]);
});

test('a failure has a line per table, row and column that is not as due', () => {
  const same = updated({ ...key, id: 'same' }, { spend: [0, 1] });
  expect(
    saidAbout(
      [
        same,
        updated(key, { max_parallel_requests: [null, 8], blocked: [null, true] }),
        { op: 'delete', table: 'LiteLLM_TeamTable', id: 't', columns: { team_id: ['t', null] } },
      ],
      [
        same,
        updated(key, { max_parallel_requests: [null, 7], tags: [[], ['a']] }),
        audited(key, { userId: 'u', hashed: 'h' }, { spend: 1 }),
      ],
    ),
  ).toBe(
    `  update LiteLLM_VerificationToken <hash key>
-     max_parallel_requests: null → 7
+     max_parallel_requests: null → 8
-     tags: [] → ["a"]
+     blocked: null → true
- insert LiteLLM_AuditLog <uuid>
-     id: "<uuid>"
-     updated_at: "<time>"
-     changed_by: "u"
-     changed_by_api_key: "h"
-     action: "updated"
-     table_name: "LiteLLM_VerificationToken"
-     object_id: "<hash key>"
-     before_value: ObjectContaining {"spend": 0}
-     updated_values: ObjectContaining {"spend": 1}
+ delete LiteLLM_TeamTable t
+     team_id: "t"`,
  );
});

test('an unexpected table, row or column fails', () => {
  const due = [updated(key, { spend: [0, 1] })];
  for (const seen of [
    [...due, updated({ ...key, table: 'Another' }, { spend: [0, 1] })],
    [updated({ ...key, id: 'another' }, { spend: [0, 1] })],
    [updated(key, { spend: [0, 1], tags: [[], ['a']] })],
    [updated(key, {})],
    [],
  ]) {
    withEffects(seen).not.toHaveEffects(due);
  }
});
