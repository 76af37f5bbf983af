import {
  asItWas,
  each,
  every,
  extended,
  idsAt,
  joined,
  loggedOut,
  matrix,
  notProxyAdmins,
  orgAdminsOfTeams,
  organizationMatrix,
  proxyAdmins,
  refusedInItem,
  roleGate,
  teamShown,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  whereOwnIsNamed,
  type Acting,
  type Stage,
  type TeamAsItWas,
} from '../../fixtures';

inLargeParts();

// No list that `non_proxy_admin_allowed_routes_check` knows names the route, and so it keeps out whoever is no proxy admin (a
// bare Exception: 401 where 403 is meant), the team's own admin too, who may add one member after the other.
// The handler is /team/member_add's. What that refuses stands beside each member, in a 200.
const notTheirs = refusedInItem('User not proxy admin OR team admin. route=/team/member_add');
const noSuchTeam = {
  ...refusedInItem("Team doesn't exist in db"),
  body: ({ target: { teamId }, world }: Acting<TeamAsItWas>) => ({
    team_id: teamId,
    results: [{ user_id: world.shutOut.userId, success: false }],
    total_requested: 1,
    successful_additions: 0,
    failed_additions: 1,
  }),
};

const targets = extended(teamTargets, asItWas);
const added =
  (membership: (world: Stage['world'], teamId: string) => object | null) =>
  ({ target, world }: Acting<TeamAsItWas>) => {
    const { userId } = world.shutOut;
    return {
      team_id: target.teamId,
      results: [
        {
          user_id: userId,
          success: true,
          updated_user: { user_id: userId, user_role: 'internal_user' },
          updated_team_membership: membership(world, target.teamId),
        },
      ],
      total_requested: 1,
      successful_additions: 1,
      failed_additions: 0,
      updated_team: teamShown(target, {}, [...target.memberIds, userId]),
    };
  };

const asked = {
  act: ({ as, target, world: { shutOut }, claim }: Acting<TeamAsItWas>) =>
    as.post(
      '/team/bulk_member_add',
      { team_id: target.teamId, members: [{ user_id: shutOut.userId, role: 'user' }], ...claim.body },
      claim.query,
    ),
  refusals: idsAt('results[].error'),
  // 1.87.0 has no row for a member without a budget.
  body: {
    '<=1.87.0': added(() => null),
    '>=1.106.0': added(({ shutOut }, team_id) => ({ user_id: shutOut.userId, team_id })),
  },
  effects: joined,
};

for (const scenario of matrix('POST /team/bulk_member_add', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchTeam }),
    ...each(notProxyAdmins, roleGate),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// 1.106.0 has a list with the pattern `/team/{team_id}`, which is meant for another route and fits this one as well. So those
// come in who name an organization of their own, as on the routes of that list.
const named = orgAdminsOfTeams(
  { '<=1.87.0': roleGate, '>=1.106.0': notTheirs },
  { '<=1.87.0': roleGate, '>=1.106.0': noSuchTeam },
  { '<=1.87.0': roleGate, '>=1.106.0': 200 },
);
for (const scenario of organizationMatrix('POST /team/bulk_member_add', targets, {
  ...asked,
  answers: {
    org_admin: whereOwnIsNamed(named.org_admin, roleGate),
    org_admin_member: whereOwnIsNamed(named.org_admin_member, roleGate),
    org_b_admin: whereOwnIsNamed(named.org_b_admin, roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
