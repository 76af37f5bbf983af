import {
  generatingWith,
  updatingWith,
  regeneratingWith,
  aroundBounds,
  bounds,
  changesKey,
  columnsGiven,
  columnsOf,
  configured,
  inLargeParts,
  inProfiles,
  makesKey,
  refused,
  refusedToRegenerate,
  rotatesKey,
  test,
  tunedKey,
  type Bound,
  type ConfiguredCase,
  type Loaded,
  type ScratchKey,
} from '../../../fixtures';

inLargeParts();

const flag = 'upperbound_key_generate_params';
const over = (bound: Bound) => refused(400, `${bound} is over max limit set in config`);

const generating = generatingWith(flag);

const generated: Readonly<Record<string, ConfiguredCase<object>>> = Object.fromEntries(
  bounds.flatMap((bound) => {
    const [under, at, above] = aroundBounds[bound];
    const makes = (value: unknown): ConfiguredCase<object> => ({
      sent: { [bound]: value },
      plain: makesKey(columnsOf(bound, value)),
      tuned: makesKey(tunedKey(columnsOf(bound, value))),
    });
    return [
      [`${bound} under the bound`, makes(under)],
      [`${bound} at the bound`, makes(at)],
      [`${bound} over the bound`, { ...makes(above), tuned: over(bound) }],
    ] as const;
  }),
);

const updating = updatingWith(flag, 'key without limits');

const regenerating = regeneratingWith(flag, 'key without limits');

/** What both of them are answered: values at the bound are taken, those over it are not. */
const aroundBound = (
  answer: (columns: ReturnType<typeof columnsGiven>) => ConfiguredCase<ScratchKey>['plain'],
  refusal: (bound: Bound) => ConfiguredCase<ScratchKey>['tuned'] = over,
): Readonly<Record<string, ConfiguredCase<ScratchKey>>> =>
  Object.fromEntries(
    bounds.flatMap((bound) => {
      const [, at, above] = aroundBounds[bound];
      const taken = (value: unknown): ConfiguredCase<ScratchKey> => {
        const cell = answer(columnsGiven(bound, value));
        return { sent: { [bound]: value }, plain: cell, tuned: cell };
      };
      return [
        [`${bound} at the bound`, taken(at)],
        [`${bound} over the bound`, { ...taken(above), tuned: refusal(bound) }],
      ] as const;
    }),
  );

inProfiles(['plain', 'tuned'], (profile) => {
  for (const scenario of configured<object>(profile, generating, {
    ...generated,
    // Whoever may make a key without any limit gets one with all of them.
    'none of them': { sent: {}, plain: makesKey(), tuned: makesKey(tunedKey()) },
    'duration null': { sent: { duration: null }, plain: makesKey(), tuned: makesKey(tunedKey()) },
    'max_budget of nothing': {
      sent: { max_budget: 0 },
      plain: makesKey({ max_budget: 0 }),
      tuned: makesKey(tunedKey({ max_budget: 0 })),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(profile, updating, {
    ...aroundBound((columns) => changesKey<Loaded<ScratchKey>>(columns)),
  }))
    test(scenario.title, scenario.details, scenario.run);

  for (const scenario of configured<ScratchKey>(profile, regenerating, {
    ...aroundBound(
      (columns) => rotatesKey<Loaded<ScratchKey>>(columns),
      (bound) => refusedToRegenerate(over(bound)),
    ),
  }))
    test(scenario.title, scenario.details, scenario.run);
});
