import {
  each,
  idsInList,
  idsOfTeams,
  loggedOut,
  matrix,
  noTarget,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  roleGate,
  teamsOf,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
} from '../../fixtures';

inLargeParts();

// The handler asks nobody who they are. The route is on none of the lists that `non_proxy_admin_allowed_routes_check` knows,
// and this is all that stands before it; the viewer of everything may read whatever a proxy admin may.
const asked = {
  act: ({ as, claim }: Acting<undefined>) => as.get('/team/filter/ui', claim.query),
  returned: idsInList('team_id'),
  returns: ({ world }: Acting<undefined>) => idsOfTeams(world, [...teamsOf.a, ...teamsOf.b]),
} as const;

for (const scenario of matrix('GET /team/filter/ui', noTarget, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    ...each(notProxyAdmins, roleGate),
    proxy_admin_viewer: 200,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /team/filter/ui', noTarget, {
  ...asked,
  answers: { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);
