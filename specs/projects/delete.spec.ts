import {
  each,
  every,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  projectDeleted,
  projectTargets,
  proxyAdmins,
  refused,
  roleGate,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type TargetProject,
} from '../../fixtures';

inLargeParts();

// Neither release has the route on any list of `non_proxy_admin_allowed_routes_check`, which keeps out whoever is no proxy
// admin, with 401 where 403 is meant. The handler, too, leaves it to proxy admins.

const asked = {
  act: ({ as, target, claim }: Acting<TargetProject>) =>
    as.send({
      method: 'DELETE',
      path: '/project/delete',
      body: { project_ids: [target.projectId], ...claim.body },
      query: claim.query,
    }),
  // No audit row tells of it, and no archive keeps it, but its budget stays.
  effects: (stage: Acting<TargetProject>) => projectDeleted(stage.target, stage),
};

for (const scenario of matrix('DELETE /project/delete', projectTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(projectTargets, 200), ghost: refused(404, 'Project not found') }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('DELETE /project/delete', projectTargets, {
  ...asked,
  answers: { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);
