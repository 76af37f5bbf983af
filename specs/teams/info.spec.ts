import {
  each,
  idsAt,
  matrix,
  orgAdmins,
  ownTeam,
  plainMembersOfAlpha,
  refused,
  teamLike,
  test,
  withKey,
} from '../../fixtures';

// `validate_membership` lets through: a proxy admin, the team's members, the admins of its organization.
const notTheirs = refused(403, 'not authorized to access this team');

// `keys[].token` is the hash of every key of the team, for each of its members to see. `team_info` means to remove it and
// takes it out of copies, which it then throws away.
const whose = idsAt('team_id', 'team_info.organization_id', 'keys[].token', 'team_info.members_with_roles[].user_id');

for (const scenario of matrix('GET /team/info', 'own team', {
  arrange: withKey(ownTeam),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
  answers: {
    proxy_admin: 200,
    ...each(orgAdmins, 200),
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    cross_org_user: 200,
  },
  returned: whose,
  returns: ({ target }) => [target.teamId, null, target.key.hashed, ...target.memberIds],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/info', 'team like Alpha', {
  arrange: withKey(teamLike('alpha')),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
  answers: {
    proxy_admin: 200,
    org_admin: 200,
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    cross_org_user: notTheirs,
    org_b_admin: notTheirs,
  },
  returned: whose,
  returns: ({ target, world: { organizations } }) => [
    target.teamId,
    organizations.a.organizationId,
    target.key.hashed,
    ...target.memberIds,
  ],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/info', 'team like Beta', {
  arrange: withKey(teamLike('beta')),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
  answers: {
    proxy_admin: 200,
    org_admin: notTheirs,
    team_admin: notTheirs,
    ...each(plainMembersOfAlpha, notTheirs),
    cross_org_user: 200,
    org_b_admin: 200,
  },
  returned: whose,
  returns: ({ target, world: { organizations } }) => [
    target.teamId,
    organizations.b.organizationId,
    target.key.hashed,
    ...target.memberIds,
  ],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/info', 'team like Gamma', {
  arrange: withKey(teamLike('gamma')),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
  answers: {
    proxy_admin: 200,
    org_admin: 200,
    // Nobody is a member. To be in the same organization is nothing, to be the admin of another of its teams neither.
    team_admin: notTheirs,
    ...each(plainMembersOfAlpha, notTheirs),
    cross_org_user: notTheirs,
    org_b_admin: notTheirs,
  },
  returned: whose,
  returns: ({ target, world: { organizations } }) => [target.teamId, organizations.a.organizationId, target.key.hashed],
}))
  test(scenario.title, scenario.details, scenario.run);
