import {
  each,
  every,
  idsAt,
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
  whereOwnIsNamed,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// The handler is /team/update's, the gate is not: this is a route for the admins of an organization, who get in when they name
// theirs. Where they name none, the gate looks up the team's (`add_team_org_context_to_request_body`). A team's admin, who may
// ask /team/update and learns there that nothing may be edited, stays outside.
const of = <Own extends string>(own: readonly Own[]) => ({ ...every(teamTargets, roleGate), ...each(own, 200) });
const ofOrgAdminOfA = of(['likeAlpha', 'likeGamma', 'delta']);

const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.send({
      method: 'PATCH',
      path: `/team/${target.teamId}`,
      body: { ...renamedTeam, ...claim.body },
      query: claim.query,
    }),
  returned: idsAt('team_id'),
  returns: ({ target }: Acting<TargetTeam>) => [target.teamId],
  body: ({ target }: Acting<TargetTeam>) => teamShown(target, renamedTeam),
  effects: teamRenamed,
};

for (const scenario of matrix('PATCH /team/{team_id}', teamTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: refused(404, 'Team not found') }),
    proxy_admin_viewer: viewerGate,
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    team_admin: roleGate,
    ...each(plainMembersOfAlpha, roleGate),
    internal_user_viewer: roleGate,
    cross_org_user: roleGate,
    org_b_admin: of(['likeBeta']),
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// The own team is in no organization, so its admin is that and nothing more.
const named = <Own extends string>(own: readonly Own[]) =>
  whereOwnIsNamed(
    { ...every(teamTargets, notTheirTeam), own: teamAdminEditsNothing, ...each(own, 200) },
    // Also about a team of the own organization.
    roleGate,
  );
const ofA = named(['likeAlpha', 'likeGamma', 'delta']);
for (const scenario of organizationMatrix('PATCH /team/{team_id}', teamTargets, {
  ...asked,
  answers: { org_admin: ofA, org_admin_member: ofA, org_b_admin: named(['likeBeta']) },
}))
  test(scenario.title, scenario.details, scenario.run);
