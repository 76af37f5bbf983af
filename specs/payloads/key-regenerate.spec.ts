import {
  allowed,
  asksForItself,
  heldKey,
  inLargeParts,
  keyRegenerated,
  listsModels,
  madeKey,
  payloads,
  refused,
  test,
  withHeld,
  type Acting,
  type LimitedKey,
  type Loaded,
  type Payload,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

// What is said of a key that is regenerated is written as by /key/update, and hardly any of what that asks is asked
// (`_execute_virtual_key_regeneration`): neither whose budget it is, nor what a team has left, nor who is in it.
const regenerating = {
  route: 'POST /key/regenerate',
  caller: 'internal_user',
  act: ({ as, target: { cleartext, payload } }: Acting<Loaded<LimitedKey>>) =>
    as.post('/key/regenerate', { key: cleartext, ...payload }),
  effects: keyRegenerated,
  uses: [asksForItself(madeKey)],
} as const;

const ownKey: Target<LimitedKey> = {
  what: 'own key with a budget of 10, of which 9 are spent',
  arrange: async (stage) => {
    const { internal_user } = stage.world.actors;
    const columns = { max_budget: 10, spend: 9, tpm_limit: 5 };
    return heldKey(stage, { user: internal_user, createdBy: internal_user, columns });
  },
};
const inTeamWithLimits: Target<LimitedKey> = {
  what: 'key of nobody in a team with 40 tpm left',
  arrange: async (stage) => {
    const team = await stage.scratch.team({ tpmLimit: 100 });
    await stage.scratch.key({ team, columns: { tpm_limit: 60 } });
    return heldKey(stage, { team });
  },
};
const to =
  (team: (world: Stage['world']) => NonNullable<Parameters<Stage['scratch']['team']>[0]>, more: Payload = {}) =>
  async ({ scratch, world }: Stage): Promise<Payload> => ({
    team_id: (await scratch.team(team(world))).teamId,
    ...more,
  });

for (const scenario of [
  ...payloads(
    { ...regenerating, family: 'F1', target: ownKey },
    {
      'a budget above': { sent: { max_budget: 1000 }, answer: 200 },
      'no budget any more': { sent: { max_budget: null }, answer: 200 },
      'nothing spent': { sent: { spend: 0 }, answer: 200 },
      // Not even that, as /key/generate and /key/update do.
      'a budget below nothing': { sent: { max_budget: -1 }, answer: 200 },
      'a window': { sent: { budget_limits: [{ budget_duration: '1d', max_budget: 1000 }] }, answer: 200 },
      tpm: { sent: { tpm_limit: 1000 }, answer: 200 },
    },
  ),
  ...payloads(
    { ...regenerating, family: 'F1', caller: 'proxy_admin', target: inTeamWithLimits },
    {
      'guaranteed tpm over what is left': {
        sent: { tpm_limit: 41, tpm_limit_type: 'guaranteed_throughput' },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...regenerating, family: 'F2', target: ownKey },
    {
      'to a team that its user is in': { sent: to(({ actors }) => ({ users: [actors.internal_user] })), answer: 200 },
      // What that team may use, the key may.
      'to a foreign team': {
        sent: to(({ actors }) => ({ users: [actors.owner], models: ['gpt-4'] })),
        answer: allowed({ uses: [listsModels(madeKey, ['gpt-4'])] }),
      },
      'to a foreign team of another organization': {
        sent: to(({ actors, organizations }) => ({ users: [actors.cross_org_user], organization: organizations.b })),
        answer: 200,
      },
      'to a team of less tpm, with more': {
        sent: to(({ actors }) => ({ users: [actors.internal_user], tpmLimit: 1 }), { tpm_limit: 1000 }),
        answer: 200,
      },
      'to a ghost team': {
        sent: ({ scratch }) => ({ team_id: scratch.tag('ghost-team') }),
        answer: allowed({
          uses: [asksForItself(madeKey, { '<=1.87.0': 200, '>=1.106.0': refused(404, "Team doesn't exist in db") })],
        }),
      },
    },
  ),
  ...payloads(
    {
      ...regenerating,
      family: 'F2',
      caller: 'team_admin',
      target: {
        what: 'key of nobody in a team that the caller administers',
        arrange: async (stage) => {
          const { scratch, world } = stage;
          const team = await scratch.team({ admins: [world.actors.team_admin] });
          return withHeld(stage, await scratch.key({ team }));
        },
      },
    },
    {
      'to a foreign team': { sent: to(({ actors }) => ({ users: [actors.owner] })), answer: 200 },
      'to no team': { sent: { team_id: null }, answer: 200 },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
