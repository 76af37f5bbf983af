import {
  each,
  every,
  idsAt,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  shows,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`: the gate lets everybody in. Whose membership it is comes from the key alone, so what there is to
// know of a team is whether it exists, which is looked up before the caller is.
const noMember = refused(404, 'is not a member of team_id');
const noSuchTeam = refused(404, "Team doesn't exist in db");
const nobody = refused(400, 'API key has no associated user_id');

const asUser = shows(({ caller, target }: Acting<TargetTeam>) => [caller.userId, target.teamId, 'user']);
// The own team's only member is its admin.
const ofStranger = { ...every(teamTargets, noMember), own: 200, ghost: noSuchTeam } as const;
const ofMemberOfAlpha = { ...ofStranger, likeAlpha: asUser, delta: asUser };
// Who added Delta through the API became its admin: the master key, which goes by the user that the admin's session has.
const ofMakerOfDelta = { ...ofStranger, delta: 200 } as const;

const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) => as.get(`/team/${target.teamId}/members/me`, claim.query),
  returned: idsAt('user_id', 'team_id', 'role'),
  returns: ({ caller, target }: Acting<TargetTeam>) => [caller.userId, target.teamId, 'admin'],
  body: ({ caller, target }: Acting<TargetTeam>) => ({
    user_id: caller.userId,
    team_id: target.teamId,
    team_alias: target.teamId,
    spend: 0,
    total_spend: 0,
  }),
} as const;

for (const scenario of matrix('GET /team/{team_id}/members/me', teamTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, ofMakerOfDelta),
    // Who may see every member elsewhere is none here.
    proxy_admin: ofStranger,
    proxy_admin_viewer: ofStranger,
    ...each(orgAdmins, ofStranger),
    org_admin_member: ofStranger,
    team_admin: { ...ofStranger, likeAlpha: 200, delta: 200 },
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: { ...ofStranger, likeBeta: asUser },
    ...each(teamsKeys, nobody),
    logged_out_session: loggedOut(asUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('GET /team/{team_id}/members/me', teamTargets, {
  ...asked,
  answers: { org_admin: ofStranger, org_admin_member: ofStranger, org_b_admin: ofStranger },
}))
  test(scenario.title, scenario.details, scenario.run);
