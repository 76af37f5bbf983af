import { expect, test } from '../../fixtures';
import { contentOf, differencesBetween } from '../../fixtures/content';
import { effectsSince, markEffects, undoEffects, withoutClocks } from '../../fixtures/effects';

test('an effect names table, row and the columns that changed', async ({ db, world, scratch }) => {
  const { hashed } = await scratch.key({ user: world.actors.owner });
  const mark = await markEffects(db);
  await db.query(`UPDATE "LiteLLM_VerificationToken" SET spend = 1, updated_at = now() WHERE token = $1`, [hashed]);
  await db.query(`UPDATE "LiteLLM_VerificationToken" SET updated_at = now() + interval '1 s' WHERE token = $1`, [
    hashed,
  ]);
  await db.query(`INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id) VALUES ('u', $1)`, [scratch.tag('t')]);
  await db.query(`DELETE FROM "LiteLLM_TeamMembership" WHERE team_id = $1`, [scratch.tag('t')]);
  expect(withoutClocks(await effectsSince(db, mark))).toEqual([
    { op: 'update', table: 'LiteLLM_VerificationToken', id: hashed, columns: { spend: [0, 1] } },
    {
      op: 'insert',
      table: 'LiteLLM_TeamMembership',
      id: `u/${scratch.tag('t')}`,
      columns: expect.objectContaining({ user_id: [null, 'u'], team_id: [null, scratch.tag('t')], spend: [null, 0] }),
    },
    {
      op: 'delete',
      table: 'LiteLLM_TeamMembership',
      id: `u/${scratch.tag('t')}`,
      columns: expect.objectContaining({ user_id: ['u', null] }),
    },
  ]);
});

test('undoing restores world rows and rows without a prefix, through cascades and keys set to null', async ({
  lane,
  db,
  world,
}) => {
  await undoEffects(db);
  const before = await contentOf(db);
  const { owner, internal_user } = world.actors;
  for (const [sql, ...values] of [
    // The null of JSON is not the null of SQL, and neither is NaN a number of JSON.
    [
      `INSERT INTO "LiteLLM_TeamTable" (team_id, metadata, router_settings, spend, models) VALUES ('t', 'null', NULL, 'NaN', '{}')`,
    ],
    [
      `UPDATE "LiteLLM_TeamTable" SET team_id = 'renamed', metadata = '{"a": "ü\\"\\\\"}', spend = 'Infinity'`.concat(
        ` WHERE team_id = 't'`,
      ),
    ],
    [`UPDATE "LiteLLM_UserTable" SET teams = '{}', spend = 0.1 + 0.2 WHERE user_id = $1`, owner.userId],
    [`DELETE FROM "LiteLLM_OrganizationMembership" WHERE user_id = $1`, internal_user.userId],
    [`DELETE FROM "LiteLLM_UserTable" WHERE user_id = $1`, internal_user.userId],
    // Its organizations and keys lose the budget, which is set to null or follows the new name.
    [`UPDATE "LiteLLM_VerificationToken" SET budget_id = $1 WHERE token = $2`, world.budgetId, owner.hashed],
    [`UPDATE "LiteLLM_BudgetTable" SET budget_id = 'renamed' WHERE budget_id = $1`, world.budgetId],
    [`DELETE FROM "LiteLLM_VerificationToken" WHERE token <> $1`, owner.hashed],
    [`UPDATE "LiteLLM_TeamTable" SET organization_id = NULL`],
    [`DELETE FROM "LiteLLM_OrganizationMembership"`],
    [`DELETE FROM "LiteLLM_OrganizationTable" WHERE organization_id = $1`, world.organizations.b.organizationId],
    [`INSERT INTO "LiteLLM_AuditLog" (id, action, table_name, object_id) VALUES ('a', 'b', 'c', 'd')`],
  ] as [string, ...string[]][]) {
    const { rowCount } = await db.query(sql, values);
    expect(rowCount, sql).toBeGreaterThan(0);
  }
  const keys = await db.query('SELECT organization_id FROM "LiteLLM_VerificationToken"');
  expect(keys.rowCount).toBe(1);
  expect(differencesBetween(before, await contentOf(db)).length).toBeGreaterThan(20);
  await undoEffects(lane.db);
  expect(differencesBetween(before, await contentOf(db))).toEqual([]);
  expect((await db.query('SELECT FROM behavior.log')).rowCount).toBe(0);
});

test('deleting with a cascade is undone, parents and children', async ({ db, world }) => {
  await undoEffects(db);
  const before = await contentOf(db);
  // Not every release has a key that cascades.
  await db.query(`ALTER TABLE "LiteLLM_TeamMembership" ADD CONSTRAINT behavior_test FOREIGN KEY (team_id)
    REFERENCES "LiteLLM_TeamTable" (team_id) ON DELETE CASCADE DEFERRABLE`);
  try {
    const mark = await markEffects(db);
    await db.query('DELETE FROM "LiteLLM_TeamTable" WHERE team_id = $1', [world.teams.beta.teamId]);
    const ops = (await effectsSince(db, mark)).map(({ op, table }) => `${op} ${table}`);
    expect(ops).toEqual(['delete LiteLLM_TeamTable', 'delete LiteLLM_TeamMembership']);
    await undoEffects(db);
  } finally {
    await db.query('ALTER TABLE "LiteLLM_TeamMembership" DROP CONSTRAINT behavior_test');
  }
  expect(differencesBetween(before, await contentOf(db))).toEqual([]);
});
