import {
  allowed,
  asksForItself,
  auditedAs,
  auditedMembers,
  byRelease,
  dumped,
  expect,
  inLargeParts,
  inserted,
  listsModels,
  madeKey,
  membership,
  membershipRow,
  newUser,
  payloads,
  refused,
  roleGate,
  suchTeam,
  teamsListed,
  test,
  updated,
  type Acting,
  type Effect,
  type EffectsOf,
  type Loaded,
  type PayloadTable,
  type TeamWithKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

// A new user gets a key at once, unless the request says that it shall not. Both rows are written by one helper
// (`generate_key_helper_fn`), and most of what is said of the user is said of its key as well: but not its budget.
type Said = Readonly<Record<string, unknown>>;

const userId = ({ scratch }: Pick<Stage, 'scratch'>) => scratch.tag('made');
const userRow = (stage: Stage) => ({ table: 'LiteLLM_UserTable', id: userId(stage) });
/** @param told of the user, besides that there is one */
const audited = (stage: Acting<unknown>, told: Said = {}): Effect =>
  auditedAs('created', userRow(stage), stage.caller, { after: expect.objectContaining({ spend: 0, ...told }) });
const userMade = (stage: Stage, said: Said) => newUser(userId(stage), { models: [], ...said });

/** The user and its key. @param said of both @param user of the user alone @param key of the key alone @param told in the audit row */
const bothMade = (said: Said = {}, user: Said = {}, key: Said = {}, told: Said = { ...said, ...user }) => {
  const rows = byRelease<unknown>(({ made }) => (stage) => {
    // Nobody made the key, and 1.106.0 gives it no type.
    const { key_type: _, ...columns } = made({ user_id: userId(stage), ...said, ...key }).columns;
    return [userMade(stage, { ...said, ...user }), { ...made({}), columns }];
  });
  const both = (effects: EffectsOf<unknown>) => (stage: Acting<unknown>) => [...effects(stage), audited(stage, told)];
  return { '<=1.87.0': both(rows['<=1.87.0']), '>=1.106.0': both(rows['>=1.106.0']) };
};
const answered = (effects: ReturnType<typeof bothMade>, told: Said = {}) => {
  const body = (stage: Stage) => ({ user_id: userId(stage), key: '<key>', ...told });
  return {
    '<=1.87.0': allowed({ effects: effects['<=1.87.0'], body }),
    '>=1.106.0': allowed({ effects: effects['>=1.106.0'], body }),
  };
};

const making = {
  family: 'beyond',
  route: 'POST /user/new',
  caller: 'proxy_admin',
  target: { what: 'new user', arrange: () => ({}) },
  act: (stage: Acting<Loaded<object>>) =>
    stage.as.post('/user/new', { user_id: userId(stage), ...stage.target.payload }),
} as const satisfies PayloadTable<object>;

const limits = { rpm_limit: 4, tpm_limit: 5 };
const ofModels = { model_rpm_limit: { 'gpt-4': 2 }, model_tpm_limit: { 'gpt-4': 3 } };
const named = { guardrails: ['pii'], policies: ['strict'], prompts: ['greeting'] };

for (const scenario of [
  ...payloads<object>(
    { ...making, uses: [asksForItself(madeKey)] },
    {
      '': { sent: {}, answer: answered(bothMade(), { max_budget: null, models: [] }) },
      'budget by the month': {
        sent: { max_budget: 5, budget_duration: '30d' },
        answer: answered(
          bothMade({}, { max_budget: 5, budget_duration: '30d', budget_reset_at: '<time>' }),
          // Of the answer the key's owner would believe that the key has the budget.
          { max_budget: 5, budget_duration: '30d' },
        ),
      },
      limits: {
        sent: { ...limits, ...ofModels },
        answer: answered(bothMade({ ...limits, metadata: ofModels }), limits),
      },
      'what applies to it': {
        sent: { ...named, metadata: { note: 'kept' } },
        answer: answered(bothMade({ metadata: { note: 'kept', ...named } })),
      },
      role: {
        sent: { user_role: 'proxy_admin' },
        answer: answered(bothMade({}, { user_role: 'proxy_admin' }), { user_role: 'proxy_admin' }),
      },
      'alias and end of its key': {
        sent: { key_alias: 'of somebody new', duration: '1h' },
        answer: answered(bothMade({}, {}, { key_alias: 'of somebody new', expires: '<time>' }), {
          key_alias: 'of somebody new',
        }),
      },
    },
  ),
  ...payloads<object>(
    { ...making, uses: [listsModels(madeKey, ['gpt-4'])] },
    {
      models: { sent: { models: ['gpt-4'] }, answer: answered(bothMade({ models: ['gpt-4'] }), { models: ['gpt-4'] }) },
    },
  ),
  ...payloads<object>(making, {
    'no key': {
      sent: { auto_create_key: false },
      answer: allowed({ effects: (stage) => [userMade(stage, {}), audited(stage)], body: () => ({ key: '' }) }),
    },
    'one that is there': {
      sent: ({ caller }) => ({ user_id: caller.userId }),
      answer: refused(409, 'already exists'),
    },
  }),
])
  test(scenario.title, scenario.details, scenario.run);

// It joins the teams that are named, and its key belongs to one of them only if that one is named as its team.
const joins = (stage: Acting<TeamWithKey>): Effect[] => [
  updated(stage.target.row, { members_with_roles: [[], dumped([{ user_id: userId(stage), role: 'user' }])] }),
  teamsListed(userId(stage), [], [stage.target.teamId]),
];
const joined = (said: (stage: TeamWithKey) => Said) => {
  const made = (stage: Acting<TeamWithKey>) => bothMade(said(stage.target), {}, {}, { teams: ['<scratch>-team'] });
  return {
    '<=1.87.0': allowed<Loaded<TeamWithKey>>({
      effects: (stage) => [...made(stage)['<=1.87.0'](stage), ...joins(stage)],
    }),
    '>=1.106.0': allowed<Loaded<TeamWithKey>>({
      effects: (stage) => [
        ...made(stage)['>=1.106.0'](stage),
        ...joins(stage),
        inserted(membershipRow(userId(stage), stage.target.teamId), membership(userId(stage), stage.target.teamId)),
        auditedMembers(stage, dumped([{ user_id: userId(stage), role: 'user' }])),
      ],
    }),
  };
};

for (const scenario of [
  ...payloads<TeamWithKey>(
    { ...making, target: suchTeam('team') },
    {
      'new user of teams': { sent: ({ target }) => ({ teams: [target.teamId] }), answer: joined(() => ({})) },
      'new user with a key of the team': {
        sent: ({ target }) => ({ team_id: target.teamId }),
        answer: joined(({ teamId }) => ({ team_id: teamId })),
      },
    },
  ),
  // Nobody but a proxy admin makes users, unless an organization's admin makes them for it.
  ...payloads<object>(making, {
    'by an internal user': { caller: 'internal_user', sent: {}, answer: roleGate },
    'by a viewer': { caller: 'proxy_admin_viewer', sent: {}, answer: refused(403, '') },
  }),
])
  test(scenario.title, scenario.details, scenario.run);
