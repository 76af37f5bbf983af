import {
  asksForItself,
  auditedAs,
  configured,
  inLargeParts,
  inProfiles,
  madeKey,
  refused,
  rotatesKey,
  test,
  updated,
  type Acting,
  type Cell,
  type ConfiguredCase,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../../fixtures';

inLargeParts();

type Asking = Loaded<ScratchKey>;

const asked = {
  caller: 'proxy_admin',
  target: {
    what: 'key of a member of team_admin’s team',
    arrange: async ({ scratch, world: { actors, organizations } }: Stage) =>
      scratch.key({
        user: actors.owner,
        team: await scratch.team({
          organization: organizations.a,
          admins: [actors.team_admin],
          users: [actors.owner],
        }),
      }),
  },
} as const;

/** By whoever asks: the answers in `plain` and in `tuned`. */
const by = (
  answers: readonly (readonly [caller: Stage['caller']['name'], plain: Cell<Asking>, tuned: Cell<Asking>])[],
): Readonly<Record<string, ConfiguredCase<ScratchKey>>> =>
  Object.fromEntries(answers.map(([caller, plain, tuned]) => [`by ${caller}`, { sent: {}, caller, plain, tuned }]));

const adminsOnly = refused(403, 'is an admin only route');
const notItsAdmin = refused(403, 'Only proxy admins, team admins, or org admins can call');
const noHeader = refused(401, 'No api key passed in');
const unknownKey = refused(401, 'Invalid proxy server token passed');

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...asked,
      flag: 'admin_only_routes',
      route: 'GET /team/list',
      act: ({ as }: Acting<Asking>) => as.get('/team/list'),
    },
    by([
      ['proxy_admin', 200, 200],
      ['master_key', 200, 200],
      ['admin_session', 200, 200],
      // To this setting one who may see everything is no admin.
      ['proxy_admin_viewer', 200, adminsOnly],
      ['org_admin_member', 200, adminsOnly],
      ['internal_user', refused(401, 'Only admin users can query all teams/other teams'), adminsOnly],
    ]),
  ))
    test(scenario.title, scenario.details, scenario.run);

  // A path is compared as it is: the same list is there under another one.
  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...asked,
      flag: 'admin_only_routes',
      route: 'GET /v2/team/list',
      act: ({ as, world }: Acting<Asking>) => as.get('/v2/team/list', { user_id: world.actors.internal_user.userId }),
    },
    by([['internal_user', 200, 200]]),
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...asked,
      flag: 'admin_only_routes',
      route: 'POST /key/block',
      act: ({ as, target }: Acting<Asking>) => as.post('/key/block', { key: target.cleartext }),
      effects: ({ target, caller }: Acting<Asking>) => [
        updated(target.row, { blocked: [null, true] }),
        auditedAs('blocked', target.row, caller),
      ],
    },
    by([
      ['proxy_admin', 200, 200],
      ['team_admin', 200, adminsOnly],
      ['org_admin_member', 200, adminsOnly],
      ['owner', notItsAdmin, adminsOnly],
    ]),
  ))
    test(scenario.title, scenario.details, scenario.run);

  // The configuration lists it with the placeholder that FastAPI has in its path, and so nothing is kept from anybody.
  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...asked,
      flag: 'admin_only_routes',
      route: 'POST /key/{key:path}/regenerate',
      act: ({ as, target }: Acting<Asking>) => as.post(`/key/${target.hashed}/regenerate`, {}),
      uses: [asksForItself<Asking>(madeKey)],
    },
    by([
      ['proxy_admin', rotatesKey<Asking>(), rotatesKey<Asking>()],
      ['team_admin', rotatesKey<Asking>(), rotatesKey<Asking>()],
    ]),
  ))
    test(scenario.title, scenario.details, scenario.run);

  // Whoever asks a public route is nobody, who may look: keys are not even read, and so it is closed to those who had a
  // right to it.
  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...asked,
      flag: 'public_routes',
      route: 'POST /key/unblock',
      act: ({ as, target }: Acting<Asking>) => as.post('/key/unblock', { key: target.cleartext }),
      effects: ({ target, caller }: Acting<Asking>) => [
        updated(target.row, { blocked: [null, false] }),
        auditedAs('unblocked', target.row, caller),
      ],
    },
    by([
      ['proxy_admin', 200, notItsAdmin],
      ['team_admin', 200, notItsAdmin],
      ['no_header', noHeader, notItsAdmin],
      ['unknown_key', unknownKey, notItsAdmin],
    ]),
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...asked,
      flag: 'public_routes',
      route: 'GET /key/aliases',
      act: ({ as }: Acting<Asking>) => as.get('/key/aliases'),
    },
    by([
      ['proxy_admin', 200, 200],
      ['no_header', noHeader, 200],
      ['unknown_key', unknownKey, 200],
      ['blocked_key', refused(401, 'Key is blocked'), 200],
    ]),
  ))
    test(scenario.title, scenario.details, scenario.run);

  // By a pattern, `/team/model/*`.
  for (const path of ['/team/model/add', '/team/model/delete'] as const) {
    for (const scenario of configured<ScratchKey>(
      profile,
      {
        ...asked,
        flag: 'public_routes',
        route: `POST ${path}`,
        act: ({ as, target }: Acting<Asking>) => as.post(path, { team_id: target.teamId, models: ['a-model'] }),
      },
      by([
        ['no_header', noHeader, refused(403, 'Only proxy admin or team admin can modify team models')],
        ['unknown_key', unknownKey, refused(403, 'Only proxy admin or team admin can modify team models')],
      ]),
    ))
      test(scenario.title, scenario.details, scenario.run);
  }
});
