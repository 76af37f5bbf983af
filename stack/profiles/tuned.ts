import { plain } from './plain';
import type { Profile } from './profile';

/** What a key gets that says nothing of it. */
export const keyDefaults = {
  max_budget: 5,
  tpm_limit: 50,
  budget_duration: '7d',
  models: ['a-default-model'],
  metadata: { origin: 'default' },
} as const;

/** What no key may exceed. One that says nothing of it, and of which `keyDefaults` says nothing, gets the bound itself. */
export const keyBounds = {
  max_budget: 100,
  budget_duration: '30d',
  duration: '30d',
  max_parallel_requests: 10,
  tpm_limit: 1000,
  rpm_limit: 100,
} as const;

/** What a team gets that says nothing of it. */
export const teamDefaults = {
  budget_duration: '30d',
  tpm_limit: 500,
  rpm_limit: 40,
  team_member_permissions: ['/key/generate', '/key/info'],
} as const;

/** What a team may spend of which neither the request nor `teamDefaults` says anything. */
export const teamBudget = 70;

/** A team that everybody may join, once it is there. */
export const availableTeamId = 'team-that-is-available';

/** What operators configure around keys and teams. */
export const tuned = {
  config: {
    general_settings: {
      ...plain.config.general_settings,
      // The last is a path as FastAPI has it. No request is for that.
      admin_only_routes: ['/team/list', '/key/block', '/key/{key}/regenerate'],
      public_routes: ['/key/aliases', '/key/unblock', '/team/model/*'],
      // 1.87.0 reads this of what the UI keeps in the database alone.
      disable_custom_api_keys: true,
      disable_key_generate_for_org_admin: true,
      // 1.87.0 does not know these two.
      disable_auto_add_proxy_admin_to_teams: true,
      team_admin_editable_team_fields: ['max_budget', 'tpm_limit', 'member_key_budgets'],
    },
    litellm_settings: {
      ...plain.config.litellm_settings,
      default_key_generate_params: keyDefaults,
      upperbound_key_generate_params: keyBounds,
      key_generation_settings: {
        team_key_generation: { allowed_team_member_roles: ['admin'], required_params: ['key_alias'] },
        personal_key_generation: {
          allowed_user_roles: ['proxy_admin', 'internal_user'],
          required_params: ['key_alias'],
        },
      },
      // 1.87.0 knows the former alone, with a pattern of its own; 1.106.0 goes by the latter.
      enable_key_alias_format_validation: true,
      key_alias_pattern: '(scratch|team)-[a-z0-9-]+',
      default_team_params: teamDefaults,
      default_team_settings: [{ team_id: 'a-team-of-the-configuration', max_budget: teamBudget }],
      default_internal_user_params: { available_teams: [availableTeamId] },
    },
  },
} as const satisfies Profile;
