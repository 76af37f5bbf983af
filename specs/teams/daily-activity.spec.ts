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
  payloads,
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

  // Teams that are left out are those that would be seen otherwise; nobody sees more by leaving some out.
  const without = (...names: readonly (keyof SpentInTeams)[]) =>
    shows(({ target }: Everywhere) =>
      told(
        (['alpha', 'beta', 'gamma', 'delta', 'dashboard'] as const)
          .filter((name) => !names.includes(name))
          .flatMap((name) => [target[name].own, target[name].others]),
      ),
    );
  for (const scenario of matrix(`GET ${path}`, spendInAllTeams, {
    act: ({ as, world: { teams } }) =>
      as.get(path, { ...common, exclude_team_ids: [teams.alpha, teams.beta].map(({ teamId }) => teamId).join(',') }),
    returned,
    variant: 'without Alpha and Beta',
    answers: {
      ...each(proxyAdmins, without('alpha', 'beta')),
      proxy_admin_viewer: without('alpha', 'beta'),
      ...each(orgAdmins, nowhere),
      org_admin_member: nowhere,
      team_admin: shows(({ target: { delta } }: Everywhere) => told([delta.own, delta.others])),
      ...each(
        plainMembersOfAlpha,
        shows(({ target: { delta } }: Everywhere) => told([delta.own])),
      ),
      internal_user_viewer: shows(({ target: { delta } }: Everywhere) => told([delta.own])),
      cross_org_user: nowhere,
      ...each(teamsKeys, refused(404, 'User= None not found')),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // What is asked for and left out is left out.
  for (const scenario of payloads<SpentInTeams>(
    {
      family: 'F6',
      route: `GET ${path}`,
      caller: 'proxy_admin',
      target: spendInAllTeams.none,
      act: ({ as, target: { payload } }) => as.get(path, { ...common, ...(payload as Record<string, string>) }),
      returned,
    },
    {
      'Alpha and Gamma without Alpha': {
        sent: ({ world: { teams } }) => ({
          team_ids: `${teams.alpha.teamId},${teams.gamma.teamId}`,
          exclude_team_ids: teams.alpha.teamId,
        }),
        answer: without('alpha', 'beta', 'delta', 'dashboard'),
      },
      'Alpha without Alpha': {
        sent: ({ world: { teams } }) => ({ team_ids: teams.alpha.teamId, exclude_team_ids: teams.alpha.teamId }),
        answer: nowhere,
      },
      'without a team that nobody made': {
        sent: ({ scratch }) => ({ exclude_team_ids: scratch.tag('ghost-team') }),
        answer: without(),
      },
      'without any that is named': { sent: { exclude_team_ids: '' }, answer: without() },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);
}

// Of which days: those reports that come in no pages are held to four hundred, and so is who has spent.
const noDates = refused(400, 'Please provide start_date and end_date');
const malformed = refused(400, 'start_date and end_date must be valid YYYY-MM-DD dates');
for (const [path, more] of [
  ['/team/daily/activity/aggregated', {}],
  ['/team/daily/activity/aggregated/keys', {}],
  ['/team/daily/activity/aggregated/search', { search: 'scratch-' }],
  ['/team/daily/activity/aggregated/model_top_keys', { model_group: spentModel }],
  ['/team/spend/by_user', {}],
] as const) {
  for (const scenario of payloads<TeamWithSpend>(
    {
      family: 'F6',
      route: `GET ${path}`,
      caller: 'proxy_admin',
      target: likeAlpha,
      act: ({ as, target: { teamId, payload } }) =>
        as.get(path, { team_ids: teamId, ...more, ...(payload as Record<string, string>) }),
    },
    {
      'no days': { sent: {}, answer: noDates },
      'no first day': { sent: { end_date: '2090-01-15' }, answer: noDates },
      'no last day': { sent: { start_date: '2090-01-15' }, answer: noDates },
      'a first day that is none': { sent: { start_date: '2090-02-30', end_date: '2090-03-01' }, answer: malformed },
      'a last day in other digits': { sent: { start_date: '2090-01-15', end_date: '20900116' }, answer: malformed },
      'a last day before the first': {
        sent: { start_date: '2090-01-15', end_date: '2090-01-14' },
        answer: refused(400, 'end_date must be on or after start_date'),
      },
      'four hundred days on': { sent: { start_date: '2090-01-15', end_date: '2091-02-19' }, answer: 200 },
      'four hundred days and one on': {
        sent: { start_date: '2090-01-15', end_date: '2091-02-20' },
        answer: refused(400, 'Date range must be at most 400 days'),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);
}
