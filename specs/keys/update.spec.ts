import { keyOfCrossOrgUserInBeta, keyOfOwnerInAlpha, matrix, ownKey, test, updated } from '../../fixtures';

for (const scenario of matrix('POST /key/update', 'own key', {
  arrange: ownKey,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, max_parallel_requests: 7 }),
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
  effects: ({ target }) => [updated(target.row, { max_parallel_requests: [null, 7] })],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /key/update', 'key of owner in Alpha', {
  arrange: keyOfOwnerInAlpha,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, max_parallel_requests: 7 }),
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
  effects: ({ target }) => [updated(target.row, { max_parallel_requests: [null, 7] })],
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /key/update', 'key of cross_org_user in Beta', {
  arrange: keyOfCrossOrgUserInBeta,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, max_parallel_requests: 7 }),
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
  effects: ({ target }) => [updated(target.row, { max_parallel_requests: [null, 7] })],
}))
  test(scenario.title, scenario.details, scenario.run);
