import {
  each,
  everyKey,
  idsInList,
  inAnyOrder,
  loggedOut,
  matrix,
  notProxyAdmins,
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
  type EveryKey,
} from '../../fixtures';

inLargeParts();

type Looking = Acting<EveryKey>;

// Of `spend_tracking_routes`, which the role gate keeps for internal users and their viewers. The handler of 1.87.0 knows no
// caller: it shows everybody whom the gate lets in the row of every key that there is, with its hash.
const all = shows(({ target: { keys } }: Looking) => inAnyOrder(keys.map(({ hashed }) => hashed)));
const own = {
  '<=1.87.0': all,
  '>=1.106.0': shows(({ target: { keys }, caller }: Looking) =>
    inAnyOrder(keys.filter(({ userId }) => userId === caller.userId).map(({ hashed }) => hashed)),
  ),
} as const;

const asked = {
  act: ({ as, claim }: Looking) => as.get('/spend/keys', claim.query),
  returned: idsInList('token'),
} as const;

for (const scenario of matrix('GET /spend/keys', everyKey, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, all),
    proxy_admin_viewer: all,
    ...each(orgAdmins, roleGate),
    org_admin_member: own,
    team_admin: own,
    ...each(plainMembersOfAlpha, own),
    internal_user_viewer: own,
    cross_org_user: own,
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(all),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// What is named lets them in, and narrows nothing.
for (const scenario of organizationMatrix('GET /spend/keys', everyKey, {
  ...asked,
  answers: {
    ...each(orgAdmins, { ownInBody: own, foreignInBody: roleGate, ownInQuery: own, foreignInQuery: roleGate }),
    org_admin_member: own,
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Of `global_spend_tracking_routes`, which are for admins, naming an organization or not. For whom the handler keeps an answer
// of their own, internal users, the gate does not let in.
const spenders = {
  act: ({ as, claim }: Looking) => as.get('/global/spend/keys', claim.query),
  returned: idsInList('api_key', 'key_alias'),
  returns: ({ target: { spenders } }: Looking) => [
    ...inAnyOrder(spenders.map(({ hashed }) => hashed)),
    ...inAnyOrder(spenders.map(({ alias }) => alias)),
  ],
} as const;

for (const scenario of matrix('GET /global/spend/keys', everyKey, {
  ...spenders,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    ...each(notProxyAdmins, roleGate),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /global/spend/keys', everyKey, {
  ...spenders,
  answers: { ...each(orgAdmins, roleGate), org_admin_member: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);
