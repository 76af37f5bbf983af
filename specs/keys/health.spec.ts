import {
  each,
  idsAt,
  loggedOut,
  matrix,
  noTarget,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
} from '../../fixtures';

inLargeParts();

// Everybody about the own key, which is the one that asks: an "info route", and the handler refuses nobody.
const asked = {
  act: ({ as, claim }: Acting<undefined>) => as.post('/key/health', claim.body, claim.query),
  // Nobody's name; no callback of a key without `logging` in its metadata.
  returned: idsAt('key', 'logging_callbacks'),
  returns: () => ['healthy', null],
  body: () => ({ key: 'healthy' }),
} as const;

for (const scenario of matrix('POST /key/health', noTarget, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    ...each(orgAdmins, 200),
    org_admin_member: 200,
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    internal_user_viewer: 200,
    cross_org_user: 200,
    ...each(teamsKeys, 200),
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/health', noTarget, {
  ...asked,
  answers: { ...each(orgAdmins, 200), org_admin_member: 200 },
}))
  test(scenario.title, scenario.details, scenario.run);
