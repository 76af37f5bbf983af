import {
  allowed,
  auditedAs,
  auditedMembers,
  budgetMade,
  dumped,
  expect,
  idsAt,
  inLargeParts,
  inserted,
  membership,
  membershipRow,
  payloads,
  refused,
  refusedInItem,
  roleGate,
  saidAt,
  teamsListed,
  teamSuchAs,
  test,
  updated,
  type Acting,
  type Loaded,
  type ScratchActor,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// Many at once, in the handler of /team/member_add. Who may: see teams/bulk-member-add.
interface Team extends TeamWithKey {
  readonly member: ScratchActor;
  readonly newcomers: readonly [ScratchActor, ScratchActor];
  /** All users there are, and the teams that they list. */
  readonly everybody: readonly { readonly userId: string; readonly teams: readonly string[] }[];
}
const team: Target<Team> = {
  what: 'team in organization A with a member',
  arrange: async (stage) => {
    const { scratch, db, world } = stage;
    const person = () => scratch.actor({ role: 'internal_user' });
    const member = await person();
    const newcomers = [await person(), await person()] as const;
    const it = await teamSuchAs(stage, { organization: world.organizations.a, users: [member] });
    await db.query('UPDATE "LiteLLM_UserTable" SET teams = ARRAY[$2] WHERE user_id = $1', [member.userId, it.teamId]);
    await scratch.membership(member, it);
    const { rows: everybody } = await db.query<Team['everybody'][number]>(
      'SELECT user_id AS "userId", teams FROM "LiteLLM_UserTable"',
    );
    return { ...it, member, newcomers, everybody };
  },
};

const adding = {
  family: 'F4',
  route: 'POST /team/bulk_member_add',
  caller: 'proxy_admin',
  target: team,
  act: ({ as, target }: Acting<Loaded<Team>>) =>
    as.post('/team/bulk_member_add', { team_id: target.teamId, ...target.payload }),
  returned: saidAt('team_id', 'total_requested', 'successful_additions', 'failed_additions', 'results[].error'),
  refusals: idsAt('results[].error'),
} as const;
const users = (...actors: readonly ScratchActor[]) => actors.map(({ userId }) => ({ user_id: userId, role: 'user' }));
const none = refused(400, 'At least one member is required');
const counted =
  (asked: number, added = asked) =>
  (stage: Acting<Team>) => [
    stage.target.teamId,
    ...[asked, added, asked - added].map(String),
    ...Array.from({ length: asked }, () => null),
  ];

/**
 * They join, in this order; 1.106.0 makes membership rows, and an audit row of all of them together.
 *
 * @param budget a new one for each of them, which the membership row names, in 1.87.0 as well; left out: none
 */
const join = (newcomersOf: (target: Team) => readonly string[], budget?: Readonly<Record<string, unknown>>) => {
  const given = budget === undefined ? {} : { budget_id: '<uuid>' };
  const memberships = ({ target, caller }: Acting<Team>) =>
    newcomersOf(target).flatMap((userId) => [
      inserted(membershipRow(userId, target.teamId), { ...membership(userId, target.teamId), ...given }),
      ...(budget === undefined ? [] : [budgetMade(caller, budget)]),
    ]);
  const inRows = ({ target }: Acting<Team>) => [
    updated(target.row, {
      members_with_roles: [
        target.roles,
        dumped([...target.roles, ...newcomersOf(target).map((userId) => ({ user_id: userId, role: 'user' as const }))]),
      ],
    }),
    ...newcomersOf(target).map((userId) => teamsListed(userId, [], [target.teamId])),
  ];
  return {
    '<=1.87.0': (stage: Acting<Team>) => [...inRows(stage), ...(budget === undefined ? [] : memberships(stage))],
    '>=1.106.0': (stage: Acting<Team>) => {
      const { roles } = stage.target;
      const newcomers = newcomersOf(stage.target);
      return [
        ...inRows(stage),
        ...memberships(stage),
        auditedMembers(
          stage,
          dumped([...roles, ...newcomers.map((userId) => ({ user_id: userId, role: 'user' as const }))]),
        ),
      ];
    },
  };
};
const both = join(({ newcomers }) => newcomers.map(({ userId }) => userId));
const bothWithBudget = join(({ newcomers }) => newcomers.map(({ userId }) => userId), { max_budget: 7 });
const first = join(({ newcomers }) => [newcomers[0].userId]);
/** 1.87.0 lists the team once more on the row of whoever is in it. */
const onceMore = ({ target: { member, teamId } }: Acting<Team>) =>
  teamsListed(member.userId, [teamId], [teamId, teamId]);

/** Everybody joins, proxy admins and the proxy's own user as well, of whatever organization; in which order nobody says. */
const everybodyJoins = ({ target, scratch: { prefix } }: Acting<Team>, joining: Team['everybody']) => [
  updated(target.row, {
    members_with_roles: [
      target.roles,
      expect.arrayContaining(
        target.everybody.map(({ userId }) =>
          expect.objectContaining({ user_id: userId.replace(prefix, '<scratch>'), role: 'user' }),
        ),
      ),
    ],
  }),
  ...joining.map(({ userId, teams }) => teamsListed(userId, teams, [...teams, target.teamId])),
];
const notInIt = ({ member, everybody }: Team) => everybody.filter(({ userId }) => userId !== member.userId);

/** Each is told of its own. */
const eachWithBudget = ({ target: { newcomers, teamId } }: Acting<Team>) => ({
  results: newcomers.map(({ userId }) => ({
    user_id: userId,
    updated_user: { user_id: userId },
    updated_team_membership: { user_id: userId, team_id: teamId, budget_id: '<uuid>' },
  })),
});

for (const scenario of payloads<Team>(adding, {
  two: {
    sent: ({ target }) => ({ members: users(...target.newcomers) }),
    answer: {
      '<=1.87.0': allowed({ effects: both['<=1.87.0'], returns: counted(2) }),
      '>=1.106.0': allowed({ effects: both['>=1.106.0'], returns: counted(2) }),
    },
  },
  'two, with a budget each': {
    sent: ({ target }) => ({ members: users(...target.newcomers), max_budget_in_team: 7 }),
    answer: {
      '<=1.87.0': allowed({ effects: bothWithBudget['<=1.87.0'], returns: counted(2), body: eachWithBudget }),
      '>=1.106.0': allowed({ effects: bothWithBudget['>=1.106.0'], returns: counted(2), body: eachWithBudget }),
    },
  },
  // Of whom is in it already nothing is said.
  'one, and one who is in it': {
    sent: ({ target }) => ({ members: users(target.member, target.newcomers[0]) }),
    answer: {
      '<=1.87.0': allowed({
        effects: (stage) => [...first['<=1.87.0'](stage), onceMore(stage)],
        returns: counted(2),
      }),
      '>=1.106.0': allowed({ effects: first['>=1.106.0'], returns: counted(2) }),
    },
  },
  'one who is in it': {
    sent: ({ target }) => ({ members: users(target.member) }),
    answer: {
      // In no words.
      '<=1.87.0': allowed({
        effects: () => [],
        returns: ({ target }) => [target.teamId, ...['1', '0', '1'], ''],
      }),
      '>=1.106.0': refusedInItem('All users are already in team'),
    },
  },
  none: { sent: { members: [] }, answer: none },
  'members left out': { sent: {}, answer: none },
  'members of null': { sent: { members: null }, answer: none },
  'five hundred and one': {
    sent: ({ scratch }) => ({
      members: Array.from({ length: 501 }, (_, count) => ({ user_id: scratch.tag(`many-${count}`), role: 'user' })),
    }),
    answer: refused(400, 'Maximum 500 members can be added at once'),
  },
  'neither id nor address': {
    sent: { members: [{ role: 'user' }] },
    answer: refused(422, 'Either user id or user email'),
  },
  // The list of members is passed over.
  'all users': {
    wide: 'the teams of every user',
    sent: ({ target }) => ({ all_users: true, members: users(target.newcomers[0]) }),
    answer: {
      '<=1.87.0': allowed({
        effects: (stage) => everybodyJoins(stage, stage.target.everybody),
        returns: (stage) => counted(stage.target.everybody.length)(stage),
      }),
      '>=1.106.0': allowed({
        effects: (stage) => [
          ...everybodyJoins(stage, notInIt(stage.target)),
          ...notInIt(stage.target).map(({ userId }) =>
            inserted(membershipRow(userId, stage.target.teamId), membership(userId, stage.target.teamId)),
          ),
          auditedAs('updated', stage.target.row, stage.caller, {
            before: expect.objectContaining({ team_alias: '<scratch>-team' }),
            after: expect.objectContaining({ team_alias: '<scratch>-team' }),
          }),
        ],
        returns: (stage) => counted(stage.target.everybody.length)(stage),
      }),
    },
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// An admin of the team's organization, who names it for the gate. 1.87.0 has no list with this route.
for (const scenario of payloads<Team>(
  {
    ...adding,
    caller: 'org_admin_member',
    act: ({ as, target, world }: Acting<Loaded<Team>>) =>
      as.post(
        '/team/bulk_member_add',
        { team_id: target.teamId, ...target.payload },
        { organization_id: world.organizations.a.organizationId },
      ),
  },
  {
    'all users': {
      wide: 'the teams of every user',
      sent: { all_users: true },
      answer: { '<=1.87.0': roleGate, '>=1.106.0': refused(403, '`all_users=true` is restricted to PROXY_ADMIN') },
    },
    two: {
      sent: ({ target }) => ({ members: users(...target.newcomers) }),
      answer: { '<=1.87.0': roleGate, '>=1.106.0': allowed({ effects: both['>=1.106.0'], returns: counted(2) }) },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
