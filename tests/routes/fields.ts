// What requests to the routes of keys and teams may carry, and what was decided about each field: whether it is a power,
// tried on every route that takes it by whoever should not have it, or where else it is pinned.

import { keyPowers, teamPowers } from '../../fixtures';

/** The fields whose names stand for themselves: `metadata.x` is tried as a part of `metadata`. */
const namesOf = (powers: Readonly<Record<string, unknown>>): string[] => [
  ...Object.keys(powers).filter((name) => !name.includes('.')),
  'metadata',
];

/** Fields of an object that is one power as a whole: who may set it may set all of it. */
const partsOf = (name: string, ...parts: readonly string[]): string[] => parts.map((part) => `${name}.${part}`);

const partsOfPowers = [
  ...partsOf('allowed_vector_store_indexes', 'index_name', 'index_permissions'),
  ...partsOf('budget_limits', 'budget_duration', 'max_budget', 'reset_at'),
  ...partsOf('object_permission', 'agent_access_groups', 'agents', 'blocked_tools', 'mcp_access_groups', 'mcp_servers'),
  ...partsOf('object_permission', 'mcp_tool_permissions', 'mcp_tool_search_enabled', 'mcp_toolsets', 'models'),
  ...partsOf('object_permission', 'search_tools', 'skills', 'vector_stores'),
];
const partsOfRouterSettings = [
  ...partsOf('router_settings', 'allowed_fails', 'context_window_fallbacks', 'cooldown_time', 'enable_tag_filtering'),
  ...partsOf('router_settings', 'fallbacks', 'max_retries', 'model_group_affinity_config', 'model_group_alias'),
  ...partsOf('router_settings', 'model_group_retry_policy', 'num_retries', 'optional_pre_call_checks', 'retry_after'),
  ...partsOf('router_settings', 'retry_policy', 'routing_groups', 'routing_strategy', 'routing_strategy_args'),
  ...partsOf('router_settings', 'tag_routing_prefix', 'timeout', 'weights'),
];

// Which key it is, how it is called and what it reads as; whether its owner gets a letter.
const ofKey = [
  ...namesOf(keyPowers),
  ...partsOfPowers,
  ...partsOfRouterSettings,
  'key',
  'key_alias',
  'send_invite_email',
];
// `specs/payloads`: the old key lives on for a while, and reads as its owner says. The master key's own is for itself alone.
const ofRegeneration = [...ofKey, 'grace_period', 'new_key', 'new_master_key'];
// Its members: `specs/teams/new.spec.ts`. Their budgets, and its aliases: `specs/payloads` and `specs/beyond`.
const ofTeam = [
  ...namesOf(teamPowers),
  ...partsOfPowers,
  ...[
    'team_alias',
    'team_id',
    'admins',
    'members',
    'members_with_roles',
    'model_aliases',
    'default_team_member_models',
  ],
  ...partsOf('members_with_roles', 'role', 'user_email', 'user_id'),
  ...partsOf('model_max_budget', 'budget_duration', 'max_budget', 'rpm_limit', 'tpm_limit'),
  ...['team_member_budget', 'team_member_budget_duration', 'team_member_rpm_limit', 'team_member_tpm_limit'],
];
const bulkPowers = [
  ...['budget_duration', 'budget_id', 'budget_limits', 'duration', 'max_budget', 'max_parallel_requests', 'metadata'],
  ...['model_max_budget', 'model_rpm_limit', 'model_tpm_limit', 'rpm_limit', 'rpm_limit_type', 'tags', 'tpm_limit'],
  ...['temp_budget_expiry', 'temp_budget_increase', 'tpm_limit_type'],
];
const member = ['user_email', 'user_id'];
const limitsOfMember = ['allowed_models', 'budget_duration', 'max_budget_in_team', 'rpm_limit', 'tpm_limit'];
const ofActivity = ['api_key', 'end_date', 'exclude_team_ids', 'model', 'start_date', 'team_ids'];
const query = (...names: readonly string[]): string[] => names.map((name) => `?${name}`);

/** By route, all that a request may carry in any curated release; `?x` is a parameter of the query. */
export const decided: Readonly<Record<string, readonly string[]>> = {
  'POST /key/generate': ofKey,
  'POST /key/service-account/generate': ofKey,
  'POST /key/update': [...ofKey, 'temp_budget_expiry'],
  'POST /key/regenerate': [...ofRegeneration, '?key'],
  'POST /key/{key:path}/regenerate': ofRegeneration,
  // For proxy admins alone, whatever it carries.
  'POST /key/bulk_update': [
    'keys',
    ...partsOf('keys', 'budget_id', 'key', 'max_budget', 'object_permission', 'tags', 'team_id'),
  ],
  'POST /team/key/bulk_update': [
    ...['all_keys_in_team', 'key_ids', 'team_id', 'update_fields'],
    ...partsOf('update_fields', ...bulkPowers),
  ],
  'POST /key/block': ['key'],
  'POST /key/unblock': ['key'],
  'POST /key/delete': ['keys', 'key_aliases'],
  'POST /key/{key:path}/reset_spend': ['reset_to'],
  'POST /v2/key/info': ['keys', 'key_aliases'],
  'POST /team/new': ofTeam,
  'POST /team/update': ofTeam,
  'PATCH /team/{team_id}': ofTeam,
  'POST /team/block': ['team_id'],
  'POST /team/unblock': ['team_id'],
  'POST /team/delete': ['team_ids'],
  'POST /team/member_add': [
    ...['team_id', 'member', 'allowed_models', 'budget_duration', 'max_budget_in_team'],
    ...partsOf('member', 'role', ...member),
  ],
  'POST /team/bulk_member_add': [
    ...['team_id', 'all_users', 'max_budget_in_team', 'members'],
    ...partsOf('members', 'role', ...member),
  ],
  'POST /team/member_update': [
    ...['team_id', 'role', 'temp_budget_expiry', 'temp_budget_increase'],
    ...member,
    ...limitsOfMember,
  ],
  'POST /team/member_delete': ['team_id', ...member],
  'POST /team/{team_id}/member/{user_id}/reset_spend': ['reset_to'],
  'POST /management/v1/teams/{team_id}/members/bulk_delete': ['members', ...partsOf('members', ...member)],
  'POST /management/v1/teams/{team_id}/members/bulk_update': [
    'members',
    ...partsOf('members', ...member, ...limitsOfMember),
  ],
  'POST /team/model/add': ['team_id', 'models'],
  'POST /team/model/delete': ['team_id', 'models'],
  'POST /team/permissions_update': ['team_id', 'team_member_permissions'],
  'POST /team/permissions_bulk_update': ['team_ids', 'permissions', 'apply_to_all_teams'],
  'POST /team/{team_id:path}/callback': ['callback_name', 'callback_type', 'callback_vars'],
  // Whose data come back: the tables of these routes, and of their filters.
  'GET /key/info': query('key'),
  'GET /key/list': query(
    ...[
      'access_group_id',
      'agent_id',
      'expand',
      'expires',
      'include_created_by_keys',
      'include_team_keys',
      'key_alias',
    ],
    ...['key_hash', 'organization_id', 'page', 'project_id', 'return_full_object', 'search', 'size', 'sort_by'],
    ...['sort_order', 'status', 'substring_matching', 'team_id', 'user_id'],
  ),
  'GET /key/aliases': query('page', 'search', 'size', 'team_id'),
  'GET /key/spend/report': query('api_key', 'end_date', 'start_date'),
  'GET /team/info': query('team_id', 'key_limit'),
  'GET /team/list': query('organization_id', 'user_id'),
  'GET /v2/team/list': query(
    ...['organization_id', 'page', 'page_size', 'search', 'search_team_id_match', 'sort_by', 'sort_order', 'status'],
    ...['team_alias', 'team_id', 'user_id'],
  ),
  'GET /team/filter/ui': query('page', 'page_size', 'team_alias', 'team_id'),
  // The handler's return type, which FastAPI takes for a parameter: nobody reads it.
  'GET /team/available': query('response_model'),
  'GET /team/permissions_list': query('team_id'),
  'GET /team/spend/by_user': query('end_date', 'start_date', 'team_ids'),
  'GET /team/spend/report': query('end_date', 'start_date', 'team_id'),
  'GET /team/daily/activity': query(...ofActivity, 'page', 'page_size'),
  'GET /team/daily/activity/aggregated': query(...ofActivity, 'api_key_limit', 'timezone'),
  'GET /team/daily/activity/aggregated/keys': query(...ofActivity, 'limit', 'offset', 'timezone'),
  'GET /team/daily/activity/aggregated/model_top_keys': query(
    ...[...ofActivity, 'by_model_group', 'limit', 'model_group', 'timezone'],
  ),
  'GET /team/daily/activity/aggregated/search': query(...ofActivity, 'limit', 'search', 'timezone'),
  'GET /team/daily/activity/export': query(...ofActivity, 'export_type', 'format', 'timezone'),
};
