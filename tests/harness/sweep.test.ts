import { expect } from '../../fixtures';
import { test } from '../support/test';
import { contentOf, differencesBetween } from '../../fixtures/content';
import type { Lane } from '../../fixtures/lane';
import type { Scratch } from '../../fixtures/scratch';
import { OwnRows, scratchNames } from '../../stack/attach/own-rows';

/** Everything that a scratch can make, and what the proxy writes about it. */
async function fill(scratch: Scratch, { api, db, world }: Lane): Promise<void> {
  const { proxy_admin, owner, unrelated_same_org } = world.actors;
  const org = await scratch.org({ maxBudget: 10, tpmLimit: 100, rpmLimit: 10, models: ['a'], metadata: { of: 'org' } });
  await scratch.actor({ role: 'internal_user', organization: org, adminOf: [org, world.organizations.a] });
  await scratch.key({ user: owner, team: world.teams.alpha, models: ['a'], metadata: { of: 'key' } });
  const minted = await scratch.key({ via: proxy_admin, user: owner });
  const deleted = await scratch.key({ via: proxy_admin });
  const team = await scratch.team({ organization: org, admins: [owner], permissions: ['/key/info'], maxBudget: 1 });
  // Of the two releases only the newer makes one when somebody is added.
  await db.query('INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id) VALUES ($1, $2)', [
    owner.userId,
    team.teamId,
  ]);
  for (const [path, body] of [
    ['/key/update', { key: minted.cleartext, max_budget: 1 }],
    ['/key/delete', { keys: [deleted.cleartext] }],
    ['/team/member_add', { team_id: team.teamId, member: { role: 'user', user_id: unrelated_same_org.userId } }],
    ['/team/update', { team_id: team.teamId, team_alias: scratch.tag('renamed') }],
  ] as const) {
    const answer = await api.as(proxy_admin).post(path, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.detail}`);
  }
}

test('the sweep of somebody else’s database leaves nothing of a scratch', async ({ lane, db, world, scratch }) => {
  const before = await contentOf(db);
  await fill(scratch, lane);
  const filled = differencesBetween(before, await contentOf(db)).join('\n');
  // Or there would be nothing to sweep.
  for (const table of [
    'LiteLLM_AuditLog: new',
    'LiteLLM_BudgetTable: new',
    'LiteLLM_DeletedVerificationToken: new',
    'LiteLLM_OrganizationMembership: new',
    'LiteLLM_OrganizationTable: new',
    'LiteLLM_TeamMembership: new',
    'LiteLLM_TeamTable: new',
    'LiteLLM_UserTable: new',
    // The world's unrelated_same_org is in a scratch's team now.
    'LiteLLM_UserTable: gone',
    'LiteLLM_VerificationToken: new',
  ]) {
    expect(filled).toContain(table);
  }
  const own = await OwnRows.in(db);
  await own.sweepWithTrail(scratchNames, [world.actors.proxy_admin.hashed]);
  // All but what somebody else's row has learnt: it is the world's, which is made anew then.
  expect(differencesBetween(before, await contentOf(db)).map((line) => line.slice(0, line.indexOf('{')))).toEqual([
    'LiteLLM_UserTable: gone or changed: ',
    'LiteLLM_UserTable: new or changed: ',
  ]);
});

test.describe('a test that fails', () => {
  // One after the other, in one worker: the second looks at what the first left.
  test.describe.configure({ mode: 'serial' });
  let prefix = '';
  let filled = false;

  test('is undone too', async ({ lane, scratch }) => {
    test.fail();
    prefix = scratch.prefix;
    await fill(scratch, lane);
    filled = true;
    expect('the end', 'fails on purpose').toBe('another');
  });

  test('leaves nothing', async ({ db }) => {
    expect(prefix).toMatch(/^scratch-[0-9a-f]{12}$/);
    expect(filled).toBe(true);
    const rows = [...(await contentOf(db)).values()].flat().map(({ exact }) => exact);
    expect(rows.filter((row) => row.includes(prefix))).toEqual([]);
  });
});
