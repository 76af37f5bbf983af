import {
  allowed,
  each,
  every,
  extended,
  idsAt,
  inAnyOrder,
  loggedOut,
  matrix,
  organizationMatrix,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  teamShown,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  withKeys,
  type Acting,
  type TargetTeam,
  type TeamWithKeys,
} from '../../fixtures';

inLargeParts();

// `validate_membership` lets through: a proxy admin, the team's members, the admins of its organization.
const notTheirs = refused(403, 'not authorized to access this team');
const noSuchTeam = refused(404, 'Team not found');

// It tells as well, in words for the UI, what the caller may edit (`caller_edit_access`); and whoever may edit is shown which models
// the organization has. A team's admin may by default edit nothing, and is shown them all the same.
type Editing = 'unrestricted' | 'team_admin_disabled' | 'none';
const shown =
  (kind: Editing) =>
  ({ target }: Acting<TeamWithKeys>) => ({
    team_id: target.teamId,
    team_info: {
      ...teamShown(target, { blocked: false, spend: 0, caller_edit_access: { kind } }),
      organization_models: kind === 'none' || target.organizationId === null ? null : [],
    },
  });
const whoEdits = (kind: Editing) =>
  ({ '<=1.87.0': 200, '>=1.106.0': allowed<TeamWithKeys>({ body: shown(kind) }) }) as const;
const everything = whoEdits('unrestricted');
const nothing = whoEdits('none');
const nothingAsAdmin = whoEdits('team_admin_disabled');

const ofProxyAdmin = { ...every(teamTargets, everything), ghost: noSuchTeam } as const;
const ofViewer = { ...every(teamTargets, nothing), own: nothingAsAdmin, ghost: noSuchTeam } as const;
const ofOrgAdminOfA = { ...ofProxyAdmin, own: nothingAsAdmin, likeBeta: notTheirs } as const;
// Nobody is a member of Gamma. To be in the same organization is nothing, to be the admin of another of its teams neither.
const ofMemberOfAlpha = { ...ofViewer, likeBeta: notTheirs, likeGamma: notTheirs } as const;
const ofAdminOfAlpha = { ...ofMemberOfAlpha, likeAlpha: nothingAsAdmin, delta: nothingAsAdmin } as const;
const ofNobody = { ...every(teamTargets, notTheirs), ghost: noSuchTeam } as const;
const ofMemberOfBeta = { ...ofNobody, own: nothingAsAdmin, likeBeta: nothing } as const;
const ofOrgAdminOfB = { ...ofMemberOfBeta, likeBeta: everything } as const;

const targets = extended(teamTargets, withKeys);
const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) => as.get('/team/info', { team_id: target.teamId, ...claim.query }),
  // `keys[].token` is the hash of every key of the team, for each of its members to see. `team_info` means to remove it
  // and takes it out of copies, which it then throws away.
  returned: idsAt('team_id', 'team_info.organization_id', 'keys[].token', 'team_info.members_with_roles[].user_id'),
  returns: ({ target: { teamId, organizationId, hashes, memberIds } }: Acting<TeamWithKeys>) => [
    teamId,
    organizationId,
    ...inAnyOrder(hashes),
    ...inAnyOrder(memberIds),
  ],
  body: ({ target }: Acting<TeamWithKeys>) => ({
    team_id: target.teamId,
    team_info: teamShown(target, { blocked: false, spend: 0 }),
  }),
} as const;

for (const scenario of matrix('GET /team/info', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, ofProxyAdmin),
    proxy_admin_viewer: ofViewer,
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    team_admin: ofAdminOfAlpha,
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: ofMemberOfBeta,
    org_b_admin: ofOrgAdminOfB,
    // A key of a team sees that team and no other.
    ...each(teamsKeys, { ...ofNobody, own: nothing }),
    logged_out_session: loggedOut(200),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// The handler does not look at it.
for (const scenario of organizationMatrix('GET /team/info', targets, {
  ...asked,
  answers: { org_admin: ofOrgAdminOfA, org_admin_member: ofOrgAdminOfA, org_b_admin: ofOrgAdminOfB },
}))
  test(scenario.title, scenario.details, scenario.run);
