import {
  audited,
  believed,
  each,
  every,
  keyShown,
  keyTargets,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// What is sent is neither a budget nor a power, so that nothing but whose key it is decides.
const change = { max_parallel_requests: 7 };
// `updated_by` stays as it was, also when somebody else updates: /key/update never writes it.
const keyChanged = ({ target: { row }, claim: { body } }: Acting<ScratchKey>) =>
  updated(row, {
    max_parallel_requests: [null, 7],
    ...(body.organization_id === undefined ? {} : { organization_id: [null, body.organization_id] }),
  });
const act = ({ as, target, claim }: Acting<ScratchKey>) =>
  as.post('/key/update', { key: target.cleartext, ...change, ...claim.body }, claim.query);
const effects = {
  // The audit row names the key as it was sent, cleartext included (`async_key_updated_hook`: `object_id=data.key`).
  '<=1.87.0': (stage: Acting<ScratchKey>) => [
    keyChanged(stage),
    audited(stage.target.row, stage.caller, change, stage.target.cleartext),
  ],
  '>=1.106.0': (stage: Acting<ScratchKey>) => [keyChanged(stage), audited(stage.target.row, stage.caller, change)],
} as const;

// `_is_allowed_to_make_key_request`, shared with /key/generate, asks it of an update too; hence "create".
const notTheirUser = refused(403, 'User can only create keys for themselves');
// To have a key is not enough outside a team: `_validate_update_key_data` lets an owner pass who is also its maker
// (`caller_is_creator`). All others go to `_check_key_admin_access`, which for a key of no team knows proxy admins alone.
const notItsMaker = refused(403, 'Only proxy admins, team admins, or org admins can call');
// In a team its settings decide (`can_team_member_execute_key_management_endpoint`), and by default they allow a member to
// look only: who made the key for itself may not update it. The ProxyException says 401 where 403 is meant.
const memberMayOnlyLook = refused(401, 'Team member does not have permissions');
const notInItsTeam = refused(401, 'does not belong to team');
const noSuchKey = refused(404, 'Key not found');

const ofInternalUser = {
  ofOwnerInAlpha: notTheirUser,
  own: 200,
  ownMadeByAdmin: notItsMaker,
  inGamma: notTheirUser,
  ofCrossOrgUserInBeta: notTheirUser,
  inNoTeam: notTheirUser,
  ofNobodyInBeta: notInItsTeam,
  ofNobodyInNoTeam: notItsMaker,
  ghost: noSuchKey,
} as const;

// Keys of no user have no role in 1.87.0, and the gate keeps them out. 1.106.0 knows the real service accounts' by their
// metadata, and lets them in as an internal_user would be: then their team's permissions decide.
const ofServiceAccount = (own: 200 | typeof memberMayOnlyLook) => ({
  ...every(keyTargets, { '<=1.87.0': roleGate, '>=1.106.0': notTheirUser } as const),
  own: { '<=1.87.0': roleGate, '>=1.106.0': own } as const,
  ownMadeByAdmin: { '<=1.87.0': roleGate, '>=1.106.0': own } as const,
  ofNobodyInBeta: { '<=1.87.0': roleGate, '>=1.106.0': notInItsTeam } as const,
  ofNobodyInNoTeam: { '<=1.87.0': roleGate, '>=1.106.0': notItsMaker } as const,
  ghost: { '<=1.87.0': roleGate, '>=1.106.0': noSuchKey } as const,
});

for (const scenario of matrix('POST /key/update', keyTargets, {
  act,
  body: ({ target }) => keyShown(target, { key: target.cleartext, max_parallel_requests: 7 }),
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(keyTargets, 200), ghost: noSuchKey }),
    proxy_admin_viewer: viewerGate,
    // Even their own key: the gate comes before anybody looks whose it is.
    ...each(orgAdmins, roleGate),
    // Its membership role is nothing here: an internal_user like any other.
    org_admin_member: ofInternalUser,
    team_admin: {
      ...ofInternalUser,
      // 1.106.0 asks first whether it acts as the team's admin (`_acting_as_team_admin_for_key_update`). The permission
      // that it then misses is off by default, and its text says "budgets" of every field.
      ofOwnerInAlpha: { '<=1.87.0': notTheirUser, '>=1.106.0': refused(403, 'member_key_budgets') },
    },
    ...each(plainMembersOfAlpha, ofInternalUser),
    internal_user_viewer: roleGate,
    owner: { ...ofInternalUser, ofOwnerInAlpha: memberMayOnlyLook },
    cross_org_user: {
      ...ofInternalUser,
      ofCrossOrgUserInBeta: memberMayOnlyLook,
      ofNobodyInBeta: memberMayOnlyLook,
    },
    service_account_key: ofServiceAccount(memberMayOnlyLook),
    service_account_key_permitted: ofServiceAccount(200),
    team_key: roleGate,
    logged_out_session: loggedOut(notTheirUser),
  },
  effects,
}))
  test(scenario.title, scenario.details, scenario.run);

// An org_admin who names an organization of its own passes for an internal_user, and no more than that: the gate believes
// it, and the handler looks at the key.
for (const scenario of organizationMatrix('POST /key/update', keyTargets, {
  act,
  answers: {
    ...each(orgAdmins, believed(ofInternalUser)),
    org_admin_member: {
      ownInBody: ofInternalUser,
      // The one thing that a field of the payload itself changes: a key does not move to where its owner is nobody.
      foreignInBody: { ...ofInternalUser, own: refused(403, 'Caller is not a member of organization') },
      ownInQuery: ofInternalUser,
      foreignInQuery: ofInternalUser,
    },
  },
  effects,
}))
  test(scenario.title, scenario.details, scenario.run);
