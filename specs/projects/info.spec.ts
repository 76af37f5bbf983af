import {
  each,
  every,
  idsAt,
  loggedOut,
  matrix,
  organizationMatrix,
  plainMembersOfAlpha,
  projectTargets,
  proxyAdmins,
  refused,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type TargetProject,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`: the gate lets everybody in, and the handler asks who is in the project's team, once the project
// is there.
const notTheirs = refused(403, "You don't have access to this project");
const noSuchProject = refused(404, 'Project not found');

const ofAll = { ...every(projectTargets, 200), ghost: noSuchProject } as const;
const ofNobody = { ...every(projectTargets, notTheirs), ghost: noSuchProject } as const;
const ofMemberOfAlpha = { ...ofNobody, inOwnTeam: 200, inAlpha: 200, inDelta: 200 } as const;
// To 1.87.0 the admin of an organization is nobody.
const byOrgAdmin = { '<=1.87.0': notTheirs, '>=1.106.0': 200 } as const;
const ofOrgAdminOfA = {
  ...ofNobody,
  inOwnTeam: 200,
  ...each(['inAlpha', 'inGamma', 'inDelta'], byOrgAdmin),
} as const;
const ofOrgAdminOfB = { ...ofNobody, inOwnTeam: 200, inBeta: byOrgAdmin } as const;

const asked = {
  act: ({ as, target, claim }: Acting<TargetProject>) =>
    as.get('/project/info', { project_id: target.projectId, ...claim.query }),
  returned: idsAt('project_id', 'team_id', 'budget_id'),
  returns: ({ target: { projectId, teamId, budget } }: Acting<TargetProject>) => [projectId, teamId, budget.id],
};

for (const scenario of matrix('GET /project/info', projectTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, ofAll),
    // 1.87.0 asks for the user role proxy_admin, and means it.
    proxy_admin_viewer: {
      ...every(projectTargets, { '<=1.87.0': notTheirs, '>=1.106.0': 200 } as const),
      inOwnTeam: 200,
      ghost: noSuchProject,
    },
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    org_b_admin: ofOrgAdminOfB,
    team_admin: ofMemberOfAlpha,
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: { ...ofNobody, inOwnTeam: 200, inBeta: 200 },
    // Not even a project of the key's own team: nobody is behind it who could be in it.
    ...each(teamsKeys, ofNobody),
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('GET /project/info', projectTargets, {
  ...asked,
  answers: { org_admin: ofOrgAdminOfA, org_admin_member: ofOrgAdminOfA, org_b_admin: ofOrgAdminOfB },
}))
  test(scenario.title, scenario.details, scenario.run);
