import {
  each,
  idsAt,
  keyOfCrossOrgUserInBeta,
  keyOfOwnerInAlpha,
  matrix,
  orgAdmins,
  ownKey,
  plainMembersOfAlpha,
  refused,
  test,
} from '../../fixtures';

// `_can_user_query_key_info` lets through: a proxy admin, whoever has the same user id, and every member of the key's team.
const notTheirs = refused(403, "not allowed to access this key's info");

// The hash is taken out of the answer, and `key` only echoes the question.
const whose = idsAt('info.key_alias', 'info.user_id', 'info.team_id', 'info.organization_id');

for (const scenario of matrix('GET /key/info', 'own key', {
  arrange: ownKey,
  act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
  answers: {
    proxy_admin: 200,
    // Unlike /key/update, this is an "info route": the gate lets everybody in and the handler decides.
    ...each(orgAdmins, 200),
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    cross_org_user: 200,
  },
  returned: whose,
  returns: ({ target, caller }) => [target.alias, caller.userId, null, null],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /key/info', 'key of owner in Alpha', {
  arrange: keyOfOwnerInAlpha,
  act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
  answers: {
    proxy_admin: 200,
    // No branch for them: the admin of the key's organization sees its hash in /team/info, but not the key's own info.
    ...each(orgAdmins, notTheirs),
    team_admin: 200,
    // Being in the team is enough (`user_belongs_to_keys_team`): each member sees the keys of all the others.
    ...each(plainMembersOfAlpha, 200),
    cross_org_user: notTheirs,
  },
  returned: whose,
  returns: ({ target, world: { actors, teams, organizations } }) => [
    target.alias,
    actors.owner.userId,
    teams.alpha.teamId,
    organizations.a.organizationId,
  ],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /key/info', 'key of cross_org_user in Beta', {
  arrange: keyOfCrossOrgUserInBeta,
  act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
  answers: {
    proxy_admin: 200,
    // org_b_admin too, although Beta is in its organization.
    ...each(orgAdmins, notTheirs),
    team_admin: notTheirs,
    ...each(plainMembersOfAlpha, notTheirs),
    cross_org_user: 200,
  },
  returned: whose,
  returns: ({ target, world: { actors, teams, organizations } }) => [
    target.alias,
    actors.cross_org_user.userId,
    teams.beta.teamId,
    organizations.b.organizationId,
  ],
}))
  test(scenario.title, scenario.details, scenario.run);
