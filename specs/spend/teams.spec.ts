import {
  each,
  idsAt,
  inAnyOrder,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  orgAdmins,
  proxyAdmins,
  roleGate,
  spendInAllTeams,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type SpentInTeams,
} from '../../fixtures';

inLargeParts();

// Of `global_spend_tracking_routes`, which are for admins, naming an organization or not.
const asked = {
  act: ({ as, claim }: Acting<SpentInTeams>) => as.get('/global/spend/teams', claim.query),
  // It calls the alias of a team its id. Those of the world are the same, and the team of UI sessions has none.
  returned: idsAt('teams[]', 'total_spend_per_team[].team_id'),
  returns: ({ world: { teams } }: Acting<SpentInTeams>) => {
    const { alpha, beta, gamma, delta } = teams;
    const shown = inAnyOrder([...[alpha, beta, gamma, delta].map(({ teamId }) => teamId), 'Unassigned']);
    return [...shown, ...shown];
  },
} as const;

for (const scenario of matrix('GET /global/spend/teams', spendInAllTeams, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    ...each(notProxyAdmins, roleGate),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /global/spend/teams', spendInAllTeams, {
  ...asked,
  answers: { ...each(orgAdmins, roleGate), org_admin_member: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);
