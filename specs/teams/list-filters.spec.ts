import {
  each,
  hashesInTeams,
  idsAt,
  idsInList,
  idsOfTeams,
  matrix,
  noTarget,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  shows,
  teamsKeys,
  teamsOf,
  inLargeParts,
  test,
  type Acting,
  type TeamName,
} from '../../fixtures';

inLargeParts();

// What GET /team/list and GET /v2/team/list show to whoever asks for a user's teams, or for one team. Whoever asks for
// the own user's teams may (`allowed_route_check_inside_route`), and sees the hashes of everybody's keys in them as well.
const notTheirs = refused(401, 'Only admin users can query all teams/other teams');

type Asking = Acting<undefined>;
const inAlpha: readonly TeamName[] = ['alpha', 'delta'];

const withKeys =
  (...names: readonly TeamName[]) =>
  ({ world }: Asking) => [...idsOfTeams(world, names), ...hashesInTeams(world, names)];
const idsOnly =
  (...names: readonly TeamName[]) =>
  ({ world }: Asking) =>
    idsOfTeams(world, names);

const nothing = shows<undefined>(() => []);

for (const { path, returned, of } of [
  { path: '/team/list', returned: idsInList('team_id', 'keys[].token'), of: withKeys },
  { path: '/v2/team/list', returned: idsAt('teams[].team_id'), of: idsOnly },
]) {
  const [alpha, beta, delta] = [shows(of(...inAlpha)), shows(of('beta')), shows(of('delta'))];
  // Whoever administers an organization is in none of its teams. The newer route tells of those all the same, from 1.106.0 on.
  const itsTeams = (names: readonly TeamName[]) =>
    path === '/team/list' ? nothing : { '<=1.87.0': nothing, '>=1.106.0': shows(of(...names)) };

  for (const scenario of matrix(`GET ${path}`, noTarget, {
    variant: 'own user_id',
    act: ({ as, caller }) => as.get(path, { user_id: caller.userId ?? 'nobody' }),
    returned,
    answers: {
      ...each(proxyAdmins, nothing),
      // The proxy's own user has made Delta.
      admin_session: delta,
      master_key: delta,
      proxy_admin_viewer: nothing,
      org_admin: itsTeams(teamsOf.a),
      org_admin_member: itsTeams(teamsOf.a),
      org_b_admin: itsTeams(teamsOf.b),
      team_admin: alpha,
      ...each(plainMembersOfAlpha, alpha),
      internal_user_viewer: alpha,
      cross_org_user: beta,
      ...each(teamsKeys, notTheirs),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of matrix(`GET ${path}`, noTarget, {
    variant: 'user_id of owner',
    act: ({ as, world }) => as.get(path, { user_id: world.actors.owner.userId }),
    returned,
    answers: {
      ...each(proxyAdmins, alpha),
      proxy_admin_viewer: alpha,
      // Of anybody's teams those that are in their organization.
      org_admin: alpha,
      org_admin_member: alpha,
      org_b_admin: nothing,
      team_admin: notTheirs,
      ...each(plainMembersOfAlpha, notTheirs),
      owner: alpha,
      internal_user_viewer: notTheirs,
      cross_org_user: notTheirs,
      ...each(teamsKeys, notTheirs),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}

const alphaAlone = shows(idsOnly('alpha'));
// Not for its members, who may ask for their own teams only without naming one.
for (const scenario of matrix('GET /v2/team/list', noTarget, {
  variant: 'team_id of Alpha',
  act: ({ as, world }) => as.get('/v2/team/list', { team_id: world.teams.alpha.teamId }),
  returned: idsAt('teams[].team_id'),
  answers: {
    ...each(proxyAdmins, alphaAlone),
    proxy_admin_viewer: alphaAlone,
    org_admin: alphaAlone,
    org_admin_member: alphaAlone,
    org_b_admin: nothing,
    team_admin: notTheirs,
    ...each(plainMembersOfAlpha, notTheirs),
    internal_user_viewer: notTheirs,
    cross_org_user: notTheirs,
    ...each(teamsKeys, notTheirs),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
