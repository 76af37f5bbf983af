import {
  audited,
  each,
  matrix,
  orgAdmins,
  ownTeam,
  plainMembersOfAlpha,
  refused,
  teamLike,
  test,
  updated,
  type Acting,
  type ScratchTeam,
} from '../../fixtures';

const change = { team_alias: 'renamed' };
const updateOfTeam = ({ target: { row, teamId }, caller }: Acting<ScratchTeam>) => [
  updated(row, { team_alias: [teamId, 'renamed'] }),
  audited(row, caller, change),
];

// 1.87.0: the gate keeps everybody out who is no proxy admin and names no organization in the body that it administers
// (`non_proxy_admin_allowed_routes_check`, a bare Exception: 401 where 403 is meant). The handler's `_verify_team_access`,
// which would let in the admins of the team and of its organization, is not reached.
const roleGate = refused(401, 'Only proxy admin can be used');
// 1.106.0 lists the route among `self_managed_routes`: the gate lets everybody in, and `TeamAccess.strongest_role` decides.
const nobodyThere = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'You do not have access to this team') } as const;
// A team admin, recognized as one, may edit what `team_admin_editable_team_fields` lists: by default nothing.
const itsAdmin = { '<=1.87.0': roleGate, '>=1.106.0': refused(403, 'cannot edit team settings') } as const;
const adminOfItsOrganization = { '<=1.87.0': roleGate, '>=1.106.0': 200 } as const;

for (const scenario of matrix('POST /team/update', 'own team', {
  arrange: ownTeam,
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, ...change }),
  answers: {
    proxy_admin: 200,
    // The team is in no organization, so they are its admins and nothing more.
    ...each(orgAdmins, itsAdmin),
    team_admin: itsAdmin,
    ...each(plainMembersOfAlpha, itsAdmin),
    cross_org_user: itsAdmin,
  },
  effects: updateOfTeam,
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /team/update', 'team like Alpha', {
  arrange: teamLike('alpha'),
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, ...change }),
  answers: {
    proxy_admin: 200,
    org_admin: adminOfItsOrganization,
    team_admin: itsAdmin,
    ...each(plainMembersOfAlpha, nobodyThere),
    cross_org_user: nobodyThere,
    org_b_admin: nobodyThere,
  },
  effects: updateOfTeam,
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /team/update', 'team like Beta', {
  arrange: teamLike('beta'),
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, ...change }),
  answers: {
    proxy_admin: 200,
    org_admin: nobodyThere,
    team_admin: nobodyThere,
    ...each(plainMembersOfAlpha, nobodyThere),
    // A plain member may see the team and change nothing.
    cross_org_user: nobodyThere,
    org_b_admin: adminOfItsOrganization,
  },
  effects: updateOfTeam,
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('POST /team/update', 'team like Gamma', {
  arrange: teamLike('gamma'),
  act: ({ as, target }) => as.post('/team/update', { team_id: target.teamId, ...change }),
  answers: {
    proxy_admin: 200,
    org_admin: adminOfItsOrganization,
    // The admin of another team of the same organization.
    team_admin: nobodyThere,
    ...each(plainMembersOfAlpha, nobodyThere),
    cross_org_user: nobodyThere,
    org_b_admin: nobodyThere,
  },
  effects: updateOfTeam,
}))
  test(scenario.title, scenario.details, scenario.run);
