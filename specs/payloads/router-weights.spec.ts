import {
  changesKey,
  inLargeParts,
  makesKey,
  payloads,
  refused,
  rotatesKey,
  suchTeam,
  teamAsAsked,
  teamMadeAsAsked,
  test,
  allowed,
  type Acting,
  type Loaded,
  type ScratchKey,
  type Stage,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// `validate_router_settings_weights`: 1.106.0 looks whether the deployments are there by whose weights a key or a team is to be
// routed, on each of these routes; 1.87.0 knows no weights.
const router_settings = { weights: { 'a-group': { 'no-deployment': 1 } } };
const unknown = refused(400, 'Unknown deployment ID in router weights: no-deployment');
const table = { family: 'F7+', caller: 'proxy_admin' } as const;
const key = { what: 'key of nobody', arrange: ({ scratch }: Stage) => scratch.key() };
const ofAGhost = <Cell>(before: Cell) => ({
  'weights of a deployment that is none': {
    sent: { router_settings },
    answer: { '<=1.87.0': before, '>=1.106.0': unknown },
  },
});

for (const scenario of [
  ...payloads<object>(
    {
      ...table,
      route: 'POST /key/generate',
      target: { what: '', arrange: () => ({}) },
      act: ({ as, target, scratch }) => as.post('/key/generate', { key_alias: scratch.tag('made'), ...target.payload }),
    },
    ofAGhost(makesKey<Loaded<object>>()['<=1.87.0']),
  ),
  ...payloads<ScratchKey>(
    {
      ...table,
      route: 'POST /key/update',
      target: key,
      act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...target.payload }),
    },
    ofAGhost(
      changesKey<Loaded<ScratchKey>>({}, undefined, () => ({ router_settings: { model_group_alias: {} } }))['<=1.87.0'],
    ),
  ),
  ...payloads<ScratchKey>(
    {
      ...table,
      route: 'POST /key/regenerate',
      target: key,
      act: ({ as, target }) => as.post('/key/regenerate', { key: target.cleartext, ...target.payload }),
    },
    ofAGhost(rotatesKey<Loaded<ScratchKey>>()['<=1.87.0']),
  ),
  ...payloads<{ readonly organizationId: string | null }>(
    {
      ...table,
      route: 'POST /team/new',
      target: { what: 'no organization', arrange: () => ({ organizationId: null }) },
      act: ({ as, target, scratch }) =>
        as.post('/team/new', { team_id: scratch.tag('made'), team_alias: scratch.tag('made'), ...target.payload }),
    },
    ofAGhost(allowed<Loaded<{ readonly organizationId: string | null }>>({ effects: teamMadeAsAsked['<=1.87.0'] })),
  ),
  ...payloads<TeamWithKey>(
    {
      ...table,
      route: 'POST /team/update',
      target: suchTeam('team of its own weights'),
      act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
        as.post('/team/update', { team_id: target.teamId, ...target.payload }),
    },
    ofAGhost(allowed<Loaded<TeamWithKey>>({ effects: teamAsAsked })),
  ),
])
  test(scenario.title, scenario.details, scenario.run);
