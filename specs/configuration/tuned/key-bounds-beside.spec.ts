import {
  generatingWith,
  allowed,
  asksForItself,
  bounds,
  byHalves,
  changesKey,
  configured,
  heldKey,
  idsAt,
  inLargeParts,
  inProfiles,
  keyRegenerated,
  keyUpdated,
  leaving,
  madeKey,
  makesKey,
  refused,
  refusedInItem,
  serviceAccountMade,
  targetKey,
  test,
  tunedKey,
  wrapped,
  type Acting,
  type ConfiguredCase,
  type Expected,
  type LimitedKey,
  type Loaded,
  type Payload,
  type Stage,
} from '../../../fixtures';

inLargeParts();

// What is asked beside the bounds themselves: the other routes and fields that say what a key may spend.

const flag = 'upperbound_key_generate_params';
const tooMuch = refused(400, 'max_budget is over max limit set in config');

const generating = generatingWith(flag);

/** Nobody compares it with a bound: the key gets it in both profiles. */
const unbounded = (sent: Payload, stored: Payload = sent): ConfiguredCase<object> => ({
  sent,
  plain: makesKey(stored),
  tuned: makesKey(tunedKey(stored)),
});

const atBounds = {
  max_budget: 100,
  budget_duration: '30d',
  budget_reset_at: '2099-01-01',
  expires: '2099-01-01',
  max_parallel_requests: 10,
  tpm_limit: 1000,
  rpm_limit: 100,
};

const updating = {
  flag,
  route: 'POST /key/update',
  caller: 'proxy_admin',
  target: {
    what: 'key at the bounds',
    arrange: (stage: Stage) => heldKey(stage, { user: stage.world.actors.owner, columns: atBounds }),
  },
  act: ({ as, target }: Acting<Loaded<LimitedKey>>) =>
    as.post('/key/update', { key: target.cleartext, ...target.payload }),
  effects: keyUpdated,
  uses: [asksForItself<Loaded<LimitedKey>>(targetKey)],
} as const;

const both = { plain: 200, tuned: 200 } as const;
const endless = changesKey<Loaded<LimitedKey>>({ expires: ['<time>', null] }, undefined, () => ({}));
// Passed over in silence in 1.87.0.
const neverAnew = byHalves(
  changesKey<Loaded<LimitedKey>>({}, undefined, () => ({})),
  changesKey<Loaded<LimitedKey>>(
    { budget_duration: ['30d', null], budget_reset_at: ['<time>', null] },
    undefined,
    () => ({}),
  ),
);
// With a time that names its zone, as others are compared with that name none: from here on the key is turned away.
const raisedForAWhile = allowed<Loaded<LimitedKey>>({
  uses: [
    asksForItself(targetKey, {
      '<=1.87.0': refused(401, "can't compare offset-naive and offset-aware datetimes"),
      '>=1.106.0': 200,
    }),
  ],
});
// 1.87.0 has put the key's copy among the deleted ones by then.
const tooMuchAnew = byHalves<Expected<Loaded<LimitedKey>>>(
  leaving(tooMuch, (stage) =>
    keyRegenerated(stage).filter(({ table }) => table === 'LiteLLM_DeletedVerificationToken'),
  ),
  tooMuch,
);
const renamed = changesKey<Loaded<LimitedKey>>(({ target, scratch }) => ({
  key_alias: [target.alias, scratch.tag('renamed')],
}));

/** The key, which was given more before the bound was configured. */
const overTheBound = async ({ db, target }: Acting<LimitedKey>) => {
  await db.query('UPDATE "LiteLLM_VerificationToken" SET max_budget = 500 WHERE token = $1', [target.hashed]);
};

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<object>(profile, generating, {
    'budget_limits over the bound of max_budget': unbounded(
      { budget_limits: [{ budget_duration: '1d', max_budget: 500 }] },
      { budget_limits: [{ budget_duration: '1d', max_budget: 500, reset_at: '<time>' }] },
    ),
    'model_max_budget over the bound of max_budget': unbounded({
      model_max_budget: { 'a-model': { budget_limit: 500, time_period: '1d' } },
    }),
    'budget_id of more than the bound': {
      sent: async ({ scratch }) => ({ budget_id: await scratch.budget({ maxBudget: 500 }) }),
      plain: makesKey(({ scratch }) => ({ budget_id: scratch.tag('budget') })),
      tuned: makesKey(({ scratch }) => tunedKey({ budget_id: scratch.tag('budget') })),
    },
    'a duration that is none': {
      sent: { duration: 'soon' },
      plain: wrapped('Invalid duration format'),
      tuned: wrapped('Invalid duration format'),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<LimitedKey>(profile, updating, {
    // An update fills nothing in and compares what is there: who takes a bound's value away has a key without any
    // (`_enforce_upperbound_key_params`, `fill_defaults=False`).
    ...Object.fromEntries(bounds.map((bound) => [`${bound} null`, { sent: { [bound]: null }, ...both }])),
    'duration null': { sent: { duration: null }, plain: endless, tuned: endless },
    'budget_duration null': { sent: { budget_duration: null }, plain: neverAnew, tuned: neverAnew },
    // The other way to say the same is seen.
    'duration -1': { sent: { duration: '-1' }, plain: endless, tuned: refused(400, 'duration is over max limit') },
    'temp_budget_increase over the bound of max_budget': {
      sent: { temp_budget_increase: 500, temp_budget_expiry: '2999-01-01T00:00:00Z' },
      plain: raisedForAWhile,
      tuned: raisedForAWhile,
    },
    'budget_limits over the bound of max_budget': {
      sent: { budget_limits: [{ budget_duration: '1d', max_budget: 500 }] },
      ...both,
    },
    'another field, of a key over the bound': {
      sent: async (stage) => {
        await overTheBound(stage);
        return { key_alias: stage.scratch.tag('renamed') };
      },
      plain: renamed,
      tuned: renamed,
    },
    // As the UI does, which sends all of a key.
    'max_budget that it has, over the bound': {
      sent: async (stage) => {
        await overTheBound(stage);
        return { max_budget: 500 };
      },
      plain: changesKey<Loaded<LimitedKey>>(),
      tuned: tooMuch,
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<LimitedKey>(
    profile,
    {
      ...updating,
      route: 'POST /key/bulk_update',
      act: ({ as, target }: Acting<Loaded<LimitedKey>>) =>
        as.post('/key/bulk_update', { keys: [{ key: target.cleartext, ...target.payload }] }),
      refusals: idsAt('failed_updates[].failed_reason'),
    },
    {
      'max_budget over the bound': {
        sent: { max_budget: 100.5 },
        plain: 200,
        tuned: refusedInItem('max_budget is over max limit set in config'),
      },
      'max_budget below the bound': { sent: { max_budget: 99 }, ...both },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<LimitedKey>(
    profile,
    {
      ...updating,
      route: 'POST /key/{key:path}/regenerate',
      act: ({ as, target }: Acting<Loaded<LimitedKey>>) => as.post(`/key/${target.hashed}/regenerate`, target.payload),
      effects: keyRegenerated,
      uses: [asksForItself<Loaded<LimitedKey>>(madeKey)],
    },
    {
      'max_budget over the bound': { sent: { max_budget: 100.5 }, plain: 200, tuned: tooMuchAnew },
      'max_budget null': { sent: { max_budget: null }, ...both },
      nothing: { sent: {}, ...both },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<object>(
    profile,
    {
      ...generating,
      route: 'POST /key/service-account/generate',
      target: { what: 'team', arrange: ({ scratch }) => scratch.team() },
      act: ({ as, scratch, target }: Acting<Loaded<object>>) =>
        as.post('/key/service-account/generate', {
          key_alias: scratch.tag('made'),
          team_id: scratch.tag('team'),
          ...target.payload,
        }),
    },
    {
      'max_budget over the bound': {
        sent: { max_budget: 100.5 },
        plain: serviceAccountMade({ max_budget: 100.5 }),
        tuned: tooMuch,
      },
      nothing: { sent: {}, plain: serviceAccountMade(), tuned: serviceAccountMade(tunedKey()) },
    },
  ))
    test(scenario.title, scenario.details, scenario.run);
});
