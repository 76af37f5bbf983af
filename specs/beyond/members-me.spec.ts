import {
  allowed,
  inLargeParts,
  payloads,
  test,
  type Acting,
  type Loaded,
  type ScratchTeam,
  type Stage,
} from '../../fixtures';

inLargeParts();

// What a member is told of the own budget in a team; who is told is in teams/members-me.
const inTeam = async ({ scratch, caller }: Stage) => {
  const user = { userId: caller.userId ?? '' };
  return { user, team: await scratch.team({ users: [user] }) };
};
const told = (more: Readonly<Record<string, unknown>>) =>
  allowed<Loaded<ScratchTeam>>({
    body: ({ target: { teamId }, caller: { userId } }) => ({ user_id: userId, team_id: teamId, role: 'user', ...more }),
  });
const asking = {
  family: 'beyond',
  route: 'GET /team/{team_id}/members/me',
  caller: 'internal_user',
  act: ({ as, target }: Acting<Loaded<ScratchTeam>>) => as.get(`/team/${target.teamId}/members/me`),
} as const;

for (const scenario of [
  ...payloads<ScratchTeam>(
    { ...asking, target: { what: 'team that limits nobody', arrange: async (stage) => (await inTeam(stage)).team } },
    { '': { sent: {}, answer: told({ spend: 0, total_spend: 0, budget_id: null, litellm_budget_table: null }) } },
  ),
  ...payloads<ScratchTeam>(
    {
      ...asking,
      target: {
        what: 'team in which the caller has a budget',
        arrange: async (stage) => {
          const { user, team } = await inTeam(stage);
          const budget = await stage.scratch.budget({ maxBudget: 9, rpmLimit: 5 });
          await stage.scratch.membership(user, team, { budget_id: budget, spend: 3, total_spend: 4 });
          return team;
        },
      },
    },
    {
      '': {
        sent: {},
        answer: told({
          ...{ spend: 3, total_spend: 4, budget_id: '<scratch>-budget' },
          litellm_budget_table: { max_budget: 9, rpm_limit: 5 },
        }),
      },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
