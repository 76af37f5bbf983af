import {
  allowed,
  idsAt,
  inLargeParts,
  insertRow,
  payloads,
  refused,
  saidAt,
  shows,
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

// What lists of teams can be asked for, and in which order and in how many pages they come. Whose teams they show: see teams/list and
// teams/list-filters.
type Name = 'first' | 'second' | 'third';
interface Listed extends Readonly<Record<Name, ScratchTeam>> {
  readonly organizationId: string;
  /** Whose row lists the first two. */
  readonly member: ScratchActor;
  /** Whose row lists none. */
  readonly loner: ScratchActor;
}

/** By id they are first, second, third; by alias third, first, second; by age first, third, second. */
const three: Target<Listed> = {
  what: 'three teams of one organization',
  arrange: async ({ scratch }: Stage) => {
    const organization = await scratch.org();
    const made = (alias: string, day: string) =>
      scratch.team({ organization, columns: { team_alias: scratch.tag(alias), created_at: new Date(day) } });
    const first = await made('beech', '2020-01-01');
    const second = await made('cedar', '2020-01-03');
    const third = await made('alder', '2020-01-02');
    const member = await scratch.actor({ role: 'internal_user', columns: { teams: [first.teamId, second.teamId] } });
    const loner = await scratch.actor({ role: 'internal_user' });
    return { ...{ first, second, third, member, loner }, organizationId: organization.organizationId };
  },
};

const listing = {
  family: 'F7',
  route: 'GET /v2/team/list',
  caller: 'proxy_admin',
  target: three,
  act: ({ as, target }: Acting<Loaded<Listed>>) =>
    as.get('/v2/team/list', { organization_id: target.organizationId, ...(target.payload as Record<string, string>) }),
  returned: saidAt('teams[].team_id', 'total', 'page', 'page_size', 'total_pages'),
} as const;

interface Pages {
  readonly total?: number;
  readonly page?: number;
  readonly size?: number;
  readonly pages?: number;
}
/** These are listed, in this order. */
const lists = (names: readonly Name[], { total = names.length, page = 1, size = 10, pages }: Pages = {}) =>
  shows<Listed>(({ target }) => [
    ...names.map((name) => target[name].teamId),
    ...[total, page, size, pages ?? Math.ceil(total / size)].map(String),
  ]);
const newestFirst = lists(['second', 'third', 'first']);
const inVain = lists([]);
const of = (query: (target: Listed, stage: Stage) => Readonly<Record<string, string>>) => ({
  sent: (stage: Acting<Listed>) => query(stage.target, stage),
});

for (const scenario of payloads<Listed>(listing, {
  'in no order': { sent: {}, answer: newestFirst },
  'by id': { sent: { sort_by: 'team_id' }, answer: lists(['first', 'second', 'third']) },
  'by id, downwards': {
    sent: { sort_by: 'team_id', sort_order: 'desc' },
    answer: lists(['third', 'second', 'first']),
  },
  'by alias': { sent: { sort_by: 'team_alias' }, answer: lists(['third', 'first', 'second']) },
  'by alias, downwards in capitals': {
    sent: { sort_by: 'team_alias', sort_order: 'DESC' },
    answer: lists(['second', 'first', 'third']),
  },
  'by age': { sent: { sort_by: 'created_at' }, answer: lists(['first', 'third', 'second']) },
  // What is no direction is upwards.
  'by age, sideways': {
    sent: { sort_by: 'created_at', sort_order: 'sideways' },
    answer: lists(['first', 'third', 'second']),
  },
  // What it cannot be sorted by is passed over, and the direction with it.
  'by spend': { sent: { sort_by: 'spend', sort_order: 'asc' }, answer: newestFirst },
  'downwards alone': { sent: { sort_order: 'asc' }, answer: newestFirst },

  'a page of two': { sent: { page_size: '2' }, answer: lists(['second', 'third'], { total: 3, size: 2 }) },
  'the second page of two': {
    sent: { page_size: '2', page: '2' },
    answer: lists(['first'], { total: 3, size: 2, page: 2 }),
  },
  'a page after the last': { sent: { page_size: '2', page: '3' }, answer: lists([], { total: 3, size: 2, page: 3 }) },
  'a page of all': { sent: { page_size: '3' }, answer: lists(['second', 'third', 'first'], { size: 3 }) },
  'the page before the first': {
    sent: { page: '0' },
    answer: refused(422, 'Input should be greater than or equal to 1'),
  },
  'a page of nothing': {
    sent: { page_size: '0' },
    answer: refused(422, 'Input should be greater than or equal to 1'),
  },
  'a page of too many': {
    sent: { page_size: '101' },
    answer: refused(422, 'Input should be less than or equal to 100'),
  },

  'an id': { ...of(({ third }) => ({ team_id: third.teamId })), answer: lists(['third']) },
  'a part of an id': { ...of(({ third }) => ({ team_id: third.teamId.slice(0, -1) })), answer: inVain },
  'an id from elsewhere': { ...of((_, { world }) => ({ team_id: world.teams.alpha.teamId })), answer: inVain },
  'a part of an alias, in capitals': { sent: { team_alias: 'LDE' }, answer: lists(['third']) },
  'a part of two aliases': { sent: { team_alias: 'e' }, answer: newestFirst },
  'an alias that none has': { sent: { team_alias: 'elm' }, answer: inVain },
  'an alias, and its team’s id': {
    ...of(({ first }) => ({ team_alias: 'beech', team_id: first.teamId })),
    answer: lists(['first']),
  },
  'an alias, and another team’s id': {
    ...of(({ second }) => ({ team_alias: 'beech', team_id: second.teamId })),
    answer: inVain,
  },
  'a search for an id': { ...of(({ second }) => ({ search: second.teamId })), answer: lists(['second']) },
  'a search for a part of an alias': { sent: { search: 'CED' }, answer: lists(['second']) },
  'a search for the beginning of ids': {
    ...of((_, { scratch }) => ({ search: scratch.tag('team-') })),
    answer: inVain,
  },
  // 1.87.0 knows no other search.
  'a search for the beginning of ids, by beginnings': {
    ...of((_, { scratch }) => ({ search: scratch.tag('team-'), search_team_id_match: 'prefix' })),
    answer: { '<=1.87.0': inVain, '>=1.106.0': lists(['second', 'third']) },
  },
  'a search for the beginning of ids in capitals, by beginnings': {
    ...of((_, { scratch }) => ({ search: scratch.tag('TEAM-'), search_team_id_match: 'prefix' })),
    answer: inVain,
  },
  'a search by middles': {
    sent: { search: 'alder', search_team_id_match: 'middle' },
    answer: { '<=1.87.0': lists(['third']), '>=1.106.0': refused(422, "Input should be 'exact' or 'prefix'") },
  },
  'a search, and the id of another team': {
    ...of(({ first }) => ({ search: 'alder', team_id: first.teamId })),
    answer: inVain,
  },

  'a member’s': { ...of(({ member }) => ({ user_id: member.userId })), answer: lists(['second', 'first']) },
  'one of a member’s': {
    ...of(({ member, first }) => ({ user_id: member.userId, team_id: first.teamId })),
    answer: lists(['first']),
  },
  'one that is not a member’s': {
    ...of(({ member, third }) => ({ user_id: member.userId, team_id: third.teamId })),
    answer: refused(404, 'User is not a member of team_id=<scratch>-team-3'),
  },
  'those of one who is in none': {
    ...of(({ loner }) => ({ user_id: loner.userId })),
    answer: lists([], { pages: 0 }),
  },
  'those of nobody': {
    ...of((_, { scratch }) => ({ user_id: scratch.tag('ghost') })),
    answer: refused(404, 'User not found, passed user_id=<scratch>-ghost'),
  },
  'those that are alive': { sent: { status: 'active' }, answer: refused(400, 'Invalid status value') },
  'those that were deleted': { sent: { status: 'deleted' }, answer: inVain },
}))
  test(scenario.title, scenario.details, scenario.run);

// Copies of deleted teams are asked for in the same words. Whose they were is looked for in `members`, where nobody is noted for joining.
interface Deleted {
  readonly organizationId: string;
  readonly member: ScratchActor;
}
const deletedTeams: Target<Deleted> = {
  what: 'two deleted teams of one organization',
  arrange: async ({ scratch, db }: Stage) => {
    const { organizationId } = await scratch.org();
    const member = await scratch.actor({ role: 'internal_user' });
    for (const [name, day, members] of [
      ['old', '2020-01-01', [member.userId]],
      ['new', '2020-01-02', []],
    ] as const) {
      await insertRow(db, 'LiteLLM_DeletedTeamTable', {
        id: scratch.tag(`copy-${name}`),
        team_id: scratch.tag(name),
        team_alias: scratch.tag(`alias-${name}`),
        organization_id: organizationId,
        members,
        members_with_roles: '[]',
        deleted_by: scratch.tag('deleter'),
        created_at: new Date(day),
      });
    }
    return { organizationId, member };
  },
};
const copies = (...names: readonly ('old' | 'new')[]) =>
  shows<Deleted>(({ scratch }) => [
    ...names.map((name) => scratch.tag(name)),
    ...names.map(() => scratch.tag('deleter')),
    String(names.length),
  ]);

for (const scenario of payloads<Deleted>(
  {
    ...listing,
    target: deletedTeams,
    act: ({ as, target }: Acting<Loaded<Deleted>>) =>
      as.get('/v2/team/list', {
        organization_id: target.organizationId,
        ...(target.payload as Record<string, string>),
      }),
    returned: saidAt('teams[].team_id', 'teams[].deleted_by', 'total'),
  },
  {
    'those that were deleted': { sent: { status: 'deleted' }, answer: copies('new', 'old') },
    'those that were deleted, by age': {
      sent: { status: 'deleted', sort_by: 'created_at' },
      answer: copies('old', 'new'),
    },
    'those that were deleted, by alias downwards': {
      sent: { status: 'deleted', sort_by: 'team_alias', sort_order: 'desc' },
      answer: copies('old', 'new'),
    },
    'the second page of those that were deleted': {
      sent: { status: 'deleted', page_size: '1', page: '2' },
      answer: shows(({ scratch }) => [scratch.tag('old'), scratch.tag('deleter'), '2']),
    },
    'one of those that were deleted': {
      sent: ({ scratch }) => ({ status: 'deleted', search: scratch.tag('new') }),
      answer: copies('new'),
    },
    'a member’s that were deleted': {
      sent: ({ target }) => ({ status: 'deleted', user_id: target.member.userId }),
      answer: copies('old'),
    },
    'those that are there': { sent: {}, answer: copies() },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// An organization's admin who is in a team elsewhere.
interface Administered {
  readonly admin: ScratchActor;
  readonly inIt: ScratchTeam;
  readonly elsewhere: ScratchTeam;
}
for (const scenario of payloads<Administered>(
  {
    ...listing,
    // Somebody like this caller.
    caller: 'org_admin_member',
    target: {
      what: 'team of an organization, and team of another one with its admin in it',
      arrange: async ({ scratch }) => {
        const organization = await scratch.org();
        const inIt = await scratch.team({ organization, columns: { created_at: new Date('2020-01-02') } });
        const elsewhere = await scratch.team({
          organization: await scratch.org(),
          columns: { created_at: new Date('2020-01-01') },
        });
        const admin = await scratch.actor({
          role: 'internal_user',
          adminOf: [organization],
          columns: { teams: [elsewhere.teamId] },
        });
        return { admin, inIt, elsewhere };
      },
    },
    act: ({ asOther, target }: Acting<Loaded<Administered>>) =>
      asOther(target.admin).get('/v2/team/list', target.payload as Record<string, string>),
    returned: saidAt('teams[].team_id', 'total'),
  },
  {
    'those that the admin may see': {
      sent: {},
      answer: {
        '<=1.87.0': shows(({ target }) => [target.inIt.teamId, '1']),
        '>=1.106.0': shows(({ target }) => [target.inIt.teamId, target.elsewhere.teamId, '2']),
      },
    },
    'the admin’s own': {
      sent: ({ target }) => ({ user_id: target.admin.userId }),
      answer: {
        // Of the teams that it is in, those of the own organization.
        '<=1.87.0': shows(() => ['0']),
        '>=1.106.0': shows(({ target }) => [target.inIt.teamId, target.elsewhere.teamId, '2']),
      },
    },
    'those of the other organization': {
      sent: ({ scratch }) => ({ organization_id: scratch.tag('org-2') }),
      answer: refused(403, 'You can only view teams within your organizations'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// How much there is in a team.
const counted = (more: object) =>
  allowed<ScratchTeam>({
    body: ({ target }) => ({
      teams: [{ team_id: target.teamId, team_alias: target.teamId, members_count: 3, spend: 0, ...more }],
      ...{ total: 1, page: 1, page_size: 10, total_pages: 1 },
    }),
  });
for (const scenario of payloads<ScratchTeam>(
  {
    family: 'F7',
    route: 'GET /v2/team/list',
    caller: 'proxy_admin',
    target: {
      what: 'team of three with two keys',
      arrange: async ({ scratch, world: { actors } }) => {
        const team = await scratch.team({ admins: [actors.team_admin], users: [actors.owner, actors.internal_user] });
        await scratch.key({ team });
        await scratch.key({ team, user: actors.owner });
        return team;
      },
    },
    act: ({ as, target }: Acting<Loaded<ScratchTeam>>) => as.get('/v2/team/list', { team_id: target.teamId }),
  },
  {
    '': {
      sent: {},
      answer: { '<=1.87.0': counted({}), '>=1.106.0': counted({ keys_count: 2 }) },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// A key whose user is gone.
for (const scenario of payloads<ScratchKey>(
  {
    ...listing,
    // Somebody like this caller.
    caller: 'internal_user',
    target: { what: '', arrange: ({ scratch }) => scratch.key({ user: { userId: scratch.tag('nobody') } }) },
    act: ({ asOther, target }: Acting<Loaded<ScratchKey>>) =>
      asOther(target).get('/v2/team/list', target.payload as Record<string, string>),
    returned: saidAt('total'),
  },
  {
    'by a key of a user who is gone': {
      sent: {},
      answer: refused(401, 'Only admin users can query all teams/other teams'),
    },
    'the own, by a key of a user who is gone': {
      sent: ({ scratch }) => ({ user_id: scratch.tag('nobody') }),
      answer: refused(404, 'User not found, passed user_id=<scratch>-nobody'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// What a team has from access groups stands beside what it has itself. A group that is gone is passed over.
interface WithGroups {
  readonly organizationId: string;
  readonly teamId: string;
}
const places = ['models', 'access_group_models', 'access_group_mcp_server_ids', 'access_group_agent_ids'];
const ofGroups = [
  'its-own',
  ...['of-both', 'of-one', 'of-two'],
  ...['server-of-one', 'server-of-two'],
  ...['agent-of-one', 'agent-of-two'],
];
const withGroups: Target<WithGroups> = {
  what: 'team with two access groups and one that is gone',
  arrange: async ({ scratch, db }) => {
    const organization = await scratch.org();
    for (const name of ['one', 'two']) {
      await insertRow(db, 'LiteLLM_AccessGroupTable', {
        access_group_id: scratch.tag(name),
        access_group_name: scratch.tag(`name-${name}`),
        access_model_names: ['of-both', `of-${name}`],
        access_mcp_server_ids: [`server-of-${name}`],
        access_agent_ids: [`agent-of-${name}`],
      });
    }
    const { teamId } = await scratch.team({
      organization,
      models: ['its-own'],
      columns: { access_group_ids: [scratch.tag('one'), scratch.tag('two'), scratch.tag('gone')] },
    });
    return { organizationId: organization.organizationId, teamId };
  },
};
for (const scenario of payloads<WithGroups>(
  {
    ...listing,
    target: withGroups,
    act: ({ as, target }: Acting<Loaded<WithGroups>>) =>
      as.get('/v2/team/list', { organization_id: target.organizationId }),
    returned: idsAt(...places.map((name) => `teams[].${name}[]`)),
  },
  {
    '': {
      sent: {},
      answer: shows(() => ofGroups),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// One team's details tell which group it has what from.
const groupShown = (name: string) => ({
  access_group_id: `<scratch>-${name}`,
  access_group_name: `<scratch>-name-${name}`,
  models: ['of-both', `of-${name}`],
  mcp_server_ids: [`server-of-${name}`],
  agent_ids: [`agent-of-${name}`],
});
for (const scenario of payloads<WithGroups>(
  {
    family: 'F7',
    route: 'GET /team/info',
    caller: 'proxy_admin',
    target: withGroups,
    act: ({ as, target }: Acting<Loaded<WithGroups>>) => as.get('/team/info', { team_id: target.teamId }),
    returned: idsAt(...places.map((name) => `team_info.${name}[]`)),
  },
  {
    '': {
      sent: {},
      answer: {
        '<=1.87.0': shows(() => ofGroups),
        '>=1.106.0': allowed({
          returns: () => ofGroups,
          body: () => ({
            team_info: {
              models: ['its-own'],
              access_group_details: [groupShown('one'), groupShown('two')],
            },
          }),
        }),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// The older list goes by the team's row, sorts by alias, and knows a word for no organization.
interface OfMember {
  readonly member: ScratchActor;
  readonly organizationId: string;
  readonly inIt: ScratchTeam;
  readonly inNone: ScratchTeam;
}
for (const scenario of payloads<OfMember>(
  {
    family: 'F7',
    route: 'GET /team/list',
    caller: 'proxy_admin',
    target: {
      what: 'member of a team in an organization, of one in none, and of one whose row cannot be read',
      arrange: async ({ scratch }) => {
        const member = await scratch.actor({ role: 'internal_user' });
        const organization = await scratch.org();
        const inIt = await scratch.team({ users: [member], organization });
        const inNone = await scratch.team({ users: [member] });
        await scratch.team({
          organization,
          columns: { members_with_roles: JSON.stringify([{ user_id: member.userId, role: 'owner' }]) },
        });
        return { member, inIt, inNone, organizationId: organization.organizationId };
      },
    },
    act: ({ as, target }: Acting<Loaded<OfMember>>) =>
      as.get('/team/list', { user_id: target.member.userId, ...(target.payload as Record<string, string>) }),
    returned: (teams) => saidAt('teams[].team_id')({ teams }),
  },
  {
    // Nobody is told that one is missing.
    'all of them': { sent: {}, answer: shows(({ target }) => [target.inIt.teamId, target.inNone.teamId]) },
    'those of the organization': {
      sent: ({ target }) => ({ organization_id: target.organizationId }),
      answer: shows(({ target }) => [target.inIt.teamId]),
    },
    'those of none': {
      sent: { organization_id: 'default_organization' },
      answer: shows(({ target }) => [target.inNone.teamId]),
    },
    'those of an organization that nobody made': {
      sent: ({ scratch }) => ({ organization_id: scratch.tag('ghost-org') }),
      answer: shows(() => []),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// The list of the UI looks for parts, and knows no organization.
const found = (...names: readonly Name[]) => shows<Listed>(({ target }) => names.map((name) => target[name].teamId));
for (const scenario of payloads<Listed>(
  {
    ...listing,
    route: 'GET /team/filter/ui',
    act: ({ as, target }: Acting<Loaded<Listed>>) =>
      as.get('/team/filter/ui', target.payload as Record<string, string>),
    returned: (teams) => saidAt('teams[].team_id')({ teams }),
  },
  {
    'a part of ids': {
      ...of((_, { scratch }) => ({ team_id: scratch.tag('team') })),
      answer: found('second', 'third', 'first'),
    },
    'a part of an id, in capitals': {
      ...of((_, { scratch }) => ({ team_id: scratch.tag('TEAM-3').toUpperCase() })),
      answer: found('third'),
    },
    'a part of an alias, in capitals': {
      ...of((_, { scratch }) => ({ team_alias: scratch.tag('ALD').toUpperCase() })),
      answer: found('third'),
    },
    'an id, and the alias of another': {
      ...of(({ first }, { scratch }) => ({ team_id: first.teamId, team_alias: scratch.tag('alder') })),
      // Its id is the beginning of the others'.
      answer: found('third'),
    },
    'an alias that none has': { ...of((_, { scratch }) => ({ team_alias: scratch.tag('elm') })), answer: found() },
    'the second page of two': {
      ...of((_, { scratch }) => ({ team_id: scratch.tag('team'), page: '2', page_size: '2' })),
      answer: found('first'),
    },
    'a page of too many': {
      sent: { page_size: '101' },
      answer: refused(422, 'Input should be less than or equal to 100'),
    },
    'the page before the first': {
      sent: { page: '0' },
      answer: refused(422, 'Input should be greater than or equal to 1'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
