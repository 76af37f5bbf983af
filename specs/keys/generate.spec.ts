import {
  auditedAs,
  believed,
  byRelease,
  each,
  every,
  expect,
  idsAt,
  keyRow,
  loggedOut,
  matrix,
  noTarget,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

const created = (caller: Acting<unknown>['caller']) =>
  auditedAs('created', keyRow('<hash>'), caller, { after: expect.objectContaining({ token_id: '<hash>' }) });

// A proxy admin's key is nobody's unless the request says whose; everybody else's becomes the own one (`generate_key_fn`).
const isAdmin = ({ caller }: Acting<unknown>) => proxyAdmins.some((name) => name === caller.name);
const userOf = (stage: Acting<unknown>) => (isAdmin(stage) ? null : stage.caller.userId);

// For no team: nobody is refused who gets past the gate, and the organization is the one that the body names.
const forOneself = {
  act: ({ as, scratch, claim }: Acting<undefined>) =>
    as.post('/key/generate', { key_alias: scratch.tag('made'), ...claim.body }, claim.query),
  returned: idsAt('key', 'key_alias', 'user_id', 'team_id', 'organization_id'),
  returns: (stage: Acting<undefined>) => [
    '<key>',
    stage.scratch.tag('made'),
    userOf(stage),
    null,
    stage.claim.body.organization_id ?? null,
  ],
  effects: byRelease<undefined>(({ made }) => (stage) => [
    made({
      key_alias: stage.scratch.tag('made'),
      user_id: userOf(stage),
      organization_id: stage.claim.body.organization_id ?? null,
      created_by: stage.caller.userId,
      updated_by: stage.caller.userId,
    }),
    created(stage.caller),
  ]),
} as const;

// 1.106.0 lets a real service account in as an internal_user, and keeps it to its team (`key_generation_check`).
const forItsTeamOnly = refused(403, 'Service account keys can only create keys for their own team');

for (const scenario of matrix('POST /key/generate', noTarget, {
  ...forOneself,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: viewerGate,
    ...each(orgAdmins, roleGate),
    org_admin_member: 200,
    team_admin: 200,
    ...each(plainMembersOfAlpha, 200),
    internal_user_viewer: roleGate,
    cross_org_user: 200,
    service_account_key: { '<=1.87.0': roleGate, '>=1.106.0': forItsTeamOnly },
    service_account_key_permitted: { '<=1.87.0': roleGate, '>=1.106.0': forItsTeamOnly },
    team_key: roleGate,
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/generate', noTarget, {
  ...forOneself,
  answers: {
    ...each(orgAdmins, believed(200)),
    org_admin_member: {
      ownInBody: 200,
      foreignInBody: refused(403, 'Caller is not a member of organization'),
      ownInQuery: 200,
      foreignInQuery: 200,
    },
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// For a team: the key's user has to be in it (`_team_key_operation_team_member_check`), whoever asks; its admin may make keys,
// a member by default may not. To administer its organization is nothing.
const notInIt = refused(400, 'not assigned to team');
const memberMayOnlyLook = refused(401, 'Team member does not have permissions');
const noSuchTeam = refused(400, 'Team not found');

const ofNobody = { ...every(teamTargets, notInIt), own: 200, ghost: noSuchTeam } as const;
const ofMemberOfAlpha = { ...ofNobody, likeAlpha: memberMayOnlyLook, delta: memberMayOnlyLook } as const;
const ofServiceAccount = (own: 200 | typeof memberMayOnlyLook) => ({
  ...every(teamTargets, { '<=1.87.0': roleGate, '>=1.106.0': forItsTeamOnly } as const),
  own: { '<=1.87.0': roleGate, '>=1.106.0': own } as const,
  ghost: { '<=1.87.0': roleGate, '>=1.106.0': noSuchTeam } as const,
});

const forTeam = {
  act: ({ as, target, scratch, claim }: Acting<TargetTeam>) =>
    as.post('/key/generate', { key_alias: scratch.tag('made'), team_id: target.teamId, ...claim.body }, claim.query),
  returned: idsAt('key', 'key_alias', 'user_id', 'team_id', 'organization_id'),
  // The organization is the team's, and none if that has none: then what the body names is not even looked at.
  returns: (stage: Acting<TargetTeam>) => [
    '<key>',
    stage.scratch.tag('made'),
    userOf(stage),
    stage.target.teamId,
    stage.target.organizationId,
  ],
  effects: byRelease<TargetTeam>(({ made }) => (stage) => [
    made({
      key_alias: stage.scratch.tag('made'),
      user_id: userOf(stage),
      team_id: stage.target.teamId,
      organization_id: stage.target.organizationId,
      created_by: stage.caller.userId,
      updated_by: stage.caller.userId,
    }),
    created(stage.caller),
  ]),
} as const;

for (const scenario of matrix('POST /key/generate', teamTargets, {
  ...forTeam,
  answers: {
    ...turnedAway,
    // For a team that does not exist as well.
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: viewerGate,
    ...each(orgAdmins, roleGate),
    org_admin_member: ofNobody,
    team_admin: { ...ofNobody, likeAlpha: 200, delta: 200 },
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: roleGate,
    cross_org_user: { ...ofNobody, likeBeta: memberMayOnlyLook },
    service_account_key: ofServiceAccount(memberMayOnlyLook),
    service_account_key_permitted: ofServiceAccount(200),
    team_key: roleGate,
    logged_out_session: loggedOut(memberMayOnlyLook),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/generate', teamTargets, {
  ...forTeam,
  answers: { ...each(orgAdmins, believed(ofNobody)), org_admin_member: ofNobody },
}))
  test(scenario.title, scenario.details, scenario.run);
