import {
  asksForItself,
  changesKey,
  inLargeParts,
  generateKey,
  keyGenerated,
  keyUpdated,
  madeKey,
  madeTeamIsThere,
  payloads,
  rotatesKey,
  suchTeam,
  targetKey,
  teamAsAsked,
  teamMadeAsAsked,
  teamsKeyAsks,
  test,
  updateKey,
  withHeld,
  type Acting,
  type KeyToBe,
  type LimitedKey,
  type Loaded,
  type ScratchKey,
  type Stage,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// Zero is a limit, the tightest there is. Whoever takes it for none lets everything through.

const rates = ['tpm_limit', 'rpm_limit', 'max_parallel_requests'] as const;
const teamRates = ['tpm_limit', 'rpm_limit'] as const;

/** Each of these limits at nothing. */
const ofNothing = <Cell>(names: readonly string[], answer: Cell) =>
  Object.fromEntries(names.map((name) => [`${name} of nothing`, { sent: { [name]: 0 }, answer }]));

const anywhere: Target<KeyToBe> = { what: '', arrange: () => ({ teamId: null, organizationId: null }) };
const ofNobody: Target<LimitedKey> = {
  what: 'key of nobody',
  arrange: async (stage) => withHeld(stage, await stage.scratch.key()),
};
const keyOfNobody: Target<ScratchKey> = { what: 'key of nobody', arrange: ({ scratch }: Stage) => scratch.key() };

for (const scenario of [
  ...payloads<KeyToBe>(
    {
      family: 'F1',
      route: 'POST /key/generate',
      caller: 'proxy_admin',
      target: anywhere,
      act: generateKey,
      effects: keyGenerated,
      uses: [asksForItself(madeKey)],
      body: ({ target }) => target.payload,
    },
    ofNothing(rates, 200 as const),
  ),
  ...payloads<LimitedKey>(
    {
      family: 'F1',
      route: 'POST /key/update',
      caller: 'proxy_admin',
      target: ofNobody,
      act: updateKey,
      effects: keyUpdated,
      uses: [asksForItself(targetKey)],
      body: ({ target }) => target.payload,
    },
    ofNothing(rates, 200 as const),
  ),
  ...['max_budget', ...rates].flatMap((name) => {
    const limit = { [name]: 0 };
    const changed = changesKey<Loaded<ScratchKey>>({ [name]: [null, 0] }, undefined, () => limit);
    return [
      ...payloads<ScratchKey>(
        {
          family: 'F7+',
          route: 'POST /key/bulk_update',
          caller: 'proxy_admin',
          target: keyOfNobody,
          act: ({ as, target }) =>
            as.post('/key/bulk_update', { keys: [{ key: target.cleartext, ...target.payload }] }),
          uses: [asksForItself(targetKey)],
          body: ({ target }) => ({ successful_updates: [{ key: target.cleartext, key_info: target.payload }] }),
        },
        name === 'max_budget' ? { [`${name} of nothing`]: { sent: limit, answer: changed } } : {},
      ),
      ...payloads<ScratchKey>(
        {
          family: 'F7+',
          route: 'POST /key/regenerate',
          caller: 'proxy_admin',
          target: keyOfNobody,
          act: ({ as, target }) => as.post('/key/regenerate', { key: target.cleartext, ...target.payload }),
          uses: [asksForItself(madeKey)],
          body: ({ target }) => target.payload,
        },
        { [`${name} of nothing`]: { sent: limit, answer: rotatesKey<Loaded<ScratchKey>>({ [name]: [null, 0] }) } },
      ),
    ];
  }),
  ...payloads<{ readonly organizationId: null }>(
    {
      family: 'F3',
      route: 'POST /team/new',
      caller: 'proxy_admin',
      target: { what: 'no organization', arrange: () => ({ organizationId: null }) },
      act: ({ as, scratch, target }) =>
        as.post('/team/new', { team_id: scratch.tag('made'), team_alias: scratch.tag('made'), ...target.payload }),
      effects: teamMadeAsAsked,
      uses: [madeTeamIsThere],
      body: ({ target }) => target.payload,
    },
    {
      ...ofNothing([...teamRates, 'soft_budget'], 200 as const),
      'soft_budget of less than one': { sent: { soft_budget: 0.5 }, answer: 200 },
    },
  ),
  ...payloads<TeamWithKey>(
    {
      family: 'F3',
      route: 'POST /team/update',
      caller: 'proxy_admin',
      target: suchTeam('team without limits'),
      act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
        as.post('/team/update', { team_id: target.teamId, ...target.payload }),
      effects: teamAsAsked,
      uses: [teamsKeyAsks],
      body: ({ target }) => ({ data: target.payload }),
    },
    {
      ...ofNothing([...teamRates, 'max_budget', 'soft_budget'], 200 as const),
      'soft_budget of less than one': { sent: { soft_budget: 0.5 }, answer: 200 },
      'max_budget of less than one': { sent: { max_budget: 0.5 }, answer: 200 },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
