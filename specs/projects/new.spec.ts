import {
  each,
  every,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  projectMade,
  proxyAdmins,
  refused,
  teamTargets,
  test,
  turnedAway,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

// 1.87.0 has the route on none of the lists that `non_proxy_admin_allowed_routes_check` knows, so it keeps out whoever is no
// proxy admin. It raises a bare Exception, which authentication answers with 401.
const roleGate = refused(401, 'Only proxy admin can be used');
// 1.106.0 has it among `self_managed_routes`: the gate lets everybody in, and the handler lets a team's admin make projects
// only where the configuration names them among what such admins may edit (`team_admin_may_manage_projects`); by default
// it does not. The text says otherwise.
const notTheirs = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'Only admins or team admins can create') } as const;
// Whether there is such a team is looked up first, so that everybody learns it.
const noSuchTeam = { '<=1.87.0': roleGate, '>=1.106.0': refused(404, 'Team not found') } as const;
const ofNobody = { ...every(teamTargets, notTheirs), ghost: noSuchTeam } as const;

const maxBudget = 7;
const asked = {
  act: ({ as, scratch, target, claim }: Acting<TargetTeam>) =>
    as.post(
      '/project/new',
      { project_id: scratch.tag('made'), team_id: target.teamId, max_budget: maxBudget, ...claim.body },
      claim.query,
    ),
  // No audit row tells of it.
  effects: (stage: Acting<TargetTeam>) => projectMade(stage.target.teamId, maxBudget, stage),
};

for (const scenario of matrix('POST /project/new', teamTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, ofNobody),
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: refused(404, 'Team not found') }),
    proxy_admin_viewer: refused(403, 'user not allowed to access this route'),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /project/new', teamTargets, {
  ...asked,
  answers: { org_admin: ofNobody, org_admin_member: ofNobody, org_b_admin: ofNobody },
}))
  test(scenario.title, scenario.details, scenario.run);
