import {
  afterArchiving,
  each,
  inLargeParts,
  keyPowers,
  keyWays,
  onceAfterArchiving,
  privileges,
  refused,
  refusedInItem,
  test,
  type Expected,
  type Said,
  type LimitedKey,
} from '../../fixtures';

inLargeParts();

// Who asks may send such a request as such: it is about a key of one's own, or of a team that lets one. What the key
// holds before is less than what is asked for.

type KeyWayName = keyof typeof keyWays;
const keyWayNames = Object.keys(keyWays) as KeyWayName[];

// What the members of `BulkUpdateTeamKeysRequestFields` are not, its model refuses.
const unknown = refused(422, 'Extra inputs are not permitted');
const inAll = (said: Said<LimitedKey>): Record<KeyWayName, Said<LimitedKey>> => ({
  ...each(keyWayNames, said),
  teamBulkUpdate: unknown,
});
const newly = (said: Exclude<Said<LimitedKey>, object> | Expected) => ({ '<=1.87.0': 200, '>=1.106.0': said }) as const;

const granted = inAll(200);
const grantedAlsoInBulk = { ...granted, teamBulkUpdate: 200 } as const;
const forAdmins = (what: string) => refused(403, `Only proxy admins can set \`${what}\``);
const estimatesForAdmins = refused(403, 'Only proxy admins can set default_estimated_output_tokens');
const throttleForAdmins = refused(403, 'Only proxy admins can enable throttle_on_budget_exceeded');
// /key/update asks an admin for whatever is about money, and both routes that make and regenerate keys ask nobody.
const notOnesOwnBudget = refused(403, '/key/update (max_budget/spend)');
const notInOrganization = refused(403, 'Caller is not a member of organization');
const notToOthers = refused(403, 'Non-admin caller is not allowed to rebind the key');
const needsTeam = refused(400, 'team_id is required for service account keys');
const inUpdates = (said: Said<LimitedKey>) => ({ update: said, updateInTeam: said });
const inRegenerations = (said: Said<LimitedKey>) => ({
  regenerate: said,
  regenerateByPath: said,
  regenerateInTeam: said,
});

for (const scenario of privileges<keyof typeof keyPowers, KeyWayName, LimitedKey>(keyPowers, keyWays, {
  access_group_ids: {
    ...inAll(newly(refused(403, 'Access groups cannot be assigned to personal keys'))),
    serviceAccount: 200,
    ...each(
      ['generateInTeam', 'updateInTeam', 'regenerateInTeam'],
      newly(refused(403, 'Team members cannot assign access groups')),
    ),
  },
  agent_id: granted,
  aliases: granted,
  allowed_cache_controls: granted,
  allowed_passthrough_routes: inAll(forAdmins('allowed_passthrough_routes')),
  allowed_routes: inAll(forAdmins('allowed_routes')),
  allowed_vector_store_indexes: granted,
  auto_rotate: granted,
  // Without `auto_rotate` a new key has none.
  rotation_interval: { ...granted, ...each(['generate', 'serviceAccount', 'generateInTeam'], 'ignored') },
  // What /key/unblock is for, and leaves to admins, an owner does with the sibling.
  blocked: granted,
  budget_duration: grantedAlsoInBulk,
  budget_id: grantedAlsoInBulk,
  budget_limits: { ...grantedAlsoInBulk, ...inUpdates(newly(notOnesOwnBudget)) },
  config: granted,
  duration: grantedAlsoInBulk,
  enforced_params: granted,
  guardrails: granted,
  // 'management' stands for routes that only an admin may open. An update does not know the field.
  key_type: { ...inAll(forAdmins('allowed_routes')), ...inUpdates('ignored') },
  max_budget: { ...grantedAlsoInBulk, ...inUpdates(notOnesOwnBudget) },
  max_parallel_requests: grantedAlsoInBulk,
  model_max_budget: grantedAlsoInBulk,
  model_rpm_limit: grantedAlsoInBulk,
  model_tpm_limit: grantedAlsoInBulk,
  models: granted,
  object_permission: {
    ...inAll(newly(refused(403, 'Vector stores cannot be assigned to personal keys'))),
    ...each(['serviceAccount', 'generateInTeam', 'updateInTeam', 'regenerateInTeam'], 200),
  },
  // For a team the key's organization is the team's, whatever is sent.
  organization_id: {
    ...inAll(notInOrganization),
    ...inRegenerations(onceAfterArchiving(notInOrganization)),
    serviceAccount: 'ignored',
    generateInTeam: 'ignored',
  },
  permissions: inAll(newly(forAdmins('permissions'))),
  policies: granted,
  project_id: {
    ...inAll(refused(404, 'Project not found')),
    ...inUpdates({ '<=1.87.0': 'ignored', '>=1.106.0': refused(400, 'Project reassignment is not supported') }),
    ...inRegenerations(afterArchiving(refused(500, 'Foreign key constraint violated'))),
    serviceAccount: refused(500, 'Internal Server Error'),
  },
  prompts: granted,
  router_settings: granted,
  rpm_limit: grantedAlsoInBulk,
  rpm_limit_type: grantedAlsoInBulk,
  soft_budget: {
    ...granted,
    ...inUpdates({ '<=1.87.0': 'ignored', '>=1.106.0': notOnesOwnBudget }),
    ...inRegenerations(afterArchiving(refused(500, 'Could not find field'))),
  },
  // /key/{key}/reset_spend is for admins; to regenerate the key with it does the same.
  spend: { ...granted, ...inUpdates(notOnesOwnBudget) },
  tags: grantedAlsoInBulk,
  // A regenerated key is in whatever team the request says: nobody looks whether its owner is.
  team_id: {
    ...inAll(200),
    ...each(['generate', 'serviceAccount', 'generateInTeam'], refused(400, 'not assigned to team')),
    ...inUpdates(refused(403, 'is not a member of the team')),
  },
  tpm_limit: grantedAlsoInBulk,
  tpm_limit_type: grantedAlsoInBulk,
  user_id: {
    ...inAll(notToOthers),
    ...inRegenerations(onceAfterArchiving(notToOthers)),
    generate: refused(403, 'User can only create keys for themselves'),
    ...each(['serviceAccount', 'generateInTeam'], refused(400, 'not assigned to team')),
  },
  // What would have been refused as max_budget is granted as its increase, for as long as one likes.
  temp_budget_increase: { ...inAll('ignored'), ...inUpdates(200), teamBulkUpdate: 200 },
  budget_fallbacks: granted,
  default_estimated_output_tokens: inAll(estimatesForAdmins),
  default_estimated_output_tokens_per_model: inAll(estimatesForAdmins),
  denied_passthrough_routes: inAll(forAdmins('denied_passthrough_routes')),
  disable_global_guardrails: inAll(forAdmins('disable_global_guardrails')),
  enable_prompt_caching: granted,
  end_user_budget_id: inAll(refused(403, 'Only proxy admins can set end_user_budget_id')),
  mcp_rpm_limit: granted,
  tag_rpm_limit: granted,
  // Not asked on the way that makes a new key of an old one.
  throttle_on_budget_exceeded: { ...inAll(throttleForAdmins), ...inRegenerations(200) },
  tpd_limit: granted,
  'metadata.anything': grantedAlsoInBulk,
  'metadata.allowed_passthrough_routes': {
    ...inAll(forAdmins('metadata.allowed_passthrough_routes')),
    teamBulkUpdate: forAdmins('metadata.allowed_passthrough_routes'),
  },
  'metadata.default_estimated_output_tokens': { ...inAll(newly(estimatesForAdmins)), teamBulkUpdate: 200 },
  'metadata.disable_global_guardrails': {
    ...inAll(newly(forAdmins('disable_global_guardrails'))),
    teamBulkUpdate: newly(refusedInItem('Only proxy admins can set `disable_global_guardrails`')),
  },
  'metadata.guardrails': grantedAlsoInBulk,
  'metadata.logging': grantedAlsoInBulk,
  'metadata.model_tpm_limit': grantedAlsoInBulk,
  'metadata.service_account_id': {
    ...inAll(needsTeam),
    ...inRegenerations(onceAfterArchiving(needsTeam)),
    ...each(['serviceAccount', 'generateInTeam', 'updateInTeam', 'regenerateInTeam', 'teamBulkUpdate'], 200),
  },
  'metadata.temp_budget_increase': grantedAlsoInBulk,
  // The field is for admins, and what it is kept as is for everybody.
  'metadata.throttle_on_budget_exceeded': grantedAlsoInBulk,
}))
  test(scenario.title, scenario.details, scenario.run);
