import { scenario, test } from '../../../fixtures';

const failing = scenario({
  family: 'harness',
  route: 'GET /key/info',
  target: 'own key, with an answer that never comes',
  caller: 'owner',
  arrange: () => ({}),
  act: ({ as }) => as.get('/key/info'),
  expected: { status: 418 },
});
test(failing.title, failing.details, failing.run);
