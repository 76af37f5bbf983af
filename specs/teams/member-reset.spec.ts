import {
  adminsOfTeams,
  extended,
  idsAt,
  loggedOut,
  matrix,
  notTheirTeam,
  organizationMatrix,
  orgAdminsOfTeams,
  refused,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  withMember,
  withOwnMembership,
  withMemberSpend,
  type Acting,
  type TeamWithMembership,
  type TeamWithMemberSpend,
} from '../../fixtures';

inLargeParts();

// Both are of `self_managed_routes`: the gate lets everybody in, and the handler asks who administers the team
// (`TeamAccess.allows`), once the team is there. No audit row tells of either.
const noSuchTeam = refused(404, "Team doesn't exist in db");
const answers = {
  ...turnedAway,
  ...adminsOfTeams(notTheirTeam, noSuchTeam),
  proxy_admin_viewer: viewerGate,
  logged_out_session: loggedOut(notTheirTeam),
};

const targets = extended(extended(teamTargets, withMember), withMemberSpend);
const reset = (what: string, body: object) => ({
  act: ({ as, target: { teamId, member }, claim }: Acting<TeamWithMemberSpend>) =>
    as.post(`/team/${teamId}/member/${member.userId}/${what}`, { ...body, ...claim.body }, claim.query),
  returned: idsAt('team_id', 'user_id'),
  returns: ({ target: { teamId, member } }: Acting<TeamWithMemberSpend>) => [teamId, member.userId],
});

const spendReset = {
  ...reset('reset_spend', { reset_to: 0 }),
  body: ({ target: { teamId, member, spend } }: Acting<TeamWithMemberSpend>) => ({
    team_id: teamId,
    user_id: member.userId,
    spend: 0,
    previous_spend: spend,
    max_budget: 9,
  }),
  effects: ({ target: { membership, spend } }: Acting<TeamWithMemberSpend>) => [
    updated(membership, { spend: [spend, 0] }),
  ],
};

for (const scenario of matrix('POST /team/{team_id}/member/{user_id}/reset_spend', targets, { ...spendReset, answers }))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /team/{team_id}/member/{user_id}/reset_spend', targets, {
  ...spendReset,
  answers: orgAdminsOfTeams(notTheirTeam, noSuchTeam),
}))
  test(scenario.title, scenario.details, scenario.run);

// Who administers a team may not let itself spend its own budget again: `_check_not_resetting_own_spend` leaves that to proxy
// admins. Whom it lets through, the membership row alone makes a member; that the team's row names them is not asked.
const notOneself = refused(403, 'Cannot reset your own spend');
for (const scenario of matrix(
  'POST /team/{team_id}/member/{user_id}/reset_spend',
  extended(teamTargets, withOwnMembership),
  {
    variant: 'own spend',
    act: ({ as, target: { teamId, userId } }: Acting<TeamWithMembership>) =>
      as.post(`/team/${teamId}/member/${userId}/reset_spend`, { reset_to: 0 }),
    effects: ({ target: { membership, spend } }: Acting<TeamWithMembership>) => [
      updated(membership, { spend: [spend, 0] }),
    ],
    answers: { ...answers, ...adminsOfTeams(notTheirTeam, noSuchTeam, notOneself) },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const budgetReset = {
  ...reset('reset_budget', {}),
  body: ({ target: { teamId, member, budgetId } }: Acting<TeamWithMemberSpend>) => ({
    team_id: teamId,
    user_id: member.userId,
    previous_budget_id: budgetId,
    budget_source: 'none',
  }),
  // The team has no budget for all its members: this one has none from now on. The budget itself stays, and is nobody's.
  effects: ({ target: { membership, budgetId } }: Acting<TeamWithMemberSpend>) => [
    updated(membership, { budget_id: [budgetId, null] }),
  ],
};

for (const scenario of matrix('POST /team/{team_id}/member/{user_id}/reset_budget', targets, {
  ...budgetReset,
  answers,
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /team/{team_id}/member/{user_id}/reset_budget', targets, {
  ...budgetReset,
  answers: orgAdminsOfTeams(notTheirTeam, noSuchTeam),
}))
  test(scenario.title, scenario.details, scenario.run);

// That it is oneself is not asked here: a team's admin whom proxy admins gave a budget takes it off itself.
for (const scenario of matrix(
  'POST /team/{team_id}/member/{user_id}/reset_budget',
  extended(teamTargets, withOwnMembership),
  {
    variant: 'own budget',
    act: ({ as, target: { teamId, userId } }: Acting<TeamWithMembership>) =>
      as.post(`/team/${teamId}/member/${userId}/reset_budget`, {}),
    effects: ({ target: { membership, budgetId } }: Acting<TeamWithMembership>) => [
      updated(membership, { budget_id: [budgetId, null] }),
    ],
    answers,
  },
))
  test(scenario.title, scenario.details, scenario.run);
