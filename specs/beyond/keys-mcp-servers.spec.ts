import {
  changesKey,
  inLargeParts,
  insertRow,
  payloads,
  refused,
  test,
  updated,
  type Acting,
  type Loaded,
  type Payload,
  type ScratchKey,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

// Which MCP servers a key may name. What it has it may keep or give up, though its team allows it no more; what it does not have has
// to be the team's. A key of no team is given servers by proxy admins alone.
type Server = 'ours' | 'theirs' | 'third';
type Changing = Loaded<ScratchKey>;

async function withServers({ scratch, db }: Stage): Promise<void> {
  for (const name of ['ours', 'theirs', 'third'] satisfies Server[])
    await insertRow(db, 'LiteLLM_MCPServerTable', { server_id: scratch.tag(name), url: 'http://127.0.0.1:9/mcp' });
}
const permitting = ({ scratch }: Stage, whose: string, server: Server) =>
  scratch.objectPermission(`of-${whose}`, { mcp_servers: [scratch.tag(server)] });

const inTeam: Target<ScratchKey> = {
  what: 'own key with an MCP server that its team does not allow',
  arrange: async (stage) => {
    const { scratch, caller } = stage;
    await withServers(stage);
    const user = { userId: caller.userId ?? '' };
    const team = await scratch.team({ admins: [user], columns: await permitting(stage, 'team', 'ours') });
    return scratch.key({ user, createdBy: user, team, columns: await permitting(stage, 'key', 'theirs') });
  },
};
const inNone: Target<ScratchKey> = {
  what: 'own key of no team with an MCP server',
  arrange: async (stage) => {
    await withServers(stage);
    const user = { userId: stage.caller.userId ?? '' };
    return stage.scratch.key({ user, createdBy: user, columns: await permitting(stage, 'key', 'theirs') });
  },
};

const naming = (...servers: Server[]) => ({
  sent: ({ scratch }: Acting<ScratchKey>): Payload => ({
    object_permission: { mcp_servers: servers.map((name) => scratch.tag(name)) },
  }),
});
const updating = {
  family: 'beyond',
  route: 'POST /key/update',
  act: ({ as, target }: Acting<Changing>) => as.post('/key/update', { key: target.cleartext, ...target.payload }),
} as const;
const becomes = (...servers: Server[]) =>
  changesKey<Changing>(
    {},
    undefined,
    () => ({}),
    servers.join() === 'theirs'
      ? []
      : [
          updated(
            { table: 'LiteLLM_ObjectPermissionTable', id: '<scratch>-of-key' },
            { mcp_servers: [['<scratch>-theirs'], servers.map((name) => `<scratch>-${name}`)] },
          ),
        ],
  );
const notTheTeams = refused(403, 'Key requests MCP servers not allowed by team');
const notInATeam = refused(403, 'Key is not in a team. Only globally available (allow_all_keys) MCP servers');

// 1.87.0 forgets what the key has, and binds proxy admins as well.
const since106 = <Answer>(refusal: typeof notTheTeams, answer: Readonly<Record<'>=1.106.0', Answer>>) => ({
  ...answer,
  '<=1.87.0': refusal,
});

for (const scenario of [
  ...payloads<ScratchKey>(
    { ...updating, caller: 'internal_user', target: inTeam },
    {
      'what it has': { ...naming('theirs'), answer: since106(notTheTeams, becomes('theirs')) },
      none: { ...naming(), answer: becomes() },
      'what it has and the team’s': {
        ...naming('theirs', 'ours'),
        answer: since106(notTheTeams, becomes('theirs', 'ours')),
      },
      'the team’s alone': { ...naming('ours'), answer: becomes('ours') },
      'what it has and a third': { ...naming('theirs', 'third'), answer: notTheTeams },
    },
  ),
  ...payloads<ScratchKey>(
    { ...updating, caller: 'proxy_admin', target: inTeam },
    {
      'what it has': { ...naming('theirs'), answer: since106(notTheTeams, becomes('theirs')) },
      'what it has and a third': { ...naming('theirs', 'third'), answer: notTheTeams },
    },
  ),
  ...payloads<ScratchKey>(
    { ...updating, caller: 'internal_user', target: inNone },
    {
      'what it has': { ...naming('theirs'), answer: since106(notInATeam, becomes('theirs')) },
      none: { ...naming(), answer: becomes() },
      'what it has and another': { ...naming('theirs', 'ours'), answer: notInATeam },
    },
  ),
  ...payloads<ScratchKey>(
    { ...updating, caller: 'proxy_admin', target: inNone },
    {
      'what it has and another': {
        ...naming('theirs', 'ours'),
        answer: since106(notInATeam, becomes('theirs', 'ours')),
      },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
