import {
  idsInList,
  loggedOut,
  matrix,
  each,
  noTarget,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
} from '../../fixtures';

inLargeParts();

// An info route, which the gate lets everybody ask. The proxy's configuration names no `available_teams`, and so the answer
// is an empty list before anybody is looked up.
const asked = {
  act: ({ as, claim }: Acting<undefined>) => as.get('/team/available', claim.query),
  returned: idsInList('team_id'),
  returns: () => [],
} as const;

for (const scenario of matrix('GET /team/available', noTarget, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    ...each(notProxyAdmins, 200),
    proxy_admin_viewer: 200,
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /team/available', noTarget, {
  ...asked,
  answers: { org_admin: 200, org_admin_member: 200, org_b_admin: 200 },
}))
  test(scenario.title, scenario.details, scenario.run);
