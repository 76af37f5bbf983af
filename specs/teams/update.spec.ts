import {
  audited,
  each,
  every,
  loggedOut,
  matrix,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  teamTargets,
  teamsKeys,
  test,
  turnedAway,
  updated,
} from '../../fixtures';

const change = { team_alias: 'renamed' };

// 1.87.0: the gate keeps everybody out who is no proxy admin and names no organization in the body that it administers
// (`non_proxy_admin_allowed_routes_check`, a bare Exception: 401 where 403 is meant). The handler's `_verify_team_access`,
// which would let in the admins of the team and of its organization, is not reached.
const roleGate = refused(401, 'Only proxy admin can be used');
// 1.106.0 lists the route among `self_managed_routes`: the gate lets everybody in, and `TeamAccess.strongest_role` decides.
const nobodyThere = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'You do not have access to this team') } as const;
// A team admin, recognized as one, may edit what `team_admin_editable_team_fields` lists: by default nothing.
const itsAdmin = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'cannot edit team settings') } as const;
const adminOfItsOrganization = { '<=1.87.0': roleGate, '>=1.106.0': 200 } as const;

// The own team is in no organization, so its admin is that and nothing more. Whether a ghost is one, only proxy admins learn.
const ofNobody = { ...every(teamTargets, nobodyThere), own: itsAdmin } as const;
const ofOrgAdminOfA = {
  ...ofNobody,
  likeAlpha: adminOfItsOrganization,
  likeGamma: adminOfItsOrganization,
  delta: adminOfItsOrganization,
} as const;

for (const scenario of matrix('POST /team/update', teamTargets, {
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, ...change }),
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: refused(404, 'Team not found') }),
    proxy_admin_viewer: refused(403, 'user not allowed to access this route'),
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    team_admin: { ...ofNobody, likeAlpha: itsAdmin, delta: itsAdmin },
    // A plain member may see the team and change nothing.
    ...each(plainMembersOfAlpha, ofNobody),
    internal_user_viewer: ofNobody,
    cross_org_user: ofNobody,
    org_b_admin: { ...ofNobody, likeBeta: adminOfItsOrganization },
    ...each(teamsKeys, nobodyThere),
    logged_out_session: loggedOut(roleGate),
  },
  effects: ({ target: { row, teamId }, caller }) => [
    updated(row, { team_alias: [teamId, change.team_alias] }),
    audited(row, caller, change),
  ],
}))
  test(scenario.title, scenario.details, scenario.run);
