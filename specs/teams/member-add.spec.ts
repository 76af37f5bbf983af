import {
  adminsOfTeams,
  asItWas,
  extended,
  joined,
  loggedOut,
  matrix,
  orgAdminsOfTeams,
  organizationMatrix,
  refused,
  teamShown,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`: the gate lets everybody in, and the handler asks who administers the team
// (`_validate_team_member_add_permissions`), once the team is there.
const notTheirs = refused(403, 'User not proxy admin OR team admin. route=/team/member_add');
const noSuchTeam = refused(404, "Team doesn't exist in db");

const targets = extended(teamTargets, asItWas);
const asked = {
  act: ({ as, target, world: { shutOut }, claim }: Acting<TargetTeam>) =>
    as.post(
      '/team/member_add',
      { team_id: target.teamId, member: { user_id: shutOut.userId, role: 'user' }, ...claim.body },
      claim.query,
    ),
  body: ({ target, world: { shutOut } }: Acting<TargetTeam>) =>
    teamShown(target, {}, [...target.memberIds, shutOut.userId]),
  effects: joined,
};

for (const scenario of matrix('POST /team/member_add', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...adminsOfTeams(notTheirs, noSuchTeam),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(notTheirs),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /team/member_add', targets, {
  ...asked,
  answers: orgAdminsOfTeams(notTheirs, noSuchTeam),
}))
  test(scenario.title, scenario.details, scenario.run);
