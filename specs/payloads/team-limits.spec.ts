import {
  allowed,
  inLargeParts,
  listsModels,
  madeTeamIsThere,
  notTheirTeam,
  payloads,
  refused,
  roleGate,
  suchTeam,
  teamAdminEditsNothing,
  teamAsAsked,
  teamChanged,
  teamMadeAsAsked,
  teamMadeWith,
  teamSuchAs,
  teamsKeyAsks,
  test,
  type Acting,
  type Loaded,
  type PayloadCase,
  type ScratchActor,
  type Stage,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// An organization with limits of its own, and what it says to a team that is made in it or changed (`_check_org_team_limits`).
// 1.87.0 loads it without its budget row, where all limits but the models stand: they bind nobody.
const limits = { models: ['here', 'there'], maxBudget: 10, tpmLimit: 100, rpmLimit: 10 };
const tooMuch = (guard: string) => ({ '<=1.87.0': 200, '>=1.106.0': refused(400, guard) }) as const;
const notItsModel = (model: string) => refused(400, `Model '${model}' not in organization's allowed models`);

const withinOrganization = {
  'a model of the organization': { sent: { models: ['here'] }, answer: 200 },
  'all models of the organization': { sent: { models: ['there', 'here'] }, answer: 200 },
  'a model that the organization lacks': { sent: { models: ['here', 'elsewhere'] }, answer: notItsModel('elsewhere') },
  // Not even as the word for all of them.
  'all-proxy-models': { sent: { models: ['all-proxy-models'] }, answer: notItsModel('all-proxy-models') },
  'max_budget under the organization’s': { sent: { max_budget: 9 }, answer: 200 },
  'max_budget as the organization’s': { sent: { max_budget: 10 }, answer: 200 },
  'max_budget over the organization’s': {
    sent: { max_budget: 11 },
    answer: tooMuch("Team max_budget (11.0) exceeds organization's max_budget (10.0)"),
  },
  'tpm_limit under the organization’s': { sent: { tpm_limit: 99 }, answer: 200 },
  'tpm_limit as the organization’s': { sent: { tpm_limit: 100 }, answer: 200 },
  'tpm_limit over the organization’s': {
    sent: { tpm_limit: 101 },
    answer: tooMuch("Team tpm_limit (101) exceeds organization's tpm_limit (100)"),
  },
  'rpm_limit under the organization’s': { sent: { rpm_limit: 9 }, answer: 200 },
  'rpm_limit as the organization’s': { sent: { rpm_limit: 10 }, answer: 200 },
  'rpm_limit over the organization’s': {
    sent: { rpm_limit: 11 },
    answer: tooMuch("Team rpm_limit (11) exceeds organization's rpm_limit (10)"),
  },
} satisfies Record<string, PayloadCase<unknown>>;

interface InOrganization {
  readonly organizationId: string | null;
}

const making = {
  family: 'F3',
  route: 'POST /team/new',
  caller: 'proxy_admin',
  act: ({ as, scratch, target }: Acting<Loaded<InOrganization>>) => {
    const teamId = scratch.tag('made');
    const body = { team_id: teamId, team_alias: teamId, ...target.payload };
    return as.post('/team/new', { ...body, organization_id: target.organizationId });
  },
  effects: teamMadeAsAsked,
  uses: [madeTeamIsThere],
} as const;

for (const scenario of payloads<InOrganization>(
  { ...making, target: { what: 'organization with limits', arrange: ({ scratch }) => scratch.org(limits) } },
  {
    ...withinOrganization,
    // None is no model that the organization lacks.
    'no models': { sent: { models: [] }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<InOrganization>(
  { ...making, target: { what: 'organization without limits', arrange: ({ scratch }) => scratch.org() } },
  {
    'any model': { sent: { models: ['elsewhere'] }, answer: 200 },
    'any limits': { sent: { max_budget: 1e6, tpm_limit: 1_000_000, rpm_limit: 1_000_000 }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<InOrganization>(
  {
    ...making,
    target: {
      what: 'organization with all models',
      arrange: ({ scratch }) => scratch.org({ models: ['all-proxy-models'] }),
    },
  },
  { 'any model': { sent: { models: ['elsewhere'] }, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<InOrganization>(
  { ...making, target: { what: 'no organization', arrange: () => ({ organizationId: null }) } },
  {
    'max_budget of nothing': { sent: { max_budget: 0 }, answer: 200 },
    'negative max_budget': {
      sent: { max_budget: -1 },
      answer: refused(400, 'max_budget must be a non-negative finite number'),
    },
    'negative soft_budget': {
      sent: { soft_budget: -1 },
      answer: refused(400, 'soft_budget must be a non-negative finite number'),
    },
    'soft_budget under max_budget': { sent: { soft_budget: 9, max_budget: 10 }, answer: 200 },
    'soft_budget as max_budget': {
      sent: { soft_budget: 10, max_budget: 10 },
      answer: refused(400, 'soft_budget (10.0) must be strictly lower than max_budget (10.0)'),
    },
    // Rates are not looked at.
    'negative tpm_limit': { sent: { tpm_limit: -1 }, answer: 200 },
    'negative rpm_limit': { sent: { rpm_limit: -1 }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const changing = {
  family: 'F3',
  route: 'POST /team/update',
  caller: 'proxy_admin',
  act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
    as.post('/team/update', { team_id: target.teamId, ...target.payload }),
  effects: teamAsAsked,
  uses: [teamsKeyAsks],
} as const;

/** A team in an organization of its own. */
const teamIn = (
  what: string,
  organization: Parameters<Stage['scratch']['org']>[0],
  team: Parameters<Stage['scratch']['team']>[0] = {},
): Target<TeamWithKey> => ({
  what,
  arrange: async (stage) => teamSuchAs(stage, { ...team, organization: await stage.scratch.org(organization) }),
});

for (const scenario of payloads<TeamWithKey>(
  { ...changing, target: teamIn('team in an organization with limits', limits, { models: ['there'] }) },
  {
    ...withinOrganization,
    'a model of the organization': {
      sent: { models: ['here'] },
      answer: allowed({ uses: [listsModels(({ target }) => target.key, ['here'])] }),
    },
    // None is no model that the organization lacks. The team may use whatever the proxy has.
    'no models': { sent: { models: [] }, answer: allowed({ uses: [listsModels(({ target }) => target.key, [])] }) },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What is there already is not asked about, nor what takes a limit away.
for (const scenario of payloads<TeamWithKey>(
  {
    ...changing,
    target: teamIn('team beyond its organization’s limits', limits, {
      models: ['elsewhere'],
      maxBudget: 11,
      tpmLimit: 101,
      rpmLimit: 11,
    }),
  },
  {
    'another name': { sent: { team_alias: 'renamed' }, answer: 200 },
    'its own max_budget': {
      sent: { max_budget: 11 },
      answer: tooMuch("Team max_budget (11.0) exceeds organization's max_budget (10.0)"),
    },
    'no max_budget': { sent: { max_budget: null }, answer: 200 },
    'no tpm_limit': { sent: { tpm_limit: null }, answer: 200 },
    'no rpm_limit': { sent: { rpm_limit: null }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamWithKey>(
  { ...changing, target: suchTeam('team with budgets', () => ({ maxBudget: 10, columns: { soft_budget: 5 } })) },
  {
    'negative max_budget': {
      sent: { max_budget: -1 },
      answer: refused(400, 'max_budget must be a non-negative finite number'),
    },
    'negative soft_budget': {
      sent: { soft_budget: -1 },
      answer: refused(400, 'soft_budget must be a non-negative finite number'),
    },
    'soft_budget under its max_budget': { sent: { soft_budget: 9 }, answer: 200 },
    'soft_budget as its max_budget': {
      sent: { soft_budget: 10 },
      answer: refused(400, 'soft_budget (10.0) must be strictly lower than max_budget (10.0)'),
    },
    'max_budget over its soft_budget': { sent: { max_budget: 6 }, answer: 200 },
    'max_budget as its soft_budget': {
      sent: { max_budget: 5 },
      answer: refused(400, 'max_budget (5.0) must be strictly greater than soft_budget (5.0)'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Whoever may move a team into an organization has it looked at as it is (`validate_team_org_change`). Here 1.87.0, too, reads the
// organization with its budget row.
interface Moving extends TeamWithKey {
  readonly to: { readonly organizationId: string };
}
const moving = (what: string, team: Parameters<Stage['scratch']['team']>[0]): Target<Moving> => ({
  what,
  arrange: async (stage) => ({ ...(await teamSuchAs(stage, team)), to: await stage.scratch.org(limits) }),
});
const moved = ({ target, caller }: Acting<Moving>) =>
  teamChanged(target, { organization_id: target.to.organizationId }, caller, { organization_id: '<scratch>-org' });
const intoOrganization = { sent: ({ target }: Acting<Moving>) => ({ organization_id: target.to.organizationId }) };

for (const [what, team, answer] of [
  ['team at the limits', { models: ['here'], maxBudget: 10, tpmLimit: 100, rpmLimit: 10 }, 200],
  ['team with all models', {}, refused(403, 'Team has access to all proxy models, but the organization does not')],
  ['team with another model', { models: ['elsewhere'] }, refused(403, 'elsewhere')],
  [
    'team with a higher max_budget',
    { models: ['here'], maxBudget: 11 },
    refused(403, "Team has max_budget 11.0 that is greater than the organization's max_budget 10.0"),
  ],
  [
    'team with a higher tpm_limit',
    { models: ['here'], tpmLimit: 101 },
    refused(403, "Team has tpm_limit 101 that is greater than the organization's tpm_limit 100"),
  ],
  [
    'team with a higher rpm_limit',
    { models: ['here'], rpmLimit: 11 },
    refused(403, "Team has rpm_limit 11 that is greater than the organization's rpm_limit 10"),
  ],
  // No limit is higher than any, and is none here.
  ['team without limits', { models: ['here'] }, 200],
] as const) {
  for (const scenario of payloads<Moving>(
    { ...changing, target: moving(what, team), effects: moved },
    { 'into an organization with limits': { ...intoOrganization, answer } },
  ))
    test(scenario.title, scenario.details, scenario.run);
}

// The makers’ own limits hold for a team in no organization (`_check_user_team_limits`): the user's budget, and what the text
// calls the user's models and rates is the key's. Somebody who belongs to an organization and is no proxy admin makes such a
// team only by naming the organization in the query alone. It is somebody of the scratch who does: the world's own have no limits.
interface Limited extends InOrganization {
  readonly maker: ScratchActor;
  readonly administered: string;
}
const limitedMaker = {
  what: 'no organization, by an admin of one with limits',
  arrange: async ({ scratch, db }: Stage): Promise<Limited> => {
    const { organizationId } = await scratch.org();
    const maker = await scratch.actor({ role: 'internal_user', adminOf: [{ organizationId }] });
    await db.query('UPDATE "LiteLLM_UserTable" SET max_budget = 10 WHERE user_id = $1', [maker.userId]);
    await db.query(
      `UPDATE "LiteLLM_VerificationToken" SET models = '{here,there}', tpm_limit = 100, rpm_limit = 10 WHERE token = $1`,
      [maker.hashed],
    );
    return { organizationId: null, maker, administered: organizationId };
  },
};

for (const scenario of payloads<Limited>(
  {
    family: 'F3',
    route: 'POST /team/new',
    // Somebody like this caller.
    caller: 'org_admin_member',
    target: limitedMaker,
    act: ({ asOther, scratch, target }) => {
      const teamId = scratch.tag('made');
      const body = { team_id: teamId, team_alias: teamId, ...target.payload };
      return asOther(target.maker).post('/team/new', body, { organization_id: target.administered });
    },
    effects: teamMadeWith<Loaded<Limited>>(
      ({ target }) => target.payload,
      ({ target }) => target.maker,
    ),
    uses: [
      {
        ...madeTeamIsThere,
        act: ({ asOther, scratch, target }) =>
          asOther(target.maker).get('/team/info', { team_id: scratch.tag('made') }),
      },
    ],
  },
  {
    'a model of the maker’s key': { sent: { models: ['here'] }, answer: 200 },
    'a model that the maker’s key lacks': {
      sent: { models: ['here', 'elsewhere'] },
      answer: refused(400, 'Model not in allowed user models'),
    },
    // None is no model that the key lacks: the maker's next key may be one in this team, for whatever the proxy has.
    'no models': { sent: { models: [] }, answer: 200 },
    'max_budget under the maker’s': { sent: { max_budget: 9 }, answer: 200 },
    'max_budget as the maker’s': { sent: { max_budget: 10 }, answer: 200 },
    'max_budget over the maker’s': {
      sent: { max_budget: 11 },
      answer: refused(400, 'max budget higher than user max. User max budget=10.0'),
    },
    // Whoever asks for no limit gets none.
    'no max_budget': { sent: {}, answer: 200 },
    'tpm_limit as the maker’s key’s': { sent: { tpm_limit: 100 }, answer: 200 },
    'tpm_limit over the maker’s key’s': {
      sent: { tpm_limit: 101 },
      answer: refused(400, 'tpm limit higher than user max. User tpm limit=100'),
    },
    'rpm_limit as the maker’s key’s': { sent: { rpm_limit: 10 }, answer: 200 },
    'rpm_limit over the maker’s key’s': {
      sent: { rpm_limit: 11 },
      answer: refused(400, 'rpm limit higher than user max. User rpm limit=10'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// The same person, who is the admin of a team in no organization. 1.87.0 lets in at its gate whoever names an organization of the
// own; 1.106.0 lets everybody in, and has the admin of a team edit nothing by default.
interface Managed extends TeamWithKey {
  readonly manager: ScratchActor;
  readonly administered: string;
}
const managed: Target<Managed> = {
  what: 'team in no organization, by its admin with limits',
  arrange: async (stage) => {
    const { maker, administered } = await limitedMaker.arrange(stage);
    return { ...(await teamSuchAs(stage, { admins: [maker] })), manager: maker, administered };
  },
};

for (const scenario of payloads<Managed>(
  {
    family: 'F3',
    route: 'POST /team/update',
    caller: 'org_admin_member',
    target: managed,
    act: ({ asOther, target }) =>
      asOther(target.manager).post(
        '/team/update',
        { team_id: target.teamId, ...target.payload },
        { organization_id: target.administered },
      ),
    effects: ({ target }) => teamChanged(target, target.payload, target.manager),
    uses: [teamsKeyAsks],
  },
  Object.fromEntries(
    (
      [
        ['max_budget as its admin’s', { max_budget: 10 }, 200],
        ['max_budget over its admin’s', { max_budget: 11 }, refused(400, 'max budget higher than user max')],
        ['a model of its admin’s key', { models: ['here'] }, 200],
        [
          'a model that its admin’s key lacks',
          { models: ['elsewhere'] },
          refused(400, 'Model not in allowed user models'),
        ],
        ['tpm_limit over its admin’s key’s', { tpm_limit: 101 }, refused(400, 'tpm limit higher than user max')],
        ['rpm_limit over its admin’s key’s', { rpm_limit: 11 }, refused(400, 'rpm limit higher than user max')],
      ] as const
    ).map(([variant, sent, before]) => [
      variant,
      { sent, answer: { '<=1.87.0': before, '>=1.106.0': teamAdminEditsNothing } },
    ]),
  ),
))
  test(scenario.title, scenario.details, scenario.run);

// The cap of a team in an organization without limits. Its organization's admin, to whom 1.87.0's gate wants the organization named,
// does with it what a proxy admin does. Its own admin may not even send back what is there.
const capped: Target<TeamWithKey> = {
  what: 'team with a max_budget',
  arrange: (stage) => {
    const { actors, organizations } = stage.world;
    return teamSuchAs(stage, { organization: organizations.a, admins: [actors.team_admin], maxBudget: 10 });
  },
};
const caps = {
  raised: { sent: { max_budget: 11 } },
  lowered: { sent: { max_budget: 9 } },
  removed: { sent: { max_budget: null } },
  'sent back': { sent: { max_budget: 10 } },
};
for (const [caller, answer] of [
  ['proxy_admin', 200],
  ['org_admin_member', { '<=1.87.0': roleGate, '>=1.106.0': 200 }],
  ['team_admin', { '<=1.87.0': roleGate, '>=1.106.0': teamAdminEditsNothing }],
  ['owner', { '<=1.87.0': roleGate, '>=1.106.0': notTheirTeam }],
] as const) {
  for (const scenario of payloads<TeamWithKey>(
    { ...changing, caller, target: capped },
    Object.fromEntries(Object.entries(caps).map(([variant, { sent }]) => [`max_budget ${variant}`, { sent, answer }])),
  ))
    test(scenario.title, scenario.details, scenario.run);
}

// A cap per model, which 1.87.0's request does not have, binds an organization's admin as well: only proxy admins may raise it, change
// its period or take it away (`_check_team_model_budget_update_authority`). 1.87.0 drops the field, and writes the row all the same.
const modelCap = (maxBudget: number, duration = '30d') => ({
  here: { max_budget: maxBudget, budget_duration: duration },
});
const modelCapped: Target<TeamWithKey> = {
  what: 'team with a cap on a model',
  arrange: (stage) =>
    teamSuchAs(stage, {
      organization: stage.world.organizations.a,
      columns: { model_max_budget: JSON.stringify(modelCap(10)) },
    }),
};
for (const scenario of payloads<TeamWithKey>(
  {
    ...changing,
    target: modelCapped,
    effects: { '<=1.87.0': ({ target, caller }) => teamChanged(target, {}, caller), '>=1.106.0': teamAsAsked },
  },
  {
    'model_max_budget raised': { sent: { model_max_budget: modelCap(11) }, answer: 200 },
    'model_max_budget removed': { sent: { model_max_budget: {} }, answer: 200 },
    'model_max_budget of null': {
      sent: { model_max_budget: null },
      answer: {
        '<=1.87.0': 200,
        '>=1.106.0': allowed({
          effects: ({ target, caller }) =>
            teamChanged(target, { model_max_budget: {} }, caller, { model_max_budget: '{}' }),
        }),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const onlyProxyAdmins = (guard: string) => ({ '<=1.87.0': roleGate, '>=1.106.0': refused(403, guard) }) as const;
for (const scenario of payloads<TeamWithKey>(
  { ...changing, caller: 'org_admin_member', target: modelCapped },
  {
    'model_max_budget raised': {
      sent: { model_max_budget: modelCap(11) },
      answer: onlyProxyAdmins("Only a proxy admin can raise a team's model_max_budget for 'here'"),
    },
    'model_max_budget lowered': {
      sent: { model_max_budget: modelCap(9) },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': 200 },
    },
    'model_max_budget for a shorter time': {
      sent: { model_max_budget: modelCap(10, '1d') },
      answer: onlyProxyAdmins("Only a proxy admin can raise a team's model_max_budget for 'here'"),
    },
    'model_max_budget removed': {
      sent: { model_max_budget: {} },
      answer: onlyProxyAdmins("Only a proxy admin can remove a team's model_max_budget for 'here'"),
    },
    'model_max_budget of null': {
      sent: { model_max_budget: null },
      answer: onlyProxyAdmins("Only a proxy admin can remove a team's model_max_budget for 'here'"),
    },
    'model_max_budget sent back': {
      sent: { model_max_budget: modelCap(10) },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': 200 },
    },
    'model_max_budget for one more model': {
      sent: { model_max_budget: { ...modelCap(10), there: { max_budget: 1, budget_duration: '1d' } } },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': 200 },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What caps nothing may be taken away by anybody who administers the team: a row that cannot be read, and a period without an amount.
for (const scenario of payloads<TeamWithKey>(
  {
    ...changing,
    caller: 'org_admin_member',
    target: {
      what: 'team with caps on models that cap nothing',
      arrange: (stage) =>
        teamSuchAs(stage, {
          organization: stage.world.organizations.a,
          columns: { model_max_budget: JSON.stringify({ here: 'much', there: { budget_duration: '1d' } }) },
        }),
    },
  },
  {
    'model_max_budget removed': {
      sent: { model_max_budget: {} },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': 200 },
    },
    'model_max_budget of the one with a period': {
      sent: { model_max_budget: { there: { max_budget: 100, budget_duration: '30d' } } },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': 200 },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamWithKey>(
  {
    ...changing,
    target: suchTeam('team whose budget begins anew', () => ({
      maxBudget: 10,
      columns: { budget_duration: '1d', budget_reset_at: new Date('2040-01-01T00:00:00Z') },
    })),
    effects: {
      // When it was to begin anew stays.
      '<=1.87.0': ({ target, caller }) => teamChanged(target, { budget_duration: null }, caller),
      '>=1.106.0': ({ target, caller }) =>
        teamChanged(target, { budget_duration: null, budget_reset_at: null }, caller),
    },
  },
  { 'budget_duration of null': { sent: { budget_duration: null }, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);
