import { matrix, ownTeam, teamLike, test, updated } from '../../fixtures';

for (const scenario of matrix('POST /team/update', 'own team', {
  arrange: ownTeam,
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, team_alias: 'renamed' }),
  answers: {
    proxy_admin: 200,
    org_admin: 200,
    team_admin: 200,
    internal_user: 200,
    owner: 200,
    unrelated_same_org: 200,
    service_account: 200,
    cross_org_user: 200,
    org_b_admin: 200,
  },
  effects: ({ target }) => [updated(target.row, { team_alias: [target.teamId, 'renamed'] })],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /team/update', 'team like Alpha', {
  arrange: teamLike('alpha'),
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, team_alias: 'renamed' }),
  answers: {
    proxy_admin: 200,
    org_admin: 200,
    team_admin: 200,
    internal_user: 200,
    owner: 200,
    unrelated_same_org: 200,
    service_account: 200,
    cross_org_user: 200,
    org_b_admin: 200,
  },
  effects: ({ target }) => [updated(target.row, { team_alias: [target.teamId, 'renamed'] })],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /team/update', 'team like Beta', {
  arrange: teamLike('beta'),
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, team_alias: 'renamed' }),
  answers: {
    proxy_admin: 200,
    org_admin: 200,
    team_admin: 200,
    internal_user: 200,
    owner: 200,
    unrelated_same_org: 200,
    service_account: 200,
    cross_org_user: 200,
    org_b_admin: 200,
  },
  effects: ({ target }) => [updated(target.row, { team_alias: [target.teamId, 'renamed'] })],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /team/update', 'team like Gamma', {
  arrange: teamLike('gamma'),
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, team_alias: 'renamed' }),
  answers: {
    proxy_admin: 200,
    org_admin: 200,
    team_admin: 200,
    internal_user: 200,
    owner: 200,
    unrelated_same_org: 200,
    service_account: 200,
    cross_org_user: 200,
    org_b_admin: 200,
  },
  effects: ({ target }) => [updated(target.row, { team_alias: [target.teamId, 'renamed'] })],
}))
  test(scenario.title, scenario.details, scenario.run);
