import {
  allowed,
  each,
  inLargeParts,
  privileges,
  refused,
  roleGate,
  teamAdminEditsNothing,
  teamMadeWith,
  teamPowers,
  teamWays,
  test,
  type Asking,
  type Expected,
  type Said,
  type TeamAndKey,
} from '../../fixtures';

inLargeParts();

// An organization's admin makes and changes its teams. What a team's admin may change is for the configuration to say
// (`team_admin_editable_team_fields`), and by default that is nothing: not one field, whatever it does.

type TeamWayName = keyof typeof teamWays;
const itsAdmin = { '<=1.87.0': roleGate, '>=1.106.0': teamAdminEditsNothing } as const;
const inAll = (said: Said<TeamAndKey>): Record<TeamWayName, Said<TeamAndKey>> => ({
  ...each(Object.keys(teamWays) as TeamWayName[], said),
  updateByItsAdmin: itsAdmin,
});
const newly = (said: Expected) => ({ '<=1.87.0': 200, '>=1.106.0': said }) as const;

const granted = inAll(200);
// An update does not know the field.
const whenMade = { ...inAll('ignored'), new: 200 } as const;
const forAdmins = (what: string) => refused(403, `Only proxy admins can set \`${what}\``);
const estimatesForAdmins = refused(403, 'Only proxy admins can set default_estimated_output_tokens');
const policiesInRow = teamMadeWith<Asking<TeamAndKey>>(({ target: { organizationId, keeps } }) => ({
  organization_id: organizationId,
  ...keeps,
  policies: ['policy'],
}));
const relocating = refused(403, 'Relocating a team');

for (const scenario of privileges<keyof typeof teamPowers, TeamWayName, TeamAndKey>(teamPowers, teamWays, {
  access_group_ids: granted,
  allowed_passthrough_routes: inAll(forAdmins('allowed_passthrough_routes')),
  allowed_vector_store_indexes: granted,
  // What /team/unblock is for.
  blocked: granted,
  budget_duration: granted,
  // 1.87.0 asks for a column that it does not have.
  budget_limits: { ...granted, new: { '<=1.87.0': refused(500, 'Could not find field'), '>=1.106.0': 200 } },
  enforced_batch_output_expires_after: granted,
  enforced_file_expires_after: granted,
  guardrails: granted,
  max_budget: granted,
  model_rpm_limit: granted,
  model_tpm_limit: granted,
  models: granted,
  object_permission: granted,
  // For the gate, the organization that the body names is the one to be administered.
  organization_id: {
    ...inAll({ '<=1.87.0': roleGate, '>=1.106.0': relocating }),
    new: refused(401, 'Your role is None in Organization'),
    patch: roleGate,
  },
  policies: {
    ...granted,
    // Here it stands in the row as well; an update leaves the column as it is.
    new: {
      '<=1.87.0': 200,
      '>=1.106.0': allowed({ effects: policiesInRow['>=1.106.0'] }),
    },
  },
  prompts: granted,
  router_settings: granted,
  rpm_limit: granted,
  rpm_limit_type: whenMade,
  secret_manager_settings: granted,
  soft_budget: granted,
  tags: granted,
  team_member_key_duration: granted,
  team_member_permissions: whenMade,
  tpm_limit: granted,
  tpm_limit_type: whenMade,
  default_estimated_output_tokens: inAll(estimatesForAdmins),
  default_estimated_output_tokens_per_model: inAll(estimatesForAdmins),
  denied_passthrough_routes: inAll(forAdmins('denied_passthrough_routes')),
  disable_global_guardrails: inAll(forAdmins('disable_global_guardrails')),
  mcp_rpm_limit: granted,
  model_max_budget: granted,
  tpd_limit: granted,
  'metadata.anything': granted,
  'metadata.allowed_passthrough_routes': inAll(forAdmins('metadata.allowed_passthrough_routes')),
  'metadata.default_estimated_output_tokens': inAll(newly(estimatesForAdmins)),
  'metadata.disable_global_guardrails': inAll(newly(forAdmins('disable_global_guardrails'))),
  'metadata.guardrails': granted,
  'metadata.logging': granted,
  'metadata.model_tpm_limit': granted,
  // It is the proxy's own, and taken out of what is sent.
  'metadata.team_member_budget_id': granted,
  'metadata.throttle_on_budget_exceeded': granted,
}))
  test(scenario.title, scenario.details, scenario.run);
