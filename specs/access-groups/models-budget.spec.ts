import {
  budgetSet,
  budgetUnlinked,
  each,
  every,
  idsAt,
  loggedOut,
  matrix,
  modelGroupTargets,
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
  type TargetModelGroup,
} from '../../fixtures';

inLargeParts();

// As with the groups themselves: the gate keeps out whoever is no proxy admin, with 401 where 403 is meant, and nothing else
// does. The handlers of GET and DELETE do not even learn who asks.
const orgAdmins = { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate } as const;
const noSuchGroup = refused(404, 'not found');

const route = '/access_group/{access_group}/budget';
const pathOf = ({ name }: TargetModelGroup) => `/access_group/${name}/budget`;

const looked = {
  act: ({ as, target, claim }: Acting<TargetModelGroup>) => as.get(pathOf(target), claim.query),
  returned: idsAt('access_group', 'budget.budget_id'),
  returns: ({ target: { name, budget } }: Acting<TargetModelGroup>) => [name, budget?.row.id ?? null],
};

for (const scenario of matrix(`GET ${route}`, modelGroupTargets, {
  ...looked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each([...proxyAdmins, 'proxy_admin_viewer'], { ...every(modelGroupTargets, 200), ghost: noSuchGroup }),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix(`GET ${route}`, modelGroupTargets, { ...looked, answers: orgAdmins }))
  test(scenario.title, scenario.details, scenario.run);

const maxBudget = 7;
const set = {
  act: ({ as, target, claim }: Acting<TargetModelGroup>) =>
    as.send({
      method: 'PUT',
      path: pathOf(target),
      body: { max_budget: maxBudget, ...claim.body },
      query: claim.query,
    }),
  returned: idsAt('access_group', 'budget.budget_id'),
  returns: ({ target: { name, budget } }: Acting<TargetModelGroup>) => [name, budget?.row.id ?? '<uuid>'],
  // No audit row tells of it.
  effects: budgetSet(maxBudget),
};

for (const scenario of matrix(`PUT ${route}`, modelGroupTargets, {
  ...set,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(modelGroupTargets, 200), ghost: noSuchGroup }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix(`PUT ${route}`, modelGroupTargets, { ...set, answers: orgAdmins }))
  test(scenario.title, scenario.details, scenario.run);

const cleared = {
  act: ({ as, target, claim }: Acting<TargetModelGroup>) =>
    as.send({ method: 'DELETE', path: pathOf(target), body: claim.body, query: claim.query }),
  // The budget itself stays, and is nobody's. A group that has none is cleared as well. No audit row tells of it.
  effects: (stage: Acting<TargetModelGroup>) => budgetUnlinked(stage.target, stage),
};

for (const scenario of matrix(`DELETE ${route}`, modelGroupTargets, {
  ...cleared,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(modelGroupTargets, 200), ghost: noSuchGroup }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix(`DELETE ${route}`, modelGroupTargets, { ...cleared, answers: orgAdmins }))
  test(scenario.title, scenario.details, scenario.run);
