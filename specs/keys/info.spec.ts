import { keyOfCrossOrgUserInBeta, keyOfOwnerInAlpha, matrix, ownKey, test } from '../../fixtures';

for (const scenario of matrix('GET /key/info', 'own key', {
  arrange: ownKey,
  act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
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

for (const scenario of matrix('GET /key/info', 'key of owner in Alpha', {
  arrange: keyOfOwnerInAlpha,
  act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
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

for (const scenario of matrix('GET /key/info', 'key of cross_org_user in Beta', {
  arrange: keyOfCrossOrgUserInBeta,
  act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
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
