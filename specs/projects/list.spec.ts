import {
  allProjects,
  each,
  idsInList,
  inAnyOrder,
  loggedOut,
  matrix,
  organizationMatrix,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  shows,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type TargetProject,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`: the gate lets everybody in, and the handler shows the projects of the teams that the user's row
// lists. A team that has the user as a member is not enough.
type Listing = Acting<readonly TargetProject[]>;
type Team = keyof Listing['world']['teams'];
const inTeams = (...names: readonly Team[]) =>
  shows(({ target, world }: Listing) => {
    const teamIds = names.map((name) => world.teams[name].teamId);
    return inAnyOrder(
      target.filter(({ teamId }) => teamId !== null && teamIds.includes(teamId)).map(({ projectId }) => projectId),
    );
  });
const all = shows(({ target }: Listing) => inAnyOrder(target.map(({ projectId }) => projectId)));
const none = shows(() => []);

const asked = {
  act: ({ as, claim }: Listing) => as.get('/project/list', claim.query),
  returned: idsInList('project_id'),
};

const ofMemberOfAlpha = inTeams('alpha', 'delta');
// To 1.87.0 the admin of an organization is nobody.
const ofOrgAdminOfA = { '<=1.87.0': none, '>=1.106.0': inTeams('alpha', 'delta', 'gamma') } as const;
const ofOrgAdminOfB = { '<=1.87.0': none, '>=1.106.0': inTeams('beta') } as const;

for (const scenario of matrix('GET /project/list', allProjects, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, all),
    // 1.87.0 asks for the user role proxy_admin, and means it.
    proxy_admin_viewer: { '<=1.87.0': none, '>=1.106.0': all },
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    org_b_admin: ofOrgAdminOfB,
    team_admin: ofMemberOfAlpha,
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: inTeams('beta'),
    // Nobody is behind them, and nobody is looked up in the database.
    ...each(teamsKeys, refused(500, '`where.user_id`: A value is required but not set')),
    logged_out_session: loggedOut(ofMemberOfAlpha),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('GET /project/list', allProjects, {
  ...asked,
  answers: { org_admin: ofOrgAdminOfA, org_admin_member: ofOrgAdminOfA, org_b_admin: ofOrgAdminOfB },
}))
  test(scenario.title, scenario.details, scenario.run);
