import {
  auditedAs,
  believed,
  byRelease,
  each,
  every,
  idsAt,
  keyTargets,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// `can_modify_verification_token` lets through: a proxy admin, whoever has the same user id, and for a team's key the admin
// of the team. An admin of its organization may block it, but not delete it.
const notTheirs = refused(403, 'not authorized to delete this key');
const noSuchKey = refused(404, 'No keys found');

// To own the key is enough, also in a team: its settings (`team_member_permissions`) are not asked, as they are for
// /key/update and /key/regenerate.
const ownOnly = { ...every(keyTargets, notTheirs), own: 200, ownMadeByAdmin: 200, ghost: noSuchKey } as const;
const alsoInAlpha = { ...ownOnly, ofOwnerInAlpha: 200 } as const;

const asked = {
  act: ({ as, target, claim }: Acting<ScratchKey>) =>
    as.post('/key/delete', { keys: [target.cleartext], ...claim.body }, claim.query),
  returned: idsAt('deleted_keys[]'),
  // As it was sent, cleartext included.
  returns: ({ target }: Acting<ScratchKey>) => [target.cleartext],
  body: ({ target }: Acting<ScratchKey>) => ({ deleted_keys: [target.cleartext] }),
  effects: byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
    removed(target),
    archived(target, caller),
    auditedAs('deleted', target.row, caller),
  ]),
} as const;

for (const scenario of matrix('POST /key/delete', keyTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(keyTargets, 200), ghost: noSuchKey }),
    proxy_admin_viewer: viewerGate,
    // Even their own key.
    ...each(orgAdmins, roleGate),
    org_admin_member: ownOnly,
    team_admin: alsoInAlpha,
    ...each(plainMembersOfAlpha, ownOnly),
    internal_user_viewer: roleGate,
    owner: alsoInAlpha,
    cross_org_user: { ...ownOnly, ofCrossOrgUserInBeta: 200 },
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(notTheirs),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/delete', keyTargets, {
  ...asked,
  answers: { ...each(orgAdmins, believed(ownOnly)), org_admin_member: ownOnly },
}))
  test(scenario.title, scenario.details, scenario.run);
