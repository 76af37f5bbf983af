import {
  byHalves,
  changesKey,
  idsAt,
  inLargeParts,
  inProfile,
  makesKey,
  payloads,
  refused,
  refusedInItem,
  rotatesKey,
  serviceAccountMade,
  takenForKey,
  teamAsAsked,
  test,
  teamSuchAs,
  type Acting,
  type Loaded,
  type ScratchKey,
  type Stage,
  type TeamWithKey,
} from '../../../fixtures';

inLargeParts();

const customAuth = inProfile('custom-auth');

type Hooked = Loaded<ScratchKey>;

/** Requests of the caller, whom the callable takes for the holder of its key. */
const asKey = ({ asOther, caller }: Stage) => asOther(takenForKey(caller));

const generating = {
  ...customAuth,
  family: 'configuration',
  tags: ['flag:custom_key_generate'],
  route: 'POST /key/generate',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  act: (stage: Acting<Loaded<object>>) =>
    asKey(stage).post('/key/generate', { key_alias: stage.scratch.tag('made'), ...stage.target.payload }),
} as const;

const updating = {
  ...generating,
  tags: ['flag:custom_key_update'],
  route: 'POST /key/update',
  target: {
    what: 'key of a team',
    arrange: async ({ scratch }: Stage) => scratch.key({ team: await scratch.team() }),
  },
  act: (stage: Acting<Hooked>) =>
    asKey(stage).post('/key/update', { key: stage.target.cleartext, ...stage.target.payload }),
} as const;

const tooMuch = refused(403, 'No key of ours spends that much.');
const raisedTooMuch = refused(403, 'No key of ours is raised that much.');
const raised = (budget: number) => ({ max_budget: [null, budget] }) as const;
// In 1.87.0 whoever may regenerate a key gets around what the hook says of updates.
const regenerated = byHalves(rotatesKey<Hooked>(raised(101)), raisedTooMuch);

for (const scenario of [
  ...payloads<object>(generating, {
    'max_budget that the hook allows': { sent: { max_budget: 100 }, answer: makesKey({ max_budget: 100 }) },
    'max_budget that the hook refuses': { sent: { max_budget: 101 }, answer: tooMuch },
    // A decision without a message.
    'no key_alias, which the hook refuses': {
      sent: { key_alias: undefined },
      answer: refused(403, 'Authentication Failed - Custom Auth Rule'),
    },
    // What is wrong with a request by itself is told before the hook is asked.
    'max_budget below zero': { sent: { max_budget: -1 }, answer: refused(400, 'max_budget must be a non-negative') },
    'budget_limits, of which the hook knows nothing': {
      sent: { budget_limits: [{ max_budget: 500, budget_duration: '1d' }] },
      answer: makesKey({ budget_limits: [{ max_budget: 500, budget_duration: '1d', reset_at: '<time>' }] }),
    },
  }),
  ...payloads<object>(
    {
      ...generating,
      route: 'POST /key/service-account/generate',
      target: { what: 'team', arrange: ({ scratch }) => scratch.team() },
      act: (stage: Acting<Loaded<object>>) =>
        asKey(stage).post('/key/service-account/generate', {
          team_id: stage.scratch.tag('team'),
          key_alias: stage.scratch.tag('made'),
          ...stage.target.payload,
        }),
    },
    {
      'max_budget that the hook allows': { sent: { max_budget: 100 }, answer: serviceAccountMade({ max_budget: 100 }) },
      'max_budget that the hook refuses': { sent: { max_budget: 101 }, answer: tooMuch },
    },
  ),
  ...payloads<ScratchKey>(updating, {
    'max_budget that the hook allows': { sent: { max_budget: 100 }, answer: changesKey<Hooked>(raised(100)) },
    'max_budget that the hook refuses': { sent: { max_budget: 101 }, answer: raisedTooMuch },
    'temp_budget_increase, of which the hook knows nothing': {
      sent: { temp_budget_increase: 500, temp_budget_expiry: '2999-01-01T00:00:00Z' },
      answer: changesKey<Hooked>(
        { metadata: [{}, { temp_budget_increase: 500, temp_budget_expiry: '<time>' }] },
        undefined,
        () => ({ temp_budget_increase: 500 }),
      ),
    },
  }),
  ...payloads<ScratchKey>(
    {
      ...updating,
      route: 'POST /key/regenerate',
      act: (stage: Acting<Hooked>) =>
        asKey(stage).post('/key/regenerate', { key: stage.target.cleartext, ...stage.target.payload }),
    },
    {
      'max_budget that the hook allows': { sent: { max_budget: 100 }, answer: rotatesKey<Hooked>(raised(100)) },
      'max_budget that the hook refuses': { sent: { max_budget: 101 }, answer: regenerated },
      nothing: { sent: {}, answer: rotatesKey<Hooked>() },
    },
  ),
  ...payloads<ScratchKey>(
    {
      ...updating,
      route: 'POST /key/{key:path}/regenerate',
      act: (stage: Acting<Hooked>) => asKey(stage).post(`/key/${stage.target.hashed}/regenerate`, stage.target.payload),
    },
    { 'max_budget that the hook refuses': { sent: { max_budget: 101 }, answer: regenerated } },
  ),
  ...payloads<ScratchKey>(
    {
      ...updating,
      route: 'POST /key/bulk_update',
      act: (stage: Acting<Hooked>) =>
        asKey(stage).post('/key/bulk_update', { keys: [{ key: stage.target.cleartext, ...stage.target.payload }] }),
      refusals: idsAt('failed_updates[].failed_reason'),
    },
    {
      'max_budget that the hook allows': {
        sent: { max_budget: 100 },
        // Where no team is named, 1.87.0 takes the key out of its team.
        answer: byHalves(
          changesKey<Hooked>(({ target }) => ({ ...raised(100), team_id: [target.teamId, null] })),
          changesKey<Hooked>(raised(100)),
        ),
      },
      'max_budget that the hook refuses': {
        sent: { max_budget: 101 },
        answer: refusedInItem('No key of ours is raised that much.'),
      },
    },
  ),
  ...payloads<ScratchKey>(
    {
      ...updating,
      route: 'POST /team/key/bulk_update',
      act: (stage: Acting<Hooked>) =>
        asKey(stage).post('/team/key/bulk_update', {
          team_id: stage.target.teamId,
          key_ids: [stage.target.hashed],
          update_fields: stage.target.payload,
        }),
      refusals: idsAt('failed_updates[].failed_reason'),
    },
    {
      'max_budget that the hook refuses': {
        sent: { max_budget: 101 },
        answer: refusedInItem('No key of ours is raised that much.'),
      },
    },
  ),
  // No hook is there for teams.
  ...payloads<TeamWithKey>(
    {
      ...generating,
      tags: ['flag:custom_key_update'],
      route: 'POST /team/update',
      target: { what: 'team with a key', arrange: (stage: Stage) => teamSuchAs(stage) },
      act: (stage: Acting<Loaded<TeamWithKey>>) =>
        asKey(stage).post('/team/update', { team_id: stage.target.teamId, ...stage.target.payload }),
      effects: teamAsAsked,
    },
    { 'max_budget that the hook would refuse': { sent: { max_budget: 101 }, answer: 200 } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
