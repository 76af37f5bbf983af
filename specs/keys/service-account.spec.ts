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
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// `validate_team_id_used_in_service_account_request` comes first, also for a proxy admin, who makes other keys for ghosts.
const noSuchTeam = refused(400, 'team_id does not exist in the database');
// Then the same as for /key/generate: whoever asks has to be in the team, and a member by default may not.
const notInIt = refused(400, 'not assigned to team');
const memberMayOnlyLook = refused(401, 'Team member does not have permissions');

const ofNobody = { ...every(teamTargets, notInIt), own: 200, ghost: noSuchTeam } as const;
const ofMemberOfAlpha = { ...ofNobody, likeAlpha: memberMayOnlyLook, delta: memberMayOnlyLook } as const;

/** A key of nobody. @param metadata by which a service account's is known, from its alias */
const madeWith = (metadata: (alias: string) => Readonly<Record<string, string>>) =>
  byRelease<TargetTeam>(({ made }) => ({ scratch, target: { teamId, organizationId }, caller }) => [
    made({
      key_alias: scratch.tag('made'),
      team_id: teamId,
      organization_id: organizationId,
      metadata: metadata(scratch.tag('made')),
      created_by: caller.userId,
      updated_by: caller.userId,
    }),
    auditedAs('created', keyRow('<hash>'), caller, { after: expect.objectContaining({ token_id: '<hash>' }) }),
  ]);

const asked = {
  act: ({ as, target, scratch, claim }: Acting<TargetTeam>) =>
    as.post(
      '/key/service-account/generate',
      { key_alias: scratch.tag('made'), team_id: target.teamId, ...claim.body },
      claim.query,
    ),
  returned: idsAt('key', 'key_alias', 'user_id', 'team_id', 'organization_id'),
  returns: ({ scratch, target: { teamId, organizationId } }: Acting<TargetTeam>) => [
    '<key>',
    scratch.tag('made'),
    null,
    teamId,
    organizationId,
  ],
  effects: {
    // Only its name says that it is a service account's: to 1.87.0 it is a key of the team like any other.
    '<=1.87.0': madeWith(() => ({}))['<=1.87.0'],
    '>=1.106.0': madeWith((alias) => ({ service_account_id: alias }))['>=1.106.0'],
  },
} as const;

for (const scenario of matrix('POST /key/service-account/generate', teamTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchTeam }),
    proxy_admin_viewer: viewerGate,
    ...each(orgAdmins, roleGate),
    org_admin_member: ofNobody,
    team_admin: { ...ofNobody, likeAlpha: 200, delta: 200 },
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: roleGate,
    cross_org_user: { ...ofNobody, likeBeta: memberMayOnlyLook },
    // Real service accounts may make other keys for their team at 1.106.0, but none like themselves.
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(memberMayOnlyLook),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/service-account/generate', teamTargets, {
  ...asked,
  answers: { ...each(orgAdmins, believed(ofNobody)), org_admin_member: ofNobody },
}))
  test(scenario.title, scenario.details, scenario.run);
