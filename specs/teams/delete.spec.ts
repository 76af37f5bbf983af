import {
  each,
  every,
  extended,
  loggedOut,
  matrix,
  notProxyAdmins,
  orgAdminsOfTeams,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  teamDeleted,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  whereOwnIsNamed,
  withMember,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// A management route: `non_proxy_admin_allowed_routes_check` keeps out whoever is no proxy admin, the team's own admin too,
// whom the handler would let through. It raises a bare Exception, which authentication answers with 401.
// The handler (`_verify_team_access`, in 1.106.0 `TeamAccess.allows`) is reached by admins of an organization who name theirs.
const notTheirs = refused(403, 'You do not have access to this team');
const noSuchTeam = refused(404, 'Team not found');

// 1.87.0 lets all members leave at once, each asking whether the caller may: on a busy machine the caller, who is the team's admin
// and nothing else, may be out of it before the last one asks.
const overtaken = { status: 403, guard: 'User not proxy admin OR team admin. route=/team/member_delete' };
const ownTeam = { '<=1.87.0': { status: 200, raced: overtaken }, '>=1.106.0': 200 } as const;
const ofOrgAdmin = <Row>(row: Row) => whereOwnIsNamed({ ...row, own: ownTeam }, roleGate);

const own = orgAdminsOfTeams(notTheirs, noSuchTeam);
const targets = extended(teamTargets, withMember);
const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.post('/team/delete', { team_ids: [target.teamId], ...claim.body }, claim.query),
  body: ({ target }: Acting<TargetTeam>) => ({ deleted_teams: [target.teamId] }),
  effects: teamDeleted,
};

for (const scenario of matrix('POST /team/delete', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchTeam }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /team/delete', targets, {
  ...asked,
  answers: {
    org_admin: ofOrgAdmin(own.org_admin),
    org_admin_member: ofOrgAdmin(own.org_admin_member),
    org_b_admin: ofOrgAdmin(own.org_b_admin),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
