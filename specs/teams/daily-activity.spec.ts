import {
  each,
  every,
  extended,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  ownAndLikeAlpha,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  rowsByKey,
  shows,
  spendInAllTeams,
  spentModel,
  sumsByDay,
  sumsByKey,
  teamTargets,
  teamsKeys,
  test,
  thatDay,
  turnedAway,
  withPermission,
  withSpend,
  type Acting,
  type Spent,
  type SpentInTeams,
  type TeamWithSpend,
} from '../../fixtures';

// All of them are of `self_managed_routes`: the gate lets everybody in, and `resolve_team_daily_activity_scope` decides. A team
// that is asked for has to be in the list of teams on the user's own row, so that an admin of the organization sees nothing
// of its teams. Who administers the team sees every key in it, hash and alias; any other member the own ones.
const notInIt = refused(404, 'User does not belong to Team=');
// Nobody is behind them whose teams could be looked up.
const noUser = refused(404, 'User= None not found');

const targets = extended(teamTargets, withSpend);
const { likeAlpha, own } = targets;
const ofMembers = extended(
  extended({ likeAlpha: teamTargets.likeAlpha }, withPermission('/team/daily/activity')),
  withSpend,
);

for (const [route, query, { returned, told }] of [
  ['', {}, sumsByDay],
  // None of these is in 1.87.0.
  ['/aggregated', {}, sumsByDay],
  ['/aggregated/keys', {}, sumsByKey],
  // It looks for the text in hashes, aliases and user ids.
  ['/aggregated/search', { search: 'scratch-' }, sumsByKey],
  // Five keys unless one asks for more.
  ['/aggregated/model_top_keys', { model_group: spentModel, limit: '50' }, sumsByKey],
  ['/export', { format: 'json', export_type: 'daily_with_keys' }, rowsByKey],
] as const) {
  const path = `/team/daily/activity${route}`;
  const keysOf = ({ own, others }: Spent) => [own, others];
  const all = shows(({ target }: Acting<TeamWithSpend>) => told(keysOf(target)));
  const ofOwn = shows(({ target }: Acting<TeamWithSpend>) => told([target.own]));

  const ofAdmin = every(teamTargets, all);
  const ofStranger = { ...every(teamTargets, notInIt), own: all } as const;
  const ofMemberOfAlpha = { ...ofStranger, likeAlpha: ofOwn, delta: ofOwn } as const;

  const asked = {
    act: ({ as, target, claim }: Acting<TeamWithSpend>) =>
      as.get(path, { ...thatDay, ...query, team_ids: target.teamId, ...claim.query }),
    returned,
  };

  for (const scenario of matrix(`GET ${path}`, targets, {
    ...asked,
    answers: {
      ...turnedAway,
      // What was spent in a team that is gone is still there.
      ...each(proxyAdmins, ofAdmin),
      proxy_admin_viewer: ofAdmin,
      ...each(orgAdmins, ofStranger),
      org_admin_member: ofStranger,
      team_admin: { ...ofStranger, likeAlpha: all, delta: all },
      ...each(plainMembersOfAlpha, ofMemberOfAlpha),
      internal_user_viewer: ofMemberOfAlpha,
      cross_org_user: { ...ofStranger, likeBeta: ofOwn },
      ...each(teamsKeys, noUser),
      logged_out_session: loggedOut(ofOwn),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // Nobody looks at it.
  for (const scenario of organizationMatrix(`GET ${path}`, targets, {
    ...asked,
    answers: { ...each(orgAdmins, ofStranger), org_admin_member: ofStranger },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // A team may let its members see what its admin sees.
  for (const scenario of matrix(`GET ${path}`, ofMembers, {
    ...asked,
    variant: 'members may see it',
    answers: {
      ...turnedAway,
      ...each(proxyAdmins, all),
      proxy_admin_viewer: all,
      ...each(orgAdmins, notInIt),
      org_admin_member: notInIt,
      team_admin: all,
      ...each(plainMembersOfAlpha, all),
      internal_user_viewer: all,
      cross_org_user: notInIt,
      ...each(teamsKeys, noUser),
      logged_out_session: loggedOut(all),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // In 1.87.0 whoever names a key is not held to the own ones any more: any member sees what anybody's key has spent in the
  // team, if only it knows the hash, and /team/info shows them all.
  const ofOthers = shows(({ target }: Acting<TeamWithSpend>) => told([target.others]));
  const ofMember = { own: ofOthers, likeAlpha: { '<=1.87.0': ofOthers, '>=1.106.0': shows(() => []) } } as const;
  const ofStrangerAlone = { own: ofOthers, likeAlpha: notInIt } as const;

  for (const scenario of matrix(
    `GET ${path}`,
    { likeAlpha, own },
    {
      act: ({ as, target, claim }) =>
        as.get(path, {
          ...thatDay,
          ...query,
          team_ids: target.teamId,
          api_key: target.others.hashed,
          ...claim.query,
        }),
      returned,
      variant: 'api_key of another user',
      answers: {
        ...turnedAway,
        ...each(proxyAdmins, ofOthers),
        proxy_admin_viewer: ofOthers,
        ...each(orgAdmins, ofStrangerAlone),
        org_admin_member: ofStrangerAlone,
        team_admin: ofOthers,
        ...each(plainMembersOfAlpha, ofMember),
        internal_user_viewer: ofMember,
        cross_org_user: ofStrangerAlone,
        ...each(teamsKeys, noUser),
        logged_out_session: loggedOut(ofOthers),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  // Who is not admin of all that are asked for sees the own keys only, also in those where it is.
  const allInBoth = shows(({ target }: Acting<readonly TeamWithSpend[]>) => told(target.flatMap(keysOf)));
  const ownInBoth = shows(({ target }: Acting<readonly TeamWithSpend[]>) => told(target.map(({ own }) => own)));

  for (const scenario of matrix(`GET ${path}`, ownAndLikeAlpha, {
    act: ({ as, target, claim }) =>
      as.get(path, {
        ...thatDay,
        ...query,
        team_ids: target.map(({ teamId }) => teamId).join(','),
        ...claim.query,
      }),
    returned,
    answers: {
      ...turnedAway,
      ...each(proxyAdmins, allInBoth),
      proxy_admin_viewer: allInBoth,
      ...each(orgAdmins, notInIt),
      org_admin_member: notInIt,
      team_admin: allInBoth,
      ...each(plainMembersOfAlpha, ownInBoth),
      internal_user_viewer: ownInBoth,
      cross_org_user: notInIt,
      ...each(teamsKeys, noUser),
      logged_out_session: loggedOut(ownInBoth),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // Whoever asks for no team gets all that it is in, by its own row: nobody gets all teams for having none.
  const everywhere = shows(({ target }: Acting<SpentInTeams>) => told(Object.values(target).flatMap(keysOf)));
  const nowhere = shows(() => []);
  const ownOfMember = shows(({ target: { alpha, delta } }: Acting<SpentInTeams>) => told([alpha.own, delta.own]));

  for (const scenario of matrix(`GET ${path}`, spendInAllTeams, {
    act: ({ as, claim }) => as.get(path, { ...thatDay, ...query, ...claim.query }),
    returned,
    variant: 'no team_ids',
    answers: {
      ...turnedAway,
      ...each(proxyAdmins, everywhere),
      proxy_admin_viewer: everywhere,
      ...each(orgAdmins, nowhere),
      org_admin_member: nowhere,
      team_admin: shows(({ target: { alpha, delta } }: Acting<SpentInTeams>) =>
        told([...keysOf(alpha), ...keysOf(delta)]),
      ),
      ...each(plainMembersOfAlpha, ownOfMember),
      internal_user_viewer: ownOfMember,
      cross_org_user: shows(({ target: { beta } }: Acting<SpentInTeams>) => told([beta.own])),
      ...each(teamsKeys, noUser),
      logged_out_session: loggedOut(ownOfMember),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
