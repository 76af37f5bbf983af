import {
  each,
  every,
  extended,
  idsAt,
  inAnyOrder,
  loggedOut,
  matrix,
  organizationMatrix,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  teamShown,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  withKeys,
  type Acting,
  type TargetTeam,
  type TeamWithKeys,
} from '../../fixtures';

inLargeParts();

// `validate_membership` lets through: a proxy admin, the team's members, the admins of its organization.
const notTheirs = refused(403, 'not authorized to access this team');
const noSuchTeam = refused(404, 'Team not found');

const ofAll = { ...every(teamTargets, 200), ghost: noSuchTeam } as const;
const ofOrgAdminOfA = { ...ofAll, likeBeta: notTheirs } as const;
// Nobody is a member of Gamma. To be in the same organization is nothing, to be the admin of another of its teams neither.
const ofMemberOfAlpha = { ...ofAll, likeBeta: notTheirs, likeGamma: notTheirs } as const;
const ofBeta = { ...every(teamTargets, notTheirs), own: 200, likeBeta: 200, ghost: noSuchTeam } as const;

const targets = extended(teamTargets, withKeys);
const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) => as.get('/team/info', { team_id: target.teamId, ...claim.query }),
  // `keys[].token` is the hash of every key of the team, for each of its members to see. `team_info` means to remove it
  // and takes it out of copies, which it then throws away.
  returned: idsAt('team_id', 'team_info.organization_id', 'keys[].token', 'team_info.members_with_roles[].user_id'),
  returns: ({ target: { teamId, organizationId, hashes, memberIds } }: Acting<TeamWithKeys>) => [
    teamId,
    organizationId,
    ...inAnyOrder(hashes),
    ...inAnyOrder(memberIds),
  ],
  body: ({ target }: Acting<TeamWithKeys>) => ({
    team_id: target.teamId,
    team_info: teamShown(target, { blocked: false, spend: 0 }),
  }),
} as const;

for (const scenario of matrix('GET /team/info', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, ofAll),
    proxy_admin_viewer: ofAll,
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    team_admin: ofMemberOfAlpha,
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: ofBeta,
    org_b_admin: ofBeta,
    // A key of a team sees that team and no other.
    ...each(teamsKeys, { ...every(teamTargets, notTheirs), own: 200, ghost: noSuchTeam }),
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// The handler does not look at it.
for (const scenario of organizationMatrix('GET /team/info', targets, {
  ...asked,
  answers: { org_admin: ofOrgAdminOfA, org_admin_member: ofOrgAdminOfA, org_b_admin: ofBeta },
}))
  test(scenario.title, scenario.details, scenario.run);
