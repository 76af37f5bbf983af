import {
  allowed,
  audited,
  byHalves,
  each,
  inLargeParts,
  inProfile,
  joinsBeta,
  keyMadeWithToken,
  leaving,
  newUser,
  refused,
  roleGate,
  scenario,
  teamAdminEditsNothing,
  teamMadeWith,
  test,
  updated,
  withoutKey,
  withToken,
  type Effect,
  type Expected,
  type ScenarioDescription,
  type ScratchTeam,
  type Stage,
} from '../../../fixtures';

inLargeParts();

const jwt = inProfile('jwt');

type Says = Parameters<typeof withToken>[0];
type World = Stage['world'];

const routes = {
  'POST /key/generate': ({ as, scratch }) => as.post('/key/generate', { key_alias: scratch.tag('made') }),
  'POST /team/update': ({ as, target }) => as.post('/team/update', { team_id: target.teamId, team_alias: 'renamed' }),
  'GET /team/info': ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
  'GET /user/info': ({ as }) => as.get('/user/info'),
} as const satisfies Record<string, ScenarioDescription<ScratchTeam>['act']>;

type Answers = Readonly<Record<keyof typeof routes, ScenarioDescription<ScratchTeam>['expected']>>;

const ok: Expected<ScratchTeam> = { status: 200 };
/** The key is made. */
const makesKey = (userOf: (world: World) => string | null, isOwn = true) => {
  const effects = keyMadeWithToken(userOf, isOwn);
  return {
    '<=1.87.0': allowed<ScratchTeam>({ effects: effects['<=1.87.0'] }),
    '>=1.106.0': allowed<ScratchTeam>({ effects: effects['>=1.106.0'] }),
  };
};
/** The team is renamed. */
const renames = (userOf: (world: World) => string | null): Expected<ScratchTeam> =>
  allowed({
    effects: ({ target, world }) => [
      updated(target.row, { team_alias: [target.teamId, 'renamed'] }),
      audited(target.row, withoutKey(userOf(world)), { team_alias: 'renamed' }),
    ],
  });

/** Without what becomes of whoever is in it. */
const withoutMembers = (effects: readonly Effect[]) =>
  effects.filter(({ table, op }) => table === 'LiteLLM_AuditLog' || (table === 'LiteLLM_TeamTable' && op === 'insert'));

const nobody = () => null;
const internalUser = ({ actors }: World) => actors.internal_user.userId;
const proxyAdmin = ({ actors }: World) => actors.proxy_admin.userId;

// The route gate is another one there; here the handler asks who administers the team.
const notTheirTeam = byHalves<Expected<ScratchTeam>>(roleGate, refused(403, 'You do not have access to this team'));

const asUser: Answers = {
  'POST /key/generate': makesKey(internalUser),
  'POST /team/update': notTheirTeam,
  'GET /team/info': ok,
  'GET /user/info': ok,
};
const asAdmin = (userOf: (world: World) => string | null): Answers => ({
  'POST /key/generate': makesKey(userOf, false),
  'POST /team/update': renames(userOf),
  'GET /team/info': ok,
  'GET /user/info': ok,
});
const everywhere = (answer: Expected<ScratchTeam>): Answers =>
  each(Object.keys(routes) as (keyof typeof routes)[], answer);

// A user who is made for a token stays, be the request refused or not.
const stranger = 'somebody-whom-litellm-does-not-know';
const strangerMade = () => [newUser(stranger)];
const strangersKey = keyMadeWithToken(() => stranger, true);

const identities: Readonly<Record<string, { flag: string; says: Says; answers: Answers }>> = {
  'an admin by its scope': {
    flag: 'admin_jwt_scope',
    says: () => ({ scope: 'litellm_proxy_admin' }),
    answers: asAdmin(nobody),
  },
  // The scope counts, not the user's own role.
  'a user with the scope of an admin': {
    flag: 'admin_jwt_scope',
    says: (world) => ({ scope: 'openid litellm_proxy_admin', sub: internalUser(world) }),
    answers: asAdmin(internalUser),
  },
  'a user': { flag: 'user_id_jwt_field', says: (world) => ({ sub: internalUser(world) }), answers: asUser },
  // Without any scope: the role of the user's row counts.
  'a proxy admin by its user': {
    flag: 'user_id_jwt_field',
    says: (world) => ({ sub: proxyAdmin(world) }),
    answers: asAdmin(proxyAdmin),
  },
  'the admin of the team': {
    flag: 'user_id_jwt_field',
    says: ({ actors }) => ({ sub: actors.team_admin.userId }),
    answers: {
      ...asUser,
      'POST /key/generate': makesKey(({ actors }) => actors.team_admin.userId),
      'POST /team/update': byHalves<Expected<ScratchTeam>>(roleGate, teamAdminEditsNothing),
    },
  },
  'a user in its team': {
    flag: 'team_ids_jwt_field',
    says: (world) => ({ sub: internalUser(world), teams: [world.teams.alpha.teamId] }),
    answers: asUser,
  },
  // A look is enough: whoever has a token of the issuer's joins what team it names, be it another organization's. Routes that
  // a team may not ask for (`team_allowed_routes`) do not get as far (`find_team_with_model_access`, `map_user_to_teams`).
  'a user in a foreign team': {
    flag: 'team_ids_jwt_field',
    says: (world) => ({ sub: internalUser(world), teams: [world.teams.beta.teamId] }),
    answers: {
      ...asUser,
      'GET /team/info': byHalves<Expected<ScratchTeam>>(
        allowed({ effects: joinsBeta['<=1.87.0'] }),
        allowed({ effects: joinsBeta['>=1.106.0'] }),
      ),
      'GET /user/info': byHalves<Expected<ScratchTeam>>(
        allowed({ effects: joinsBeta['<=1.87.0'] }),
        allowed({ effects: joinsBeta['>=1.106.0'] }),
      ),
    },
  },
  // Passed over in silence, where an organization that is not there is an error.
  'a user in a team that is not there': {
    flag: 'team_ids_jwt_field',
    says: (world) => ({ sub: internalUser(world), teams: ['no-such-team'] }),
    answers: asUser,
  },
  'a user in its organization': {
    flag: 'org_id_jwt_field',
    says: (world) => ({ sub: internalUser(world), org: world.organizations.a.organizationId }),
    answers: asUser,
  },
  // Nobody asks whether it is the user's.
  'a user in a foreign organization': {
    flag: 'org_id_jwt_field',
    says: (world) => ({ sub: internalUser(world), org: world.organizations.b.organizationId }),
    answers: asUser,
  },
  'a user in an organization that is not there': {
    flag: 'org_id_jwt_field',
    says: (world) => ({ sub: internalUser(world), org: 'no-such-organization' }),
    answers: everywhere(refused(401, "Organization doesn't exist in db")),
  },
  'a user whom LiteLLM does not know': {
    flag: 'user_id_upsert',
    says: () => ({ sub: stranger }),
    answers: {
      'POST /key/generate': {
        '<=1.87.0': allowed({ effects: (stage) => [...strangerMade(), ...strangersKey['<=1.87.0'](stage)] }),
        '>=1.106.0': allowed({ effects: (stage) => [...strangerMade(), ...strangersKey['>=1.106.0'](stage)] }),
      },
      'POST /team/update': byHalves<Expected<ScratchTeam>>(
        leaving(roleGate, strangerMade),
        leaving(refused(403, 'You do not have access to this team'), strangerMade),
      ),
      'GET /team/info': leaving(refused(403, 'not authorized to access this team'), strangerMade),
      'GET /user/info': allowed({ effects: strangerMade }),
    },
  },
  // A token that says nothing but whom it is for gets in, as nobody.
  'nobody at all': {
    flag: 'user_id_jwt_field',
    says: () => ({}),
    answers: {
      'POST /key/generate': roleGate,
      'POST /team/update': notTheirTeam,
      'GET /team/info': refused(403, 'No user_id or team_id associated with this key'),
      'GET /user/info': refused(404, 'User None not found'),
    },
  },
  'a team without a user': {
    flag: 'team_ids_jwt_field',
    says: ({ teams }) => ({ teams: [teams.alpha.teamId] }),
    answers: {
      'POST /key/generate': roleGate,
      'POST /team/update': notTheirTeam,
      'GET /team/info': refused(403, 'Team key for team='),
      'GET /user/info': refused(404, 'User None not found'),
    },
  },
};

for (const [who, { flag, says, answers }] of Object.entries(identities)) {
  for (const [route, act] of Object.entries(routes)) {
    const one = scenario<ScratchTeam>({
      ...jwt,
      family: 'configuration',
      tags: [`flag:${flag}`],
      route,
      target: 'team of team_admin and internal_user',
      variant: `token of ${who}`,
      caller: 'internal_user',
      headers: withToken(says),
      arrange: ({ scratch, world: { actors, organizations } }) =>
        scratch.team({ organization: organizations.a, admins: [actors.team_admin], users: [actors.internal_user] }),
      act,
      expected: answers[route as keyof typeof routes],
    });
    test(one.title, one.details, one.run);
  }
}

// An admin by the scope is no user, and makes a team without anybody in it.
const made = scenario({
  ...jwt,
  family: 'configuration',
  tags: ['flag:admin_jwt_scope'],
  route: 'POST /team/new',
  target: '',
  variant: 'token of an admin by its scope',
  caller: 'internal_user',
  headers: withToken(() => ({ scope: 'litellm_proxy_admin' })),
  arrange: () => undefined,
  act: ({ as, scratch }) => as.post('/team/new', { team_id: scratch.tag('made'), team_alias: scratch.tag('made') }),
  expected: { status: 200 },
  effects: {
    '<=1.87.0': (stage) =>
      withoutMembers(
        teamMadeWith<undefined>(
          () => ({}),
          () => withoutKey(null),
        )['<=1.87.0'](stage),
      ),
    '>=1.106.0': (stage) =>
      withoutMembers(
        teamMadeWith<undefined>(
          () => ({}),
          () => withoutKey(null),
        )['>=1.106.0'](stage),
      ),
  },
});
test(made.title, made.details, made.run);
