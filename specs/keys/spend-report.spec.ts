import {
  believed,
  each,
  extended,
  hashesOnly,
  keyTargets,
  loggedOut,
  matrix,
  noTarget,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamsKeys,
  inLargeParts,
  test,
  thatDay,
  turnedAway,
  withItsSpend,
  withOwnSpend,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// Of `spend_tracking_routes`, which the role gate keeps for internal users and their viewers. Everybody may ask about the very
// key that asks, and nobody but proxy admins about another one, also of one's own or in a team that one administers.
const notTheKey = refused(403, 'Not authorized to view spend for a api_key other than your own');
const { returned, told } = hashesOnly;
const targets = extended(keyTargets, withItsSpend);

const asked = {
  act: ({ as, target, claim }: Acting<ScratchKey>) =>
    as.get('/key/spend/report', { ...thatDay, api_key: target.hashed, ...claim.query }),
  returned,
  returns: ({ target }: Acting<ScratchKey>) => told([target]),
};

for (const scenario of matrix('GET /key/spend/report', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    // What a key spent that is gone is still there.
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    ...each(orgAdmins, roleGate),
    org_admin_member: notTheKey,
    team_admin: notTheKey,
    ...each(plainMembersOfAlpha, notTheKey),
    internal_user_viewer: notTheKey,
    cross_org_user: notTheKey,
    // "Callable by any key", says the handler, but not by one of no user.
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(notTheKey),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /key/spend/report', targets, {
  ...asked,
  answers: { ...each(orgAdmins, believed(notTheKey)), org_admin_member: notTheKey },
}))
  test(scenario.title, scenario.details, scenario.run);

const askedOfItself = {
  act: ({ as, claim }: Acting<undefined>) => as.get('/key/spend/report', { ...thatDay, ...claim.query }),
  returned,
  returns: ({ caller }: Acting<undefined>) => [caller.hashed],
};

for (const scenario of matrix('GET /key/spend/report', extended(noTarget, withOwnSpend), {
  ...askedOfItself,
  variant: 'no api_key',
  answers: {
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    ...each(orgAdmins, roleGate),
    org_admin_member: 200,
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    internal_user_viewer: 200,
    cross_org_user: 200,
    ...each(teamsKeys, roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /key/spend/report', extended(noTarget, withOwnSpend), {
  ...askedOfItself,
  answers: { ...each(orgAdmins, believed(200 as const)), org_admin_member: 200 },
}))
  test(scenario.title, scenario.details, scenario.run);
