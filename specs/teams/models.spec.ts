import {
  each,
  every,
  expect,
  extended,
  loggedOut,
  matrix,
  notProxyAdmins,
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
  withModels,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// The handler would let in the admins of the team and of its organization. But neither route is on any of the lists that
// `non_proxy_admin_allowed_routes_check` knows, and so it keeps out whoever is no proxy admin, also those who name an
// organization of their own. It raises a bare Exception, which authentication answers with 401.
const noSuchTeam = refused(404, 'Team not found');

for (const [path, before, after] of [
  // The new list is made of a set, and comes in whatever order.
  ['/team/model/add', ['here'], expect.arrayContaining(['added', 'here'])],
  ['/team/model/delete', ['added', 'here'], ['here']],
] as const) {
  const targets = extended(teamTargets, withModels(...before));
  const asked = {
    act: ({ as, target, claim }: Acting<TargetTeam>) =>
      as.post(path, { team_id: target.teamId, models: ['added'], ...claim.body }, claim.query),
    body: ({ target }: Acting<TargetTeam>) => teamShown(target, { models: after }),
    // No audit row tells of it.
    effects: ({ target }: Acting<TargetTeam>) => [updated(target.row, { models: [before, after] })],
  };

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
    answers: { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
