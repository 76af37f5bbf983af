import {
  believed,
  each,
  extended,
  hashesOnly,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  shows,
  spendInAllTeams,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  thatDay,
  turnedAway,
  withSpend,
  type Acting,
  type SpentInTeams,
  type TeamWithSpend,
} from '../../fixtures';

inLargeParts();

// Of `spend_tracking_routes`, which the role gate keeps for internal users and their viewers. Which team may be asked about,
// `_resolve_spend_report_scope` reads off the key: a member of another team, and be it the admin, asks in vain.
const notTheKeys = refused(403, 'Not authorized to view spend for a team_id other than your own');
const { returned, told } = hashesOnly;
const targets = extended(teamTargets, withSpend);
// What was spent in a team that is gone is still there.
const all = shows(({ target: { own, others } }: Acting<TeamWithSpend>) => told([own, others]));

const asked = {
  act: ({ as, target, claim }: Acting<TeamWithSpend>) =>
    as.get('/team/spend/report', { ...thatDay, team_id: target.teamId, ...claim.query }),
  returned,
};

for (const scenario of matrix('GET /team/spend/report', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, all),
    proxy_admin_viewer: all,
    ...each(orgAdmins, roleGate),
    org_admin_member: notTheKeys,
    team_admin: notTheKeys,
    ...each(plainMembersOfAlpha, notTheKeys),
    internal_user_viewer: notTheKeys,
    cross_org_user: notTheKeys,
    // "Callable by any key that belongs to a team", says the handler, but not by one of no user.
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(notTheKeys),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /team/spend/report', targets, {
  ...asked,
  answers: { ...each(orgAdmins, believed(notTheKeys)), org_admin_member: notTheKeys },
}))
  test(scenario.title, scenario.details, scenario.run);

// Whoever asks for no team gets its key's: what each key in it has spent, by hash. Nobody asks whether one is its admin.
const noTeam = refused(400, 'No team_id associated with this API key');
const of = (name: keyof SpentInTeams) =>
  shows(({ target }: Acting<SpentInTeams>) => told([target[name].own, target[name].others]));
const ofAlpha = of('alpha');
// All UI sessions are in one team, whoever has logged in: each is told what is logged for that.
const ofAllSessions = of('dashboard');

for (const scenario of matrix('GET /team/spend/report', spendInAllTeams, {
  act: ({ as, claim }) => as.get('/team/spend/report', { ...thatDay, ...claim.query }),
  returned,
  variant: 'no team_id',
  answers: {
    ...each(proxyAdmins, noTeam),
    admin_session: ofAllSessions,
    proxy_admin_viewer: noTeam,
    ...each(orgAdmins, roleGate),
    org_admin_member: noTeam,
    team_admin: ofAlpha,
    ...each(plainMembersOfAlpha, ofAlpha),
    user_session: ofAllSessions,
    internal_user_viewer: ofAlpha,
    cross_org_user: of('beta'),
    ...each(teamsKeys, roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
