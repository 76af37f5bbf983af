import { actorNames, scenario, inLargeParts, test } from '../../fixtures';

inLargeParts();

// On a fresh database the proxy makes its views in the background, and an authentication that comes first finds a key
// without its user. Whoever answers with the user has waited for the views.
for (const caller of actorNames) {
  const first = scenario({
    family: 'harness',
    route: 'GET /key/info',
    target: 'own key, as the first request of its proxy',
    caller,
    firstRequest: true,
    arrange: () => ({}),
    act: ({ as }) => as.get('/key/info'),
    expected: { status: 200 },
    returned: (body) => [(body as { info: { user_id: string } }).info.user_id],
    returns: ({ caller: { userId } }) => [userId],
  });
  test(first.title, first.details, first.run);
}
