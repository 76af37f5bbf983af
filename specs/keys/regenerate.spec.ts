import {
  auditedAs,
  believed,
  byRelease,
  each,
  every,
  expect,
  idsAt,
  keyRow,
  keyShown,
  keyTargets,
  loggedOut,
  matrix,
  onceAfterArchiving,
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
  updated,
  viewerGate,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// For a team's key its settings come first (`can_team_member_execute_key_management_endpoint`): they let its admin do
// everything, and by default a member look only. The ProxyException says 401 where 403 is meant.
const notInItsTeam = refused(401, 'does not belong to team');
const memberMayOnlyLook = refused(401, 'Team member does not have permissions');
// Then `can_modify_verification_token`, as for /key/delete: for a key of no team whoever has the same user id.
const notTheirs = refused(403, 'not authorized to regenerate this key');
const noSuchKey = refused(404, 'not found');

const ofNobody = {
  ofOwnerInAlpha: notInItsTeam,
  own: 200,
  ownMadeByAdmin: 200,
  inGamma: notInItsTeam,
  ofCrossOrgUserInBeta: notInItsTeam,
  inNoTeam: notTheirs,
  ofNobodyInBeta: notInItsTeam,
  ofNobodyInNoTeam: notTheirs,
  ghost: noSuchKey,
} as const;
// In a team to own the key is not enough: its owner may delete it, and not regenerate it.
const ofMemberOfAlpha = { ...ofNobody, ofOwnerInAlpha: memberMayOnlyLook } as const;

// The organization that the body names becomes the key's, if its owner is a member there. 1.87.0 notices that it is not
// when the key already lies among the deleted ones.
const tooLate = onceAfterArchiving(refused(403, 'Caller is not a member of organization'));

const effects = byRelease<ScratchKey>(({ archived }) => ({ target, caller, claim }) => [
  // The row stays and takes another token, its primary key; so what it has spent and who made it stay as well.
  updated(keyRow('<hash>'), {
    token: [target.hashed, '<hash>'],
    key_name: ['<key name>', '<key name>'],
    ...(claim.body.organization_id === undefined ? {} : { organization_id: [null, claim.body.organization_id] }),
  }),
  archived(target, caller),
  auditedAs('rotated', target.row, caller, { after: expect.objectContaining({ token_id: '<hash>' }) }),
]);

const asked = {
  effects,
  returned: idsAt('key', 'key_alias', 'user_id', 'team_id'),
  returns: ({ target: { alias, userId, teamId } }: Acting<ScratchKey>) => ['<key>', alias, userId, teamId],
  body: ({ target }: Acting<ScratchKey>) =>
    keyShown(
      { ...target, organizationId: null },
      { key: '<key>', key_name: '<key name>', token_id: '<hash>', created_by: target.createdBy },
    ),
} as const;

const routes = {
  'POST /key/regenerate': ({ as, target, claim }: Acting<ScratchKey>) =>
    as.post('/key/regenerate', { key: target.cleartext, ...claim.body }, claim.query),
  // By its hash: a path is not the place for a secret.
  'POST /key/{key:path}/regenerate': ({ as, target, claim }: Acting<ScratchKey>) =>
    as.post(`/key/${target.hashed}/regenerate`, claim.body, claim.query),
} as const;

for (const [route, act] of Object.entries(routes)) {
  for (const scenario of matrix(route, keyTargets, {
    ...asked,
    act,
    answers: {
      ...turnedAway,
      ...each(proxyAdmins, { ...every(keyTargets, 200), ghost: noSuchKey }),
      proxy_admin_viewer: viewerGate,
      ...each(orgAdmins, roleGate),
      org_admin_member: ofNobody,
      team_admin: { ...ofNobody, ofOwnerInAlpha: 200 },
      ...each(plainMembersOfAlpha, ofMemberOfAlpha),
      internal_user_viewer: roleGate,
      cross_org_user: { ...ofNobody, ofCrossOrgUserInBeta: memberMayOnlyLook, ofNobodyInBeta: memberMayOnlyLook },
      // Also the one whose team permits it everything.
      ...each(teamsKeys, roleGate),
      logged_out_session: loggedOut(memberMayOnlyLook),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(route, keyTargets, {
    ...asked,
    act,
    answers: {
      ...each(orgAdmins, believed(ofNobody)),
      org_admin_member: {
        ownInBody: ofNobody,
        foreignInBody: { ...ofNobody, own: tooLate, ownMadeByAdmin: tooLate },
        ownInQuery: ofNobody,
        foreignInQuery: ofNobody,
      },
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
