import {
  accessGroupDeleted,
  accessGroupEmptied,
  accessGroupMade,
  accessGroupTargets,
  allAccessGroups,
  allAssignees,
  allowed,
  assigneesToBe,
  each,
  every,
  few,
  idsAt,
  idsInList,
  inAnyOrder,
  loggedOut,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  shows,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  type Acting,
  type Assignees,
  type Cell,
  type TargetAccessGroup,
} from '../../fixtures';

inLargeParts();

// No list of `non_proxy_admin_allowed_routes_check` has these routes, so it keeps out whoever is no proxy admin, also those
// whose own team or key a group is for, with 401 where 403 is meant. The handlers, too, leave all of it to proxy admins,
// and the reading of it to the viewer of everything.
const orgAdmins = { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate } as const;
const noSuchGroup = refused(404, 'not found');

const model = 'some-model';
const hashesOf = ({ keys }: Assignees) => inAnyOrder(keys.map(({ hashed }) => hashed));
const teamIdsOf = ({ teams }: Assignees) => inAnyOrder(teams.map(({ teamId }) => teamId));

const madeForGhost: Cell<Assignees> = { status: 201, effects: accessGroupMade(model, () => []) };

// Both paths lead to the same handlers: what is asked of one about all targets is asked of the other about few.
for (const { path, toBe, groups } of [
  { path: '/v1/access_group', toBe: assigneesToBe, groups: accessGroupTargets },
  {
    path: '/v1/unified_access_group',
    toBe: few(assigneesToBe, 'likeAlpha', 'ghostTeam'),
    groups: few(accessGroupTargets, 'ofLikeAlpha', 'ghost'),
  },
]) {
  const toBeMade = {
    act: ({ as, scratch, target, claim }: Acting<Assignees>) =>
      as.post(
        path,
        {
          access_group_name: scratch.tag('made'),
          access_model_names: [model],
          assigned_team_ids: target.teams.map(({ teamId }) => teamId),
          assigned_key_ids: target.keys.map(({ hashed }) => hashed),
          ...claim.body,
        },
        claim.query,
      ),
    returned: idsAt('access_group_name', 'assigned_team_ids[]', 'assigned_key_ids[]'),
    returns: ({ scratch, target }: Acting<Assignees>) => [
      scratch.tag('made'),
      ...teamIdsOf(target),
      ...hashesOf(target),
    ],
    // No audit row tells of it.
    effects: accessGroupMade(model, allAssignees),
  };

  for (const scenario of matrix(`POST ${path}`, toBe, {
    ...toBeMade,
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, roleGate),
      ...each(proxyAdmins, {
        ...every(assigneesToBe, 201),
        // 1.87.0 keeps the name of a team that is not there; both keep a key's.
        ghostTeam: { '<=1.87.0': madeForGhost, '>=1.106.0': refused(400, 'Unknown team ids') },
        ghostKey: madeForGhost,
      }),
      proxy_admin_viewer: viewerGate,
      logged_out_session: loggedOut(roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`POST ${path}`, toBe, { ...toBeMade, answers: orgAdmins }))
    test(scenario.title, scenario.details, scenario.run);

  const listed = {
    act: ({ as, claim }: Acting<readonly TargetAccessGroup[]>) => as.get(path, claim.query),
    // The hashes of keys as well.
    returned: idsInList('access_group_id', 'assigned_key_ids[]'),
    returns: ({ target }: Acting<readonly TargetAccessGroup[]>) => [
      ...inAnyOrder(target.map(({ groupId }) => groupId)),
      ...inAnyOrder(target.flatMap(hashesOf)),
    ],
  };

  for (const scenario of matrix(`GET ${path}`, allAccessGroups, {
    ...listed,
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, roleGate),
      ...each(proxyAdmins, 200),
      proxy_admin_viewer: 200,
      logged_out_session: loggedOut(roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`GET ${path}`, allAccessGroups, { ...listed, answers: orgAdmins }))
    test(scenario.title, scenario.details, scenario.run);

  const route = `${path}/{access_group_id}`;
  const pathOf = ({ groupId }: TargetAccessGroup) => `${path}/${groupId}`;

  const looked = {
    act: ({ as, target, claim }: Acting<TargetAccessGroup>) => as.get(pathOf(target), claim.query),
    returned: idsAt('access_group_id', 'assigned_team_ids[]', 'assigned_key_ids[]'),
    returns: ({ target }: Acting<TargetAccessGroup>) => [target.groupId, ...teamIdsOf(target), ...hashesOf(target)],
  };

  for (const scenario of matrix(`GET ${route}`, groups, {
    ...looked,
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, roleGate),
      ...each([...proxyAdmins, 'proxy_admin_viewer'], {
        ...every(accessGroupTargets, 200),
        // 1.106.0 looks at the rows of teams.
        carried: { '<=1.87.0': shows(({ target }: Acting<TargetAccessGroup>) => [target.groupId]), '>=1.106.0': 200 },
        ghost: noSuchGroup,
      }),
      logged_out_session: loggedOut(roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`GET ${route}`, groups, { ...looked, answers: orgAdmins }))
    test(scenario.title, scenario.details, scenario.run);

  const emptied = {
    act: ({ as, target, claim }: Acting<TargetAccessGroup>) =>
      as.send({
        method: 'PUT',
        path: pathOf(target),
        body: { access_model_names: [model], assigned_team_ids: [], assigned_key_ids: [], ...claim.body },
        query: claim.query,
      }),
    returned: idsAt('access_group_id', 'assigned_team_ids[]', 'assigned_key_ids[]'),
    returns: ({ target }: Acting<TargetAccessGroup>) => [target.groupId],
    // No audit row tells of it.
    effects: accessGroupEmptied(model, allAssignees),
  };

  for (const scenario of matrix(`PUT ${route}`, groups, {
    ...emptied,
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, roleGate),
      ...each(proxyAdmins, {
        ...every(accessGroupTargets, 200),
        // In 1.87.0 the team goes on using what it was to lose, and the answer says that it is no team's.
        carried: { '<=1.87.0': allowed({ effects: accessGroupEmptied(model, () => []) }), '>=1.106.0': 200 },
        ghost: noSuchGroup,
      }),
      proxy_admin_viewer: viewerGate,
      logged_out_session: loggedOut(roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`PUT ${route}`, groups, { ...emptied, answers: orgAdmins }))
    test(scenario.title, scenario.details, scenario.run);

  const gone = {
    act: ({ as, target, claim }: Acting<TargetAccessGroup>) =>
      as.send({ method: 'DELETE', path: pathOf(target), body: claim.body, query: claim.query }),
    // Whoever could use it loses it. No audit row tells of it.
    effects: accessGroupDeleted,
  };

  for (const scenario of matrix(`DELETE ${route}`, groups, {
    ...gone,
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, roleGate),
      ...each(proxyAdmins, { ...every(accessGroupTargets, 204), ghost: noSuchGroup }),
      proxy_admin_viewer: viewerGate,
      logged_out_session: loggedOut(roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of organizationMatrix(`DELETE ${route}`, groups, { ...gone, answers: orgAdmins }))
    test(scenario.title, scenario.details, scenario.run);
}
