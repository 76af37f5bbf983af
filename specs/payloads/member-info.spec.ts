import {
  administersTheTeam,
  allowed,
  asksForItself,
  auditedAs,
  belongingsGone,
  budgetMade,
  inLargeParts,
  inRole,
  inserted,
  isMadeAs,
  joinsAs,
  membershipRow,
  payloads,
  refused,
  rosterChanged,
  rosterTold,
  seesTheTeam,
  teamOfPeople,
  teamsListed,
  test,
  type Acting,
  type Loaded,
  type TeamOfPeople,
} from '../../fixtures';

inLargeParts();

const on = (path: string) =>
  ({
    family: 'F4',
    route: `POST ${path}`,
    caller: 'proxy_admin',
    target: teamOfPeople,
    act: ({ as, target }: Acting<Loaded<TeamOfPeople>>) => as.post(path, { team_id: target.teamId, ...target.payload }),
  }) as const;

type Sent = Readonly<Record<string, unknown>>;
const of = (sent: (target: TeamOfPeople) => Sent) => ({ sent: ({ target }: Acting<TeamOfPeople>) => sent(target) });
const adding = (member: (target: TeamOfPeople) => Sent) =>
  of((target) => ({ member: { role: 'user', ...member(target) } }));

const ghostId = ({ newcomer }: TeamOfPeople) => `${newcomer.userId}-ghost`;
const ghostEmail = ({ newcomer }: TeamOfPeople) => `ghost-${newcomer.email}`;

const neither = refused(422, 'Either user id or user email must be provided');
const unknownRole = refused(422, "Input should be 'admin' or 'user'");
const isInIt = refused(400, 'User already in team');
const allAreInIt = refused(400, 'All users are already in team');
const ambiguous = refused(400, "Please use 'user_id' instead");

const newcomerJoins = joinsAs(({ newcomer }) => inRole(newcomer));
const ghostByEmail = isMadeAs(
  (target) => ({ user_id: '<uuid>', user_email: ghostEmail(target), role: 'user' }),
  (target) => ({ user_email: ghostEmail(target) }),
);

// `team_member_add_duplication_check` counts how often members are found in the team, by id and by address: who is found in both
// ways counts twice, and is not refused. The row is written as it was. 1.87.0 lists the team once more on the user's row.
const addedAgain = {
  '<=1.87.0': allowed<TeamOfPeople>({
    effects: ({ target }) => [
      rosterChanged(target, target.roles),
      teamsListed(target.member.userId, [target.teamId], [target.teamId, target.teamId]),
    ],
  }),
  '>=1.106.0': allowed<TeamOfPeople>({ effects: ({ target }) => [rosterChanged(target, target.roles)] }),
} as const;

for (const scenario of payloads<TeamOfPeople>(on('/team/member_add'), {
  'neither id nor address': { ...adding(() => ({})), answer: neither },
  'id and address that disagree': {
    ...adding(({ newcomer, stranger }) => ({ user_id: newcomer.userId, user_email: stranger.email })),
    answer: refused(400, 'do not belong to the same user'),
  },
  // Whoever is there is looked for before it is asked whether both are the same.
  'id of somebody and address of a member': {
    ...adding(({ newcomer, second }) => ({ user_id: newcomer.userId, user_email: second.email })),
    answer: isInIt,
  },
  'id and address that agree': {
    ...adding(({ newcomer }) => ({ user_id: newcomer.userId, user_email: newcomer.email })),
    answer: newcomerJoins,
  },
  // The address is looked up.
  'id alone': { ...adding(({ newcomer }) => ({ user_id: newcomer.userId })), answer: newcomerJoins },
  'address alone': { ...adding(({ newcomer }) => ({ user_email: newcomer.email })), answer: newcomerJoins },
  // It is the same person's, and noted as it was sent: `/team/member_delete` will not find it by the real one.
  'address alone, in capitals': {
    ...adding(({ newcomer }) => ({ user_email: newcomer.email.toUpperCase() })),
    answer: joinsAs(({ newcomer }) => ({ ...inRole(newcomer), user_email: newcomer.email.toUpperCase() })),
  },
  'unknown address alone': { ...adding((target) => ({ user_email: ghostEmail(target) })), answer: ghostByEmail },
  'unknown id alone': {
    ...adding((target) => ({ user_id: ghostId(target) })),
    answer: isMadeAs((target) => ({ user_id: ghostId(target), role: 'user' })),
  },
  // The user that is made has no address.
  'unknown id and address': {
    ...adding((target) => ({ user_id: ghostId(target), user_email: ghostEmail(target) })),
    answer: isMadeAs((target) => ({ user_id: ghostId(target), user_email: ghostEmail(target), role: 'user' })),
  },
  // Nobody has it, and so nobody's it is not: the team's row names the newcomer by another address than the user's row does.
  'id and an unknown address': {
    ...adding((target) => ({ user_id: target.newcomer.userId, user_email: ghostEmail(target) })),
    answer: joinsAs((target) => ({ ...inRole(target.newcomer), user_email: ghostEmail(target) })),
  },
  'address of two users': { ...adding(({ twins }) => ({ user_email: twins[0].email })), answer: ambiguous },
  // Though the text asks for an id.
  'address of two users, and an id': {
    ...adding(({ twins }) => ({ user_id: twins[0].userId, user_email: twins[0].email })),
    answer: ambiguous,
  },
  'id of a member': { ...adding(({ member }) => ({ user_id: member.userId })), answer: isInIt },
  'address of a member': { ...adding(({ member }) => ({ user_email: member.email })), answer: isInIt },
  'id and address of a member': {
    ...adding(({ member }) => ({ user_id: member.userId, user_email: member.email })),
    answer: addedAgain,
  },
  'id and address of a member, as admin': {
    ...adding(({ member }) => ({ user_id: member.userId, user_email: member.email, role: 'admin' })),
    answer: addedAgain,
  },
  'unknown role': { ...adding(({ newcomer }) => ({ user_id: newcomer.userId, role: 'owner' })), answer: unknownRole },
  'nobody at all': { ...of(() => ({ member: [] })), answer: allAreInIt },
  'members alone': {
    ...of(({ member, second }) => ({
      member: [
        { user_id: member.userId, role: 'user' },
        { user_id: second.userId, role: 'user' },
      ],
    })),
    answer: allAreInIt,
  },
  'a list of one address': {
    ...of(({ newcomer }) => ({ member: [{ user_email: newcomer.email, role: 'user' }] })),
    answer: newcomerJoins,
  },
  'a list of an unknown address': {
    ...of((target) => ({ member: [{ user_email: ghostEmail(target), role: 'user' }] })),
    answer: ghostByEmail,
  },
  'a member and a newcomer': {
    ...of(({ member, newcomer }) => ({
      member: [
        { user_id: member.userId, role: 'user' },
        { user_id: newcomer.userId, role: 'user' },
      ],
    })),
    answer: {
      ...newcomerJoins,
      '<=1.87.0': allowed<TeamOfPeople>({
        effects: ({ target }) => [
          rosterChanged(target, [...target.roles, inRole(target.newcomer)]),
          teamsListed(target.member.userId, [target.teamId], [target.teamId, target.teamId]),
          teamsListed(target.newcomer.userId, [], [target.teamId]),
        ],
        uses: [seesTheTeam(({ newcomer }) => newcomer)],
      }),
    },
  },
  'a newcomer twice, as user and as admin': {
    ...of(({ newcomer }) => ({
      member: [
        { user_id: newcomer.userId, role: 'user' },
        { user_id: newcomer.userId, role: 'admin' },
      ],
    })),
    answer: {
      ...newcomerJoins,
      '<=1.87.0': allowed<TeamOfPeople>({
        effects: ({ target }) => [
          rosterChanged(target, [...target.roles, inRole(target.newcomer)]),
          teamsListed(target.newcomer.userId, [], [target.teamId]),
          teamsListed(target.newcomer.userId, [target.teamId], [target.teamId, target.teamId]),
        ],
        uses: [seesTheTeam(({ newcomer }) => newcomer)],
      }),
    },
  },
  'unknown id, by the team’s admin': {
    ...adding((target) => ({ user_id: ghostId(target) })),
    caller: 'team_admin',
    answer: {
      ...isMadeAs((target) => ({ user_id: ghostId(target), role: 'user' })),
      '>=1.106.0': refused(403, 'Only proxy admins can add a user_id that does not exist yet'),
    },
  },
  // A team's admin may have a user made, of whatever address.
  'unknown address, by the team’s admin': {
    ...adding((target) => ({ user_email: ghostEmail(target) })),
    caller: 'team_admin',
    answer: ghostByEmail,
  },
  'as admin, by the team’s admin': {
    ...adding(({ newcomer }) => ({ user_id: newcomer.userId, role: 'admin' })),
    caller: 'team_admin',
    answer: joinsAs(({ newcomer }) => inRole(newcomer, 'admin')),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

/** The member becomes an admin, and is named by this address. */
const promotedAs = (email: (target: TeamOfPeople) => string) => {
  const now = ({ member, roles }: TeamOfPeople, address: string) =>
    roles.map((role) => (role.user_id === member.userId ? { ...inRole(member, 'admin'), user_email: address } : role));
  const uses = [administersTheTeam(({ member }) => member)];
  return {
    '<=1.87.0': allowed<TeamOfPeople>({
      uses,
      effects: ({ target }) => [rosterChanged(target, now(target, email(target)))],
    }),
    '>=1.106.0': allowed<TeamOfPeople>({
      uses,
      effects: (stage) => rosterTold(stage, now(stage.target, email(stage.target))),
    }),
  };
};
const promoted = promotedAs(({ member }) => member.email);
const noSuchMember = refused(400, "User id doesn't exist in team table");
const isNotInIt = {
  // Nobody's role is changed, and the row is written as it was.
  '<=1.87.0': allowed<TeamOfPeople>({ effects: ({ target }) => [rosterChanged(target, target.roles)] }),
  '>=1.106.0': refused(404, 'is not a member of team'),
};
// A budget is given to whoever is named, a member, a user or nobody at all: a membership appears that the team's row does not know.
const budgetForNoMember = (who: (target: TeamOfPeople) => string) => {
  const effects = ({ target, caller }: Acting<TeamOfPeople>) => [
    budgetMade(caller, { max_budget: 5 }),
    inserted(membershipRow(who(target), target.teamId), {
      user_id: who(target),
      team_id: target.teamId,
      spend: 0,
      total_spend: 0,
      budget_id: '<uuid>',
    }),
  ];
  return allowed<TeamOfPeople>({ effects });
};

for (const scenario of payloads<TeamOfPeople>(on('/team/member_update'), {
  'neither id nor address': { ...of(() => ({ role: 'admin' })), answer: neither },
  'id alone': { ...of(({ member }) => ({ user_id: member.userId, role: 'admin' })), answer: promoted },
  'address alone': { ...of(({ member }) => ({ user_email: member.email, role: 'admin' })), answer: promoted },
  // Nobody compares them. Of two members of one address, the next request that names the address alone means the first.
  'id and address that disagree': {
    ...of(({ member, second }) => ({ user_id: member.userId, user_email: second.email, role: 'admin' })),
    answer: promotedAs(({ second }) => second.email),
  },
  // Only the team's row is asked who has an address.
  'address of somebody who is no member': {
    ...of(({ newcomer }) => ({ user_email: newcomer.email, role: 'admin' })),
    answer: noSuchMember,
  },
  'unknown address': { ...of((target) => ({ user_email: ghostEmail(target), role: 'admin' })), answer: noSuchMember },
  'id of somebody who is no member': {
    ...of(({ newcomer }) => ({ user_id: newcomer.userId, role: 'admin' })),
    answer: isNotInIt,
  },
  'unknown id': { ...of((target) => ({ user_id: ghostId(target), role: 'admin' })), answer: isNotInIt },
  'id of somebody who is no member, and a budget': {
    ...of(({ newcomer }) => ({ user_id: newcomer.userId, max_budget_in_team: 5 })),
    answer: budgetForNoMember(({ newcomer }) => newcomer.userId),
  },
  'unknown id, and a budget': {
    ...of((target) => ({ user_id: ghostId(target), max_budget_in_team: 5 })),
    answer: budgetForNoMember(ghostId),
  },
  'nothing to change': { ...of(({ member }) => ({ user_id: member.userId })), answer: 200 },
  'unknown role': { ...of(({ member }) => ({ user_id: member.userId, role: 'owner' })), answer: unknownRole },
}))
  test(scenario.title, scenario.details, scenario.run);

const notFound = refused(400, 'User not found in team');
const keyIsGone = asksForItself<TeamOfPeople>(
  ({ target }) => target.member.key,
  refused(401, 'Invalid proxy server token'),
);
const memberLeft = {
  '<=1.87.0': allowed<TeamOfPeople>({
    uses: [keyIsGone],
    effects: (stage) => {
      const { target } = stage;
      return [
        rosterChanged(
          target,
          target.roles.filter(({ user_id }) => user_id !== target.member.userId),
        ),
        ...belongingsGone(stage, target.member),
      ];
    },
  }),
  '>=1.106.0': allowed<TeamOfPeople>({
    uses: [keyIsGone],
    effects: (stage) => {
      const { target, caller } = stage;
      return [
        ...rosterTold(
          stage,
          target.roles.filter(({ user_id }) => user_id !== target.member.userId),
        ),
        ...belongingsGone(stage, target.member),
        auditedAs('deleted', target.member.key.row, caller),
      ];
    },
  }),
};

for (const scenario of payloads<TeamOfPeople>(on('/team/member_delete'), {
  'neither id nor address': { ...of(() => ({})), answer: neither },
  'id and address that agree': {
    ...of(({ member }) => ({ user_id: member.userId, user_email: member.email })),
    answer: memberLeft,
  },
  'address alone': { ...of(({ member }) => ({ user_email: member.email })), answer: memberLeft },
  // Both leave. 1.87.0 takes what belongs to them from the one whose id was named alone: the other's key goes on in a team that
  // does not know its user.
  'id and address of two members': {
    ...of(({ member, second }) => ({ user_id: member.userId, user_email: second.email })),
    answer: {
      '<=1.87.0': allowed<TeamOfPeople>({
        uses: [keyIsGone, asksForItself<TeamOfPeople>(({ target }) => target.second.key)],
        effects: (stage) => [
          rosterChanged(stage.target, stage.target.roles.slice(0, 1)),
          ...belongingsGone(stage, stage.target.member),
        ],
      }),
      '>=1.106.0': allowed<TeamOfPeople>({
        uses: [
          keyIsGone,
          asksForItself<TeamOfPeople>(({ target }) => target.second.key, refused(401, 'Invalid proxy server token')),
        ],
        effects: (stage) => [
          ...rosterTold(stage, stage.target.roles.slice(0, 1)),
          ...[stage.target.member, stage.target.second].flatMap((one) => [
            ...belongingsGone(stage, one),
            auditedAs('deleted', one.key.row, stage.caller),
          ]),
        ],
      }),
    },
  },
  'address alone, in capitals': {
    ...of(({ member }) => ({ user_email: member.email.toUpperCase() })),
    answer: notFound,
  },
  'address of somebody who is no member': {
    ...of(({ newcomer }) => ({ user_email: newcomer.email })),
    answer: notFound,
  },
  'id of somebody who is no member': { ...of(({ newcomer }) => ({ user_id: newcomer.userId })), answer: notFound },
  'unknown id': { ...of((target) => ({ user_id: ghostId(target) })), answer: notFound },
  'unknown address': { ...of((target) => ({ user_email: ghostEmail(target) })), answer: notFound },
}))
  test(scenario.title, scenario.details, scenario.run);
