import {
  allowed,
  availableTeamId,
  budgetMade,
  byHalves,
  changesKey,
  configured,
  idsInList,
  inLargeParts,
  inProfiles,
  inserted,
  joinsAvailableTeam,
  membershipRow,
  refused,
  roleGate,
  saidAt,
  teamAsAsked,
  teamBudget,
  teamChanged,
  teamDefaults,
  teamMadeWith,
  teamSuchAs,
  test,
  tunedTeamMade,
  type Acting,
  type ConfiguredCase,
  type Expected,
  type Loaded,
  type Payload,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
  type TeamWithKey,
} from '../../../fixtures';

inLargeParts();

const making = {
  flag: 'default_team_params',
  route: 'POST /team/new',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  act: ({ as, scratch, target }: Acting<Loaded<object>>) =>
    as.post('/team/new', { team_id: scratch.tag('made'), team_alias: scratch.tag('made'), ...target.payload }),
} as const;

type Made = Loaded<object>;
const withEffects = (effects: ReturnType<typeof teamMadeWith<Made>>) =>
  byHalves<Expected<Made>>(allowed({ effects: effects['<=1.87.0'] }), allowed({ effects: effects['>=1.106.0'] }));
const made = (values: Payload, organizationOf: (stage: Stage) => Payload = () => ({})) =>
  withEffects(teamMadeWith<Made>((stage) => ({ ...values, ...organizationOf(stage) })));
/** In profile `tuned`: what is not said is filled in. */
const filledIn = (values: Payload, organizationOf: (stage: Stage) => Payload = () => ({})) =>
  withEffects(
    tunedTeamMade<Made>((stage) => ({
      ...teamDefaults,
      budget_reset_at: '<time>',
      max_budget: teamBudget,
      ...values,
      ...organizationOf(stage),
    })),
  );
const kept = (sent: Payload, stored: Payload = sent): ConfiguredCase<object> => ({
  sent,
  plain: made(stored),
  tuned: filledIn(stored),
});
const inScratch = ({ scratch }: Stage) => ({ organization_id: scratch.tag('org') });

const editing = {
  flag: 'team_admin_editable_team_fields',
  route: 'POST /team/update',
  caller: 'team_admin',
  target: {
    what: 'team that one administers, of five dollars and seven requests a minute',
    arrange: (stage: Stage) => {
      const { actors, organizations } = stage.world;
      return teamSuchAs(stage, {
        organization: organizations.a,
        admins: [actors.team_admin],
        users: [actors.owner],
        rpmLimit: 7,
        maxBudget: 5,
      });
    },
  },
  act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
    as.post('/team/update', { team_id: target.teamId, ...target.payload }),
  effects: teamAsAsked,
} as const;

// In 1.87.0 the role gate lets no team's admin as far as the handler, but for one who names an organization.
const sinceSetting = (answer: 200 | Expected<Loaded<TeamWithKey>>) =>
  byHalves<200 | Expected<Loaded<TeamWithKey>>>(roleGate, answer);
const disabled = sinceSetting(refused(403, 'Team admins on this proxy cannot edit team settings'));
const notField = (field: string) => sinceSetting(refused(403, `do not have permission to update '${field}'`));
/** A field of the list. */
const editable = (sent: Payload, answer: 200 | Expected<Loaded<TeamWithKey>> = 200): ConfiguredCase<TeamWithKey> => ({
  sent,
  plain: disabled,
  tuned: sinceSetting(answer),
});
/** A field that is not on it. */
const fixed = (sent: Payload, field: string): ConfiguredCase<TeamWithKey> => ({
  sent,
  plain: disabled,
  tuned: notField(field),
});

const withoutBudget = {
  ...editing,
  target: {
    what: 'team without a budget that one administers',
    arrange: (stage: Stage) => teamSuchAs(stage, { admins: [stage.world.actors.team_admin] }),
  },
} as const;

/** What /team/info says that the caller may edit. */
const toldAs = (access: object) =>
  byHalves<Expected<Loaded<TeamWithKey>>>(
    allowed({ returns: () => [null] }),
    allowed({ returns: () => [JSON.stringify(access)] }),
  );
const { effects: _effects, ...lookedAt } = {
  ...editing,
  route: 'GET /team/info',
  act: ({ as, target }: Acting<Loaded<TeamWithKey>>) => as.get('/team/info', { team_id: target.teamId }),
  returned: saidAt('team_info.caller_edit_access'),
} as const;

const membersKey = {
  ...editing,
  route: 'POST /key/update',
  target: {
    what: 'key of a member of the team that one administers',
    arrange: async ({ scratch, world: { actors } }: Stage) =>
      scratch.key({
        user: actors.owner,
        team: await scratch.team({ admins: [actors.team_admin], users: [actors.owner] }),
      }),
  },
  act: ({ as, target }: Acting<Loaded<ScratchKey>>) =>
    as.post('/key/update', { key: target.cleartext, ...target.payload }),
  effects: undefined,
} as const;

type Changing = Loaded<ScratchKey>;
const notOnesOwn = refused(403, 'User can only create keys for themselves');
const budgetsDisabled = byHalves<Expected<Changing>>(
  notOnesOwn,
  refused(403, "Team admins on this proxy cannot update budgets on other members' keys"),
);
const budgetsOnly = byHalves<Expected<Changing>>(notOnesOwn, refused(403, "not 'tpm_limit'"));

const joining = {
  flag: 'available_teams',
  route: 'POST /team/member_add',
  caller: 'cross_org_user',
  target: {
    what: 'available team of another organization',
    arrange: ({ scratch, world: { organizations } }: Stage) =>
      scratch.team({ organization: organizations.a, columns: { team_id: availableTeamId } }),
  },
  act: ({ as, target }: Acting<Loaded<ScratchTeam>>) =>
    as.post('/team/member_add', { team_id: availableTeamId, ...target.payload }),
} as const;

const notItsAdmin = refused(403, 'User not proxy admin OR team admin');
const oneself = ({ world }: Stage) => ({ user_id: world.actors.cross_org_user.userId });
const another = ({ world }: Stage) => ({ user_id: world.shutOut.userId });
type Joining = Loaded<ScratchTeam>;
const adminsOnly = refused(403, 'Available-team self-join cannot set per-member budget or model controls');
/** In 1.87.0: with a budget of the own. */
const joinsAvailableTeamWith = (limits: Payload) => (stage: Acting<Joining>) => {
  const { userId } = stage.world.actors.cross_org_user;
  return [
    ...joinsAvailableTeam['<=1.87.0'](stage),
    budgetMade({ userId }, limits),
    inserted(membershipRow(userId, availableTeamId), {
      ...{ user_id: userId, team_id: availableTeamId, budget_id: '<uuid>' },
      ...{ spend: 0, total_spend: 0 },
    }),
  ];
};

const looking = {
  ...joining,
  route: 'GET /team/available',
  act: ({ as }: Acting<Joining>) => as.get('/team/available'),
  returned: idsInList('team_id'),
  returns: () => [],
} as const;
const shown = allowed<Joining>({ returns: () => [availableTeamId] });

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<object>(profile, making, {
    nothing: kept({}),
    tpm_limit: kept({ tpm_limit: 900 }),
    'tpm_limit of nothing': kept({ tpm_limit: 0 }),
    rpm_limit: kept({ rpm_limit: 90 }),
    budget_duration: kept({ budget_duration: '1d' }, { budget_duration: '1d', budget_reset_at: '<time>' }),
    'budget_duration null': {
      sent: { budget_duration: null },
      plain: made({}),
      // Whoever says that there is to be none is believed since.
      tuned: byHalves(filledIn({}), filledIn({ budget_duration: null, budget_reset_at: null })),
    },
    team_member_permissions: kept({ team_member_permissions: ['/key/list'] }),
    'team_member_permissions of none': kept({ team_member_permissions: [] }),
    'an organization that allows less': {
      sent: async ({ scratch }) => ({ organization_id: (await scratch.org({ tpmLimit: 100 })).organizationId }),
      plain: made({}, inScratch),
      tuned: byHalves<Expected<Made>>(
        filledIn({}, inScratch)['<=1.87.0'],
        refused(400, "Team tpm_limit (500) exceeds organization's tpm_limit (100)"),
      ),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<object>(
    profile,
    { ...making, flag: 'default_team_settings' },
    {
      max_budget: kept({ max_budget: 80 }),
      'max_budget null': kept({ max_budget: null }, {}),
      'an organization that spends less': {
        sent: async ({ scratch }) => ({ organization_id: (await scratch.org({ maxBudget: 60 })).organizationId }),
        plain: made({}, inScratch),
        tuned: byHalves<Expected<Made>>(
          filledIn({}, inScratch)['<=1.87.0'],
          refused(400, "Team max_budget (70) exceeds organization's max_budget (60.0)"),
        ),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<TeamWithKey>(profile, editing, {
    tpm_limit: editable({ tpm_limit: 500 }),
    'a lower max_budget': editable({ max_budget: 4 }),
    'max_budget that it has': editable(
      { max_budget: 5 },
      allowed({ effects: ({ target, caller }) => teamChanged(target, {}, caller) }),
    ),
    // The list says that it may be edited; a check behind it knows no list.
    'a higher max_budget': editable(
      { max_budget: 500 },
      refused(403, "Only a proxy admin can raise a team's max_budget"),
    ),
    'max_budget null': editable(
      { max_budget: null },
      refused(403, "Only a proxy admin can remove a team's max_budget"),
    ),
    rpm_limit: fixed({ rpm_limit: 500 }, 'rpm_limit'),
    'rpm_limit that it has': editable(
      { rpm_limit: 7 },
      allowed({ effects: ({ target, caller }) => teamChanged(target, {}, caller) }),
    ),
    'max_budget and rpm_limit': fixed({ max_budget: 4, rpm_limit: 500 }, 'rpm_limit'),
    team_alias: fixed({ team_alias: 'renamed' }, 'team_alias'),
    models: fixed({ models: ['a-model'] }, 'models'),
    'metadata that is called tpm_limit': fixed({ metadata: { tpm_limit: 9 } }, 'metadata'),
    blocked: fixed({ blocked: true }, 'blocked'),
    'team_alias, by the admin of its organization': {
      sent: { team_alias: 'renamed' },
      caller: 'org_admin_member',
      plain: sinceSetting(200),
      tuned: sinceSetting(200),
    },
    'a lower max_budget, by a member': {
      sent: { max_budget: 4 },
      caller: 'owner',
      plain: sinceSetting(refused(403, 'You do not have access to this team')),
      tuned: sinceSetting(refused(403, 'You do not have access to this team')),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<TeamWithKey>(profile, withoutBudget, {
    // Any budget is less than none.
    max_budget: editable({ max_budget: 500 }),
    'max_budget null': editable({ max_budget: null }),
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<TeamWithKey>(profile, lookedAt, {
    'by its admin': {
      sent: {},
      plain: toldAs({ kind: 'team_admin_disabled' }),
      tuned: toldAs({ kind: 'team_admin', editable_fields: ['max_budget', 'tpm_limit'] }),
    },
    'by a member': { sent: {}, caller: 'owner', plain: toldAs({ kind: 'none' }), tuned: toldAs({ kind: 'none' }) },
    'by the admin of its organization': {
      sent: {},
      caller: 'org_admin_member',
      plain: toldAs({ kind: 'unrestricted' }),
      tuned: toldAs({ kind: 'unrestricted' }),
    },
    'by a proxy admin': {
      sent: {},
      caller: 'proxy_admin',
      plain: toldAs({ kind: 'unrestricted' }),
      tuned: toldAs({ kind: 'unrestricted' }),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  const { effects: _, ...updatingMembersKey } = membersKey;
  for (const scenario of configured<ScratchKey>(profile, updatingMembersKey, {
    max_budget: {
      sent: { max_budget: 50 },
      plain: budgetsDisabled,
      tuned: byHalves<Expected<Changing>>(notOnesOwn, changesKey<Changing>({ max_budget: [null, 50] })['>=1.106.0']),
    },
    'max_budget over the bound': {
      sent: { max_budget: 500 },
      plain: budgetsDisabled,
      tuned: byHalves<Expected<Changing>>(notOnesOwn, refused(400, 'max_budget is over max limit')),
    },
    tpm_limit: { sent: { tpm_limit: 50 }, plain: budgetsDisabled, tuned: budgetsOnly },
    'max_budget and tpm_limit': {
      sent: { max_budget: 50, tpm_limit: 50 },
      plain: budgetsDisabled,
      tuned: budgetsOnly,
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchTeam>(profile, joining, {
    oneself: {
      sent: (stage) => ({ member: { ...oneself(stage), role: 'user' } }),
      plain: notItsAdmin,
      tuned: byHalves<Expected<Joining>>(
        allowed({ effects: joinsAvailableTeam['<=1.87.0'] }),
        allowed({ effects: joinsAvailableTeam['>=1.106.0'] }),
      ),
    },
    'oneself as its admin': {
      sent: (stage) => ({ member: { ...oneself(stage), role: 'admin' } }),
      plain: notItsAdmin,
      tuned: refused(403, "Available-team self-join cannot assign 'admin' role"),
    },
    // 1.87.0 lets whoever joins say what that one may spend there.
    'oneself with a budget': {
      sent: (stage) => ({ member: { ...oneself(stage), role: 'user' }, max_budget_in_team: 1e6 }),
      plain: notItsAdmin,
      tuned: byHalves<Expected<Joining>>(allowed({ effects: joinsAvailableTeamWith({ max_budget: 1e6 }) }), adminsOnly),
    },
    'oneself with a budget that begins anew': {
      sent: (stage) => ({ member: { ...oneself(stage), role: 'user' }, budget_duration: '1d' }),
      plain: notItsAdmin,
      tuned: byHalves<Expected<Joining>>(allowed({ effects: joinsAvailableTeam['<=1.87.0'] }), adminsOnly),
    },
    'oneself with models': {
      sent: (stage) => ({ member: { ...oneself(stage), role: 'user' }, allowed_models: ['a-model'] }),
      plain: notItsAdmin,
      tuned: byHalves<Expected<Joining>>(
        allowed({ effects: joinsAvailableTeamWith({ allowed_models: ['a-model'] }) }),
        adminsOnly,
      ),
    },
    'somebody else': {
      sent: (stage) => ({ member: { ...another(stage), role: 'user' } }),
      plain: notItsAdmin,
      tuned: refused(403, 'Available-team self-join can only add the caller'),
    },
    'somebody else as its admin': {
      sent: (stage) => ({ member: { ...another(stage), role: 'admin' } }),
      plain: notItsAdmin,
      tuned: refused(403, 'Available-team self-join'),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchTeam>(profile, looking, {
    'by one of another organization': { sent: {}, plain: 200, tuned: shown },
    'by one of its organization': { sent: {}, caller: 'owner', plain: 200, tuned: shown },
    'by a proxy admin': { sent: {}, caller: 'proxy_admin', plain: 200, tuned: shown },
    'by one whose row lists it': {
      sent: async ({ db, world }) => {
        await db.query('UPDATE "LiteLLM_UserTable" SET teams = array_append(teams, $2) WHERE user_id = $1', [
          world.actors.cross_org_user.userId,
          availableTeamId,
        ]);
        return {};
      },
      plain: 200,
      tuned: 200,
    },
    // It looks for the user of a key that has none, and nobody handles what the database says to that.
    'by a key of nobody': { sent: {}, caller: 'team_key', plain: 200, tuned: refused(500, 'Internal server error') },
  }))
    test(scenario.title, scenario.details, scenario.run);

  const { returns: _returns, ...seen } = looking;
  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...seen,
      target: {
        what: 'key of a user who is gone, and an available team',
        arrange: async (stage) => {
          await joining.target.arrange(stage);
          return stage.scratch.key({ user: { userId: stage.scratch.tag('nobody') } });
        },
      },
      // Somebody like this caller.
      act: ({ asOther, target }: Acting<Loaded<ScratchKey>>) => asOther(target).get('/team/available'),
    },
    { '': { sent: {}, plain: allowed({ returns: () => [] }), tuned: refused(404, 'User not found') } },
  ))
    test(scenario.title, scenario.details, scenario.run);
});
