import {
  allKeys,
  believed,
  each,
  idsAt,
  inAnyOrder,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  roleGate,
  shows,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type ListedKey,
} from '../../fixtures';

inLargeParts();

type Listing = Acting<readonly ListedKey[]>;

// `_apply_non_admin_alias_scope`: proxy admins see all, others the aliases of their own keys and of all keys of the teams on
// their user's row, whoever owns those: more than /key/list shows them.
const aliasesOf = (keys: readonly ListedKey[]) => inAnyOrder(keys.map(({ alias }) => alias));

const all = shows(({ target }: Listing) => aliasesOf(target));
const own = shows(({ target, caller }: Listing) => aliasesOf(target.filter(({ userId }) => userId === caller.userId)));
const ofTeam = (name: 'alpha' | 'beta') =>
  shows(({ target, caller, world }: Listing) =>
    aliasesOf(target.filter(({ userId, teamId }) => userId === caller.userId || teamId === world.teams[name].teamId)),
  );

const asked = {
  // All that there are fit on one page; the default is fifty.
  act: ({ as, claim }: Listing) => as.get('/key/aliases', { size: '100', ...claim.query }),
  returned: idsAt('aliases[]'),
} as const;

for (const scenario of matrix('GET /key/aliases', allKeys, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, all),
    proxy_admin_viewer: all,
    // Unlike /key/list this is no "info route": who may list the keys themselves may not list their aliases.
    ...each(orgAdmins, roleGate),
    internal_user_viewer: roleGate,
    ...each(teamsKeys, roleGate),
    org_admin_member: own,
    team_admin: ofTeam('alpha'),
    ...each(plainMembersOfAlpha, ofTeam('alpha')),
    cross_org_user: ofTeam('beta'),
    logged_out_session: loggedOut(ofTeam('alpha')),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// It opens the gate, and narrows nothing.
for (const scenario of organizationMatrix('GET /key/aliases', allKeys, {
  ...asked,
  answers: { ...each(orgAdmins, believed(own)), org_admin_member: own },
}))
  test(scenario.title, scenario.details, scenario.run);
