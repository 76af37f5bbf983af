import {
  allowed,
  keyShown,
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
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// `_can_user_query_key_info` decides as for /key/info, but nobody is refused: what one may not see is left out, as what is
// not there is. So a ghost cannot be told from somebody else's key.
const leftOut = allowed({
  returns: ({ target }: Acting<ScratchKey>) => [target.cleartext],
  body: ({ target }) => ({ key: [target.cleartext], info: [] }),
});

const ofAll = { ...every(keyTargets, 200), ghost: leftOut } as const;
const ownOnly = { ...every(keyTargets, leftOut), own: 200, ownMadeByAdmin: 200 } as const;
const ofMemberOfAlpha = { ...ownOnly, ofOwnerInAlpha: 200 } as const;
// Two keys that both have no user: the hole is that of /key/info.
const ofKeyOfNobody = { ...ownOnly, ofNobodyInBeta: 200, ofNobodyInNoTeam: 200 } as const;

const asked = {
  act: ({ as, target, claim }: Acting<ScratchKey>) =>
    as.post('/v2/key/info', { keys: [target.cleartext], ...claim.body }, claim.query),
  // The hashes are taken out of the answer; `key` repeats what was asked for, cleartext included.
  returned: idsAt('key[]', 'info[].key_alias', 'info[].user_id', 'info[].team_id', 'info[].organization_id'),
  returns: ({ target: { cleartext, alias, userId, teamId, organizationId } }: Acting<ScratchKey>) => [
    cleartext,
    alias,
    userId,
    teamId,
    organizationId,
  ],
  body: ({ target }: Acting<ScratchKey>) => ({
    key: [target.cleartext],
    info: [keyShown(target, { created_by: target.createdBy, spend: 0 })],
  }),
} as const;

for (const scenario of matrix('POST /v2/key/info', keyTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, ofAll),
    proxy_admin_viewer: ofAll,
    ...each(orgAdmins, ownOnly),
    org_admin_member: ownOnly,
    team_admin: ofMemberOfAlpha,
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: { ...ownOnly, ofCrossOrgUserInBeta: 200, ofNobodyInBeta: 200 },
    ...each(teamsKeys, ofKeyOfNobody),
    // 1.106.0 lets a real service account see its whole team's keys.
    service_account_key: { ...ofKeyOfNobody, ofOwnerInAlpha: { '<=1.87.0': leftOut, '>=1.106.0': 200 } },
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// The handler does not look at it.
for (const scenario of organizationMatrix('POST /v2/key/info', keyTargets, {
  ...asked,
  answers: { ...each(orgAdmins, ownOnly), org_admin_member: ownOnly },
}))
  test(scenario.title, scenario.details, scenario.run);
