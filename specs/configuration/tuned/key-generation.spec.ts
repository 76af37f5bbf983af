import {
  asksForItself,
  auditedAs,
  byRelease,
  configured,
  inLargeParts,
  inProfiles,
  madeKey,
  makesKey,
  refused,
  roleGate,
  rotatesKey,
  serviceAccountMade,
  test,
  tunedKey,
  viewerGate,
  type Acting,
  type Loaded,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
} from '../../../fixtures';

inLargeParts();

const flag = 'key_generation_settings';

const personal = {
  flag,
  route: 'POST /key/generate',
  caller: 'internal_user',
  target: { what: '', arrange: () => ({}) },
  act: ({ as, target }: Acting<Loaded<object>>) => as.post('/key/generate', target.payload),
  uses: [asksForItself(madeKey)],
} as const;

const teamOfTwo = ({ scratch, world: { actors, organizations } }: Stage) =>
  scratch.team({
    organization: organizations.a,
    admins: [actors.team_admin],
    users: [actors.owner],
    permissions: ['/key/generate', '/key/delete', '/key/regenerate', '/key/service-account/generate'],
  });

const inTeam = {
  ...personal,
  target: { what: 'team with a member who may make keys', arrange: teamOfTwo },
  act: ({ as, target }: Acting<Loaded<ScratchTeam>>) =>
    as.post('/key/generate', { team_id: target.teamId, ...target.payload }),
} as const;

const forServiceAccount = {
  ...inTeam,
  route: 'POST /key/service-account/generate',
  act: ({ as, target }: Acting<Loaded<ScratchTeam>>) =>
    as.post('/key/service-account/generate', { team_id: target.teamId, ...target.payload }),
} as const;

const membersKey = {
  flag,
  caller: 'owner',
  target: {
    what: 'key of a member of such a team',
    arrange: async (stage: Stage) => {
      const { scratch, world } = stage;
      const team = await teamOfTwo(stage);
      return scratch.key({ user: world.actors.owner, team });
    },
  },
} as const;

const named = ({ scratch }: Stage) => ({ key_alias: scratch.tag('made') });
const nameless = { key_alias: null };
const notNamed = refused(400, 'Required param key_alias not in data');
const notAllowedHere = refused(400, "Team member role user not in allowed_team_member_roles=['admin']");

/** What a key holds that one makes for oneself. */
const own = ({ caller }: Acting<unknown>) => ({ user_id: caller.userId });
/** The same, in the team. */
const ownInTeam = (stage: Acting<unknown>) => ({ ...own(stage), ...nobodysInTeam(stage) });
const nobodysInTeam = ({ scratch, world: { organizations } }: Acting<unknown>) => ({
  team_id: scratch.tag('team'),
  organization_id: organizations.a.organizationId,
});

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<object>(profile, personal, {
    'with key_alias': { sent: named, plain: makesKey(own), tuned: makesKey((stage) => tunedKey(own(stage))) },
    'without key_alias': {
      sent: {},
      plain: makesKey((stage) => ({ ...own(stage), ...nameless })),
      tuned: notNamed,
    },
    // It is asked whether it is there, not what it is.
    'key_alias null': {
      sent: nameless,
      plain: makesKey((stage) => ({ ...own(stage), ...nameless })),
      tuned: makesKey((stage) => tunedKey({ ...own(stage), ...nameless })),
    },
    // Nobody is exempt, as proxy admins are from what holds for teams.
    'of a proxy admin without key_alias': {
      sent: {},
      caller: 'proxy_admin',
      plain: makesKey(nameless),
      tuned: notNamed,
    },
    'of the master key without key_alias': {
      sent: {},
      caller: 'master_key',
      plain: makesKey(nameless),
      tuned: notNamed,
    },
    'of the admin in the UI without key_alias': {
      sent: {},
      caller: 'admin_session',
      plain: makesKey(nameless),
      tuned: notNamed,
    },
    'of the admin of an organization as a member': {
      sent: named,
      caller: 'org_admin_member',
      plain: makesKey(own),
      tuned: makesKey((stage) => tunedKey(own(stage))),
    },
    // They do not get as far as the setting, which would not let them either.
    'of one who may look only': { sent: named, caller: 'internal_user_viewer', plain: roleGate, tuned: roleGate },
    'of a proxy admin who may look only': {
      sent: named,
      caller: 'proxy_admin_viewer',
      plain: viewerGate,
      tuned: viewerGate,
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<object>(
    profile,
    { ...personal, flag: 'disable_key_generate_for_org_admin' },
    {
      // It is about the user role, which LiteLLM's own routes give nobody: see `org_admin_member` above.
      'of the admin of an organization': {
        sent: (stage) => ({ ...named(stage), organization_id: stage.world.organizations.a.organizationId }),
        caller: 'org_admin',
        plain: makesKey((stage) => ({
          ...own(stage),
          organization_id: stage.world.organizations.a.organizationId,
        })),
        tuned: refused(403, 'key generation is disabled for org admins'),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchTeam>(profile, inTeam, {
    'of its admin': {
      sent: named,
      caller: 'team_admin',
      plain: makesKey(ownInTeam),
      tuned: makesKey((stage) => tunedKey(ownInTeam(stage))),
    },
    'of its admin without key_alias': {
      sent: {},
      caller: 'team_admin',
      plain: makesKey((stage) => ({ ...ownInTeam(stage), ...nameless })),
      tuned: notNamed,
    },
    // The team lets its members make keys; the configuration does not.
    'of its member': { sent: named, caller: 'owner', plain: makesKey(ownInTeam), tuned: notAllowedHere },
    'of a proxy admin without key_alias': {
      sent: {},
      caller: 'proxy_admin',
      plain: makesKey((stage) => ({ ...nobodysInTeam(stage), ...nameless })),
      tuned: makesKey((stage) => tunedKey({ ...nobodysInTeam(stage), ...nameless })),
    },
    'of the admin of its organization': {
      sent: named,
      caller: 'org_admin_member',
      plain: refused(400, 'not assigned to team'),
      tuned: refused(400, 'not assigned to team'),
    },
    // Without any such setting a proxy admin makes keys for teams that are not there.
    'of a proxy admin for a team that is not there': {
      sent: (stage) => ({ ...named(stage), team_id: stage.scratch.tag('ghost') }),
      caller: 'proxy_admin',
      plain: makesKey(({ scratch }) => ({ team_id: scratch.tag('ghost') }), []),
      tuned: refused(400, 'Unable to find team object in database'),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  const organizationOf = ({ world: { organizations } }: Stage) => ({ organization_id: organizations.a.organizationId });
  for (const scenario of configured<ScratchTeam>(profile, forServiceAccount, {
    'of its admin': {
      sent: named,
      caller: 'team_admin',
      plain: serviceAccountMade({}, organizationOf),
      tuned: serviceAccountMade(tunedKey(), organizationOf),
    },
    'of its member': {
      sent: named,
      caller: 'owner',
      plain: serviceAccountMade({}, organizationOf),
      tuned: notAllowedHere,
    },
    'of a proxy admin': {
      sent: named,
      caller: 'proxy_admin',
      plain: serviceAccountMade({}, organizationOf),
      tuned: serviceAccountMade(tunedKey(), organizationOf),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // It is asked once more for deleting (`_team_key_deletion_check`), but whoever owns a key may delete it anyway.
  const gone = byRelease<Loaded<ScratchKey>>(({ removed, archived }) => ({ target, caller }) => [
    removed(target),
    archived(target, caller),
    auditedAs('deleted', target.row, caller),
  ]);
  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...membersKey,
      route: 'POST /key/delete',
      act: ({ as, target }: Acting<Loaded<ScratchKey>>) => as.post('/key/delete', { keys: [target.cleartext] }),
      effects: gone,
    },
    {
      'by the member': { sent: {}, plain: 200, tuned: 200 },
      'by its admin': { sent: {}, caller: 'team_admin', plain: 200, tuned: 200 },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(
    profile,
    {
      ...membersKey,
      route: 'POST /key/regenerate',
      act: ({ as, target }: Acting<Loaded<ScratchKey>>) => as.post('/key/regenerate', { key: target.cleartext }),
      uses: [asksForItself<Loaded<ScratchKey>>(madeKey)],
    },
    {
      'by the member': { sent: {}, plain: rotatesKey<Loaded<ScratchKey>>(), tuned: rotatesKey<Loaded<ScratchKey>>() },
      'by its admin': {
        sent: {},
        caller: 'team_admin',
        plain: rotatesKey<Loaded<ScratchKey>>(),
        tuned: rotatesKey<Loaded<ScratchKey>>(),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);
});
