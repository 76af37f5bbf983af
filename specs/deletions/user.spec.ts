import {
  each,
  every,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  inLargeParts,
  test,
  turnedAway,
  userDeleted,
  userTargets,
  viewerGate,
  whereOwnIsNamed,
  type Acting,
  type TargetUser,
} from '../../fixtures';

inLargeParts();

const noSuchUser = refused(404, 'User not found');
// Who administers an organization may delete whoever is in no other, whatever else that one is: a proxy admin, and oneself.
const notTheirs = refused(403, 'is not within your admin scope');
const of = <Own extends string>(own: readonly Own[]) =>
  whereOwnIsNamed(
    { ...every(userTargets, notTheirs), ...each(own, 200), self: 200, ghost: noSuchUser } as const,
    roleGate,
  );

const asked = {
  act: ({ as, target, claim }: Acting<TargetUser>) =>
    as.post('/user/delete', { user_ids: [target.userId], ...claim.body }, claim.query),
  effects: userDeleted,
};

for (const scenario of matrix('POST /user/delete', userTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    // Oneself too, and for the master key that is the user by whose name it goes.
    ...each(proxyAdmins, { ...every(userTargets, 200), ghost: noSuchUser }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /user/delete', userTargets, {
  ...asked,
  answers: {
    org_admin: of(['inA', 'proxyAdminInA']),
    org_admin_member: of(['inA', 'proxyAdminInA']),
    org_b_admin: of(['inB']),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
