import {
  allowed,
  asTokenHolder,
  audited,
  auditedAs,
  byHalves,
  inLargeParts,
  inProfile,
  keyMade,
  refused,
  scenario,
  teamAdminEditsNothing,
  test,
  updated,
  withOperatorsToken,
  type Expected,
  type ScenarioDescription,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
  type TokenParts,
} from '../../../fixtures';

inLargeParts();

const customAuth = inProfile('custom-auth');

interface Target extends ScratchTeam {
  readonly key: ScratchKey;
}
type Caller = ScenarioDescription<Target>['caller'];
type Answer = ScenarioDescription<Target>['expected'];

const routes = {
  'POST /key/generate': ({ as, scratch }) => as.post('/key/generate', { key_alias: scratch.tag('made') }),
  'POST /key/block': ({ as, target }) => as.post('/key/block', { key: target.key.cleartext }),
  'POST /team/update': ({ as, target }) => as.post('/team/update', { team_id: target.teamId, team_alias: 'renamed' }),
  'GET /team/info': ({ as, target }) => as.get('/team/info', { team_id: target.teamId }),
  // There is no key that it could be about.
  'GET /key/info': ({ as }) => as.get('/key/info'),
} as const satisfies Record<string, ScenarioDescription<Target>['act']>;
type Answers = Readonly<Record<keyof typeof routes, Answer>>;

const ok: Expected<Target> = { status: 200 };
const noKey = refused(404, 'Key not found in database');

const makesKey = (parts: TokenParts, isOwn = true): Answer => {
  const effects = keyMade<Target>(
    ({ world }) => {
      const by = asTokenHolder(world, parts);
      return { by, userId: isOwn ? by.userId : null };
    },
    () => ({}),
  );
  return {
    '<=1.87.0': allowed({ effects: effects['<=1.87.0'] }),
    '>=1.106.0': allowed({ effects: effects['>=1.106.0'] }),
  };
};
const blocks = (parts: TokenParts): Expected<Target> =>
  allowed({
    effects: ({ target: { key }, world }) => [
      updated(key.row, { blocked: [null, true] }),
      auditedAs('blocked', key.row, asTokenHolder(world, parts)),
    ],
  });
const renames = (parts: TokenParts): Expected<Target> =>
  allowed({
    effects: ({ target, world }) => [
      updated(target.row, { team_alias: [target.teamId, 'renamed'] }),
      audited(target.row, asTokenHolder(world, parts), { team_alias: 'renamed' }),
    ],
  });

const mayNotBlock = refused(403, 'Only proxy admins, team admins, or org admins can call /key/block');
const notTheirTeam = refused(403, 'You do not have access to this team');
const notTheirs = refused(403, 'not authorized to access this team');

/** One who administers nothing: where LiteLLM's own gate would look at the role first, nothing is before the handlers. */
const asUser = (parts: TokenParts): Answers => ({
  'POST /key/generate': makesKey(parts),
  'POST /key/block': mayNotBlock,
  'POST /team/update': notTheirTeam,
  'GET /team/info': ok,
  'GET /key/info': noKey,
});

const user: TokenParts = ({ actors }) => [actors.internal_user.userId, 'internal_user'];
const promoted: TokenParts = ({ actors }) => [actors.internal_user.userId, 'proxy_admin'];
const demoted: TokenParts = ({ actors }) => [actors.proxy_admin.userId, 'internal_user'];
const viewer: TokenParts = ({ actors }) => [actors.internal_user_viewer.userId, 'internal_user_viewer'];
const teamAdmin: TokenParts = ({ actors }) => [actors.team_admin.userId, 'internal_user'];
const stranger: TokenParts = () => ['somebody-whom-litellm-does-not-know', 'internal_user'];

const identities: Readonly<Record<string, { parts: TokenParts; caller: Caller; answers: Answers }>> = {
  'a user': { parts: user, caller: 'internal_user', answers: asUser(user) },
  // What the callable says counts, not the user's row.
  'a user, as a proxy admin': {
    parts: promoted,
    caller: 'internal_user',
    answers: {
      'POST /key/generate': makesKey(promoted, false),
      'POST /key/block': blocks(promoted),
      'POST /team/update': renames(promoted),
      'GET /team/info': ok,
      'GET /key/info': noKey,
    },
  },
  'a proxy admin, as a user': {
    parts: demoted,
    caller: 'proxy_admin',
    answers: { ...asUser(demoted), 'GET /team/info': notTheirs },
  },
  // In `plain` the role gate lets no viewer make keys.
  'a viewer': {
    parts: viewer,
    caller: 'internal_user_viewer',
    answers: { ...asUser(viewer), 'GET /team/info': notTheirs },
  },
  'the admin of the team': {
    parts: teamAdmin,
    caller: 'team_admin',
    answers: {
      ...asUser(teamAdmin),
      'POST /key/block': blocks(teamAdmin),
      'POST /team/update': byHalves<Expected<Target>>(renames(teamAdmin), teamAdminEditsNothing),
    },
  },
  // A key that belongs to a user who is not there; whatever looks for the user fails, each in its own way.
  'somebody whom LiteLLM does not know': {
    parts: stranger,
    caller: 'internal_user',
    answers: {
      'POST /key/generate': makesKey(stranger),
      'POST /key/block': refused(500, 'Internal server error'),
      'POST /team/update': refused(500, "User doesn't exist in db"),
      'GET /team/info': refused(400, "User doesn't exist in db"),
      'GET /key/info': noKey,
    },
  },
};

const arrange = async ({ scratch, world: { actors, organizations } }: Stage): Promise<Target> => {
  const team = await scratch.team({
    organization: organizations.a,
    admins: [actors.team_admin],
    users: [actors.internal_user],
  });
  return { ...team, key: await scratch.key({ team }) };
};

for (const [who, { parts, caller, answers }] of Object.entries(identities)) {
  for (const [route, act] of Object.entries(routes)) {
    const one = scenario<Target>({
      ...customAuth,
      family: 'configuration',
      tags: ['flag:custom_auth'],
      route,
      target: 'team of team_admin and internal_user, with a key',
      variant: `token of ${who}`,
      caller,
      headers: withOperatorsToken(parts),
      arrange,
      act,
      expected: answers[route as keyof typeof routes],
    });
    test(one.title, one.details, one.run);
  }
}

const notOurs = refused(401, 'Not one of our tokens.');
const asking = {
  ...customAuth,
  family: 'configuration',
  tags: ['flag:custom_auth'],
  route: 'GET /key/list',
  target: '',
  arrange: () => undefined,
  act: ({ as }) => as.get('/key/list'),
} as const satisfies Partial<ScenarioDescription<undefined>>;

// LiteLLM's own keys do not work any more, but for those that the callable lets LiteLLM look at.
for (const [caller, expected] of [
  ['master_key', { status: 200 }],
  ['proxy_admin', notOurs],
  ['admin_session', notOurs],
  ['unknown_key', notOurs],
  ['no_header', refused(401, 'No token.')],
] as const) {
  const one = scenario<undefined>({ ...asking, variant: 'key', caller, expected });
  test(one.title, one.details, one.run);
}

const words: Readonly<Record<string, { parts: TokenParts; expected: Expected }>> = {
  'a role that is none': {
    parts: ({ actors }) => [actors.internal_user.userId, 'king'],
    expected: refused(401, "'king' is not a valid LitellmUserRoles"),
  },
  'nothing more': { parts: () => [], expected: notOurs },
  'a refusal with a status of its own': { parts: () => ['forbidden'], expected: refused(418, 'Our teapot') },
  'a refusal in LiteLLM’s words': { parts: () => ['outdated'], expected: refused(402, 'Our token is outdated.') },
  // Then LiteLLM takes the token for one of its keys.
  'nothing said of it': { parts: () => ['nobody'], expected: refused(401, 'LiteLLM Virtual Key expected') },
  'a key of a proxy admin': {
    parts: ({ actors }) => ['litellm', actors.proxy_admin.cleartext],
    expected: { status: 200 },
  },
  'a blocked key': {
    parts: ({ keys }) => ['litellm', keys.blocked_key.cleartext],
    expected: refused(401, 'Key is blocked'),
  },
  'an expired key': {
    parts: ({ keys }) => ['litellm', keys.expired_key.cleartext],
    expected: refused(401, 'Expired Key'),
  },
  // `common_checks`, which would refuse it, is not run where there is a callable (`custom_auth_run_common_checks`).
  'a key of a blocked team': {
    parts: ({ keys }) => ['litellm', keys.key_of_blocked_team.cleartext],
    expected: { status: 200 },
  },
};
for (const [what, { parts, expected }] of Object.entries(words)) {
  const one = scenario<undefined>({
    ...asking,
    variant: `token with ${what}`,
    caller: 'internal_user',
    headers: withOperatorsToken(parts),
    expected,
  });
  test(one.title, one.details, one.run);
}
