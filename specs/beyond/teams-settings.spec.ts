import {
  allowed,
  asksForItself,
  inLargeParts,
  inserted,
  madeTeamIsThere,
  payloads,
  refused,
  teamAsAsked,
  teamChanged,
  teamMadeWith,
  teamSuchAs,
  teamsKeyAsks,
  test,
  wrapped,
  type Acting,
  type Effect,
  type Loaded,
  type Stage,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

type Values = Readonly<Record<string, unknown>>;

/** Settings of a team that stand in its metadata under the name by which they are sent. */
const inMetadata: Values = {
  guardrails: ['anything'],
  policies: ['anything'],
  prompts: ['anything'],
  tags: ['red', 'blue'],
  secret_manager_settings: { namespace: 'anything' },
  model_rpm_limit: { here: 5 },
  model_tpm_limit: { here: 50 },
  team_member_key_duration: '1d',
  allowed_passthrough_routes: ['/anything'],
};
/** Settings that are columns. Nobody asks whether there is a group, a model or a permission of that name. */
const inColumns: Values = {
  access_group_ids: ['ghost-group'],
  default_team_member_models: ['here'],
  router_settings: { num_retries: 3 },
};
const notADuration = refused(400, "Invalid budget_duration 'soon'");
const negative = refused(400, 'team_member_budget must be a non-negative finite number');

interface Nothing {
  /** The number that the next row of aliases gets: they are counted. */
  readonly nextAliases: number;
}
const nextAliases = async ({ db }: Stage): Promise<number> => {
  const { rows } = await db.query<{ next: number }>(
    'SELECT (CASE WHEN is_called THEN last_value + 1 ELSE last_value END)::int AS next FROM "LiteLLM_ModelTable_id_seq"',
  );
  return rows[0]?.next ?? 1;
};
const nothing: Target<Nothing> = {
  what: 'no organization',
  arrange: async (stage) => ({ nextAliases: await nextAliases(stage) }),
};

type Making = Acting<Loaded<Nothing>>;
/** The answer to whoever makes a team of which these columns are not as by default. */
const madeWith = (valuesOf: (stage: Making) => Values, more: (stage: Making) => readonly Effect[] = () => []) => {
  const effects = teamMadeWith<Loaded<Nothing>>(valuesOf);
  const answer = (range: keyof typeof effects) =>
    allowed<Loaded<Nothing>>({ effects: (stage) => [...effects[range](stage), ...more(stage)] });
  return { '<=1.87.0': answer('<=1.87.0'), '>=1.106.0': answer('>=1.106.0') };
};
const asIsDefault = madeWith(() => ({}));
const aliasesMade = (nextId: number, { caller }: Acting<unknown>) =>
  inserted(
    { table: 'LiteLLM_ModelTable', id: String(nextId) },
    {
      id: nextId,
      aliases: { alias: 'here' },
      created_at: '<time>',
      created_by: caller.userId,
      updated_at: '<time>',
      updated_by: caller.userId,
    },
  );
const linked = () => ({ object_permission_id: '<uuid>' });
const permissions = { vector_stores: ['store'], mcp_servers: ['server'], agents: ['agent'] };
/** @param columns those that not every release has */
const permissionsMade = (columns: Values) =>
  inserted(
    { table: 'LiteLLM_ObjectPermissionTable', id: '<uuid>' },
    {
      object_permission_id: '<uuid>',
      mcp_access_groups: [],
      agent_access_groups: [],
      mcp_toolsets: [],
      blocked_tools: [],
      models: [],
      search_tools: [],
      ...permissions,
      ...columns,
    },
  );
/** Each of them, on its own. */
const each = <Case>(values: Values, caseOf: (name: string, value: unknown) => Case): Record<string, Case> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, caseOf(name, value)]));

for (const scenario of payloads<Nothing>(
  {
    family: 'beyond',
    route: 'POST /team/new',
    caller: 'proxy_admin',
    target: nothing,
    act: ({ as, scratch, target }) => {
      const teamId = scratch.tag('made');
      return as.post('/team/new', { team_id: teamId, team_alias: teamId, ...target.payload });
    },
    uses: [madeTeamIsThere],
  },
  {
    ...each(inMetadata, (name, value) => ({
      sent: { [name]: value },
      answer: madeWith(() => ({ metadata: { [name]: value } })),
    })),
    // 1.106.0 has a column for it as well.
    policies: {
      sent: { policies: ['anything'] },
      answer: {
        '<=1.87.0': madeWith(() => ({ metadata: { policies: ['anything'] } }))['<=1.87.0'],
        '>=1.106.0': madeWith(() => ({ metadata: { policies: ['anything'] }, policies: ['anything'] }))['>=1.106.0'],
      },
    },
    access_group_ids: { sent: { access_group_ids: ['ghost-group'] }, answer: madeWith(({ target }) => target.payload) },
    router_settings: {
      sent: { router_settings: { num_retries: 3 } },
      answer: madeWith(({ target }) => target.payload),
    },
    blocked: { sent: { blocked: true }, answer: madeWith(() => ({ blocked: true })) },
    model_aliases: {
      sent: { model_aliases: { alias: 'here' } },
      answer: madeWith(
        ({ target }) => ({ model_id: target.nextAliases }),
        (stage) => [aliasesMade(stage.target.nextAliases, stage)],
      ),
    },
    object_permission: {
      sent: { object_permission: permissions },
      answer: {
        ...madeWith(linked, () => [permissionsMade({})]),
        '>=1.106.0': madeWith(linked, () => [permissionsMade({ skills: [] })])['>=1.106.0'],
      },
    },
    budget_duration: {
      sent: { budget_duration: '30d' },
      answer: madeWith(() => ({ budget_duration: '30d', budget_reset_at: '<time>' })),
    },
    // 1.87.0 takes any text, and for one that it cannot read a time of its own.
    'malformed budget_duration': {
      sent: { budget_duration: 'soon' },
      answer: {
        ...madeWith(() => ({ budget_duration: 'soon', budget_reset_at: '<time>' })),
        '>=1.106.0': notADuration,
      },
    },
    // 1.87.0 hands the database client a list where that wants JSON.
    budget_limits: {
      sent: { budget_limits: [{ budget_duration: '1d', max_budget: 3 }] },
      answer: {
        ...madeWith(() => ({ budget_limits: [{ budget_duration: '1d', max_budget: 3, reset_at: '<time>' }] })),
        '<=1.87.0': wrapped('data.budget_limits'),
      },
    },
    team_member_permissions: {
      sent: { team_member_permissions: ['/key/list'] },
      answer: madeWith(({ target }) => target.payload),
    },
    // Nobody asks whether there is such a one, as /team/permissions_bulk_update does.
    'unknown team_member_permissions': {
      sent: { team_member_permissions: ['/key/anything'] },
      answer: madeWith(({ target }) => target.payload),
    },
    metadata: { sent: { metadata: { note: 'new' } }, answer: madeWith(({ target }) => target.payload) },
    // Which budget members get is the server's to say.
    'team_member_budget_id in metadata': {
      sent: { metadata: { note: 'new', team_member_budget_id: 'another' } },
      answer: madeWith(() => ({ metadata: { note: 'new' } })),
    },
    'metadata of null': { sent: { metadata: null }, answer: asIsDefault },
    'a field that nobody knows': { sent: { anything: 1 }, answer: asIsDefault },
    spend: { sent: { spend: 100 }, answer: asIsDefault },
    'negative team_member_budget': { sent: { team_member_budget: -5 }, answer: negative },
    // These two columns are for show: who is in a team stands in another one.
    'admins and members': {
      sent: ({ world: { shutOut } }) => ({ admins: [shutOut.userId], members: [shutOut.userId] }),
      answer: madeWith(({ target }) => target.payload),
    },
    'team_id of another team': {
      sent: ({ world }) => ({ team_id: world.teams.gamma.teamId }),
      answer: refused(400, 'already exists. Please use a different team id'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// An update. What is sent is written over what is there; of metadata 1.106.0 keeps what is not sent. 1.87.0 forgets all the rest when
// one setting in it changes: other guardrails, callbacks, limits, the members' budget.
const kept = { note: 'old', guardrails: ['another'], logging: [], team_member_budget_id: 'ghost-budget' };
interface Noted extends TeamWithKey {
  readonly nextAliases: number;
}
const noted: Target<Noted> = {
  what: 'team with metadata',
  arrange: async (stage) => ({
    ...(await teamSuchAs(stage, { metadata: kept })),
    nextAliases: await nextAliases(stage),
  }),
};
type Changing = Acting<Loaded<Noted>>;
const changedTo =
  (columnsOf: (stage: Changing) => Values, told: Values = {}) =>
  (stage: Changing) =>
    teamChanged(stage.target, columnsOf(stage), stage.caller, told);
const metadataTo = (before: Values, since: Values) => ({
  '<=1.87.0': allowed<Loaded<Noted>>({ effects: changedTo(() => ({ metadata: before }), { metadata: before }) }),
  '>=1.106.0': allowed<Loaded<Noted>>({ effects: changedTo(() => ({ metadata: since }), { metadata: since }) }),
});
const { team_member_budget_id } = kept;
const changesNothing = allowed<Loaded<Noted>>({ effects: changedTo(() => ({})) });

const updating = {
  family: 'beyond',
  route: 'POST /team/update',
  caller: 'proxy_admin',
  target: noted,
  act: ({ as, target }: Changing) => as.post('/team/update', { team_id: target.teamId, ...target.payload }),
  effects: teamAsAsked,
  uses: [teamsKeyAsks],
} as const;

for (const scenario of payloads<Noted>(updating, {
  ...each(inMetadata, (name, value) => ({
    sent: { [name]: value },
    answer: metadataTo({ [name]: value }, { ...kept, [name]: value }),
  })),
  ...each(inColumns, (name, value) => ({ sent: { [name]: value }, answer: 200 as const })),
  'no guardrails': { sent: { guardrails: [] }, answer: metadataTo({ guardrails: [] }, { ...kept, guardrails: [] }) },
  // All but what is the server's is replaced, in both releases; 1.87.0 replaces that, too.
  metadata: {
    sent: { metadata: { note: 'new' } },
    answer: metadataTo({ note: 'new' }, { note: 'new', team_member_budget_id }),
  },
  'team_member_budget_id in metadata': {
    sent: { metadata: { note: 'new', team_member_budget_id: 'another' } },
    answer: metadataTo({ note: 'new' }, { note: 'new', team_member_budget_id }),
  },
  'metadata of null': { sent: { metadata: null }, answer: wrapped('data.metadata') },
  blocked: {
    sent: { blocked: true },
    answer: allowed({ uses: [asksForItself<Loaded<Noted>>(({ target }) => target.key, refused(401, 'blocked'))] }),
  },
  model_aliases: {
    sent: { model_aliases: { alias: 'here' } },
    answer: allowed({
      effects: (stage) => [
        ...changedTo(({ target }) => ({ model_id: target.nextAliases }))(stage),
        aliasesMade(stage.target.nextAliases, stage),
      ],
    }),
  },
  object_permission: {
    sent: { object_permission: permissions },
    answer: {
      '<=1.87.0': allowed<Loaded<Noted>>({ effects: (stage) => [...changedTo(linked)(stage), permissionsMade({})] }),
      '>=1.106.0': allowed<Loaded<Noted>>({
        effects: (stage) => [...changedTo(linked)(stage), permissionsMade({ skills: [] })],
      }),
    },
  },
  budget_duration: {
    sent: { budget_duration: '30d' },
    answer: allowed({ effects: changedTo(() => ({ budget_duration: '30d', budget_reset_at: '<time>' })) }),
  },
  'malformed budget_duration': {
    sent: { budget_duration: 'soon' },
    answer: {
      '<=1.87.0': allowed<Loaded<Noted>>({
        effects: changedTo(() => ({ budget_duration: 'soon', budget_reset_at: '<time>' })),
      }),
      '>=1.106.0': notADuration,
    },
  },
  budget_limits: {
    sent: { budget_limits: [{ budget_duration: '1d', max_budget: 3 }] },
    answer: allowed({
      effects: changedTo(() => ({ budget_limits: [{ budget_duration: '1d', max_budget: 3, reset_at: '<time>' }] })),
    }),
  },
  // What members may has routes of its own, and so has who is in it. An audit row tells of nothing.
  team_member_permissions: { sent: { team_member_permissions: ['/key/list'] }, answer: changesNothing },
  members_with_roles: {
    sent: ({ world: { shutOut } }) => ({ members_with_roles: [{ user_id: shutOut.userId, role: 'admin' }] }),
    answer: changesNothing,
  },
  spend: { sent: { spend: 100 }, answer: changesNothing },
  'a field that nobody knows': { sent: { anything: 1 }, answer: changesNothing },
  'negative team_member_budget': { sent: { team_member_budget: -5 }, answer: negative },
  // The metadata name a budget that was deleted. Nobody can give the members another one.
  'team_member_budget in place of one that is gone': { sent: { team_member_budget: 5 }, answer: wrapped('budget_id') },
}))
  test(scenario.title, scenario.details, scenario.run);
