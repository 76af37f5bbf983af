import {
  audited,
  believed,
  each,
  every,
  extended,
  idsAt,
  keyShown,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  refusedInItem,
  roleGate,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  withKeyOfAnother,
  withPermission,
  type Acting,
  type TeamWithKeyOfAnother,
} from '../../fixtures';

inLargeParts();

const change = { max_budget: 7 };

// The gate takes it for one more of the routes that change keys. Then `can_team_member_execute_key_management_endpoint`, which
// /key/update asks as well, looks up the caller among the team's members, and nobody asks whose the keys are. An admin of
// the team's organization is no member. Its ProxyExceptions say 401 where 403 is meant.
const noMember = refused(401, 'does not belong to team');
const memberMayOnlyLook = refused(401, 'Team member does not have permissions');
const noSuchTeam = refused(404, "Team doesn't exist in db");
// A proxy admin is told of each key that is not there, and not that the team is not.
const noSuchKey = refusedInItem('Key not found in team');

const asked = {
  act: ({ as, target, claim }: Acting<TeamWithKeyOfAnother>) =>
    as.post(
      '/team/key/bulk_update',
      { team_id: target.teamId, key_ids: [target.key.cleartext], update_fields: change, ...claim.body },
      claim.query,
    ),
  refusals: idsAt('failed_updates[].failed_reason'),
  returned: idsAt('successful_updates[].key', 'successful_updates[].key_info.key_alias', 'failed_updates[].key'),
  // As it was sent, cleartext included.
  returns: ({ target: { key } }: Acting<TeamWithKeyOfAnother>) => [key.cleartext, key.alias],
  body: ({ target: { key } }: Acting<TeamWithKeyOfAnother>) => ({
    total_requested: 1,
    successful_updates: [{ key: key.cleartext, key_info: keyShown(key, change) }],
    failed_updates: [],
  }),
  effects: {
    // As /key/update does, it writes the key as it was sent into the audit row.
    '<=1.87.0': ({ target: { key }, caller }: Acting<TeamWithKeyOfAnother>) => [
      updated(key.row, { max_budget: [null, change.max_budget] }),
      audited(key.row, caller, change, key.cleartext),
    ],
    '>=1.106.0': ({ target: { key }, caller }: Acting<TeamWithKeyOfAnother>) => [
      updated(key.row, { max_budget: [null, change.max_budget] }),
      audited(key.row, caller, change),
    ],
  },
} as const;

for (const { variant, permission, ofMember } of [
  { variant: '', permission: '/key/info', ofMember: memberMayOnlyLook },
  // With it a plain member may update everybody's keys, where /key/update lets one update none but one's own.
  { variant: 'members may update keys', permission: '/key/update', ofMember: 200 },
] as const) {
  const targets = extended(extended(teamTargets, withPermission(permission)), withKeyOfAnother);
  // The own team's member and admin is whoever asks.
  const ofNobody = { ...every(teamTargets, noMember), own: 200, ghost: noSuchTeam } as const;
  const inAlpha = { ...ofNobody, likeAlpha: ofMember, delta: ofMember } as const;

  for (const scenario of matrix('POST /team/key/bulk_update', targets, {
    ...asked,
    variant,
    answers: {
      ...turnedAway,
      ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchKey }),
      proxy_admin_viewer: viewerGate,
      ...each(orgAdmins, roleGate),
      org_admin_member: ofNobody,
      // /key/update of 1.106.0 refuses this very change: it asks first whether the caller acts as the team's admin
      // (`_acting_as_team_admin_for_key_update`), and that is not asked here.
      team_admin: { ...inAlpha, likeAlpha: 200, delta: 200 },
      ...each(plainMembersOfAlpha, inAlpha),
      internal_user_viewer: roleGate,
      cross_org_user: { ...ofNobody, likeBeta: ofMember },
      ...each(teamsKeys, roleGate),
      logged_out_session: loggedOut(ofMember),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}

const own = { ...every(teamTargets, noMember), own: 200, ghost: noSuchTeam } as const;
for (const scenario of organizationMatrix('POST /team/key/bulk_update', extended(teamTargets, withKeyOfAnother), {
  ...asked,
  answers: { ...each(orgAdmins, believed(own)), org_admin_member: own },
}))
  test(scenario.title, scenario.details, scenario.run);
