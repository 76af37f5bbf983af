import {
  each,
  every,
  idsAt,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  refused,
  refusedInItem,
  inLargeParts,
  test,
  turnedAway,
  userDeletedInBulk,
  userTargets,
  viewerGate,
  type Acting,
  type TargetUser,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`, where /user/delete is not: the gate lets everybody in, and an organization's admin need not name
// it. As there, its members are its admin's to delete who are in no other organization, proxy admins and oneself included.
const noAdmin = refused(403, 'Only PROXY_ADMIN or ORG_ADMIN users may delete users');
const notTheirs = refusedInItem('is not within your admin scope');
const noSuchUser = refusedInItem('not found');
const of = <Own extends string>(own: readonly Own[]) =>
  ({ ...every(userTargets, notTheirs), ...each(own, 200), self: 200, ghost: noSuchUser }) as const;

const asked = {
  act: ({ as, target, claim }: Acting<TargetUser>) =>
    as.post('/management/v1/users/bulk_delete', { user_ids: [target.userId], ...claim.body }, claim.query),
  refusals: idsAt('data[].error'),
  returned: idsAt('data[].user_id'),
  returns: ({ target }: Acting<TargetUser>) => [target.userId],
  effects: userDeletedInBulk,
};

for (const scenario of matrix('POST /management/v1/users/bulk_delete', userTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, noAdmin),
    ...each(proxyAdmins, { ...every(userTargets, 200), ghost: noSuchUser }),
    proxy_admin_viewer: viewerGate,
    org_admin: of(['inA', 'proxyAdminInA']),
    org_admin_member: of(['inA', 'proxyAdminInA']),
    org_b_admin: of(['inB']),
    logged_out_session: loggedOut(noAdmin),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// It takes nothing that it does not know. Who asks is not looked at before.
const unknownField = refused(422, 'organization_id: Extra inputs are not permitted');
const unknownParameter = refused(400, 'Unrecognized query parameter(s): organization_id');
const claimed = {
  ownInBody: unknownField,
  foreignInBody: unknownField,
  ownInQuery: unknownParameter,
  foreignInQuery: unknownParameter,
};
for (const scenario of organizationMatrix('POST /management/v1/users/bulk_delete', userTargets, {
  ...asked,
  answers: { org_admin: claimed, org_admin_member: claimed, org_b_admin: claimed },
}))
  test(scenario.title, scenario.details, scenario.run);
