import {
  administersTheTeam,
  allowed,
  asksForItself,
  budgetMade,
  deleted,
  inLargeParts,
  inRole,
  inserted,
  membershipRow,
  payloads,
  refused,
  rosterChanged,
  rosterTold,
  seesTheTeam,
  teamOfPeople,
  teamsListed,
  test,
  updated,
  type Acting,
  type Loaded,
  type Target,
  type TeamOfPeople,
} from '../../fixtures';

inLargeParts();

type Values = Readonly<Record<string, unknown>>;
type On = Acting<TeamOfPeople>;

/** The member's budget is its own: 9 and 90 tokens a minute. */
const withBudget: Target<TeamOfPeople> = {
  what: 'team of people, one with a budget',
  arrange: async (stage) => {
    const { db, scratch } = stage;
    const people = await teamOfPeople.arrange(stage);
    await db.query(
      `INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, tpm_limit, created_by, updated_by) VALUES ($1, 9, 90, $2, $2)`,
      [scratch.tag('budget'), scratch.prefix],
    );
    await db.query('UPDATE "LiteLLM_TeamMembership" SET budget_id = $1 WHERE user_id = $2', [
      scratch.tag('budget'),
      people.member.userId,
    ]);
    return people;
  },
};
/** It is the team's, which all members have. */
const withSharedBudget: Target<TeamOfPeople> = {
  what: 'team of people with one budget for all',
  arrange: async (stage) => {
    const people = await withBudget.arrange(stage);
    await stage.db.query(
      `UPDATE "LiteLLM_TeamTable" SET metadata = jsonb_build_object('team_member_budget_id', $1::text) WHERE team_id = $2`,
      [stage.scratch.tag('budget'), people.teamId],
    );
    return people;
  },
};

const membership = ({ target: { member, teamId } }: On) => membershipRow(member.userId, teamId);
const works = asksForItself<TeamOfPeople>(({ target }) => target.member.key);

// 1.87.0 looks at the member's budget whatever the key asks for, 1.106.0 where it costs something.
const hasSpentIt = asksForItself<TeamOfPeople>(({ target }) => target.member.key, {
  '<=1.87.0': refused(429, 'Budget has been exceeded'),
  '>=1.106.0': 200,
});

/** The member gets a budget of its own. No audit row tells of it, nor of any other budget here. */
const given = (values: Values, use = works) =>
  allowed<TeamOfPeople>({
    effects: (stage) => [budgetMade(stage.caller, values), updated(membership(stage), { budget_id: [null, '<uuid>'] })],
    uses: [use],
  });
/** The member's own becomes another one in these columns. */
const changed = (columns: Record<string, readonly [unknown, unknown]>) =>
  allowed<TeamOfPeople>({
    effects: ({ scratch, caller }) => [
      updated(
        { table: 'LiteLLM_BudgetTable', id: scratch.tag('budget') },
        { updated_by: [scratch.prefix, caller.userId], ...columns },
      ),
    ],
    uses: [works],
  });
/** The member has no budget any more. The row stays, and is nobody's. */
const taken = allowed<TeamOfPeople>({
  effects: (stage) => [updated(membership(stage), { budget_id: [stage.scratch.tag('budget'), null] })],
  uses: [works],
});
const nothing = allowed<TeamOfPeople>({ effects: () => [], uses: [works] });
const promoted = ({ member, roles }: TeamOfPeople) =>
  roles.map((role) => (role.user_id === member.userId ? inRole(member, 'admin') : role));
const isAdmin = administersTheTeam(({ member }) => member);

const noDuration = refused(400, "Invalid budget_duration 'soon'");
const expiry = { temp_budget_expiry: '2999-01-01T00:00:00Z' };
const half = refused(422, 'temp_budget_increase and temp_budget_expiry must be set together');

const updating = (target: Target<TeamOfPeople>) =>
  ({
    family: 'beyond',
    route: 'POST /team/member_update',
    caller: 'proxy_admin',
    target,
    act: ({ as, target: { teamId, member, payload } }: Acting<Loaded<TeamOfPeople>>) =>
      as.post('/team/member_update', { team_id: teamId, user_id: member.userId, ...payload }),
  }) as const;

for (const scenario of payloads<TeamOfPeople>(updating(teamOfPeople), {
  'a budget': { sent: { max_budget_in_team: 5 }, answer: given({ max_budget: 5 }) },
  'a budget of nothing': { sent: { max_budget_in_team: 0 }, answer: given({ max_budget: 0 }, hasSpentIt) },
  // Budgets of teams and keys may not be negative.
  'a negative budget': { sent: { max_budget_in_team: -5 }, answer: given({ max_budget: -5 }, hasSpentIt) },
  rates: { sent: { tpm_limit: 50, rpm_limit: 5 }, answer: given({ tpm_limit: 50, rpm_limit: 5 }) },
  'a negative rate': { sent: { tpm_limit: -1 }, answer: given({ tpm_limit: -1 }) },
  models: { sent: { allowed_models: ['here'] }, answer: given({ allowed_models: ['here'] }) },
  // 1.87.0 makes a budget that limits nothing.
  'no models': { sent: { allowed_models: [] }, answer: { '<=1.87.0': given({}), '>=1.106.0': nothing } },
  'no budget': { sent: { max_budget_in_team: null }, answer: nothing },
  'a period': {
    sent: { budget_duration: '1d' },
    answer: { '<=1.87.0': nothing, '>=1.106.0': given({ budget_duration: '1d', budget_reset_at: '<time>' }) },
  },
  'a malformed period': { sent: { budget_duration: 'soon' }, answer: { '<=1.87.0': nothing, '>=1.106.0': noDuration } },
  'a higher budget for a while': {
    sent: { temp_budget_increase: 5, ...expiry },
    answer: {
      '<=1.87.0': nothing,
      '>=1.106.0': given({ temp_budget_increase: 5, temp_budget_expiry: '<time>' }),
    },
  },
  'a higher budget, for no time': {
    sent: { temp_budget_increase: 5 },
    answer: { '<=1.87.0': nothing, '>=1.106.0': half },
  },
  'a lower budget for a while': {
    sent: { temp_budget_increase: -5, ...expiry },
    answer: { '<=1.87.0': nothing, '>=1.106.0': refused(422, 'Input should be greater than or equal to 0') },
  },
  'the role that it has': {
    sent: { role: 'user' },
    answer: allowed({ effects: ({ target }) => [rosterChanged(target, target.roles)] }),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// 1.87.0 takes an update that names no limit which it knows for one that takes all of them away (`_upsert_budget_and_membership`): the
// member may spend what it likes.
for (const scenario of payloads<TeamOfPeople>(updating(withBudget), {
  'another budget': { sent: { max_budget_in_team: 5 }, answer: changed({ max_budget: [9, 5] }) },
  'another budget, by the team’s admin': {
    caller: 'team_admin',
    sent: { max_budget_in_team: 1e6 },
    answer: changed({ max_budget: [9, 1e6] }),
  },
  'rates, and no word of the budget': {
    sent: { tpm_limit: 50, rpm_limit: 5 },
    answer: changed({ tpm_limit: [90, 50], rpm_limit: [null, 5] }),
  },
  models: { sent: { allowed_models: ['here'] }, answer: changed({ allowed_models: [[], ['here']] }) },
  'no budget': {
    sent: { max_budget_in_team: null },
    answer: { '<=1.87.0': taken, '>=1.106.0': changed({ max_budget: [9, null] }) },
  },
  'neither budget nor rate': { sent: { max_budget_in_team: null, tpm_limit: null }, answer: taken },
  'a period': {
    sent: { budget_duration: '1d' },
    answer: {
      '<=1.87.0': taken,
      '>=1.106.0': changed({ budget_duration: [null, '1d'], budget_reset_at: [null, '<time>'] }),
    },
  },
  'a higher budget for a while': {
    sent: { temp_budget_increase: 5, ...expiry },
    answer: {
      '<=1.87.0': taken,
      '>=1.106.0': changed({ temp_budget_increase: [null, 5], temp_budget_expiry: [null, '<time>'] }),
    },
  },
  'nothing at all': { sent: {}, answer: { '<=1.87.0': taken, '>=1.106.0': nothing } },
  'another role': {
    sent: { role: 'admin' },
    answer: {
      '<=1.87.0': allowed<TeamOfPeople>({
        uses: [isAdmin],
        effects: (stage) => [
          updated(membership(stage), { budget_id: [stage.scratch.tag('budget'), null] }),
          rosterChanged(stage.target, promoted(stage.target)),
        ],
      }),
      '>=1.106.0': allowed<TeamOfPeople>({
        uses: [isAdmin],
        effects: (stage) => rosterTold(stage, promoted(stage.target)),
      }),
    },
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// The budget of all stays as it is; the member gets a copy.
for (const scenario of payloads<TeamOfPeople>(updating(withSharedBudget), {
  'another budget': {
    sent: { max_budget_in_team: 5 },
    answer: allowed({
      uses: [works],
      effects: (stage) => [
        budgetMade(stage.caller, { max_budget: 5, tpm_limit: 90 }),
        updated(membership(stage), { budget_id: [stage.scratch.tag('budget'), '<uuid>'] }),
      ],
    }),
  },
  'neither budget nor rate': { sent: { max_budget_in_team: null, tpm_limit: null }, answer: taken },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody asks whether an admin of a team raises its own.
for (const scenario of payloads<TeamOfPeople>(
  {
    ...updating(teamOfPeople),
    caller: 'team_admin',
    act: ({ as, world, target: { teamId, payload } }) =>
      as.post('/team/member_update', { team_id: teamId, user_id: world.actors.team_admin.userId, ...payload }),
  },
  {
    'a budget of its own': {
      sent: { max_budget_in_team: 1e6 },
      answer: allowed({
        effects: (stage) => {
          const { target, world } = stage;
          const { userId } = world.actors.team_admin;
          return [
            budgetMade(stage.caller, { max_budget: 1e6 }),
            inserted(membershipRow(userId, target.teamId), {
              user_id: userId,
              team_id: target.teamId,
              spend: 0,
              total_spend: 0,
              budget_id: '<uuid>',
            }),
          ];
        },
      }),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** The newcomer joins with this budget: a row of its own, the team's, or none. */
const joinsWith = (budgetId: (stage: On) => string | null, values?: Values) => {
  const rows = (stage: On) => {
    const { target } = stage;
    const { teamId, newcomer, roles } = target;
    const budget_id = budgetId(stage);
    return {
      roster: [...roles, inRole(newcomer)],
      listed: teamsListed(newcomer.userId, [], [teamId]),
      budget: values === undefined ? [] : [budgetMade(stage.caller, values)],
      membership: inserted(membershipRow(newcomer.userId, teamId), {
        user_id: newcomer.userId,
        team_id: teamId,
        spend: 0,
        total_spend: 0,
        ...(budget_id === null ? {} : { budget_id }),
      }),
    };
  };
  const uses = [seesTheTeam(({ newcomer }) => newcomer)];
  return {
    // A membership is a row where it has a budget.
    '<=1.87.0': allowed<TeamOfPeople>({
      uses,
      effects: (stage) => {
        const { roster, listed, budget, membership } = rows(stage);
        const memberships = budgetId(stage) === null ? [] : [membership];
        return [rosterChanged(stage.target, roster), listed, ...budget, ...memberships];
      },
    }),
    '>=1.106.0': allowed<TeamOfPeople>({
      uses,
      effects: (stage) => {
        const { roster, listed, budget, membership } = rows(stage);
        return [...rosterTold(stage, roster), listed, ...budget, membership];
      },
    }),
  };
};
const joinsWithOwn = (values: Values) => joinsWith(() => '<uuid>', values);
const joinsWithNone = joinsWith(() => null);

const adding = (target: Target<TeamOfPeople>) =>
  ({
    family: 'beyond',
    route: 'POST /team/member_add',
    caller: 'proxy_admin',
    target,
    act: ({ as, target: { teamId, newcomer, payload } }: Acting<Loaded<TeamOfPeople>>) =>
      as.post('/team/member_add', { team_id: teamId, member: { user_id: newcomer.userId, role: 'user' }, ...payload }),
  }) as const;

for (const scenario of payloads<TeamOfPeople>(adding(teamOfPeople), {
  'a budget': { sent: { max_budget_in_team: 5 }, answer: joinsWithOwn({ max_budget: 5 }) },
  'a negative budget': { sent: { max_budget_in_team: -5 }, answer: joinsWithOwn({ max_budget: -5 }) },
  models: { sent: { allowed_models: ['here'] }, answer: joinsWithOwn({ allowed_models: ['here'] }) },
  'no models': { sent: { allowed_models: [] }, answer: joinsWithOwn({}) },
  'a budget and a period': {
    sent: { max_budget_in_team: 5, budget_duration: '1d' },
    answer: {
      '<=1.87.0': joinsWithOwn({ max_budget: 5 })['<=1.87.0'],
      '>=1.106.0': joinsWithOwn({ max_budget: 5, budget_duration: '1d', budget_reset_at: '<time>' })['>=1.106.0'],
    },
  },
  'a malformed period': {
    sent: { budget_duration: 'soon' },
    answer: { '<=1.87.0': joinsWithNone['<=1.87.0'], '>=1.106.0': noDuration },
  },
  // Those are for /team/member_update alone.
  rates: { sent: { tpm_limit: 5, rpm_limit: 5 }, answer: joinsWithNone },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamOfPeople>(adding(withSharedBudget), {
  // 1.87.0 makes a copy for each.
  'no word of a budget': {
    sent: {},
    answer: {
      '<=1.87.0': joinsWithOwn({ max_budget: 9, tpm_limit: 90 })['<=1.87.0'],
      '>=1.106.0': joinsWith(({ scratch }) => scratch.tag('budget'))['>=1.106.0'],
    },
  },
  'a budget': { sent: { max_budget_in_team: 5 }, answer: joinsWithOwn({ max_budget: 5 }) },
}))
  test(scenario.title, scenario.details, scenario.run);

// The models that the team has for its members are as good as said in the request: with them a member has a budget of its own, and not the
// one that all members of the team are to have.
const withModelsForMembers = (team: Target<TeamOfPeople>): Target<TeamOfPeople> => ({
  what: `${team.what}, and models for its members`,
  arrange: async (stage) => {
    const people = await team.arrange(stage);
    await stage.db.query(
      `UPDATE "LiteLLM_TeamTable" SET default_team_member_models = '{here,there}' WHERE team_id = $1`,
      [people.teamId],
    );
    return people;
  },
});
for (const target of [teamOfPeople, withSharedBudget].map(withModelsForMembers)) {
  for (const scenario of payloads<TeamOfPeople>(adding(target), {
    'no word of models': { sent: {}, answer: joinsWithOwn({ allowed_models: ['here', 'there'] }) },
    'a model': { sent: { allowed_models: ['elsewhere'] }, answer: joinsWithOwn({ allowed_models: ['elsewhere'] }) },
    'no models': { sent: { allowed_models: [] }, answer: joinsWithOwn({}) },
    'a budget': {
      sent: { max_budget_in_team: 5 },
      answer: joinsWithOwn({ max_budget: 5, allowed_models: ['here', 'there'] }),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}

// Whose only key is in no team leaves without it, and keeps it.
const withKeyElsewhere: Target<TeamOfPeople> = {
  what: 'team of people, one with a key in no team',
  arrange: async (stage) => {
    const people = await teamOfPeople.arrange(stage);
    await stage.db.query('UPDATE "LiteLLM_VerificationToken" SET team_id = NULL WHERE token = $1', [
      people.member.key.hashed,
    ]);
    return people;
  },
};
const leftWithKey = (stage: On) => {
  const { userId } = stage.target.member;
  const { teamId } = stage.target;
  return [
    teamsListed(userId, [teamId], []),
    deleted(membershipRow(userId, teamId), { user_id: userId, team_id: teamId, spend: 0, total_spend: 0 }),
  ];
};
const others = ({ roles, member }: TeamOfPeople) => roles.filter(({ user_id }) => user_id !== member.userId);

for (const scenario of payloads<TeamOfPeople>(
  {
    family: 'beyond',
    route: 'POST /team/member_delete',
    caller: 'proxy_admin',
    target: withKeyElsewhere,
    act: ({ as, target: { teamId, payload } }) => as.post('/team/member_delete', { team_id: teamId, ...payload }),
    effects: {
      '<=1.87.0': (stage) => [rosterChanged(stage.target, others(stage.target)), ...leftWithKey(stage)],
      '>=1.106.0': (stage) => [...rosterTold(stage, others(stage.target)), ...leftWithKey(stage)],
    },
    uses: [works],
  },
  {
    'by id': { sent: ({ target }) => ({ user_id: target.member.userId }), answer: 200 },
    'by address': { sent: ({ target }) => ({ user_email: target.member.email }), answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);
