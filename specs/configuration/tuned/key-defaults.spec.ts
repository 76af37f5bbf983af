import {
  generatingWith,
  allowed,
  byHalves,
  configured,
  inLargeParts,
  inProfiles,
  keyDefaults,
  keyMade,
  makesKey,
  scenario,
  test,
  tunedKey,
  type ConfiguredCase,
  type Payload,
} from '../../../fixtures';

inLargeParts();

const generating = generatingWith('default_key_generate_params');

/** What the key holds of what was sent, in both profiles. */
const kept = (sent: Payload, stored: Payload = sent): ConfiguredCase<object> => ({
  sent,
  plain: makesKey(stored),
  tuned: makesKey(tunedKey(stored)),
});

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<object>(profile, generating, {
    nothing: kept({}),
    max_budget: kept({ max_budget: 6 }),
    'max_budget null': kept({ max_budget: null }, {}),
    tpm_limit: kept({ tpm_limit: 60 }),
    'tpm_limit of nothing': kept({ tpm_limit: 0 }),
    budget_duration: kept({ budget_duration: '1d' }, { budget_duration: '1d', budget_reset_at: '<time>' }),
    'budget_duration null': {
      sent: { budget_duration: null },
      plain: makesKey(),
      // Whoever says that there is to be none is believed, and then gets the bound of `upperbound_key_generate_params`.
      tuned: byHalves(makesKey(tunedKey()), makesKey(tunedKey({ budget_duration: '30d' }))),
    },
    models: kept({ models: ['a-model'] }),
    // A key for all models cannot be asked for any more.
    'models of none': kept({ models: [] }, {}),
    // They are not merged.
    metadata: kept({ metadata: { team: 'red' } }),
    'metadata of nothing': kept({ metadata: {} }, {}),
    // It is neither absent nor empty, and so it stays.
    'metadata null': {
      sent: { metadata: null },
      plain: makesKey(),
      tuned: makesKey(tunedKey({ metadata: {} })),
    },
    user_id: {
      sent: ({ world }) => ({ user_id: world.actors.owner.userId }),
      plain: makesKey(({ world }) => ({ user_id: world.actors.owner.userId })),
      tuned: makesKey(({ world }) => tunedKey({ user_id: world.actors.owner.userId })),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
});

inProfiles(['tuned'], () => {
  // The metadata by default are one object, handed to each key as its own: what one request adds to them all keys get
  // that are made afterwards by the same process, whoever makes them, until it ends. So it is asked of a proxy of its own.
  const leaking = { 'a-model': 5000 };
  const leaked = { ...keyDefaults.metadata, model_tpm_limit: leaking };
  const anothersKey = keyMade<object>(
    ({ world: { actors } }) => ({ by: actors.internal_user, userId: actors.internal_user.userId }),
    ({ scratch }) => tunedKey({ key_alias: scratch.tag('next'), metadata: leaked }),
  );
  const one = scenario<object>({
    profile: 'tuned',
    family: 'configuration',
    tags: ['flag:default_key_generate_params'],
    route: 'POST /key/generate',
    target: '',
    variant: 'model_tpm_limit, then a key without',
    caller: 'proxy_admin',
    firstRequest: true,
    arrange: () => ({}),
    act: ({ as, scratch }) => as.post('/key/generate', { key_alias: scratch.tag('made'), model_tpm_limit: leaking }),
    expected: makesKey(tunedKey({ metadata: leaked })),
    uses: [
      {
        name: 'somebody else makes a key without',
        act: ({ asOther, scratch, world }) =>
          asOther(world.actors.internal_user).post('/key/generate', { key_alias: scratch.tag('next') }),
        expected: {
          '<=1.87.0': allowed({ effects: anothersKey['<=1.87.0'] }),
          '>=1.106.0': allowed({ effects: anothersKey['>=1.106.0'] }),
        },
      },
    ],
  });
  test(one.title, one.details, one.run);
});
