import {
  each,
  every,
  loggedOut,
  matrix,
  notTheirTeam,
  organizationMatrix,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  renamedTeam,
  roleGate,
  teamAdminEditsNothing,
  teamRenamed,
  teamShown,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type Cell,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// 1.87.0: the gate keeps everybody out who is no proxy admin and names no organization in the body that it administers
// (`non_proxy_admin_allowed_routes_check`, a bare Exception: 401 where 403 is meant). The handler's `_verify_team_access`,
// which would let in the admins of the team and of its organization, is not reached.
// 1.106.0 lists the route among `self_managed_routes`: the gate lets everybody in, and `TeamAccess.strongest_role` decides.
const nobodyThere = { '<=1.87.0': roleGate, '>=1.106.0': notTheirTeam } as const;
// A team admin, recognized as one, may edit what `team_admin_editable_team_fields` lists: by default nothing.
const itsAdmin = { '<=1.87.0': roleGate, '>=1.106.0': teamAdminEditsNothing } as const;
const adminOfItsOrganization = { '<=1.87.0': roleGate, '>=1.106.0': 200 } as const;

// The own team is in no organization, so its admin is that and nothing more. Whether a ghost is one, only proxy admins learn.
const ofNobody = { ...every(teamTargets, nobodyThere), own: itsAdmin } as const;
const ofOrgAdminOfA = {
  ...ofNobody,
  likeAlpha: adminOfItsOrganization,
  likeGamma: adminOfItsOrganization,
  delta: adminOfItsOrganization,
} as const;

const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.post('/team/update', { team_id: target.teamId, ...renamedTeam, ...claim.body }, claim.query),
  body: ({ target }: Acting<TargetTeam>) => ({ team_id: target.teamId, data: teamShown(target, renamedTeam) }),
  effects: teamRenamed,
} as const;

for (const scenario of matrix('POST /team/update', teamTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: refused(404, 'Team not found') }),
    proxy_admin_viewer: viewerGate,
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    team_admin: { ...ofNobody, likeAlpha: itsAdmin, delta: itsAdmin },
    // A plain member may see the team and change nothing.
    ...each(plainMembersOfAlpha, ofNobody),
    internal_user_viewer: ofNobody,
    cross_org_user: ofNobody,
    org_b_admin: { ...ofNobody, likeBeta: adminOfItsOrganization },
    ...each(teamsKeys, nobodyThere),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// 1.87.0 lets in whoever names an organization of its own. Then the handler decides, and it knows the team's admin and its
// organization's: the former may even take the own team into the organization that it administers.
// 1.106.0 looks at an organization only where the payload would move the team there.
const noSuchTeam = refused(404, 'Team not found');
const relocating = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'Relocating a team') } as const;
const named = <Own extends string>(own: readonly Own[]) => ({
  ...every(teamTargets, notTheirTeam),
  own: { '<=1.87.0': 200, '>=1.106.0': teamAdminEditsNothing } as const,
  ghost: { '<=1.87.0': noSuchTeam, '>=1.106.0': notTheirTeam } as const,
  ...each(own, 200),
});
const foreign = <Own extends string>(own: readonly Own[], cell: Cell) => ({ ...ofNobody, ...each(own, cell) });
const claimed = <Own extends string>(own: readonly Own[]) => ({
  ownInBody: named(own),
  foreignInBody: foreign(own, relocating),
  ownInQuery: named(own),
  foreignInQuery: foreign(own, adminOfItsOrganization),
});

const ofA = claimed(['likeAlpha', 'likeGamma', 'delta']);
for (const scenario of organizationMatrix('POST /team/update', teamTargets, {
  ...asked,
  answers: { org_admin: ofA, org_admin_member: ofA, org_b_admin: claimed(['likeBeta']) },
}))
  test(scenario.title, scenario.details, scenario.run);
