import {
  asksForItself,
  changesKey,
  madeKey,
  rotatesKey,
  inLargeParts,
  payloads,
  refused,
  targetKey,
  test,
  withRow,
  type Acting,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

// Which routes a key may ask for is for proxy admins to say. 1.106.0 lets its owner choose among the presets that anybody gets for a new
// key (`_is_safe_preset_route_transition`), but for widening one that only reads, and for taking off what an admin has set.
const forAdmins = refused(403, 'Only proxy admins can set `allowed_routes`');
const presets = { all: [], models: ['llm_api_routes'], reading: ['info_routes'], "an admin's": ['/key/info'] } as const;
type Preset = keyof typeof presets;
const presetNames = Object.keys(presets) as readonly Preset[];
const open: Readonly<Record<Preset, readonly Preset[]>> = {
  all: ['all', 'models', 'reading'],
  models: ['all', 'models', 'reading'],
  reading: ['reading'],
  "an admin's": [],
};

const own = (before: Preset) => ({
  what: `own key with the routes: ${before}`,
  arrange: async (stage: Stage) => {
    const user = stage.world.actors.internal_user;
    return withRow({ allowed_routes: [...presets[before]] })(stage, await stage.scratch.key({ user, createdBy: user }));
  },
});

for (const before of presetNames)
  for (const scenario of payloads<ScratchKey>(
    {
      family: 'privilege',
      route: 'POST /key/update',
      caller: 'internal_user',
      target: own(before),
      act: ({ as, target }: Acting<Loaded<ScratchKey>>) =>
        as.post('/key/update', { key: target.cleartext, ...target.payload }),
    },
    Object.fromEntries(
      presetNames.map((after) => {
        const done = changesKey<Loaded<ScratchKey>>(
          before === after ? {} : { allowed_routes: [[...presets[before]], [...presets[after]]] },
          after === 'models' ? [] : [asksForItself(targetKey)],
        );
        return [
          `to the routes: ${after}`,
          {
            sent: { allowed_routes: presets[after] },
            answer: {
              // No routes are nothing to be asked about: the owner takes off what an admin has set.
              '<=1.87.0': after === 'all' ? done['<=1.87.0'] : forAdmins,
              '>=1.106.0': open[before].includes(after) ? done['>=1.106.0'] : forAdmins,
            },
          },
        ];
      }),
    ),
  ))
    test(scenario.title, scenario.details, scenario.run);

// What makes a new key of it asks nothing of how it was: to name the field at all is for proxy admins, and to 1.87.0 an empty one is not named.
for (const scenario of payloads<ScratchKey>(
  {
    family: 'privilege',
    route: 'POST /key/regenerate',
    caller: 'internal_user',
    target: own('all'),
    act: ({ as, target }: Acting<Loaded<ScratchKey>>) =>
      as.post('/key/regenerate', { key: target.cleartext, ...target.payload }),
  },
  Object.fromEntries(
    presetNames.map((after) => [
      `to the routes: ${after}`,
      {
        sent: { allowed_routes: presets[after] },
        answer: {
          '<=1.87.0':
            after === 'all' ? rotatesKey<Loaded<ScratchKey>>({}, [asksForItself(madeKey)])['<=1.87.0'] : forAdmins,
          '>=1.106.0': forAdmins,
        },
      },
    ]),
  ),
))
  test(scenario.title, scenario.details, scenario.run);
