import {
  deletableOrganizations,
  each,
  every,
  idsInList,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationDeleted,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type TargetOrganization,
} from '../../fixtures';

inLargeParts();

// `organization_role_based_access_check` comes before the role gate, and asks every user who is no proxy admin, the viewer of
// everything included, for an `organization_id` that it administers: a field that this route does not have. Whoever sends
// one gets to the handler, and learns that it takes a proxy admin. 401 where 403 is meant.
const noneNamed = refused(401, 'Passed organization_id is None');
const noRoleThere = refused(401, 'You do not have a role within the selected organization');
const noProxyAdmin = refused(401, 'Only proxy admins can delete organizations');

const asked = {
  act: ({ as, target, claim }: Acting<TargetOrganization>) =>
    as.send({
      method: 'DELETE',
      path: '/organization/delete',
      body: { organization_ids: [target.organizationId], ...claim.body },
      query: claim.query,
    }),
  returned: idsInList('organization_id'),
  returns: ({ target }: Acting<TargetOrganization>) => [target.organizationId],
  effects: organizationDeleted,
};

for (const scenario of matrix('DELETE /organization/delete', deletableOrganizations, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, noneNamed),
    ...each(proxyAdmins, { ...every(deletableOrganizations, 200), ghost: refused(404, 'not found') }),
    proxy_admin_viewer: noneNamed,
    // Nobody is behind them who could have a role.
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(noneNamed),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

const named = {
  ownInBody: noProxyAdmin,
  foreignInBody: noRoleThere,
  ownInQuery: noProxyAdmin,
  foreignInQuery: noRoleThere,
};
for (const scenario of organizationMatrix('DELETE /organization/delete', deletableOrganizations, {
  ...asked,
  answers: { org_admin: named, org_admin_member: named, org_b_admin: named },
}))
  test(scenario.title, scenario.details, scenario.run);
