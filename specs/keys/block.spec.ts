import {
  auditedAs,
  believed,
  each,
  every,
  extended,
  keyShown,
  keyTargets,
  loggedOut,
  matrix,
  organizationMatrix,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  withRow,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// `_check_key_admin_access` lets through: a proxy admin, and for a team's key the admins of the team and of its organization.
// Whose key it is means nothing, so a key of no team is a proxy admin's alone, and nobody blocks the own key.
const notItsAdmin = refused(403, 'Only proxy admins, team admins, or org admins can call');
const noSuchKey = refused(404, 'Key not found');

const ofNobody = { ...every(keyTargets, notItsAdmin), ghost: noSuchKey } as const;
const ofAdminOfAlpha = { ...ofNobody, ofOwnerInAlpha: 200 } as const;
const ofAdminOfA = { ...ofAdminOfAlpha, inGamma: 200 } as const;
const ofAdminOfB = { ...ofNobody, ofCrossOrgUserInBeta: 200, ofNobodyInBeta: 200 } as const;

for (const [route, action, before, after] of [
  ['block', 'blocked', null, true],
  ['unblock', 'unblocked', true, false],
] as const) {
  const targets = extended(keyTargets, withRow({ blocked: before }));
  const asked = {
    act: ({ as, target, claim }: Acting<ScratchKey>) =>
      as.post(`/key/${route}`, { key: target.cleartext, ...claim.body }, claim.query),
    // Only the one who unblocks is shown the organization.
    body: ({ target }: Acting<ScratchKey>) =>
      keyShown(after ? { ...target, organizationId: null } : target, { token: target.hashed, blocked: after }),
    effects: ({ target, caller }: Acting<ScratchKey>) => [
      updated(target.row, { blocked: [before, after] }),
      auditedAs(action, target.row, caller),
    ],
  } as const;

  for (const scenario of matrix(`POST /key/${route}`, targets, {
    ...asked,
    answers: {
      ...turnedAway,
      ...each(proxyAdmins, { ...every(keyTargets, 200), ghost: noSuchKey }),
      proxy_admin_viewer: viewerGate,
      org_admin: roleGate,
      org_b_admin: roleGate,
      // The handler asks the membership, not the user role: this one gets past the gate, as an internal_user.
      org_admin_member: ofAdminOfA,
      team_admin: ofAdminOfAlpha,
      ...each(plainMembersOfAlpha, ofNobody),
      internal_user_viewer: roleGate,
      cross_org_user: ofNobody,
      // Also the real service accounts, though /key/update lets them in at 1.106.0.
      ...each(teamsKeys, roleGate),
      logged_out_session: loggedOut(notItsAdmin),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`POST /key/${route}`, targets, {
    ...asked,
    answers: { org_admin: believed(ofAdminOfA), org_admin_member: ofAdminOfA, org_b_admin: believed(ofAdminOfB) },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
