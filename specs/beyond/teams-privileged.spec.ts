import {
  allowed,
  inLargeParts,
  inserted,
  payloads,
  refused,
  roleGate,
  suchTeam,
  teamAsAsked,
  teamChanged,
  teamSuchAs,
  teamsKeyAsks,
  test,
  type Acting,
  type Loaded,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// What an organization's admin may set on its team, and what is a proxy admin's alone. The own organization is named in the query: the
// gate of 1.87.0 wants it. 1.87.0 forgets the other metadata when one setting in them changes.
const denied = { denied_passthrough_routes: ['/denied'] };
const kept = { note: 'old', ...denied };
const inA: Target<TeamWithKey> = {
  what: 'team in organization A',
  arrange: (stage) => teamSuchAs(stage, { organization: stage.world.organizations.a, metadata: kept }),
};
type Values = Readonly<Record<string, unknown>>;
type Changing = Acting<Loaded<TeamWithKey>>;
const to = (values: Values) =>
  allowed<Loaded<TeamWithKey>>({ effects: ({ target, caller }) => teamChanged(target, values, caller) });
const asItWas = to({});
const onlyProxyAdmins = (field: string) => refused(403, `Only proxy admins can set \`${field}\` on a team`);
const mcpGranted = (server: string, columns: Values) =>
  allowed<Loaded<TeamWithKey>>({
    effects: ({ target, caller }) => [
      ...teamChanged(target, { object_permission_id: '<uuid>' }, caller),
      inserted(
        { table: 'LiteLLM_ObjectPermissionTable', id: '<uuid>' },
        {
          object_permission_id: '<uuid>',
          mcp_servers: [server],
          mcp_access_groups: [],
          mcp_toolsets: [],
          vector_stores: [],
          agents: [],
          agent_access_groups: [],
          blocked_tools: [],
          models: [],
          search_tools: [],
          ...columns,
        },
      ),
    ],
  });

for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'POST /team/update',
    caller: 'org_admin_member',
    target: inA,
    act: ({ as, target, world }: Changing) =>
      as.post(
        '/team/update',
        { team_id: target.teamId, ...target.payload },
        { organization_id: world.organizations.a.organizationId },
      ),
    effects: teamAsAsked,
    uses: [teamsKeyAsks],
  },
  {
    allowed_passthrough_routes: {
      sent: { allowed_passthrough_routes: ['/anything'] },
      answer: onlyProxyAdmins('allowed_passthrough_routes'),
    },
    'allowed_passthrough_routes in metadata': {
      sent: { metadata: { allowed_passthrough_routes: ['/anything'] } },
      answer: onlyProxyAdmins('metadata.allowed_passthrough_routes'),
    },
    'no allowed_passthrough_routes': {
      sent: { allowed_passthrough_routes: [] },
      answer: {
        '<=1.87.0': to({ metadata: { allowed_passthrough_routes: [] } }),
        '>=1.106.0': to({ metadata: { ...kept, allowed_passthrough_routes: [] } }),
      },
    },
    // 1.87.0 does not know of denied routes, nor of the four that follow.
    'no denied_passthrough_routes': {
      sent: { denied_passthrough_routes: [] },
      answer: { '<=1.87.0': asItWas, '>=1.106.0': onlyProxyAdmins('denied_passthrough_routes') },
    },
    'metadata without the denied_passthrough_routes that are there': {
      sent: { metadata: { note: 'new' } },
      answer: { '<=1.87.0': 200, '>=1.106.0': onlyProxyAdmins('metadata.denied_passthrough_routes') },
    },
    'metadata with the denied_passthrough_routes that are there': {
      sent: { metadata: { note: 'new', ...denied } },
      answer: 200,
    },
    disable_global_guardrails: {
      sent: { disable_global_guardrails: true },
      answer: { '<=1.87.0': asItWas, '>=1.106.0': onlyProxyAdmins('disable_global_guardrails') },
    },
    'disable_global_guardrails in metadata': {
      sent: { metadata: { ...denied, disable_global_guardrails: true } },
      answer: { '<=1.87.0': 200, '>=1.106.0': onlyProxyAdmins('disable_global_guardrails') },
    },
    default_estimated_output_tokens: {
      sent: { default_estimated_output_tokens: 5 },
      answer: {
        '<=1.87.0': asItWas,
        '>=1.106.0': refused(403, 'Only proxy admins can set default_estimated_output_tokens'),
      },
    },
    'all MCP servers of the proxy': {
      sent: { object_permission: { mcp_servers: ['all-proxy-mcpservers'] } },
      answer: {
        '<=1.87.0': mcpGranted('all-proxy-mcpservers', {}),
        '>=1.106.0': refused(403, 'Only a proxy admin can grant a team access to all proxy MCP servers'),
      },
    },
    // Nobody asks whether it is one of the organization's, or there at all.
    'an MCP server': {
      sent: { object_permission: { mcp_servers: ['anything'] } },
      answer: { '<=1.87.0': mcpGranted('anything', {}), '>=1.106.0': mcpGranted('anything', { skills: [] }) },
    },
    // A proxy admin's guardrails are an organization's admin's to take off.
    'no guardrails': {
      sent: { guardrails: [] },
      answer: {
        '<=1.87.0': to({ metadata: { guardrails: [] } }),
        '>=1.106.0': to({ metadata: { ...kept, guardrails: [] } }),
      },
    },
    'all models': { sent: { models: ['all-proxy-models'] }, answer: 200 },
    // Out of the organization, and of all its limits. Whose the team is from then on is said by its members.
    'no organization': {
      sent: { organization_id: '' },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': outOfOrganization() },
    },
    'organization of null': {
      sent: { organization_id: null },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': outOfOrganization() },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** The audit log tells null as Python's str() shows it. */
function outOfOrganization() {
  return allowed<Loaded<TeamWithKey>>({
    effects: ({ target, caller }) =>
      teamChanged(target, { organization_id: null }, caller, { organization_id: 'None' }),
  });
}

// A cap on a model is looked at by 1.106.0 alone: 1.87.0's request does not have it, and drops it.
const asked = (guard: string) => ({ '<=1.87.0': asItWas, '>=1.106.0': refused(400, guard) }) as const;
for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'POST /team/update',
    caller: 'proxy_admin',
    target: suchTeam('team'),
    act: ({ as, target }: Changing) => as.post('/team/update', { team_id: target.teamId, ...target.payload }),
    effects: teamAsAsked,
    uses: [teamsKeyAsks],
  },
  {
    model_max_budget: {
      sent: { model_max_budget: { here: { max_budget: 1, budget_duration: '1d' } } },
      answer: { '<=1.87.0': asItWas, '>=1.106.0': 200 },
    },
    'model_max_budget without a period': {
      sent: { model_max_budget: { here: { max_budget: 1 } } },
      answer: asked("model_max_budget['here'] requires a budget_duration"),
    },
    'model_max_budget with a malformed period': {
      sent: { model_max_budget: { here: { max_budget: 1, budget_duration: 'soon' } } },
      answer: asked("Invalid budget_duration 'soon'"),
    },
    'negative model_max_budget': {
      sent: { model_max_budget: { here: { max_budget: -1, budget_duration: '1d' } } },
      answer: asked("model_max_budget['here'].max_budget must be a non-negative finite number"),
    },
    'model_max_budget without a budget': {
      sent: { model_max_budget: { here: { budget_duration: '1d' } } },
      answer: asked("model_max_budget['here'].max_budget must be a non-negative finite number"),
    },
    'model_max_budget with a rate': {
      sent: { model_max_budget: { here: { max_budget: 1, budget_duration: '1d', tpm_limit: 1 } } },
      answer: asked("model_max_budget['here'] tpm_limit/rpm_limit are not enforced on a team"),
    },
    'model_max_budget of a blank model': {
      sent: { model_max_budget: { ' ': { max_budget: 1, budget_duration: '1d' } } },
      answer: asked('model_max_budget keys must be non-empty model names'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
