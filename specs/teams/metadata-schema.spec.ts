import {
  admittedNames,
  each,
  idsAt,
  loggedOut,
  matrix,
  noTarget,
  organizationMatrix,
  orgAdmins,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
} from '../../fixtures';

inLargeParts();

// An info route: the gate lets everybody in, and the handler refuses nobody. None is configured here.
const asked = {
  act: ({ as, claim }: Acting<undefined>) => as.get('/team/metadata_schema', claim.query),
  returned: idsAt('fields[]'),
  returns: () => [],
} as const;

for (const scenario of matrix('GET /team/metadata_schema', noTarget, {
  ...asked,
  answers: { ...turnedAway, ...each(admittedNames, 200), logged_out_session: loggedOut(200) },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /team/metadata_schema', noTarget, {
  ...asked,
  answers: { ...each(orgAdmins, 200), org_admin_member: 200 },
}))
  test(scenario.title, scenario.details, scenario.run);
