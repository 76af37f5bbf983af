import {
  each,
  every,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  projectChanged,
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

// The gate and the setting are those of `POST /project/new`.
const notTheirs = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'Only admins or team admins can update') } as const;
// Whether there is such a project is looked up first, so that everybody learns it.
const noSuchProject = { '<=1.87.0': roleGate, '>=1.106.0': refused(404, 'Project not found') } as const;
const ofNobody = { ...every(projectTargets, notTheirs), ghost: noSuchProject } as const;

const change = { description: 'changed', maxBudget: 7 };
const asked = {
  act: ({ as, target, claim }: Acting<TargetProject>) =>
    as.post(
      '/project/update',
      {
        project_id: target.projectId,
        description: change.description,
        max_budget: change.maxBudget,
        ...claim.body,
      },
      claim.query,
    ),
  // No audit row tells of it.
  effects: (stage: Acting<TargetProject>) => projectChanged(stage.target, change, stage),
};

for (const scenario of matrix('POST /project/update', projectTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, ofNobody),
    ...each(proxyAdmins, { ...every(projectTargets, 200), ghost: refused(404, 'Project not found') }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /project/update', projectTargets, {
  ...asked,
  answers: { org_admin: ofNobody, org_admin_member: ofNobody, org_b_admin: ofNobody },
}))
  test(scenario.title, scenario.details, scenario.run);
