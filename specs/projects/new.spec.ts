import {
  each,
  every,
  extended,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  projectMade,
  proxyAdmins,
  refused,
  roleGate,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  withModels,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// 1.87.0 has the route on none of the lists that `non_proxy_admin_allowed_routes_check` knows, so it keeps out whoever is no
// proxy admin. It raises a bare Exception, which authentication answers with 401.
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
    proxy_admin_viewer: viewerGate,
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

// 1.106.0 compares what is asked for with the team's limits before it asks who may (`_check_team_project_limits`): whoever has
// a key reads which models any team may use. Budgets and rates are compared, and told, in the same place.
const told = { '<=1.87.0': roleGate, '>=1.106.0': refused(400, "Team allowed models=['only-here']") } as const;
const limited = extended(teamTargets, withModels('only-here'));
const toldToAll = { ...every(limited, told), ghost: noSuchTeam } as const;
const toldToAdmins = refused(400, "Team allowed models=['only-here']");

for (const scenario of matrix('POST /project/new', limited, {
  act: ({ as, scratch, target, claim }) =>
    as.post(
      '/project/new',
      { project_id: scratch.tag('made'), team_id: target.teamId, models: ['not-there'], ...claim.body },
      claim.query,
    ),
  variant: 'a model that the team may not use',
  answers: {
    ...each(notProxyAdmins, toldToAll),
    ...each(proxyAdmins, { ...every(limited, toldToAdmins), ghost: refused(404, 'Team not found') }),
    proxy_admin_viewer: viewerGate,
  },
}))
  test(scenario.title, scenario.details, scenario.run);
