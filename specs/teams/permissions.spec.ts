import {
  adminsOfTeams,
  every,
  extended,
  idsAt,
  loggedOut,
  matrix,
  orgAdminsOfTeams,
  organizationMatrix,
  refused,
  teamShown,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  withPermission,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// Both are of `self_managed_routes`: the gate lets everybody in, and the handler asks who administers the team, once the
// team is there. To be a member is nothing, also where it is about what oneself may do.
const noSuchTeam = refused(404, "Team doesn't exist in db");
const targets = extended(teamTargets, withPermission('/key/info'));

// The text names another route than the one that was asked.
const notShown = refused(403, 'User not proxy admin OR team admin. route=/team/member_add');
const look = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.get('/team/permissions_list', { team_id: target.teamId, ...claim.query }),
  returned: idsAt('team_id', 'team_member_permissions[]'),
  returns: ({ target }: Acting<TargetTeam>) => [target.teamId, '/key/info'],
} as const;

for (const scenario of matrix('GET /team/permissions_list', targets, {
  ...look,
  answers: {
    ...turnedAway,
    ...adminsOfTeams(notShown, noSuchTeam),
    proxy_admin_viewer: { ...every(teamTargets, 200), ghost: noSuchTeam },
    logged_out_session: loggedOut(notShown),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('GET /team/permissions_list', targets, {
  ...look,
  answers: orgAdminsOfTeams(notShown, noSuchTeam),
}))
  test(scenario.title, scenario.details, scenario.run);

const notTheirs = refused(403, 'User not proxy admin OR team admin. route=/team/permissions_update');
const change = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.post(
      '/team/permissions_update',
      { team_id: target.teamId, team_member_permissions: ['/key/list'], ...claim.body },
      claim.query,
    ),
  body: ({ target }: Acting<TargetTeam>) => teamShown(target, { team_member_permissions: ['/key/list'] }),
  // No audit row tells that all members may do more from now on.
  effects: ({ target }: Acting<TargetTeam>) => [
    updated(target.row, { team_member_permissions: [['/key/info'], ['/key/list']] }),
  ],
};

for (const scenario of matrix('POST /team/permissions_update', targets, {
  ...change,
  answers: {
    ...turnedAway,
    ...adminsOfTeams(notTheirs, noSuchTeam),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(notTheirs),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /team/permissions_update', targets, {
  ...change,
  answers: orgAdminsOfTeams(notTheirs, noSuchTeam),
}))
  test(scenario.title, scenario.details, scenario.run);
