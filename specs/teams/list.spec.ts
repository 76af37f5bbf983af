import {
  each,
  hashesInTeams,
  idsAt,
  idsInList,
  idsOfTeams,
  loggedOut,
  matrix,
  noTarget,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  refused,
  shows,
  teamsOf,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
} from '../../fixtures';

inLargeParts();

// Info routes: the gate lets everybody in. Without a `user_id` it is all teams that are asked for, and
// `allowed_route_check_inside_route` leaves those to admins; an organization's admin gets the teams of its organization,
// whether member of them or not. Whoever asks for the own ones has to say so, also who is admin of a team.
const forAdminsOnly = refused(401, 'Only admin users can query all teams/other teams');

// `/team/list` shows the hashes of the keys of all these teams as well.
const teamsWithKeys = {
  path: '/team/list',
  returned: idsInList('team_id', 'keys[].token'),
  returns:
    (teams: (typeof teamsOf)[keyof typeof teamsOf]) =>
    ({ world }: Acting<undefined>) => [...idsOfTeams(world, teams), ...hashesInTeams(world, teams)],
  all: ({ world }: Acting<undefined>) => {
    const teams = [...teamsOf.a, ...teamsOf.b];
    return [...idsOfTeams(world, teams), ...hashesInTeams(world, teams)];
  },
  // What is left of the own teams when those of the other organization are asked for.
  foreign: shows(() => []),
} as const;

const teams = {
  path: '/v2/team/list',
  returned: idsAt('teams[].team_id'),
  returns:
    (names: (typeof teamsOf)[keyof typeof teamsOf]) =>
    ({ world }: Acting<undefined>) =>
      idsOfTeams(world, names),
  all: ({ world }: Acting<undefined>) => idsOfTeams(world, [...teamsOf.a, ...teamsOf.b]),
  foreign: refused(403, 'You can only view teams within your organizations'),
} as const;

for (const { path, returned, returns, all, foreign } of [teamsWithKeys, teams]) {
  const asked = { act: ({ as, claim }: Acting<undefined>) => as.get(path, claim.query), returned };
  const ofA = shows(returns(teamsOf.a));
  const ofB = shows(returns(teamsOf.b));

  for (const scenario of matrix(`GET ${path}`, noTarget, {
    ...asked,
    returns: all,
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, forAdminsOnly),
      ...each(proxyAdmins, 200),
      proxy_admin_viewer: 200,
      org_admin: ofA,
      org_admin_member: ofA,
      org_b_admin: ofB,
      logged_out_session: loggedOut(forAdminsOnly),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  const ofAOnly = { ownInBody: ofA, foreignInBody: ofA, ownInQuery: ofA, foreignInQuery: foreign };
  for (const scenario of organizationMatrix(`GET ${path}`, noTarget, {
    ...asked,
    answers: {
      org_admin: ofAOnly,
      org_admin_member: ofAOnly,
      org_b_admin: { ownInBody: ofB, foreignInBody: ofB, ownInQuery: ofB, foreignInQuery: foreign },
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
