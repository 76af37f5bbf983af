import {
  each,
  extended,
  few,
  loggedOut,
  matrix,
  openTeam,
  organizationMatrix,
  orgAdmins,
  ownAndLikeAlpha,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  rowsByKey,
  shows,
  spendersOfTeamLikeAlpha,
  spendersOfTeams,
  spendInAllTeams,
  spentModel,
  sumsByDay,
  sumsByKey,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  thatDay,
  turnedAway,
  withSpend,
  type Acting,
  type SpentInTeams,
  type TeamWithSpend,
} from '../../fixtures';

inLargeParts();

// All of them are of `self_managed_routes`: the gate lets everybody in, and `resolve_team_daily_activity_scope` decides. Who
// administers the team sees every key in it, hash and alias; any other member the own ones. Since one function decides for all
// six, all but the first are asked about few teams.
const allTargets = extended(teamTargets, withSpend);
const { likeAlpha } = allTargets;
const fewTargets = few(allTargets, 'likeAlpha', 'likeBeta');

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
  const targets = route === '' ? allTargets : fewTargets;
  const common = { ...thatDay, ...query };
  const all = shows(({ target: { own, others } }: Acting<TeamWithSpend>) => told([own, others]));
  const ofOwn = shows(({ target: { own } }: Acting<TeamWithSpend>) => told([own]));
  const answers = spendersOfTeams(all, ofOwn);

  const asked = {
    act: ({ as, target, claim }: Acting<TeamWithSpend>) =>
      as.get(path, { ...common, team_ids: target.teamId, ...claim.query }),
    returned,
  };

  for (const scenario of matrix(`GET ${path}`, targets, {
    ...asked,
    answers: { ...turnedAway, ...answers, logged_out_session: loggedOut(ofOwn) },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // In 1.87.0 whoever names a key is not held to the own ones any more: any member sees what anybody's key has spent in the
  // team, if only it knows the hash, and /team/info shows them all.
  const ofOthers = shows(({ target: { others } }: Acting<TeamWithSpend>) => told([others]));
  const notOwn = { '<=1.87.0': ofOthers, '>=1.106.0': shows(() => []) } as const;

  for (const scenario of matrix(
    `GET ${path}`,
    { likeAlpha },
    {
      act: ({ as, target: { teamId, others } }) =>
        as.get(path, { ...common, team_ids: teamId, api_key: others.hashed }),
      returned,
      variant: 'api_key of another user',
      answers: spendersOfTeamLikeAlpha(ofOthers, notOwn),
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  // Whoever asks for no team gets all that it is in, by its own row: nobody gets all teams for having none.
  type Everywhere = Acting<SpentInTeams>;
  const everywhere = shows(({ target }: Everywhere) =>
    told(Object.values(target).flatMap(({ own, others }) => [own, others])),
  );
  const nowhere = shows(() => []);
  const ofMember = shows(({ target: { alpha, delta } }: Everywhere) => told([alpha.own, delta.own]));

  for (const scenario of matrix(`GET ${path}`, spendInAllTeams, {
    act: ({ as }) => as.get(path, common),
    returned,
    variant: 'no team_ids',
    answers: {
      ...each(proxyAdmins, everywhere),
      proxy_admin_viewer: everywhere,
      ...each(orgAdmins, nowhere),
      org_admin_member: nowhere,
      team_admin: shows(({ target: { alpha, delta } }: Everywhere) =>
        told([alpha.own, alpha.others, delta.own, delta.others]),
      ),
      ...each(plainMembersOfAlpha, ofMember),
      internal_user_viewer: ofMember,
      cross_org_user: shows(({ target: { beta } }: Everywhere) => told([beta.own])),
      ...each(teamsKeys, refused(404, 'User= None not found')),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // Nobody looks at it.
  for (const scenario of organizationMatrix(`GET ${path}`, targets, {
    ...asked,
    answers: {
      org_admin: answers.org_admin,
      org_admin_member: answers.org_admin_member,
      org_b_admin: answers.org_b_admin,
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // The rest is asked of the first one alone.
  if (route !== '') continue;

  for (const scenario of matrix(`GET ${path}`, openTeam, {
    ...asked,
    variant: 'members may see it',
    answers: spendersOfTeamLikeAlpha(all, all),
  }))
    test(scenario.title, scenario.details, scenario.run);

  // Who is not admin of all that are asked for sees the own keys only, also in those where it is.
  type Both = Acting<readonly TeamWithSpend[]>;
  const allInBoth = shows(({ target }: Both) => told(target.flatMap(({ own, others }) => [own, others])));
  const ownInBoth = shows(({ target }: Both) => told(target.map(({ own }) => own)));

  for (const scenario of matrix(`GET ${path}`, ownAndLikeAlpha, {
    act: ({ as, target }) => as.get(path, { ...common, team_ids: target.map(({ teamId }) => teamId).join(',') }),
    returned,
    answers: {
      ...turnedAway,
      ...spendersOfTeamLikeAlpha(allInBoth, ownInBoth),
      logged_out_session: loggedOut(ownInBoth),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
