import {
  audited,
  each,
  keyOfCrossOrgUserInBeta,
  keyOfOwnerInAlpha,
  matrix,
  orgAdmins,
  ownKey,
  ownKeyMadeByAdmin,
  plainMembersOfAlpha,
  refused,
  test,
  updated,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

// What is sent is neither a budget nor a power, so that nothing but whose key it is decides.
const change = { max_parallel_requests: 7 };
// `updated_by` stays as it was, also when somebody else updates: /key/update never writes it.
const keyChanged = ({ row }: ScratchKey) => updated(row, { max_parallel_requests: [null, 7] });
const updateOfKey = {
  // The audit row names the key as it was sent, cleartext included (`async_key_updated_hook`: `object_id=data.key`).
  '<=1.87.0': ({ target, caller }: Acting<ScratchKey>) => [
    keyChanged(target),
    audited(target.row, caller, change, target.cleartext),
  ],
  '>=1.106.0': ({ target, caller }: Acting<ScratchKey>) => [keyChanged(target), audited(target.row, caller, change)],
} as const;

// While authenticating, `non_proxy_admin_allowed_routes_check` knows key routes as those of the user role internal_user.
// An org_admin gets in only by an organization_id in the body that it administers, whatever the key. It raises a bare
// Exception, which authentication answers with 401 where 403 is meant.
const roleGate = refused(401, 'Only proxy admin can be used');
// `_is_allowed_to_make_key_request`, shared with /key/generate, asks it of an update too; hence "create".
const notTheirUser = refused(403, 'User can only create keys for themselves');

for (const scenario of matrix('POST /key/update', 'own key', {
  arrange: ownKey,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...change }),
  answers: {
    proxy_admin: 200,
    // Even their own key: the gate comes before anybody looks whose it is.
    ...each(orgAdmins, roleGate),
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    cross_org_user: 200,
  },
  effects: updateOfKey,
}))
  test(scenario.title, scenario.details, scenario.run);

// To have a key is not enough outside a team: `_validate_update_key_data` lets an owner pass who is also its maker
// (`caller_is_creator`). All others go to `_check_key_admin_access`, which for a key of no team knows proxy admins alone.
const notItsMaker = refused(403, 'Only proxy admins, team admins, or org admins can call');

for (const scenario of matrix('POST /key/update', 'own key made by an admin', {
  arrange: ownKeyMadeByAdmin,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...change }),
  answers: {
    proxy_admin: 200,
    ...each(orgAdmins, roleGate),
    team_admin: notItsMaker,
    ...each(plainMembersOfAlpha, notItsMaker),
    cross_org_user: notItsMaker,
  },
  effects: updateOfKey,
}))
  test(scenario.title, scenario.details, scenario.run);

// In a team its settings decide (`can_team_member_execute_key_management_endpoint`), and by default they allow a member to
// look only: who made the key for itself may not update it. The ProxyException says 401 where 403 is meant.
const memberMayOnlyLook = refused(401, 'Team member does not have permissions');

for (const scenario of matrix('POST /key/update', 'key of owner in Alpha', {
  arrange: keyOfOwnerInAlpha,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...change }),
  answers: {
    proxy_admin: 200,
    ...each(orgAdmins, roleGate),
    // 1.106.0 asks first whether it acts as the team's admin (`_acting_as_team_admin_for_key_update`). The permission that
    // it then misses is off by default, and its text says "budgets" of every field.
    team_admin: { '<=1.87.0': notTheirUser, '>=1.106.0': refused(403, 'member_key_budgets') },
    ...each(plainMembersOfAlpha, notTheirUser),
    owner: memberMayOnlyLook,
    cross_org_user: notTheirUser,
  },
  effects: updateOfKey,
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /key/update', 'key of cross_org_user in Beta', {
  arrange: keyOfCrossOrgUserInBeta,
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...change }),
  answers: {
    proxy_admin: 200,
    ...each(orgAdmins, roleGate),
    team_admin: notTheirUser,
    ...each(plainMembersOfAlpha, notTheirUser),
    cross_org_user: memberMayOnlyLook,
  },
  effects: updateOfKey,
}))
  test(scenario.title, scenario.details, scenario.run);
