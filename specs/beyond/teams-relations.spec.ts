import {
  allowed,
  asksForItself,
  auditedAs,
  inLargeParts,
  payloads,
  refused,
  teamChanged,
  teamSuchAs,
  teamWithKeyDeleted,
  teamsKeyAsks,
  test,
  updated,
  wrapped,
  type Acting,
  type Loaded,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// What a team has in rows of other tables: permissions for objects, and other names for models.
const aliasesId = 900_001;
const linked: Target<TeamWithKey> = {
  what: 'team with permissions and aliases',
  arrange: async (stage) => {
    const { db, scratch } = stage;
    const permitted = await scratch.objectPermission('permission', { mcp_servers: ['one'], vector_stores: ['store'] });
    await db.query(
      `INSERT INTO "LiteLLM_ModelTable" (id, aliases, created_by, updated_by) VALUES ($1, '{"alias": "here"}', $2, $2)`,
      [aliasesId, scratch.prefix],
    );
    return teamSuchAs(stage, { columns: { ...permitted, model_id: aliasesId } });
  },
};

type Changing = Acting<Loaded<TeamWithKey>>;
/** The team's row is written as it was; its audit row tells which row was written, and not what. */
const written = (told: Readonly<Record<string, unknown>>) => (stage: Changing) =>
  teamChanged(stage.target, {}, stage.caller, told);
const permission = { object_permission_id: '<scratch>-permission' };
const serversAre = (servers: readonly string[]) =>
  allowed<Loaded<TeamWithKey>>({
    effects: (stage) => [
      ...written(permission)(stage),
      updated(
        { table: 'LiteLLM_ObjectPermissionTable', id: stage.scratch.tag('permission') },
        { mcp_servers: [['one'], servers] },
      ),
    ],
  });
// Whoever changes them passes for the one who made them.
const aliasesAre = (aliases: object) =>
  allowed<Loaded<TeamWithKey>>({
    effects: (stage) => [
      ...written({ model_id: aliasesId })(stage),
      updated(
        { table: 'LiteLLM_ModelTable', id: String(aliasesId) },
        {
          aliases: [{ alias: 'here' }, aliases],
          created_by: [stage.scratch.prefix, stage.caller.userId],
          updated_by: [stage.scratch.prefix, stage.caller.userId],
        },
      ),
    ],
  });

for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'POST /team/update',
    caller: 'proxy_admin',
    target: linked,
    act: ({ as, target }: Changing) => as.post('/team/update', { team_id: target.teamId, ...target.payload }),
    uses: [teamsKeyAsks],
  },
  {
    // The store, which is not named, stays.
    'another MCP server': { sent: { object_permission: { mcp_servers: ['two'] } }, answer: serversAre(['two']) },
    'no MCP servers': { sent: { object_permission: { mcp_servers: [] } }, answer: serversAre([]) },
    'an empty object_permission': {
      sent: { object_permission: {} },
      answer: allowed({ effects: written(permission) }),
    },
    'object_permission of null': { sent: { object_permission: null }, answer: wrapped('data.object_permission') },
    'MCP servers as text': {
      sent: { object_permission: { mcp_servers: 'two' } },
      answer: refused(422, 'Input should be a valid list'),
    },
    'permission for what nobody knows': {
      sent: { object_permission: { anything: ['two'] } },
      answer: allowed({ effects: written(permission) }),
    },
    // Only the server says which rows are a team's.
    'another object_permission_id': {
      sent: { object_permission_id: 'another' },
      answer: allowed({ effects: written({}) }),
    },
    'another model_id': { sent: { model_id: 5 }, answer: allowed({ effects: written({}) }) },
    'other model_aliases': { sent: { model_aliases: { other: 'there' } }, answer: aliasesAre({ other: 'there' }) },
    'no model_aliases': { sent: { model_aliases: {} }, answer: aliasesAre({}) },
    'model_aliases of null': {
      sent: { model_aliases: null },
      answer: allowed({ effects: written({ model_id: aliasesId }) }),
    },
    'model_aliases as a list': {
      sent: { model_aliases: ['here'] },
      answer: refused(422, 'Input should be a valid dictionary'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// The two rows stay behind, and are nobody's.
const keyIsGone = asksForItself<TeamWithKey>(({ target }) => target.key, refused(401, 'Invalid proxy server token'));
for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'POST /team/delete',
    caller: 'proxy_admin',
    target: linked,
    act: ({ as, target }: Changing) => as.post('/team/delete', { team_ids: [target.teamId] }),
    effects: {
      '<=1.87.0': (stage) => teamWithKeyDeleted(stage, stage.target),
      '>=1.106.0': (stage) => [
        ...teamWithKeyDeleted(stage, stage.target),
        auditedAs('deleted', stage.target.key.row, stage.caller),
      ],
    },
    uses: [keyIsGone],
  },
  { 'with its permissions and aliases': { sent: {}, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);
