import { matrix, ownTeam, teamLike, test } from '../../fixtures';

for (const scenario of matrix('GET /team/info', 'own team', {
  arrange: ownTeam,
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
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
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/info', 'team like Alpha', {
  arrange: teamLike('alpha'),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
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
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/info', 'team like Beta', {
  arrange: teamLike('beta'),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
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
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/info', 'team like Gamma', {
  arrange: teamLike('gamma'),
  act: ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
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
}))
  test(scenario.title, scenario.details, scenario.run);
