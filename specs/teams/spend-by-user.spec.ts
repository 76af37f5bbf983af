import {
  admittedNames,
  each,
  extended,
  loggedOut,
  matrix,
  openTeam,
  organizationMatrix,
  ownAndLikeAlpha,
  refused,
  rowsByUser,
  shows,
  spendersOfTeamLikeAlpha,
  spendersOfTeams,
  spendInAllTeams,
  teamTargets,
  inLargeParts,
  test,
  thatDay,
  turnedAway,
  withSpend,
  type Acting,
  type TeamWithSpend,
} from '../../fixtures';

inLargeParts();

// Of `self_managed_routes`, and the same scope as /team/daily/activity. It reads the log of requests, not the days' sums.
const { returned, told } = rowsByUser;
const targets = extended(teamTargets, withSpend);
const all = shows(({ target: { own, others } }: Acting<TeamWithSpend>) => told([own, others]));
const ofOwn = shows(({ target: { own } }: Acting<TeamWithSpend>) => told([own]));
const answers = spendersOfTeams(all, ofOwn);

const asked = {
  act: ({ as, target, claim }: Acting<TeamWithSpend>) =>
    as.get('/team/spend/by_user', { ...thatDay, team_ids: target.teamId, ...claim.query }),
  returned,
};

for (const scenario of matrix('GET /team/spend/by_user', targets, {
  ...asked,
  answers: { ...turnedAway, ...answers, logged_out_session: loggedOut(ofOwn) },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('GET /team/spend/by_user', targets, {
  ...asked,
  answers: {
    org_admin: answers.org_admin,
    org_admin_member: answers.org_admin_member,
    org_b_admin: answers.org_b_admin,
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of matrix('GET /team/spend/by_user', openTeam, {
  ...asked,
  variant: 'members may see it',
  answers: spendersOfTeamLikeAlpha(all, all),
}))
  test(scenario.title, scenario.details, scenario.run);

// Who is not admin of all that are asked for sees the own spend only, also in those where it is.
type Both = Acting<readonly TeamWithSpend[]>;
const allInBoth = shows(({ target }: Both) => told(target.flatMap(({ own, others }) => [own, others])));
const ownInBoth = shows(({ target }: Both) => told(target.map(({ own }) => own)));

for (const scenario of matrix('GET /team/spend/by_user', ownAndLikeAlpha, {
  act: ({ as, target }) =>
    as.get('/team/spend/by_user', { ...thatDay, team_ids: target.map(({ teamId }) => teamId).join(',') }),
  returned,
  answers: {
    ...turnedAway,
    ...spendersOfTeamLikeAlpha(allInBoth, ownInBoth),
    logged_out_session: loggedOut(ownInBoth),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody gets whatever it may see, as elsewhere: that is looked at before the caller is.
const whichTeams = refused(400, 'Please provide team_ids');

for (const scenario of matrix('GET /team/spend/by_user', spendInAllTeams, {
  act: ({ as }) => as.get('/team/spend/by_user', thatDay),
  returned,
  variant: 'no team_ids',
  answers: each(admittedNames, whichTeams),
}))
  test(scenario.title, scenario.details, scenario.run);
