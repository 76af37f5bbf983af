import {
  adminsOfTeams,
  budgetGivenInBulk,
  extended,
  idsAt,
  leftInBulk,
  loggedOut,
  matrix,
  organizationMatrix,
  refused,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  withMember,
  type Acting,
  type TeamWithMember,
} from '../../fixtures';

inLargeParts();

const maxBudget = 5;
const targets = extended(teamTargets, withMember);

// Of `self_managed_routes`, and with the answers of /team/member_delete and /team/member_update: the gate lets everybody in, and
// the handler asks who administers the team (`TeamAccess.allows`), once the team is there.
const notTheirs = refused(403, 'User not proxy admin OR team admin OR org admin for this team');
// 404, where those have 400.
const noSuchTeam = refused(404, 'does not exist in db');
// Neither takes what it does not know, also from those who may. Who they are is not asked before.
const unknownField = refused(422, 'organization_id: Extra inputs are not permitted');
const unknownParameter = refused(400, 'Unrecognized query parameter(s): organization_id');
const claimed = {
  ownInBody: unknownField,
  foreignInBody: unknownField,
  ownInQuery: unknownParameter,
  foreignInQuery: unknownParameter,
};

for (const { route, change, effects } of [
  { route: 'bulk_delete', change: {}, effects: leftInBulk },
  { route: 'bulk_update', change: { max_budget_in_team: maxBudget }, effects: budgetGivenInBulk(maxBudget) },
]) {
  const asked = {
    act: ({ as, target: { teamId, member }, claim }: Acting<TeamWithMember>) =>
      as.post(
        `/management/v1/teams/${teamId}/members/${route}`,
        { members: [{ user_id: member.userId, ...change }], ...claim.body },
        claim.query,
      ),
    refusals: idsAt('data[].error'),
    returned: idsAt('data[].user_id'),
    returns: ({ target: { member } }: Acting<TeamWithMember>) => [member.userId],
    effects,
  };

  for (const scenario of matrix(`POST /management/v1/teams/{team_id}/members/${route}`, targets, {
    ...asked,
    answers: {
      ...turnedAway,
      ...adminsOfTeams(notTheirs, noSuchTeam),
      proxy_admin_viewer: viewerGate,
      logged_out_session: loggedOut(notTheirs),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`POST /management/v1/teams/{team_id}/members/${route}`, targets, {
    ...asked,
    answers: { org_admin: claimed, org_admin_member: claimed, org_b_admin: claimed },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
