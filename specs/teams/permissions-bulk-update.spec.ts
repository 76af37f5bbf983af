import {
  each,
  every,
  extended,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  whereOwnIsNamed,
  withPermission,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// A management route, at whose gate all wait who are no proxy admin (a bare Exception: 401 where 403 is meant). The handler
// asks for a proxy admin once more, and so those learn no more than that who name an organization of their own.
const notTheirs = refused(403, 'Only proxy admins can bulk-update team permissions');

const targets = extended(teamTargets, withPermission('/key/list'));
const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.post(
      '/team/permissions_bulk_update',
      { team_ids: [target.teamId], permissions: ['/key/info'], ...claim.body },
      claim.query,
    ),
  body: () => ({
    message: 'Team permissions updated successfully',
    teams_updated: 1,
    permissions_appended: ['/key/info'],
  }),
  // Added to what is there, in alphabetical order. No audit row tells of it.
  effects: ({ target }: Acting<TargetTeam>) => [
    updated(target.row, { team_member_permissions: [['/key/list'], ['/key/info', '/key/list']] }),
  ],
};

for (const scenario of matrix('POST /team/permissions_bulk_update', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: refused(404, 'Team(s) not found') }),
    ...each(notProxyAdmins, roleGate),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

const named = whereOwnIsNamed(notTheirs, roleGate);
for (const scenario of organizationMatrix('POST /team/permissions_bulk_update', targets, {
  ...asked,
  answers: { org_admin: named, org_admin_member: named, org_b_admin: named },
}))
  test(scenario.title, scenario.details, scenario.run);
