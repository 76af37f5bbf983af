import {
  adminsOfTeams,
  extended,
  left,
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
  withMember,
  type Acting,
  type TeamWithMember,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`: the gate lets everybody in, and the handler asks who administers the team
// (`_is_user_team_admin` and its like, in 1.106.0 `TeamAccess.allows`), once the team is there.
const notTheirs = refused(403, 'User not proxy admin OR team admin. route=/team/member_delete');
// 400 where 404 is meant.
const noSuchTeam = refused(400, 'does not exist in db');

const targets = extended(teamTargets, withMember);
const asked = {
  act: ({ as, target, claim }: Acting<TeamWithMember>) =>
    as.post(
      '/team/member_delete',
      { team_id: target.teamId, user_id: target.member.userId, ...claim.body },
      claim.query,
    ),
  body: ({ target }: Acting<TeamWithMember>) => teamShown(target),
  effects: left,
};

for (const scenario of matrix('POST /team/member_delete', targets, {
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
for (const scenario of organizationMatrix('POST /team/member_delete', targets, {
  ...asked,
  answers: orgAdminsOfTeams(notTheirs, noSuchTeam),
}))
  test(scenario.title, scenario.details, scenario.run);
