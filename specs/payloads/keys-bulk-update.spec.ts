import {
  allowed,
  asksForItself,
  audited,
  each,
  idsAt,
  inAnyOrder,
  inLargeParts,
  inserted,
  payloads,
  refused,
  refusedInItem,
  test,
  updated,
  withRow,
  type Acting,
  type Expected,
  type Loaded,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
  type Use,
} from '../../fixtures';

inLargeParts();

interface Keys {
  readonly team: ScratchTeam;
  readonly one: ScratchKey;
  readonly other: ScratchKey;
  /** In no team. */
  readonly outside: ScratchKey;
  readonly ghost: ScratchKey;
}
type Batch = Loaded<Keys>;

const twoOfATeam = {
  what: 'two keys of a team',
  arrange: async ({ scratch, world: { actors, organizations } }: Stage): Promise<Keys> => {
    const team = await scratch.team({ organization: organizations.a, admins: [actors.team_admin] });
    return {
      team,
      one: await scratch.key({ team, user: actors.owner }),
      other: await scratch.key({ team }),
      outside: await scratch.key(),
      ghost: scratch.ghostKey(),
    };
  },
};

const table = {
  family: 'F7+',
  caller: 'proxy_admin',
  target: twoOfATeam,
  refusals: idsAt('failed_updates[].failed_reason'),
  returned: idsAt('successful_updates[].key', 'failed_updates[].key'),
  uses: [
    asksForItself<Batch>(({ target }) => target.one),
    { ...asksForItself<Batch>(({ target }) => target.other), name: 'the other asks for itself' },
  ],
} as const;

const bulk = {
  ...table,
  route: 'POST /key/bulk_update',
  act: ({ as, target }: Acting<Batch>) => as.post('/key/bulk_update', target.payload),
} as const;

/** One key of a batch: how it was called there, and what becomes of its row. */
interface Done {
  readonly key: ScratchKey;
  readonly called: string;
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>;
  readonly told: Readonly<Record<string, unknown>>;
}

/**
 * These keys were changed, and these were not: the answer lists both.
 *
 * @param leavesTeam 1.87.0's `/key/bulk_update` makes every field that an item does not name a null that was sent
 * @param uses left out: what the table says of all
 */
const splits = (
  done: (keys: Keys) => readonly Done[],
  not: (keys: Keys) => readonly string[] = () => [],
  leavesTeam = true,
  uses?: readonly Use<Batch>[],
) => {
  const used = uses === undefined ? {} : { uses };
  const returns = ({ target }: Acting<Batch>) => [
    ...inAnyOrder(done(target).map(({ called }) => called)),
    ...inAnyOrder(not(target)),
  ];
  const body = ({ target }: Acting<Batch>) => {
    // Where none is named, by their hashes.
    const changed =
      target.payload.all_keys_in_team === true
        ? done(target).toSorted((one, other) => (one.key.hashed < other.key.hashed ? -1 : 1))
        : done(target);
    return {
      total_requested: changed.length + not(target).length,
      successful_updates: changed.map(({ key, called }) => ({ key: called, key_info: { key_alias: key.alias } })),
      failed_updates: not(target).map((key) => ({ key })),
    };
  };
  return {
    '<=1.87.0': allowed<Batch>({
      ...used,
      ...{ returns, body },
      effects: ({ target, caller }) => {
        const left = new Set<string>();
        return done(target).flatMap(({ key, called, changes, told }) => {
          const leaves = leavesTeam && key.teamId !== null && !left.has(key.hashed);
          left.add(key.hashed);
          const columns: Done['changes'] = { ...changes, ...(leaves ? { team_id: [key.teamId, null] } : {}) };
          return [
            ...(Object.keys(columns).length === 0 ? [] : [updated(key.row, columns)]),
            audited(key.row, caller, told, called),
          ];
        });
      },
    }),
    '>=1.106.0': allowed<Batch>({
      ...used,
      ...{ returns, body },
      effects: ({ target, caller }) =>
        done(target).flatMap(({ key, changes, told }) => [
          ...(Object.keys(changes).length === 0 ? [] : [updated(key.row, changes)]),
          audited(key.row, caller, told),
        ]),
    }),
  } as const;
};

const budgetOf = (key: ScratchKey, called: string, max_budget = 7, before: number | null = null): Done => ({
  key,
  called,
  changes: { max_budget: [before, max_budget] },
  told: { max_budget },
});

const update = { max_budget: 7 };
const tooLow = 'must be a non-negative finite number';

const unchanged = (key: ScratchKey): Done => ({ key, called: key.cleartext, changes: {}, told: {} });
/** A key gets a row of permissions; in 1.87.0 it gets nothing. */
const permits = (which: (keys: Keys) => ScratchKey, values: Readonly<Record<string, unknown>>) => {
  const ignored = splits((keys) => [unchanged(which(keys))]);
  return {
    '<=1.87.0': ignored['<=1.87.0'],
    '>=1.106.0': allowed<Batch>({
      returns: ({ target }) => [which(target).cleartext],
      effects: ({ target, caller }) => [
        inserted(
          { table: 'LiteLLM_ObjectPermissionTable', id: '<uuid>' },
          {
            object_permission_id: '<uuid>',
            ...each(['mcp_servers', 'mcp_access_groups', 'mcp_toolsets', 'vector_stores', 'search_tools'], []),
            ...each(['agents', 'agent_access_groups', 'blocked_tools', 'models', 'skills'], []),
            ...values,
          },
        ),
        updated(which(target).row, { object_permission_id: [null, '<uuid>'] }),
        audited(which(target).row, caller, {}),
      ],
    }),
  };
};
/** The key of no team goes to the second of the scratch. */
const goesToTeam = (() => {
  const effects = ({ target: { outside }, caller, scratch }: Acting<Batch>, called?: string) => [
    updated(outside.row, { team_id: [null, scratch.tag('team-2')] }),
    audited(outside.row, caller, { team_id: '<scratch>-team-2' }, called),
  ];
  const returns = ({ target: { outside } }: Acting<Batch>) => [outside.cleartext];
  return {
    '<=1.87.0': allowed<Batch>({ returns, effects: (stage) => effects(stage, stage.target.outside.cleartext) }),
    '>=1.106.0': allowed<Batch>({ returns, effects: (stage) => effects(stage) }),
  };
})();

for (const scenario of payloads<Keys>(bulk, {
  'a key, a ghost, and one by its hash': {
    sent: ({ target: { one, ghost, other } }) => ({
      keys: [
        { key: one.cleartext, ...update },
        { key: ghost.cleartext, ...update },
        { key: other.hashed, ...update },
      ],
    }),
    answer: splits(
      ({ one, other }) => [budgetOf(one, one.cleartext), budgetOf(other, other.hashed)],
      ({ ghost }) => [ghost.cleartext],
    ),
  },
  'one twice': {
    sent: ({ target: { one } }) => ({
      keys: [
        { key: one.cleartext, ...update },
        { key: one.hashed, max_budget: 8 },
      ],
    }),
    answer: splits(({ one }) => [budgetOf(one, one.cleartext), budgetOf(one, one.hashed, 8, 7)]),
  },
  'one below zero': {
    sent: ({ target: { one, other } }) => ({
      keys: [
        { key: one.cleartext, max_budget: -7 },
        { key: other.cleartext, ...update },
      ],
    }),
    answer: splits(
      ({ other }) => [budgetOf(other, other.cleartext)],
      ({ one }) => [one.cleartext],
    ),
  },
  tags: {
    sent: ({ target: { one } }) => ({ keys: [{ key: one.cleartext, tags: ['a-tag'] }] }),
    answer: splits(({ one }) => [
      { key: one, called: one.cleartext, changes: { metadata: [{}, { tags: ['a-tag'] }] }, told: {} },
    ]),
  },
  // Not one of the few that an item may carry; it is left out without a word.
  'a field that it does not know': {
    sent: ({ target: { one } }) => ({ keys: [{ key: one.cleartext, blocked: true }] }),
    answer: splits(({ one }) => [{ key: one, called: one.cleartext, changes: {}, told: {} }]),
  },
  'a budget that is not there': {
    sent: ({ target: { one }, scratch }) => ({ keys: [{ key: one.cleartext, budget_id: scratch.tag('ghost') }] }),
    answer: refusedInItem('Foreign key constraint'),
  },
  // 1.87.0 knows no such field of an item.
  'object_permission of one in a team': {
    sent: ({ target: { one } }) => ({
      keys: [{ key: one.cleartext, object_permission: { vector_stores: ['a-store'] } }],
    }),
    answer: permits(({ one }) => one, { vector_stores: ['a-store'] }),
  },
  // One that is not there is left out without a word.
  'object_permission of an MCP server': {
    sent: ({ target: { outside } }) => ({
      keys: [{ key: outside.cleartext, object_permission: { mcp_servers: ['a-server'] } }],
    }),
    answer: permits(({ outside }) => outside, {}),
  },
  'object_permission null': {
    sent: ({ target: { outside } }) => ({ keys: [{ key: outside.cleartext, object_permission: null }] }),
    answer: splits(({ outside }) => [unchanged(outside)]),
  },
  'another team': {
    sent: async ({ target: { outside }, scratch }) => ({
      keys: [{ key: outside.cleartext, team_id: (await scratch.team()).teamId }],
    }),
    answer: goesToTeam,
  },
  'another team, of which its user is no member': {
    sent: async ({ target: { one }, scratch }) => ({
      keys: [{ key: one.cleartext, team_id: (await scratch.team()).teamId }],
    }),
    answer: refusedInItem('is not a member of the team'),
  },
  'a team that is not there': {
    sent: ({ target: { outside }, scratch }) => ({
      keys: [{ key: outside.cleartext, team_id: scratch.tag('ghost-team') }],
    }),
    answer: refusedInItem("Team doesn't exist in db"),
  },
  'no keys': { sent: { keys: [] }, answer: refused(400, 'No keys provided for update') },
  'no list': { sent: {}, answer: refused(422, 'Field required') },
  'an item without a key': { sent: { keys: [update] }, answer: refused(422, 'Field required') },
  '501 keys': {
    sent: ({ target: { one } }) => ({ keys: Array.from({ length: 501 }, () => ({ key: one.cleartext, ...update })) }),
    answer: refused(400, 'Maximum 500 keys can be updated at once'),
  },
  'by the admin of the team': {
    sent: ({ target: { one } }) => ({ keys: [{ key: one.cleartext, ...update }] }),
    caller: 'team_admin',
    answer: refused(403, 'Only proxy admins can perform bulk key updates'),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

const teamBulk = {
  ...table,
  route: 'POST /team/key/bulk_update',
  act: ({ as, target }: Acting<Batch>) => as.post('/team/key/bulk_update', target.payload),
} as const;

// Keys of nobody that is named: by their hashes.
const both = splits(({ one, other }) => [budgetOf(one, one.hashed), budgetOf(other, other.hashed)], undefined, false);
const all = { all_keys_in_team: true };
const noSelector = refused(422, 'Must provide either `key_ids` (non-empty) or `all_keys_in_team=True`');
const notOfUpdates = refused(422, 'Extra inputs are not permitted');
const inTeam =
  (fields: (keys: Keys) => object) =>
  ({ target }: Acting<Keys>) => ({ team_id: target.team.teamId, update_fields: update, ...fields(target) });
const notInTeam: Expected = refusedInItem('Key not found in team');

const blockedStays = asksForItself<Batch>(({ target }) => target.one, refused(401, 'Key is blocked'));
const expiredStays = asksForItself<Batch>(({ target }) => target.other, refused(401, 'Expired Key'));

/** Of all keys of the team these columns were changed. */
const changesAll = (changes: Done['changes'], told: Done['told'], uses?: readonly Use<Batch>[]) =>
  splits(
    ({ one, other }) => [one, other].map((key) => ({ key, called: key.hashed, changes, told })),
    undefined,
    false,
    uses,
  );

for (const scenario of payloads<Keys>(teamBulk, {
  'all keys': { sent: inTeam(() => all), answer: both },
  'all keys, by the admin of the team': { sent: inTeam(() => all), caller: 'team_admin', answer: both },
  // What is said twice is done once.
  'one three times': {
    sent: inTeam(({ one }) => ({ key_ids: [one.cleartext, one.cleartext, one.hashed] })),
    answer: splits(({ one }) => [budgetOf(one, one.cleartext)], undefined, false),
  },
  'one, a ghost, and one of no team': {
    sent: inTeam(({ one, ghost, outside }) => ({ key_ids: [one.cleartext, ghost.cleartext, outside.cleartext] })),
    answer: splits(
      ({ one }) => [budgetOf(one, one.cleartext)],
      ({ ghost, outside }) => [ghost.cleartext, outside.cleartext],
      false,
    ),
  },
  'one of no team': { sent: inTeam(({ outside }) => ({ key_ids: [outside.cleartext] })), answer: notInTeam },
  'all keys below zero': {
    sent: inTeam(() => ({ ...all, update_fields: { max_budget: -7 } })),
    answer: refusedInItem(tooLow),
  },
  // A key that somebody has blocked, and one whose time is over, are not among all: nobody is to bring them back so.
  'all keys, one blocked': {
    sent: async (stage) => {
      await withRow({ blocked: true })(stage, stage.target.one);
      return inTeam(() => all)(stage);
    },
    answer: splits(({ other }) => [budgetOf(other, other.hashed)], undefined, false, [blockedStays]),
  },
  'all keys, one expired': {
    sent: async (stage) => {
      await withRow({ expires: '2026-01-01' })(stage, stage.target.other);
      return inTeam(() => all)(stage);
    },
    answer: splits(({ one }) => [budgetOf(one, one.hashed)], undefined, false, [expiredStays]),
  },
  'all keys, one unblocked, and one not expired yet': {
    sent: async (stage) => {
      await withRow({ blocked: false })(stage, stage.target.one);
      await withRow({ expires: '2099-01-01' })(stage, stage.target.other);
      return inTeam(() => all)(stage);
    },
    answer: both,
  },
  // Named, they are changed.
  'one that is blocked': {
    sent: async (stage) => {
      await withRow({ blocked: true })(stage, stage.target.one);
      return inTeam(({ one }) => ({ key_ids: [one.hashed] }))(stage);
    },
    answer: splits(({ one }) => [budgetOf(one, one.hashed)], undefined, false, [blockedStays]),
  },
  'all of more than 500 keys': {
    sent: async (stage) => {
      await stage.db.query(
        `INSERT INTO "LiteLLM_VerificationToken" (token, team_id)
          SELECT $1 || number, $2 FROM generate_series(1, 499) number`,
        [stage.scratch.tag('many-'), stage.target.team.teamId],
      );
      return inTeam(() => all)(stage);
    },
    answer: refused(400, 'has more than 500 keys'),
  },
  'all keys of a team without a name': {
    sent: { team_id: '', update_fields: update, ...all },
    answer: refused(400, 'team_id is required'),
  },
  'all keys, a budget that is not there': {
    sent: inTeam(() => ({ ...all, update_fields: { budget_id: 'a-ghost' } })),
    answer: refusedInItem('Foreign key constraint'),
  },
  'all keys, a duration that is none': {
    sent: inTeam(() => ({ ...all, update_fields: { duration: 'soon' } })),
    answer: refusedInItem('Invalid duration format'),
  },
  'all keys, a budget_duration that is none': {
    sent: inTeam(() => ({ ...all, update_fields: { budget_duration: 'soon' } })),
    answer: changesAll(
      { budget_duration: [null, 'soon'], budget_reset_at: [null, '<time>'] },
      { budget_duration: 'soon' },
    ),
  },
  'all keys, a model_max_budget that is none': {
    sent: inTeam(() => ({ ...all, update_fields: { model_max_budget: { 'a-model': 'lots' } } })),
    answer: refusedInItem('Invalid model_max_budget'),
  },
  'all keys, windows that are none': {
    sent: inTeam(() => ({ ...all, update_fields: { budget_limits: ['a-window'] } })),
    answer: refusedInItem('1 validation error for UpdateKeyRequest'),
  },
  'all keys, a window below zero': {
    sent: inTeam(() => ({ ...all, update_fields: { budget_limits: [{ budget_duration: '1d', max_budget: -1 }] } })),
    answer: changesAll({ budget_limits: [null, [{ budget_duration: '1d', max_budget: -1, reset_at: '<time>' }]] }, {}, [
      asksForItself<Batch>(({ target }) => target.one, {
        '<=1.87.0': refused(429, 'Key over 1d budget'),
        '>=1.106.0': 200,
      }),
    ]),
  },
  'all keys, tpm per model that is none': {
    sent: inTeam(() => ({ ...all, update_fields: { model_tpm_limit: { 'a-model': 'lots' } } })),
    answer: changesAll({ metadata: [{}, { model_tpm_limit: { 'a-model': 'lots' } }] }, {}),
  },
  'all keys, a temporary increase without an end': {
    sent: inTeam(() => ({ ...all, update_fields: { temp_budget_increase: 5 } })),
    answer: refused(422, 'temp_budget_increase and temp_budget_expiry must be set together'),
  },
  'no team': {
    sent: ({ target: { one } }) => ({ key_ids: [one.cleartext], update_fields: update }),
    answer: refused(422, 'Field required'),
  },
  'ghost team': {
    sent: ({ scratch }) => ({ team_id: scratch.tag('ghost-team'), update_fields: update, ...all }),
    answer: refused(404, 'No keys found for team'),
  },
  'no selector': { sent: inTeam(() => ({})), answer: noSelector },
  'no keys': { sent: inTeam(() => ({ key_ids: [] })), answer: noSelector },
  'both selectors': {
    sent: inTeam(({ one }) => ({ ...all, key_ids: [one.cleartext] })),
    answer: refused(422, 'Provide either `key_ids` or `all_keys_in_team=True`, not both'),
  },
  'no update': {
    sent: ({ target: { team } }) => ({ team_id: team.teamId, ...all }),
    answer: refused(422, 'Field required'),
  },
  'an update of nothing': {
    sent: inTeam(() => ({ ...all, update_fields: {} })),
    answer: refused(422, 'update_fields must specify at least one field'),
  },
  'an owner': { sent: inTeam(() => ({ ...all, update_fields: { user_id: 'a-user' } })), answer: notOfUpdates },
  spend: { sent: inTeam(() => ({ ...all, update_fields: { spend: 0 } })), answer: notOfUpdates },
  '501 keys': {
    sent: inTeam(({ ghost }) => ({
      key_ids: Array.from({ length: 501 }, (_, index) => `${ghost.hashed}-${index}`),
    })),
    answer: refused(400, 'Maximum 500 keys can be updated at once'),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
