import {
  each,
  every,
  loggedOut,
  matrix,
  organizationMatrix,
  organizationTargets,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamMade,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type TeamToBe,
} from '../../fixtures';

inLargeParts();

// `organization_role_based_access_check` comes before the role gate, and asks whoever is in an organization for one that it
// administers. 401 where 403 is meant. Who is in none at all would meet the gate, as keys do that belong to nobody.
const notAsMember = refused(401, 'Your role is internal_user in Organization');
const noRoleThere = refused(401, 'Your role is None in Organization');
const noneNamed = refused(401, 'please specify the organization_id in your request');
// 1.87.0 does not expect an organization that is not there.
const noSuchOrganization = {
  '<=1.87.0': refused(500, "Organization doesn't exist in db"),
  '>=1.106.0': refused(400, 'Organization not found'),
} as const;

const targets = {
  ...organizationTargets,
  none: { what: 'no organization', arrange: () => ({ organizationId: undefined }) },
};

const ofStranger = { ...every(targets, noRoleThere), none: noneNamed } as const;
const ofMemberOfA = { ...ofStranger, a: notAsMember } as const;
const ofOrgAdminOfA = { ...ofStranger, a: 200 } as const;
const ofOrgAdminOfB = { ...ofStranger, b: 200 } as const;

const asked = {
  act: ({ as, scratch, target: { organizationId }, claim }: Acting<TeamToBe>) => {
    const teamId = scratch.tag('made');
    return as.post(
      '/team/new',
      { team_id: teamId, team_alias: teamId, organization_id: organizationId, ...claim.body },
      claim.query,
    );
  },
  effects: teamMade,
};

for (const scenario of matrix('POST /team/new', targets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(targets, 200), ghost: noSuchOrganization }),
    proxy_admin_viewer: viewerGate,
    org_admin: ofOrgAdminOfA,
    org_admin_member: ofOrgAdminOfA,
    // To be the admin of a team helps nobody to another one.
    team_admin: ofMemberOfA,
    ...each(plainMembersOfAlpha, ofMemberOfA),
    internal_user_viewer: ofMemberOfA,
    cross_org_user: { ...ofStranger, b: notAsMember },
    org_b_admin: ofOrgAdminOfB,
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(notAsMember),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// In the body it takes the place of the target. In the query it counts for the check where the body names none, and for
// nothing else: the team is then made in no organization at all, which the check means to forbid to them.
const claimed = <Row extends Readonly<Record<keyof typeof targets, unknown>>>(row: Row) => ({
  ownInBody: 200 as const,
  foreignInBody: noRoleThere,
  ownInQuery: { ...row, none: 200 as const },
  foreignInQuery: { ...row, none: noRoleThere },
});

for (const scenario of organizationMatrix('POST /team/new', targets, {
  ...asked,
  answers: {
    org_admin: claimed(ofOrgAdminOfA),
    org_admin_member: claimed(ofOrgAdminOfA),
    org_b_admin: claimed(ofOrgAdminOfB),
  },
}))
  test(scenario.title, scenario.details, scenario.run);
