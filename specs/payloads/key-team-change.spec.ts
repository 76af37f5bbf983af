import {
  allowed,
  asksForItself,
  inLargeParts,
  changingKeys,
  keyUnchanged,
  keyUpdated,
  listsModels,
  payloads,
  refused,
  targetKey,
  test,
  withHeld,
  type Acting,
  type LimitedKey,
  type Payload,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

const changing = changingKeys('F2');

type TeamOptions = NonNullable<Parameters<Stage['scratch']['team']>[0]>;

/** The key is to go to a team like that. @param more what else the payload says */
const to =
  (team: (world: Stage['world']) => TeamOptions, more: Payload = {}) =>
  async ({ scratch, world }: Stage): Promise<Payload> => ({
    team_id: (await scratch.team(team(world))).teamId,
    ...more,
  });

/** A team with the key's user, and whatever else it is. */
const withUser =
  (team: TeamOptions = {}) =>
  ({ actors }: Stage['world']): TeamOptions => ({ users: [actors.internal_user], ...team });

const keyOfUser = (
  what: string,
  options: NonNullable<Parameters<Stage['scratch']['key']>[0]> = {},
): Target<LimitedKey> => ({
  what,
  arrange: async (stage) => {
    const { internal_user } = stage.world.actors;
    return withHeld(stage, await stage.scratch.key({ user: internal_user, createdBy: internal_user, ...options }));
  },
});

const notAMember = refused(403, 'is not a member of the team');
const noSuchTeam = refused(404, "Team doesn't exist in db");
const ghostTeam = ({ scratch }: Stage): Payload => ({ team_id: scratch.tag('ghost-team') });

// 1.106.0 does not tell which models the team has.
const notItsModel = {
  '<=1.87.0': refused(403, 'team not allowed to access model'),
  '>=1.106.0': refused(403, "The requested model 'gpt-4' is not available"),
} as const;

// ── What the team allows ─────────────────────────────────────────────────────────────────────────────────────────────

for (const scenario of payloads(
  {
    ...changing,
    target: keyOfUser('key of internal_user with a model, 100 tpm, 10 rpm and a budget of 10', {
      models: ['gpt-4'],
      columns: { tpm_limit: 100, rpm_limit: 10, max_budget: 10 },
    }),
  },
  {
    'to a team with its user': { sent: to(withUser()), answer: 200 },
    'to a team whose admin is its user': {
      sent: to(({ actors }) => ({ admins: [actors.internal_user] })),
      answer: 200,
    },
    'to a team without its user': { sent: to(({ actors }) => ({ users: [actors.owner] })), answer: notAMember },
    'to a team of nobody': { sent: to(() => ({})), answer: notAMember },
    'to a ghost team': { sent: ghostTeam, answer: noSuchTeam },
    'to a team of its model': { sent: to(withUser({ models: ['gpt-5', 'gpt-4'] })), answer: 200 },
    'to a team of all models': { sent: to(withUser({ models: ['all-proxy-models'] })), answer: 200 },
    'to a team of another model': {
      sent: to(withUser({ models: ['gpt-5'] })),
      answer: notItsModel,
    },
    'to a team of its tpm': { sent: to(withUser({ tpmLimit: 100 })), answer: 200 },
    'to a team of less tpm': {
      sent: to(withUser({ tpmLimit: 99 })),
      answer: refused(403, "tpm_limit=100 which is greater than the team's tpm_limit=99"),
    },
    'to a team of its rpm': { sent: to(withUser({ rpmLimit: 10 })), answer: 200 },
    'to a team of less rpm': {
      sent: to(withUser({ rpmLimit: 9 })),
      answer: refused(403, "rpm_limit=10 which is greater than the team's rpm_limit=9"),
    },
    // Nothing is taken for no limit, unlike for a guarantee (`_check_team_key_limits`).
    'to a team of no tpm at all': { sent: to(withUser({ tpmLimit: 0 })), answer: 200 },
    // Budgets are not compared.
    'to a team of less budget': { sent: to(withUser({ maxBudget: 1 })), answer: 200 },
    'to a team that has spent its budget': {
      sent: to(withUser({ maxBudget: 1, columns: { spend: 2 } })),
      // To ask who it is costs nothing, which 1.106.0 knows.
      answer: allowed({
        uses: [
          asksForItself(targetKey, { '<=1.87.0': refused(429, 'Budget has been exceeded! Team'), '>=1.106.0': 200 }),
        ],
      }),
    },
    'to a blocked team': {
      sent: to(withUser({ columns: { blocked: true } })),
      answer: allowed({ uses: [asksForItself(targetKey, refused(401, 'is blocked'))] }),
    },
    // What the row holds is compared, not what it will hold.
    'to a team of its tpm, with more': { sent: to(withUser({ tpmLimit: 100 }), { tpm_limit: 1000 }), answer: 200 },
    'to a team of less tpm, with as little': {
      sent: to(withUser({ tpmLimit: 99 }), { tpm_limit: 99 }),
      answer: refused(403, "tpm_limit=100 which is greater than the team's tpm_limit=99"),
    },
    'to a team of its model, with another': {
      sent: to(withUser({ models: ['gpt-4'] }), { models: ['gpt-5'] }),
      answer: 200,
    },
    'to a team of another model, with that one': {
      sent: to(withUser({ models: ['gpt-5'] }), { models: ['gpt-5'] }),
      answer: notItsModel,
    },
    'to a team of less tpm, with a guarantee': {
      sent: to(withUser({ tpmLimit: 99 }), { tpm_limit: 100, tpm_limit_type: 'guaranteed_throughput' }),
      answer: refused(400, 'Allocated TPM limit=0 + Key TPM limit=100 is greater than team TPM limit=99'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of [
  ...payloads(
    { ...changing, target: keyOfUser('key of internal_user with 10 rpm alone', { columns: { rpm_limit: 10 } }) },
    // `validate_key_team_change` looks at rpm only where there is a limit of tpm.
    { 'to a team of less rpm': { sent: to(withUser({ rpmLimit: 9 })), answer: 200 } },
  ),
  ...payloads(
    {
      ...changing,
      target: keyOfUser('key of internal_user with 100 guaranteed tpm', {
        columns: { tpm_limit: 100 },
        metadata: { tpm_limit_type: 'guaranteed_throughput' },
      }),
    },
    {
      // A guarantee is one only where the payload says so again.
      'to a team with less left': {
        sent: async ({ scratch, world: { actors } }) => {
          const team = await scratch.team({ users: [actors.internal_user], tpmLimit: 100 });
          await scratch.key({ team, columns: { tpm_limit: 1 } });
          return { team_id: team.teamId };
        },
        answer: 200,
      },
    },
  ),
  ...payloads(
    { ...changing, target: keyOfUser('key of internal_user with all models') },
    {
      'to a team of one model': {
        sent: to(withUser({ models: ['gpt-4'] })),
        answer: allowed({ uses: [listsModels(targetKey, ['gpt-4'])] }),
      },
    },
  ),
  ...payloads(
    { ...changing, target: keyOfUser('key of internal_user with its team’s models', { models: ['all-team-models'] }) },
    {
      'to a team of one model': {
        sent: to(withUser({ models: ['gpt-4'] })),
        answer: allowed({ uses: [listsModels(targetKey, ['gpt-4'])] }),
      },
    },
  ),
  ...payloads(
    {
      ...changing,
      target: {
        what: 'key of internal_user in organization A',
        arrange: async (stage) => {
          const { actors, organizations } = stage.world;
          return withHeld(
            stage,
            await stage.scratch.key({ user: actors.internal_user, organization: organizations.a }),
          );
        },
      },
    },
    {
      // It stays in the organization where it was, and its team is in another one.
      'to a team of organization B': {
        sent: to(({ actors, organizations }) => ({ users: [actors.internal_user], organization: organizations.b })),
        answer: 200,
      },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const memberMayOnlyLook = refused(401, 'Team member does not have permissions');
const notTheirUser = refused(403, 'User can only create keys for themselves');
const notItsAdmin = refused(403, 'is not a Proxy Admin or Team Admin for team');
const mayUpdate = { permissions: ['/key/update'] };

for (const scenario of payloads(
  { ...changing, target: keyOfUser('key of internal_user in no team') },
  {
    'to a team that its user administers': {
      caller: 'internal_user',
      sent: to(({ actors }) => ({ admins: [actors.internal_user] })),
      answer: 200,
    },
    'to a team that its user is in': { caller: 'internal_user', sent: to(withUser()), answer: memberMayOnlyLook },
    'to a team whose members may update keys': {
      caller: 'internal_user',
      sent: to(withUser(mayUpdate)),
      answer: 200,
    },
    'to a foreign team whose members may update keys': {
      caller: 'internal_user',
      sent: to(({ actors }) => ({ users: [actors.owner], ...mayUpdate })),
      answer: notAMember,
    },
    'to a ghost team, by its user': { caller: 'internal_user', sent: ghostTeam, answer: noSuchTeam },
    // Even where the key's user is a member: it is not theirs.
    'to a team that the caller administers': {
      caller: 'team_admin',
      sent: to(({ actors }) => ({ admins: [actors.team_admin], users: [actors.internal_user] })),
      answer: notTheirUser,
    },
    'to a team of the organization that the caller administers': {
      caller: 'org_admin_member',
      sent: to(({ actors, organizations }) => ({ users: [actors.internal_user], organization: organizations.a })),
      answer: notTheirUser,
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// To administer the team's organization is nothing.
for (const scenario of payloads(
  {
    ...changing,
    caller: 'org_admin_member',
    target: {
      what: 'own key in no team',
      arrange: async (stage) => {
        const { org_admin_member } = stage.world.actors;
        return withHeld(stage, await stage.scratch.key({ user: org_admin_member, createdBy: org_admin_member }));
      },
    },
  },
  {
    'to a team of the own organization': {
      sent: to(({ organizations }) => ({ organization: organizations.a })),
      answer: notAMember,
    },
    'to a team of the own organization, as a member': {
      sent: to(({ actors, organizations }) => ({ users: [actors.org_admin_member], organization: organizations.a })),
      answer: memberMayOnlyLook,
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// ── From one team to another, and to none ────────────────────────────────────────────────────────────────────────────

const home = ({ scratch, world: { actors } }: Stage, options: TeamOptions) =>
  scratch.team({ admins: [actors.team_admin], users: [actors.internal_user], tpmLimit: 5, ...options });
const keyOfNobody: Target<LimitedKey> = {
  what: 'key of nobody in a team whose members may update keys',
  arrange: async (stage) => withHeld(stage, await stage.scratch.key({ team: await home(stage, mayUpdate) })),
};
const keyInTeam = (what: string, options: TeamOptions): Target<LimitedKey> => ({
  what,
  arrange: async (stage) => {
    const { internal_user } = stage.world.actors;
    const team = await home(stage, options);
    return withHeld(stage, await stage.scratch.key({ user: internal_user, createdBy: internal_user, team }));
  },
});
const sameTeam = ({ target }: Acting<LimitedKey>): Payload => ({ team_id: target.teamId });

for (const scenario of payloads(
  { ...changing, target: keyOfNobody },
  {
    'to another team': { sent: to(() => ({})), answer: 200 },
    'to its own team': { sent: sameTeam, answer: 200 },
    // A member takes it along: whose team it was is asked no more.
    'to a team that the member administers': {
      caller: 'internal_user',
      sent: to(({ actors }) => ({ admins: [actors.internal_user] })),
      answer: 200,
    },
    // The members' permission in the new team is that of the key's user, and it has none.
    'to a team whose members may update keys': {
      caller: 'internal_user',
      sent: to(withUser(mayUpdate)),
      answer: notItsAdmin,
    },
    'to a foreign team, by the admin of its own': {
      caller: 'team_admin',
      sent: to(({ actors }) => ({ users: [actors.owner] })),
      answer: notItsAdmin,
    },
    'to a team that the admin of its own administers': {
      caller: 'team_admin',
      sent: to(({ actors }) => ({ admins: [actors.team_admin] })),
      answer: 200,
    },
    'to a ghost team, by the admin of its own': { caller: 'team_admin', sent: ghostTeam, answer: noSuchTeam },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads(
  {
    ...changing,
    caller: 'internal_user',
    target: keyInTeam('own key in a team whose members may update keys', mayUpdate),
  },
  {
    'to another team that it administers': {
      sent: to(({ actors }) => ({ admins: [actors.internal_user] })),
      answer: 200,
    },
    'to another team that it is in': { sent: to(withUser()), answer: memberMayOnlyLook },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads(
  { ...changing, caller: 'internal_user', target: keyInTeam('own key in a team', {}) },
  {
    'to another team that it administers': {
      sent: to(({ actors }) => ({ admins: [actors.internal_user] })),
      answer: memberMayOnlyLook,
    },
    'to no team': { sent: { team_id: null }, answer: memberMayOnlyLook },
    'to no team, by a proxy admin': {
      caller: 'proxy_admin',
      sent: { team_id: null },
      answer: 200,
    },
    'to no team, by its admin': {
      caller: 'team_admin',
      sent: { team_id: null },
      answer: { '<=1.87.0': notTheirUser, '>=1.106.0': refused(403, 'member_key_budgets') },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// `is_different_team` takes no team for no change, and it is written: nothing that the team limits holds any more. The audit
// row does not tell.
for (const scenario of [
  ...payloads(
    {
      ...changing,
      caller: 'internal_user',
      target: keyInTeam('own key in a team whose members may update keys', mayUpdate),
    },
    { 'to no team': { sent: { team_id: null }, answer: 200 } },
  ),
  ...payloads(
    { ...changing, caller: 'internal_user', target: keyOfNobody },
    { 'to no team': { sent: { team_id: null }, answer: 200 } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// 1.106.0 drops a team of an empty id. 1.87.0 takes it for a change, looks at the team that the key is in, and writes it.
for (const scenario of payloads(
  {
    ...changing,
    target: keyOfNobody,
    effects: { '<=1.87.0': keyUpdated['<=1.87.0'], '>=1.106.0': keyUnchanged['>=1.106.0'] },
  },
  {
    'to a team of an empty id': { sent: { team_id: '' }, answer: 200 },
    'to a team of an empty id, by its admin': { caller: 'team_admin', sent: { team_id: '' }, answer: 200 },
    'to a team of an empty id, by a member': {
      caller: 'internal_user',
      sent: { team_id: '' },
      answer: { '<=1.87.0': notItsAdmin, '>=1.106.0': 200 },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
