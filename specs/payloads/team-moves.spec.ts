import {
  allowed,
  defaultUserId,
  inLargeParts,
  inserted,
  json,
  leaving,
  payloads,
  refused,
  teamChanged,
  teamSuchAs,
  teamsKeyAsks,
  test,
  type Acting,
  type Effect,
  type Loaded,
  type ScratchActor,
  type Stage,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// What becomes of a team's members when it moves into another organization (`_auto_add_team_members_to_organization`), and who has
// to be in that one already (`validate_team_org_change`). For its limits see team-limits.
interface Moving extends TeamWithKey {
  readonly to: { readonly organizationId: string };
  /** In the other organization already. */
  readonly insider: ScratchActor;
  readonly outsider: ScratchActor;
}
interface MovedBy extends Moving {
  /** Administers both organizations. */
  readonly mover: ScratchActor;
}

const newcomersId = ({ scratch }: Pick<Stage, 'scratch'>) => scratch.tag('nobody-yet');

const moving = async (
  stage: Stage,
  { members, to }: { readonly members: 'all' | 'insiders'; readonly to: { readonly organizationId: string } },
) => {
  const { scratch, db } = stage;
  const organization = await scratch.org();
  const insider = await scratch.actor({ role: 'internal_user' });
  const outsider = await scratch.actor({ role: 'internal_user' });
  await db.query(
    `INSERT INTO "LiteLLM_OrganizationMembership" (user_id, organization_id, user_role) VALUES ($1, $2, 'internal_user')`,
    [insider.userId, to.organizationId],
  );
  const roles = [
    { user_id: insider.userId, role: 'user' },
    { user_id: defaultUserId, role: 'admin' },
    ...(members === 'insiders'
      ? []
      : [
          { user_id: outsider.userId, role: 'user' },
          { user_id: newcomersId(stage), role: 'user' },
          { user_id: null, user_email: `${scratch.tag('by-address')}@example.com`, role: 'user' },
        ]),
  ];
  const team = await teamSuchAs(stage, {
    organization,
    models: ['here'],
    columns: { members_with_roles: json(roles) },
  });
  return { ...team, to, insider, outsider, from: organization };
};

const intoIt = ({ target }: Acting<Moving>) => ({ organization_id: target.to.organizationId });
const told = { organization_id: '<scratch>-org' };

/** They belong to an organization from now on. */
const join = (organizationId: string, userIds: readonly string[]): Effect[] =>
  userIds.map((userId) =>
    inserted(
      { table: 'LiteLLM_OrganizationMembership', id: `${userId}/${organizationId}` },
      {
        user_id: userId,
        organization_id: organizationId,
        user_role: 'internal_user',
        spend: 0,
        created_at: '<time>',
        updated_at: '<time>',
      },
    ),
  );
/** A user is made whom the team's row names and nobody knows. */
const newcomerMade = (stage: Stage): Effect =>
  inserted(
    { table: 'LiteLLM_UserTable', id: newcomersId(stage) },
    {
      user_id: newcomersId(stage),
      user_role: 'internal_user',
      spend: 0,
      ...{ models: [], teams: [], policies: [], allowed_cache_controls: [] },
      ...{ metadata: {}, model_spend: {}, model_max_budget: {} },
      created_at: '<time>',
      updated_at: '<time>',
    },
  );
/** Whom the team's row names by an address alone is passed over, and so is the proxy's own user. */
const membersJoin = (stage: Acting<Moving>): Effect[] => [
  newcomerMade(stage),
  ...join(stage.target.to.organizationId, [stage.target.outsider.userId, newcomersId(stage)]),
];

const updating = {
  family: 'F3',
  route: 'POST /team/update',
  caller: 'proxy_admin',
  act: ({ as, target }: Acting<Loaded<Moving>>) =>
    as.post('/team/update', { team_id: target.teamId, ...target.payload }),
  effects: (stage: Acting<Loaded<Moving>>) =>
    teamChanged(stage.target, { organization_id: stage.target.to.organizationId }, stage.caller, told),
  uses: [teamsKeyAsks],
} as const;

for (const scenario of payloads<Moving>(
  {
    ...updating,
    target: {
      what: 'team with members in its organization, in another and in none',
      arrange: async (stage) => moving(stage, { members: 'all', to: await stage.scratch.org({ models: ['here'] }) }),
    },
  },
  {
    'into the other organization': {
      sent: intoIt,
      answer: allowed({
        effects: (stage) => [
          ...membersJoin(stage),
          ...teamChanged(stage.target, { organization_id: stage.target.to.organizationId }, stage.caller, told),
        ],
      }),
    },
    // What is refused after that: they are in the organization from now on, and the team is not.
    'into the other organization, with a model that it lacks': {
      sent: (stage) => ({ ...intoIt(stage), models: ['elsewhere'] }),
      answer: leaving(refused(400, "Model 'elsewhere' not in organization's allowed models"), membersJoin),
    },
    // That it is there already is not asked before.
    'into the organization in which it is': {
      sent: ({ target }) => ({ organization_id: target.organizationId }),
      answer: allowed({
        effects: (stage) => {
          const { target, caller } = stage;
          const { insider, outsider, organizationId } = target;
          return [
            newcomerMade(stage),
            ...join(organizationId ?? '', [insider.userId, outsider.userId, newcomersId(stage)]),
            ...teamChanged(target, {}, caller),
          ];
        },
      }),
    },
    'out of all organizations': {
      sent: { organization_id: '' },
      answer: allowed({
        effects: ({ target, caller }) => teamChanged(target, { organization_id: null }, caller, {}),
      }),
    },
    'into an organization that nobody made': {
      sent: ({ scratch }) => ({ organization_id: scratch.tag('ghost-org') }),
      answer: refused(404, 'Organization not found, passed organization_id=<scratch>-ghost-org'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<Moving>(
  {
    ...updating,
    target: {
      what: 'team whose members are in the other organization already',
      arrange: async (stage) => moving(stage, { members: 'insiders', to: await stage.scratch.org() }),
    },
  },
  { 'into the other organization': { sent: intoIt, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<Moving>(
  {
    ...updating,
    target: {
      what: 'team with a model, beside an organization with all models',
      arrange: async (stage) =>
        moving(stage, { members: 'insiders', to: await stage.scratch.org({ models: ['all-proxy-models'] }) }),
    },
  },
  { 'into the other organization': { sent: intoIt, answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);

// Who administers both organizations moves the team, and adds nobody to them.
const movedBy = (what: string, members: 'all' | 'insiders'): Target<MovedBy> => ({
  what,
  arrange: async (stage) => {
    const to = await stage.scratch.org({ models: ['here'] });
    const team = await moving(stage, { members, to });
    return { ...team, mover: await stage.scratch.actor({ role: 'internal_user', adminOf: [to, team.from] }) };
  },
});

for (const [target, answer] of [
  [movedBy('team whose members are in the other organization already', 'insiders'), 200],
  [
    movedBy('team with members in its organization, in another and in none', 'all'),
    refused(403, 'that is not a member of the organization'),
  ],
] as const) {
  for (const scenario of payloads<MovedBy>(
    {
      ...updating,
      // Somebody like this caller.
      caller: 'org_admin_member',
      target,
      act: ({ asOther, target }) =>
        asOther(target.mover).post('/team/update', { team_id: target.teamId, ...target.payload }),
      effects: ({ target }) => teamChanged(target, { organization_id: target.to.organizationId }, target.mover, told),
    },
    { 'into the other organization, by an admin of both': { sent: intoIt, answer } },
  ))
    test(scenario.title, scenario.details, scenario.run);
}
