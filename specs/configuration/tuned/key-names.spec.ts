import {
  generatingWith,
  updatingWith,
  regeneratingWith,
  byHalves,
  changesKey,
  configured,
  inLargeParts,
  inProfiles,
  makesKey,
  refused,
  refusedToRegenerate,
  rotatesKey,
  serviceAccountMade,
  test,
  tunedKey,
  type Acting,
  type Loaded,
  type ScratchKey,
  type ScratchTeam,
  type Stage,
} from '../../../fixtures';

inLargeParts();

const generating = generatingWith('key_alias_pattern');

const updating = updatingWith('key_alias_pattern', 'key');

const regenerating = regeneratingWith('key_alias_pattern', 'key');

// What 1.87.0 knows is `enable_key_alias_format_validation` alone, with one pattern for all.
const notItsPattern = refused(400, 'Must be 2-255 characters, start/end with alphanumeric');
const notThePattern = refused(400, 'match the configured key_alias_pattern: (scratch|team)-[a-z0-9-]+');
const neither = byHalves<typeof notThePattern>(notItsPattern, notThePattern);

const called = (suffix: string) => makesKey(({ scratch }) => ({ key_alias: scratch.tag(suffix) }));
const calledInTuned = (suffix: string) => makesKey(({ scratch }) => tunedKey({ key_alias: scratch.tag(suffix) }));
const renamed = (suffix: string) =>
  changesKey<Loaded<ScratchKey>>(({ scratch, target }) => ({ key_alias: [target.alias, scratch.tag(suffix)] }));

/** The key, which had its alias before the pattern was configured. */
const strangelyCalled = async ({ scratch, db, target }: Acting<ScratchKey>) => {
  const key_alias = scratch.tag('of mine');
  await db.query('UPDATE "LiteLLM_VerificationToken" SET key_alias = $2 WHERE token = $1', [target.hashed, key_alias]);
  return key_alias;
};
const budgeted = changesKey<Loaded<ScratchKey>>({ max_budget: [null, 7] }, undefined, () => ({ max_budget: 7 }));

const disabled = refused(403, 'Custom API key values are disabled by your administrator');
const noKey = refused(400, "must start with 'sk-'");
const chosen = ({ scratch }: Stage) => ({ key: `sk-${scratch.tag('chosen')}` });

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<object>(profile, generating, {
    'an alias of the pattern': { sent: {}, plain: makesKey(), tuned: makesKey(tunedKey()) },
    'an empty alias': {
      sent: { key_alias: '' },
      plain: makesKey({ key_alias: '' }),
      tuned: neither,
    },
    'an alias with a blank': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('of mine') }),
      plain: called('of mine'),
      tuned: neither,
    },
    'an alias in capitals': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('MADE') }),
      plain: called('MADE'),
      tuned: byHalves(calledInTuned('MADE'), notThePattern),
    },
    // 1.106.0 lets no control character through, whatever is configured; to 1.87.0 `$` is also the place before the last one.
    'an alias and a line feed': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('made\n') }),
      plain: byHalves(called('made\n'), refused(400, 'Invalid key_alias')),
      tuned: byHalves(calledInTuned('made\n'), refused(400, 'Invalid key_alias')),
    },
    'an alias of the pattern within another': {
      sent: ({ scratch }) => ({ key_alias: `my-${scratch.tag('made')}` }),
      plain: makesKey(({ scratch }) => ({ key_alias: `my-${scratch.tag('made')}` })),
      tuned: byHalves(
        makesKey(({ scratch }) => tunedKey({ key_alias: `my-${scratch.tag('made')}` })),
        notThePattern,
      ),
    },
    'an alias of 256 characters': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('made').padEnd(256, 'x') }),
      plain: makesKey(({ scratch }) => ({ key_alias: scratch.tag('made').padEnd(256, 'x') })),
      tuned: neither,
    },
    'an alias with a hyphen last': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('made-') }),
      plain: called('made-'),
      tuned: byHalves(notItsPattern, calledInTuned('made-')),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(profile, updating, {
    'an alias in capitals': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('MADE') }),
      plain: renamed('MADE'),
      tuned: byHalves(renamed('MADE'), notThePattern),
    },
    'an alias with a blank': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('of mine') }),
      plain: renamed('of mine'),
      tuned: neither,
    },
    // It is looked at where it changes.
    'the alias that it has, not of the pattern': {
      sent: async (stage) => ({ key_alias: await strangelyCalled(stage), max_budget: 7 }),
      plain: budgeted,
      tuned: budgeted,
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(profile, regenerating, {
    'an alias with a blank': {
      sent: ({ scratch }) => ({ key_alias: scratch.tag('of mine') }),
      plain: rotatesKey<Loaded<ScratchKey>>(({ scratch, target }) => ({
        key_alias: [target.alias, scratch.tag('of mine')],
      })),
      tuned: refusedToRegenerate(notItsPattern, notThePattern),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  // 1.87.0 looks for it among what the UI keeps in the database, and not in the configuration file.
  for (const scenario of configured<object>(
    profile,
    { ...generating, flag: 'disable_custom_api_keys' },
    {
      'a key of its own': {
        sent: chosen,
        plain: makesKey(),
        tuned: byHalves(makesKey(tunedKey()), disabled),
      },
      'a key of its own that is none': {
        sent: ({ scratch }) => ({ key: scratch.tag('chosen') }),
        plain: noKey,
        tuned: byHalves<typeof noKey>(noKey, disabled),
      },
      'a key null': { sent: { key: null }, plain: makesKey(), tuned: makesKey(tunedKey()) },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(
    profile,
    { ...regenerating, flag: 'disable_custom_api_keys' },
    {
      new_key: {
        sent: ({ scratch }) => ({ new_key: `sk-${scratch.tag('chosen')}` }),
        plain: rotatesKey<Loaded<ScratchKey>>(),
        tuned: byHalves(rotatesKey<Loaded<ScratchKey>>(), disabled),
      },
      'no new_key': { sent: {}, plain: rotatesKey<Loaded<ScratchKey>>(), tuned: rotatesKey<Loaded<ScratchKey>>() },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchTeam>(
    profile,
    {
      ...generating,
      flag: 'disable_custom_api_keys',
      route: 'POST /key/service-account/generate',
      target: { what: 'team', arrange: ({ scratch }) => scratch.team() },
      act: ({ as, target, scratch }: Acting<Loaded<ScratchTeam>>) =>
        as.post('/key/service-account/generate', {
          team_id: target.teamId,
          key_alias: scratch.tag('made'),
          ...target.payload,
        }),
    },
    {
      'a key of its own': {
        sent: chosen,
        plain: serviceAccountMade(),
        tuned: byHalves(serviceAccountMade<Loaded<ScratchTeam>>(tunedKey()), disabled),
      },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);
});
