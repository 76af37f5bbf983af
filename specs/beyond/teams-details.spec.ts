import {
  allowed,
  inLargeParts,
  payloads,
  test,
  type Acting,
  type Loaded,
  type ScratchActor,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

// What stands in other rows than its own, and is told with a team or a key: budgets of members, and permissions for objects.
interface Detailed {
  readonly team: ScratchTeam;
  readonly member: ScratchActor;
  readonly key: ScratchKey;
}
const permission = ({ scratch }: Stage, whose: string) =>
  scratch.objectPermission(`of-${whose}`, { vector_stores: [`store-of-${whose}`] });
const permits = (whose: string) => ({
  object_permission: { object_permission_id: `<scratch>-of-${whose}`, vector_stores: [`store-of-${whose}`] },
});

const detailed: Target<Detailed> = {
  what: 'team with permissions, whose member has a budget',
  arrange: async (stage) => {
    const { scratch } = stage;
    const member = await scratch.actor({ role: 'internal_user' });
    const other = await scratch.actor({ role: 'internal_user' });
    const team = await scratch.team({ users: [member, other], columns: await permission(stage, 'team') });
    const budget = await scratch.budget({ maxBudget: 9 });
    await scratch.membership(member, team, { budget_id: budget, spend: 3, total_spend: 4 });
    const key = await scratch.key({ user: member, team, columns: await permission(stage, 'key') });
    return { team, member, key };
  },
};

for (const scenario of [
  ...payloads<Detailed>(
    {
      family: 'beyond',
      route: 'GET /team/info',
      caller: 'proxy_admin',
      target: detailed,
      act: ({ as, target }: Acting<Loaded<Detailed>>) => as.get('/team/info', { team_id: target.team.teamId }),
    },
    {
      '': {
        sent: {},
        answer: allowed({
          body: ({ target: { member, team, key } }) => ({
            team_id: team.teamId,
            team_info: { team_id: team.teamId, ...permits('team') },
            keys: [{ key_alias: key.alias, user_id: member.userId, team_id: team.teamId }],
            team_memberships: [
              {
                ...{ user_id: member.userId, team_id: team.teamId, spend: 3, total_spend: 4 },
                ...{ budget_id: '<scratch>-budget', litellm_budget_table: { max_budget: 9 } },
              },
            ],
          }),
        }),
      },
    },
  ),
  ...payloads<Detailed>(
    {
      family: 'beyond',
      route: 'GET /key/list',
      caller: 'proxy_admin',
      target: detailed,
      act: ({ as, target }: Acting<Loaded<Detailed>>) =>
        as.get('/key/list', { team_id: target.team.teamId, return_full_object: 'true' }),
    },
    {
      '': {
        sent: {},
        answer: allowed({
          body: ({ target: { key } }) => ({
            keys: [{ token: key.hashed, key_alias: key.alias, ...permits('key') }],
            total_count: 1,
            current_page: 1,
            total_pages: 1,
          }),
        }),
      },
    },
  ),
  ...payloads<Detailed>(
    {
      family: 'beyond',
      route: 'GET /key/info',
      caller: 'proxy_admin',
      target: detailed,
      act: ({ as, target }: Acting<Loaded<Detailed>>) => as.get('/key/info', { key: target.key.hashed }),
    },
    {
      '': {
        sent: {},
        answer: allowed({
          body: ({ target: { key } }) => ({ key: key.hashed, info: { key_alias: key.alias, ...permits('key') } }),
        }),
      },
    },
  ),
  ...payloads<Detailed>(
    {
      family: 'beyond',
      route: 'GET /key/aliases',
      caller: 'proxy_admin',
      target: detailed,
      act: ({ as, target }: Acting<Loaded<Detailed>>) =>
        as.get('/key/aliases', { team_id: target.team.teamId, search: target.key.alias }),
    },
    {
      '': {
        sent: {},
        answer: allowed({
          body: ({ target: { key } }) => ({ aliases: [key.alias], total_count: 1, current_page: 1, total_pages: 1 }),
        }),
      },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
