import {
  budgetDeleted,
  budgetTargets,
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
  viewerGate,
  type Acting,
  type TargetBudget,
} from '../../fixtures';

inLargeParts();

const asked = {
  act: ({ as, target, claim }: Acting<TargetBudget>) =>
    as.post('/budget/delete', { id: target.budgetId, ...claim.body }, claim.query),
  effects: budgetDeleted,
};

for (const scenario of matrix('POST /budget/delete', budgetTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, {
      // A ghost too: nothing is there, and that is a success.
      ...every(budgetTargets, 200),
      // An organization cannot be without one (a foreign key that restricts), and nobody expects that.
      ofOrganization: refused(500, 'Internal server error'),
    }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /budget/delete', budgetTargets, {
  ...asked,
  answers: { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);
