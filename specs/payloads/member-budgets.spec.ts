import {
  allowed,
  idsAt,
  inLargeParts,
  madeWithMemberBudget,
  memberBudgetChanged,
  memberBudgetCleared,
  memberBudgetGiven,
  payloads,
  refused,
  teamMade,
  teamMetadataWritten,
  teamOfThree,
  test,
  type Acting,
  type Loaded,
  type Made,
  type Target,
  type TeamOfThree,
  type TeamToBe,
  type Use,
} from '../../fixtures';

inLargeParts();

const negative = refused(400, 'team_member_budget must be a non-negative finite number');
const noDuration = refused(400, "Invalid budget_duration 'while'");

const looksAtTheTeam = (budget: (stage: Made<unknown>) => string | null): Use<unknown> => ({
  name: 'looks at the team',
  act: ({ as, scratch }) => as.get('/team/info', { team_id: scratch.tag('made') }),
  expected: 200,
  returned: idsAt('team_info.team_id', 'team_info.team_member_budget_table.budget_id'),
  returns: (stage) => [stage.scratch.tag('made'), budget(stage)],
});
const withBudget = looksAtTheTeam(({ scratch }) => `team-${scratch.tag('made')}-budget-<uuid>`);

const toBe: Target<TeamToBe> = { what: '', arrange: () => ({ organizationId: undefined }) };
const made = {
  family: 'F7',
  route: 'POST /team/new',
  caller: 'proxy_admin',
  target: toBe,
  act: ({ as, scratch, target: { payload } }: Acting<Loaded<TeamToBe>>) =>
    as.post('/team/new', { team_id: scratch.tag('made'), team_alias: scratch.tag('made'), ...payload }),
  uses: [withBudget],
} as const;
const anew = (duration: string) => ({ budget_duration: duration, budget_reset_at: '<time>' });

for (const scenario of [
  ...payloads(
    { ...made, effects: madeWithMemberBudget({ max_budget: 5 }) },
    { 'a budget for each member': { sent: { team_member_budget: 5 }, answer: 200 } },
  ),
  ...payloads(
    { ...made, effects: madeWithMemberBudget({ max_budget: 0 }) },
    { 'a budget of nothing for each member': { sent: { team_member_budget: 0 }, answer: 200 } },
  ),
  ...payloads(
    { ...made, effects: madeWithMemberBudget({ max_budget: 5, ...anew('1d') }) },
    {
      'a budget for each member that begins anew': {
        sent: { team_member_budget: 5, team_member_budget_duration: '1d' },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...made, effects: madeWithMemberBudget(anew('1d')) },
    { 'a duration for each member alone': { sent: { team_member_budget_duration: '1d' }, answer: 200 } },
  ),
  // `get_budget_reset_time` takes what it cannot read for a day.
  ...payloads(
    { ...made, effects: madeWithMemberBudget(anew('while')) },
    {
      'a duration for each member that is none': {
        sent: { team_member_budget_duration: 'while' },
        answer: { '<=1.87.0': 200, '>=1.106.0': noDuration },
      },
    },
  ),
  // It begins anew with that of the team.
  ...payloads(
    { ...made, effects: madeWithMemberBudget({ max_budget: 5, ...anew('7d') }, anew('7d')) },
    {
      'a budget for each member, and a duration': {
        sent: { team_member_budget: 5, budget_duration: '7d' },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...made, effects: madeWithMemberBudget({ tpm_limit: 100, rpm_limit: 10 }) },
    { 'rates for each member': { sent: { team_member_tpm_limit: 100, team_member_rpm_limit: 10 }, answer: 200 } },
  ),
  // The budget of each member is not compared with the team's own.
  ...payloads(
    { ...made, effects: madeWithMemberBudget({ max_budget: 50 }, { max_budget: 5 }) },
    { 'a budget for each member above the team’s': { sent: { team_member_budget: 50, max_budget: 5 }, answer: 200 } },
  ),
  ...payloads(
    { ...made, effects: teamMade, uses: [looksAtTheTeam(() => null)] },
    {
      'no budget for each member, in so many words': { sent: { team_member_budget: null }, answer: 200 },
      'a budget below nothing for each member': { sent: { team_member_budget: -1 }, answer: negative },
      // Which budget it is nobody may choose: the name is dropped.
      'the name of a budget in the metadata': { sent: { metadata: { team_member_budget_id: 'chosen' } }, answer: 200 },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

const without: Target<TeamOfThree> = { what: 'team of three', arrange: (stage) => teamOfThree(stage) };
const withOne: Target<TeamOfThree> = {
  what: 'team of three with a budget of 3 a day for each member',
  arrange: (stage) =>
    teamOfThree(stage, {
      max_budget: 3,
      rpm_limit: 10,
      budget_duration: '1d',
      budget_reset_at: new Date('2040-01-01T00:00:00Z'),
    }),
};

const memberLooks = {
  name: 'a member looks at the team',
  act: ({ asOther, world, target }: Made<TeamOfThree>) =>
    asOther(world.actors.internal_user).get('/team/info', { team_id: target.teamId }),
  expected: 200,
  returned: idsAt('team_info.team_id', 'team_info.team_member_budget_table.budget_id'),
} as const;
const looks = (budget: (stage: Made<TeamOfThree>) => string | null): Use<TeamOfThree> => ({
  ...memberLooks,
  returns: (stage) => [stage.target.teamId, budget(stage)],
});
const updating = {
  family: 'F7',
  route: 'POST /team/update',
  caller: 'proxy_admin',
  act: ({ as, target: { teamId, payload } }: Acting<Loaded<TeamOfThree>>) =>
    as.post('/team/update', { team_id: teamId, ...payload }),
} as const;
// In 1.87.0 it is the team's budget for its members no more.
const linkedSince = { '<=1.87.0': allowed({ uses: [looks(() => null)] }), '>=1.106.0': 200 } as const;
const giving = {
  ...updating,
  target: without,
  uses: [looks(({ target }) => `team-${target.teamId}-budget-<uuid>`)],
};
const changing = { ...updating, target: withOne, uses: [looks(({ target }) => target.budgetId)] };

// A budget is called after the team's alias, where it has one.
const withoutAlias: Target<TeamOfThree> = {
  what: 'team of three without an alias',
  arrange: async (stage) => {
    const team = await teamOfThree(stage);
    await stage.db.query('UPDATE "LiteLLM_TeamTable" SET team_alias = NULL WHERE team_id = $1', [team.teamId]);
    return team;
  },
};
const withRates: Target<TeamOfThree> = {
  what: 'team of three with rates for each member',
  arrange: (stage) => teamOfThree(stage, { max_budget: 3, rpm_limit: 10, tpm_limit: 100 }),
};
const withRatesOnly = { ...changing, target: withRates };

for (const scenario of [
  ...payloads(
    { ...giving, effects: memberBudgetGiven({ max_budget: 5 }) },
    { 'a budget for each member': { sent: { team_member_budget: 5 }, answer: 200 } },
  ),
  ...payloads(
    { ...giving, effects: memberBudgetGiven({ rpm_limit: 7 }) },
    { 'rpm for each member': { sent: { team_member_rpm_limit: 7 }, answer: 200 } },
  ),
  ...payloads(
    { ...giving, effects: memberBudgetGiven({ max_budget: 5, ...anew('7d') }) },
    {
      'a budget for each member that begins anew': {
        sent: { team_member_budget: 5, team_member_budget_duration: '7d' },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...giving, effects: memberBudgetGiven(anew('while')) },
    {
      'a duration for each member that is none': {
        sent: { team_member_budget_duration: 'while' },
        answer: { '<=1.87.0': 200, '>=1.106.0': noDuration },
      },
    },
  ),
  ...payloads(
    { ...giving, effects: memberBudgetCleared({}), uses: [looks(() => null)] },
    {
      'no budget for each member, in so many words': { sent: { team_member_budget: null }, answer: 200 },
      'a budget below nothing for each member': { sent: { team_member_budget: -1 }, answer: negative },
    },
  ),
  ...payloads(
    { ...changing, effects: memberBudgetChanged({ max_budget: [3, 5] }) },
    { 'another budget for each member': { sent: { team_member_budget: 5 }, answer: 200 } },
  ),
  ...payloads(
    { ...changing, effects: memberBudgetChanged({ tpm_limit: [null, 100] }) },
    { 'tpm for each member': { sent: { team_member_tpm_limit: 100 }, answer: 200 } },
  ),
  ...payloads(
    {
      ...changing,
      effects: memberBudgetChanged(
        { budget_duration: ['1d', '7d'], budget_reset_at: ['<time>', '<time>'] },
        // When it begins anew is not reckoned again.
        { budget_duration: ['1d', '7d'] },
      ),
    },
    { 'another duration for each member': { sent: { team_member_budget_duration: '7d' }, answer: 200 } },
  ),
  ...payloads(
    {
      ...changing,
      effects: memberBudgetChanged({ max_budget: [3, 5], rpm_limit: [10, null] }, { max_budget: [3, 5] }),
    },
    {
      'another budget for each member, and no rpm': {
        sent: { team_member_budget: 5, team_member_rpm_limit: null },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...changing, effects: memberBudgetCleared({ max_budget: [3, null] }) },
    { 'no budget for each member any more': { sent: { team_member_budget: null }, answer: 200 } },
  ),
  ...payloads(
    { ...changing, effects: memberBudgetCleared({ budget_duration: ['1d', null], budget_reset_at: ['<time>', null] }) },
    { 'a budget for each member that never begins anew': { sent: { team_member_budget_duration: null }, answer: 200 } },
  ),
  ...payloads(
    {
      ...changing,
      effects: memberBudgetChanged(
        { max_budget: [3, 5], budget_duration: ['1d', null], budget_reset_at: ['<time>', null] },
        { max_budget: [3, 5] },
      ),
    },
    {
      'another budget for each member, that never begins anew': {
        sent: { team_member_budget: 5, team_member_budget_duration: null },
        answer: 200,
      },
    },
  ),
  // Metadata of null are metadata, and then the budget's name is all that is left of them.
  ...payloads(
    { ...changing, effects: memberBudgetChanged({ max_budget: [3, 5] }, { max_budget: [3, 5] }, () => ({})) },
    {
      'another budget for each member, and metadata of null': {
        sent: { team_member_budget: 5, metadata: null },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...withRatesOnly, effects: memberBudgetChanged({ rpm_limit: [10, 7] }) },
    { 'another rpm for each member': { sent: { team_member_rpm_limit: 7 }, answer: 200 } },
  ),
  ...payloads(
    { ...withRatesOnly, effects: memberBudgetCleared({ rpm_limit: [10, null] }) },
    { 'no rpm for each member any more': { sent: { team_member_rpm_limit: null }, answer: 200 } },
  ),
  ...payloads(
    { ...withRatesOnly, effects: memberBudgetCleared({ tpm_limit: [100, null] }) },
    { 'no tpm for each member any more': { sent: { team_member_tpm_limit: null }, answer: 200 } },
  ),
  ...payloads(
    {
      ...withRatesOnly,
      effects: memberBudgetCleared({ max_budget: [3, null], rpm_limit: [10, null], tpm_limit: [100, null] }),
    },
    {
      'nothing for each member any more': {
        sent: { team_member_budget: null, team_member_rpm_limit: null, team_member_tpm_limit: null },
        answer: 200,
      },
    },
  ),
  ...payloads(
    {
      ...updating,
      target: withoutAlias,
      uses: [looks(() => 'team-budget-<uuid>')],
      effects: memberBudgetGiven({ max_budget: 5 }, () => 'team-budget-<uuid>'),
    },
    { 'a budget for each member': { sent: { team_member_budget: 5 }, answer: 200 } },
  ),
  ...payloads(
    { ...changing, effects: teamMetadataWritten({ note: 'new' }) },
    {
      'other metadata': { sent: { metadata: { note: 'new' } }, answer: linkedSince },
      'another budget’s name in the metadata': {
        sent: { metadata: { note: 'new', team_member_budget_id: 'chosen' } },
        answer: linkedSince,
      },
    },
  ),
  ...payloads(
    { ...changing, effects: memberBudgetCleared({}) },
    {
      'a budget below nothing for each member': { sent: { team_member_budget: -1 }, answer: negative },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// A team whose metadata name a budget that is none.
for (const scenario of payloads<{ readonly teamId: string }>(
  {
    family: 'F7',
    route: 'GET /team/info',
    caller: 'proxy_admin',
    target: {
      what: 'team whose budget for each member is gone',
      arrange: ({ scratch }) => {
        return scratch.team({ metadata: { team_member_budget_id: scratch.tag('budget-that-is-gone') } });
      },
    },
    act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
    returned: idsAt(
      'team_info.team_id',
      'team_info.metadata.team_member_budget_id',
      'team_info.team_member_budget_table',
    ),
    returns: ({ target, scratch }) => [target.teamId, scratch.tag('budget-that-is-gone'), null],
  },
  { '': { sent: {}, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);
