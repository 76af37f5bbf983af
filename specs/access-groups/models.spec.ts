import {
  allModelGroups,
  budgetUnlinked,
  carries,
  carriesNoMore,
  each,
  every,
  extended,
  idsAt,
  leaving,
  loggedOut,
  matrix,
  modelGroupTargets,
  modelTargets,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  scenario,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  withModelOutside,
  type Acting,
  type GroupAndModel,
  type TargetModel,
  type TargetModelGroup,
} from '../../fixtures';

inLargeParts();

// No list of `non_proxy_admin_allowed_routes_check` has these routes, so it keeps out whoever is no proxy admin, with 401
// where 403 is meant. Nothing else does: the handlers ask nobody who he is. They do not look at whose a model is,
// either, even if it is a team's alone.
const orgAdmins = { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate } as const;
const noSuchModel = refused(400, 'not found in Database');
const noSuchGroup = refused(404, 'not found');

const made = {
  // By its id, as deployments are found that no router has loaded.
  act: ({ as, scratch, target, claim }: Acting<TargetModel>) =>
    as.post(
      '/access_group/new',
      { access_group: scratch.tag('made'), model_ids: [target.modelId], ...claim.body },
      claim.query,
    ),
  returned: idsAt('access_group', 'model_ids[]'),
  returns: ({ scratch, target }: Acting<TargetModel>) => [scratch.tag('made'), target.modelId],
  // No audit row tells of it.
  effects: ({ scratch, target }: Acting<TargetModel>) => [carries(target, scratch.tag('made'))],
};

for (const scenario of matrix('POST /access_group/new', modelTargets, {
  ...made,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(modelTargets, 200), ghost: noSuchModel }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /access_group/new', modelTargets, { ...made, answers: orgAdmins }))
  test(scenario.title, scenario.details, scenario.run);

const listed = {
  act: ({ as, claim }: Acting<readonly TargetModelGroup[]>) => as.get('/access_group/list', claim.query),
  returned: idsAt('access_groups[].access_group', 'access_groups[].model_names[]'),
  returns: ({ target }: Acting<readonly TargetModelGroup[]>) => [
    ...target.map(({ name }) => name).toSorted(),
    ...target.flatMap(({ models }) => models.map(({ modelId }) => modelId)).toSorted(),
  ],
};

for (const scenario of matrix('GET /access_group/list', allModelGroups, {
  ...listed,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /access_group/list', allModelGroups, { ...listed, answers: orgAdmins }))
  test(scenario.title, scenario.details, scenario.run);

const looked = {
  act: ({ as, target, claim }: Acting<TargetModelGroup>) => as.get(`/access_group/${target.name}/info`, claim.query),
  returned: idsAt('access_group', 'model_names[]'),
  returns: ({ target: { name, models } }: Acting<TargetModelGroup>) => [name, ...models.map(({ modelId }) => modelId)],
};

for (const scenario of matrix('GET /access_group/{access_group}/info', modelGroupTargets, {
  ...looked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each([...proxyAdmins, 'proxy_admin_viewer'], { ...every(modelGroupTargets, 200), ghost: noSuchGroup }),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /access_group/{access_group}/info', modelGroupTargets, {
  ...looked,
  answers: orgAdmins,
}))
  test(scenario.title, scenario.details, scenario.run);

const targets = extended(modelGroupTargets, withModelOutside);
const moved = {
  act: ({ as, target, claim }: Acting<GroupAndModel>) =>
    as.send({
      method: 'PUT',
      path: `/access_group/${target.name}/update`,
      body: { model_ids: [target.outside.modelId], ...claim.body },
      query: claim.query,
    }),
  returned: idsAt('access_group', 'model_ids[]'),
  returns: ({ target }: Acting<GroupAndModel>) => [target.name, target.outside.modelId],
  // No audit row tells of it.
  effects: ({ target }: Acting<GroupAndModel>) => [...carriesNoMore(target), carries(target.outside, target.name)],
};

for (const scenario of matrix('PUT /access_group/{access_group}/update', targets, {
  ...moved,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(targets, 200), ghost: noSuchGroup }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('PUT /access_group/{access_group}/update', targets, {
  ...moved,
  answers: orgAdmins,
}))
  test(scenario.title, scenario.details, scenario.run);

// Whether there is such a model is looked up last: the group does not get the new one, and has lost the old ones, which makes
// it a group that nobody finds any more.
const toGhost = scenario({
  family: 'matrix',
  route: 'PUT /access_group/{access_group}/update',
  target: modelGroupTargets.ofAlpha.what,
  variant: 'to a ghost model',
  caller: 'proxy_admin',
  arrange: async (stage) => ({
    ...(await modelGroupTargets.ofAlpha.arrange(stage)),
    outside: modelTargets.ghost.arrange(stage),
  }),
  wide: modelGroupTargets.ofAlpha.wide,
  act: moved.act,
  expected: leaving(noSuchModel, ({ target }: Acting<GroupAndModel>) =>
    carriesNoMore(target).map(({ columns, ...row }) => ({
      ...row,
      columns: { ...columns, updated_at: ['<time>', '<time>'] as const },
    })),
  ),
});
test(toGhost.title, toGhost.details, toGhost.run);

const gone = {
  act: ({ as, target, claim }: Acting<TargetModelGroup>) =>
    as.send({ method: 'DELETE', path: `/access_group/${target.name}/delete`, body: claim.body, query: claim.query }),
  // The budget that the group had stays, and is nobody's. No audit row tells of it.
  effects: (stage: Acting<TargetModelGroup>) => [
    ...carriesNoMore(stage.target),
    ...budgetUnlinked(stage.target, stage),
  ],
};

for (const scenario of matrix('DELETE /access_group/{access_group}/delete', modelGroupTargets, {
  ...gone,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(modelGroupTargets, 200), ghost: noSuchGroup }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('DELETE /access_group/{access_group}/delete', modelGroupTargets, {
  ...gone,
  answers: orgAdmins,
}))
  test(scenario.title, scenario.details, scenario.run);
