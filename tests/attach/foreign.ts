import { insertRow, json, type Queryable } from '../../stack/postgres/rows';
import { hashToken } from '../../stack/template/world';

/**
 * Fills a database as one that has been in use: with people, teams and keys of somebody else's, some of whose names nearly look like
 * ours, and with sums that requests of any user may add to.
 */
export async function fillForeign(db: Queryable): Promise<void> {
  const insert = (table: string, row: Parameters<typeof insertRow>[2]) => insertRow(db, table, row);
  for (const budget of ['acme-budget', 'scratch-budget', 'behavior-pinned']) {
    await insert('LiteLLM_BudgetTable', {
      budget_id: budget,
      max_budget: 5,
      created_by: 'somebody',
      updated_by: 'somebody',
    });
  }
  await insert('LiteLLM_ObjectPermissionTable', {
    object_permission_id: 'acme-permission',
    mcp_servers: ['acme-server'],
  });
  for (const [organization, budget] of [
    ['acme', 'acme-budget'],
    ['behavior-pin-board', 'behavior-pinned'],
  ] as const) {
    await insert('LiteLLM_OrganizationTable', {
      organization_id: organization,
      organization_alias: organization,
      budget_id: budget,
      models: ['gpt-4o'],
      created_by: 'somebody',
      updated_by: 'somebody',
    });
  }
  for (const user of ['default_user_id', 'anna', 'scratch-user', 'behavior-pin-anna']) {
    await db.query('DELETE FROM "LiteLLM_UserTable" WHERE user_id = $1', [user]);
    await insert('LiteLLM_UserTable', {
      user_id: user,
      user_role: user === 'default_user_id' ? 'proxy_admin' : 'internal_user',
      user_email: `${user}@example.com`,
      teams: ['acme-team'],
      models: [],
      spend: 12.5,
      max_budget: 100,
    });
  }
  for (const team of ['acme-team', 'scratch-team', 'scratch-0123456789a', 'behavior-pin-team-alphabet']) {
    await insert('LiteLLM_TeamTable', {
      team_id: team,
      team_alias: team,
      organization_id: 'acme',
      members_with_roles: json([{ user_id: 'anna', role: 'admin' }]),
      admins: ['anna'],
      members: ['anna'],
      models: [],
      spend: 7,
      object_permission_id: team === 'acme-team' ? 'acme-permission' : null,
    });
    await insert('LiteLLM_TeamMembership', { user_id: 'anna', team_id: team, spend: 1, budget_id: 'scratch-budget' });
  }
  await insert('LiteLLM_OrganizationMembership', { user_id: 'anna', organization_id: 'acme', user_role: 'org_admin' });
  for (const [alias, team] of [
    ['acme-key', 'acme-team'],
    ['scratch-key', null],
    ['behavior-pin-key', 'scratch-team'],
  ] as const) {
    const row = {
      token: hashToken(`sk-${alias}`),
      key_name: 'sk-...fore',
      key_alias: alias,
      user_id: 'anna',
      team_id: team,
      models: [],
      spend: 3,
      max_budget: 50,
      budget_id: 'acme-budget',
    };
    await insert('LiteLLM_VerificationToken', row);
    const { budget_id: _, ...deleted } = row;
    await insert('LiteLLM_DeletedVerificationToken', {
      ...deleted,
      id: alias,
      token: hashToken(`sk-deleted-${alias}`),
    });
  }
  await insert('LiteLLM_AuditLog', {
    id: 'foreign-audit',
    changed_by: 'anna',
    changed_by_api_key: hashToken('sk-acme-key'),
    action: 'updated',
    table_name: 'LiteLLM_TeamTable',
    object_id: 'acme-team',
    before_value: json({ spend: 6 }),
    updated_values: json({ spend: 7 }),
  });
  await insert('LiteLLM_AccessGroupTable', { access_group_id: 'acme-group', access_group_name: 'acme group' });
  // Of today, so that whatever is added to a sum of nobody's or of the default user's would be added to these.
  const date = new Date().toISOString().slice(0, 10);
  const sums = {
    date,
    updated_at: new Date(),
    // As LiteLLM writes sums of what is about no model.
    ...{ model: '', custom_llm_provider: '', mcp_namespaced_tool_name: '', endpoint: '' },
    spend: 4,
    api_requests: 9,
    failed_requests: 2,
    successful_requests: 7,
  };
  for (const [id, user, key] of [
    ['sum-1', 'default_user_id', 'litellm_proxy_master_key'],
    ['sum-2', 'anna', hashToken('sk-acme-key')],
    ['sum-3', '', ''],
  ] as const) {
    await insert('LiteLLM_DailyUserSpend', { id, user_id: user, api_key: key, ...sums });
  }
  await insert('LiteLLM_DailyTeamSpend', {
    id: 'sum-4',
    team_id: 'acme-team',
    api_key: hashToken('sk-acme-key'),
    ...sums,
  });
}
