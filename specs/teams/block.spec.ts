import {
  blocked,
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
  teamShown,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  whereOwnIsNamed,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// A management route: `non_proxy_admin_allowed_routes_check` keeps out whoever is no proxy admin, the team's own admin too,
// whom the handler would let through. It raises a bare Exception, which authentication answers with 401.
// The handler (`_verify_team_access`, in 1.106.0 `TeamAccess.allows`) is reached by admins of an organization who name theirs.
const notTheirs = refused(403, 'You do not have access to this team');
const noSuchTeam = refused(404, 'Team not found');

const own = orgAdminsOfTeams(notTheirs, noSuchTeam);

for (const [path, before, after] of [
  ['/team/block', false, true],
  ['/team/unblock', true, false],
] as const) {
  const asked = {
    act: ({ as, target, claim }: Acting<TargetTeam>) =>
      as.post(path, { team_id: target.teamId, ...claim.body }, claim.query),
    body: ({ target }: Acting<TargetTeam>) => teamShown(target, { blocked: after }),
    // No audit row tells of it.
    effects: ({ target }: Acting<TargetTeam>) => [updated(target.row, { blocked: [before, after] })],
  };
  const targets = before ? extended(teamTargets, blocked) : teamTargets;

  for (const scenario of matrix(`POST ${path}`, targets, {
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

  for (const scenario of organizationMatrix(`POST ${path}`, targets, {
    ...asked,
    answers: {
      org_admin: whereOwnIsNamed(own.org_admin, roleGate),
      org_admin_member: whereOwnIsNamed(own.org_admin_member, roleGate),
      org_b_admin: whereOwnIsNamed(own.org_b_admin, roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
