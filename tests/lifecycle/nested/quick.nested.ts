import { keyTargets, scenario, test } from '../../../fixtures';

for (const caller of ['proxy_admin', 'team_admin', 'owner', 'internal_user', 'service_account'] as const) {
  const quick = scenario({
    family: 'harness',
    route: 'GET /key/info',
    target: 'own key, once',
    caller,
    arrange: keyTargets.ofOwnerInAlpha.arrange,
    act: ({ as }) => as.get('/key/info'),
    expected: { status: 200 },
  });
  test(quick.title, quick.details, quick.run);
}
