import {
  allowed,
  asStored,
  inLargeParts,
  madeTeamIsThere,
  payloads,
  refused,
  teamAsAsked,
  teamChanged,
  teamMadeWith,
  teamSuchAs,
  teamsKeyAsks,
  test,
  wrapped,
  type Acting,
  type Loaded,
  type Payload,
  type Stage,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// What a team is guaranteed, against what its organization has and what the organization's teams hold of it
// (`_check_org_team_limits`). For keys in a team see throughput and key-limits.
const guaranteedTpm = { tpm_limit_type: 'guaranteed_throughput' } as const;
const guaranteedRpm = { rpm_limit_type: 'guaranteed_throughput' } as const;
const modelTpm = (limits: Readonly<Record<string, number | string>>) => ({ model_tpm_limit: limits });
const modelRpm = (limits: Readonly<Record<string, number | string>>) => ({ model_rpm_limit: limits });

const tpmOver = (held: number, asked: number, limit = 100) =>
  refused(400, `Allocated TPM limit=${held} + Team TPM limit=${asked} is greater than organization TPM limit=${limit}`);
const rpmOver = (held: number, asked: number, limit = 10) =>
  refused(400, `Allocated RPM limit=${held} + Team RPM limit=${asked} is greater than organization RPM limit=${limit}`);
/** 1.87.0 loads the organization without its budget row: what it has of all models binds nobody. */
const sinceBudget = <Refusal>(refusal: Refusal) => ({ '<=1.87.0': 200, '>=1.106.0': refusal }) as const;

interface InOrganization {
  readonly organizationId: string;
}

/** An organization, and a team in it that holds 60 tokens and 6 requests a minute, and as much of one model. */
const organizationWithTeam = async ({ scratch }: Stage, options: Parameters<Stage['scratch']['org']>[0]) => {
  const organization = await scratch.org(options);
  await scratch.team({
    organization,
    tpmLimit: 60,
    rpmLimit: 6,
    metadata: { ...modelTpm({ 'gpt-4': 60 }), ...modelRpm({ 'gpt-4': 6 }) },
  });
  return organization;
};
const limits = { tpmLimit: 100, rpmLimit: 10 };
const modelLimits = { ...modelTpm({ 'gpt-4': 80 }), ...modelRpm({ 'gpt-4': 8 }) };

const within = (
  what: string,
  options: Parameters<Stage['scratch']['org']>[0],
): { readonly target: Target<InOrganization> } => ({
  target: { what, arrange: (stage) => organizationWithTeam(stage, options) },
});

const making = {
  family: 'F3',
  route: 'POST /team/new',
  caller: 'proxy_admin',
  act: ({ as, scratch, target }: Acting<Loaded<InOrganization>>) => {
    const teamId = scratch.tag('made');
    const body = { team_id: teamId, team_alias: teamId, organization_id: target.organizationId };
    return as.post('/team/new', { ...body, ...target.payload });
  },
  effects: teamMadeWith<Loaded<InOrganization>>(({ target }) => ({
    organization_id: target.organizationId,
    ...asStored(target.payload),
  })),
  uses: [madeTeamIsThere],
} as const;

for (const scenario of [
  ...payloads<InOrganization>(
    { ...making, ...within('organization of 100 tpm and 10 rpm, of which a team holds 60 and 6', limits) },
    {
      'tpm that are left': { sent: { tpm_limit: 40, ...guaranteedTpm }, answer: 200 },
      'tpm over what is left': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: sinceBudget(tpmOver(60, 41)) },
      'rpm that are left': { sent: { rpm_limit: 4, ...guaranteedRpm }, answer: 200 },
      'rpm over what is left': { sent: { rpm_limit: 5, ...guaranteedRpm }, answer: sinceBudget(rpmOver(6, 5)) },
      'both that are left': {
        sent: { tpm_limit: 40, rpm_limit: 4, ...guaranteedTpm, ...guaranteedRpm },
        answer: 200,
      },
      // Whichever of both is guaranteed, both are added up.
      'rpm over what is left, of guaranteed tpm': {
        sent: { rpm_limit: 5, ...guaranteedTpm },
        answer: sinceBudget(rpmOver(6, 5)),
      },
      'tpm over what is left, of guaranteed rpm': {
        sent: { tpm_limit: 41, ...guaranteedRpm },
        answer: sinceBudget(tpmOver(60, 41)),
      },
      'tpm over what is left, of no type': { sent: { tpm_limit: 41 }, answer: 200 },
      'tpm over what is left, best effort': {
        sent: { tpm_limit: 41, tpm_limit_type: 'best_effort_throughput' },
        answer: 200,
      },
      'a type that is none': {
        sent: { tpm_limit: 1, tpm_limit_type: 'guaranteed' },
        answer: refused(422, "Input should be 'guaranteed_throughput' or 'best_effort_throughput'"),
      },
      // In the metadata it says the same.
      'tpm over what is left, guaranteed in the metadata': {
        sent: { tpm_limit: 41, metadata: guaranteedTpm },
        answer: sinceBudget(tpmOver(60, 41)),
      },
      'rpm over what is left, guaranteed in the metadata': {
        sent: { rpm_limit: 5, metadata: guaranteedRpm },
        answer: sinceBudget(rpmOver(6, 5)),
      },
      // More than all is refused before anything is added up.
      'more tpm than there are': {
        sent: { tpm_limit: 101, ...guaranteedTpm },
        answer: sinceBudget(refused(400, "Team tpm_limit (101) exceeds organization's tpm_limit (100)")),
      },
      'tpm of the model that are left': { sent: { ...modelTpm({ 'gpt-4': 40 }), ...guaranteedTpm }, answer: 200 },
      'tpm of the model over what is left': {
        sent: { ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm },
        answer: sinceBudget(tpmOver(60, 41)),
      },
      'rpm of the model that are left': { sent: { ...modelRpm({ 'gpt-4': 4 }), ...guaranteedRpm }, answer: 200 },
      'rpm of the model over what is left': {
        sent: { ...modelRpm({ 'gpt-4': 5 }), ...guaranteedRpm },
        answer: sinceBudget(rpmOver(6, 5)),
      },
      'tpm of the model over what is left, in the metadata': {
        sent: { metadata: { ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm } },
        answer: sinceBudget(tpmOver(60, 41)),
      },
      'rpm of the model over what is left, in the metadata': {
        sent: { metadata: { ...modelRpm({ 'gpt-4': 5 }), ...guaranteedRpm } },
        answer: sinceBudget(rpmOver(6, 5)),
      },
      // Each model is compared alone, so that all together may be promised more than there is.
      'all tpm of two other models': { sent: { ...modelTpm({ a: 100, b: 100 }), ...guaranteedTpm }, answer: 200 },
      'more than all tpm of the second of two models': {
        sent: { ...modelTpm({ a: 100, b: 101 }), ...guaranteedTpm },
        answer: sinceBudget(tpmOver(0, 101)),
      },
      'all rpm of two other models': { sent: { ...modelRpm({ a: 10, b: 10 }), ...guaranteedRpm }, answer: 200 },
      'more than all rpm of the second of two models': {
        sent: { ...modelRpm({ a: 10, b: 11 }), ...guaranteedRpm },
        answer: sinceBudget(rpmOver(0, 11)),
      },
      'tpm of the model, of no type': { sent: modelTpm({ 'gpt-4': 1000 }), answer: 200 },
      // What is no number is refused as a field, and kept in the metadata; guaranteed, Python cannot add it up.
      'tpm of the model that are no number': {
        sent: { ...modelTpm({ 'gpt-4': 'many' }), ...guaranteedTpm },
        answer: refused(422, 'Input should be a valid integer'),
      },
      'tpm of the model that are no number, in the metadata': {
        sent: { metadata: modelTpm({ 'gpt-4': 'many' }) },
        answer: 200,
      },
      'guaranteed tpm of the model that are no number, in the metadata': {
        sent: { metadata: { ...modelTpm({ 'gpt-4': 'many' }), ...guaranteedTpm } },
        answer: sinceBudget(wrapped('unsupported operand type')),
      },
    },
  ),
  // What it has of one model stands in its metadata, where 1.87.0 finds it as well.
  ...payloads<InOrganization>(
    {
      ...making,
      ...within('organization of 80 tpm and 8 rpm of one model, of which a team holds 60 and 6', {
        metadata: modelLimits,
      }),
    },
    {
      'tpm of the model that are left': { sent: { ...modelTpm({ 'gpt-4': 20 }), ...guaranteedTpm }, answer: 200 },
      'tpm of the model over what is left': {
        sent: { ...modelTpm({ 'gpt-4': 21 }), ...guaranteedTpm },
        answer: tpmOver(60, 21, 80),
      },
      'rpm of the model that are left': { sent: { ...modelRpm({ 'gpt-4': 2 }), ...guaranteedRpm }, answer: 200 },
      'rpm of the model over what is left': {
        sent: { ...modelRpm({ 'gpt-4': 3 }), ...guaranteedRpm },
        answer: rpmOver(6, 3, 8),
      },
      'rpm of the model over what is left, of guaranteed tpm': {
        sent: { ...modelRpm({ 'gpt-4': 3 }), ...guaranteedTpm },
        answer: rpmOver(6, 3, 8),
      },
      'any tpm and rpm of another model': {
        sent: { ...modelTpm({ a: 1000 }), ...modelRpm({ a: 1000 }), ...guaranteedTpm },
        answer: 200,
      },
      'any tpm and rpm of all models': { sent: { tpm_limit: 1000, rpm_limit: 1000, ...guaranteedTpm }, answer: 200 },
    },
  ),
  // Of one that no team holds any of, all may be promised.
  ...payloads<InOrganization>(
    {
      ...making,
      ...within('organization of 80 tpm and 8 rpm of a model that no team holds any of', {
        metadata: { ...modelTpm({ free: 80 }), ...modelRpm({ free: 8 }) },
      }),
    },
    {
      'all tpm of the model': { sent: { ...modelTpm({ free: 80 }), ...guaranteedTpm }, answer: 200 },
      'more than all tpm of the model': {
        sent: { ...modelTpm({ free: 81 }), ...guaranteedTpm },
        answer: tpmOver(0, 81, 80),
      },
      'all rpm of the model': { sent: { ...modelRpm({ free: 8 }), ...guaranteedRpm }, answer: 200 },
      'more than all rpm of the model': {
        sent: { ...modelRpm({ free: 9 }), ...guaranteedRpm },
        answer: rpmOver(0, 9, 8),
      },
    },
  ),
  // It counts where its limit of all models allows.
  ...payloads<InOrganization>(
    {
      ...making,
      ...within('organization of 80 tpm of one model and of 100 of all, of which a team holds 60', {
        ...limits,
        metadata: modelLimits,
      }),
    },
    {
      'tpm of the model that are left': { sent: { ...modelTpm({ 'gpt-4': 20 }), ...guaranteedTpm }, answer: 200 },
      'tpm of the model over what is left': {
        sent: { ...modelTpm({ 'gpt-4': 21 }), ...guaranteedTpm },
        answer: tpmOver(60, 21, 80),
      },
      'tpm of the model over all that is left': {
        sent: { ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm },
        answer: { '<=1.87.0': tpmOver(60, 41, 80), '>=1.106.0': tpmOver(60, 41) },
      },
      'rpm of the model over all that is left': {
        sent: { ...modelRpm({ 'gpt-4': 5 }), ...guaranteedRpm },
        answer: { '<=1.87.0': rpmOver(6, 5, 8), '>=1.106.0': rpmOver(6, 5) },
      },
    },
  ),
  ...payloads<InOrganization>(
    {
      ...making,
      target: {
        what: 'organization of 100 tpm and 10 rpm without a team',
        arrange: ({ scratch }) => scratch.org(limits),
      },
    },
    {
      'all of both': { sent: { tpm_limit: 100, rpm_limit: 10, ...guaranteedTpm, ...guaranteedRpm }, answer: 200 },
      'all of one model': {
        sent: { ...modelTpm({ a: 100 }), ...modelRpm({ a: 10 }), ...guaranteedTpm, ...guaranteedRpm },
        answer: 200,
      },
    },
  ),
  ...payloads<InOrganization>(
    { ...making, ...within('organization without limits', {}) },
    {
      'any guaranteed tpm and rpm': {
        sent: { tpm_limit: 1000, rpm_limit: 1000, ...guaranteedTpm, ...guaranteedRpm },
        answer: 200,
      },
    },
  ),
  // One team whose limit is no number, and the organization can guarantee nothing of any model any more.
  ...payloads<InOrganization>(
    {
      ...making,
      target: {
        what: 'organization in which a team holds tpm of one model that are no number',
        arrange: async ({ scratch }) => {
          const organization = await scratch.org(limits);
          await scratch.team({ organization, metadata: modelTpm({ 'gpt-4': 'many' }) });
          return organization;
        },
      },
    },
    {
      'tpm of the model': {
        sent: { ...modelTpm({ 'gpt-4': 1 }), ...guaranteedTpm },
        answer: wrapped('unsupported operand type'),
      },
      'tpm of another model': {
        sent: { ...modelTpm({ a: 1 }), ...guaranteedTpm },
        answer: wrapped('unsupported operand type'),
      },
      'tpm of all models': { sent: { tpm_limit: 1, ...guaranteedTpm }, answer: 200 },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// An update knows no type but in the metadata, and counts the team itself among those that hold something: a guarantee cannot be
// kept by saying it again.
const held = { ...guaranteedTpm, ...modelTpm({ 'gpt-4': 40 }) };
const metadataIs = (metadata: Payload) =>
  allowed<Loaded<TeamWithKey>>({ effects: ({ target, caller }) => teamChanged(target, { metadata }, caller) });

for (const scenario of payloads<TeamWithKey>(
  {
    family: 'F3',
    route: 'POST /team/update',
    caller: 'proxy_admin',
    target: {
      what: 'team that holds the 40 tpm left in its organization, of all and of one model',
      arrange: async (stage) =>
        teamSuchAs(stage, {
          organization: await organizationWithTeam(stage, limits),
          tpmLimit: 40,
          metadata: held,
        }),
    },
    act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
      as.post('/team/update', { team_id: target.teamId, ...target.payload }),
    effects: teamAsAsked,
    uses: [teamsKeyAsks],
  },
  {
    'the same tpm': { sent: { tpm_limit: 40, metadata: held }, answer: sinceBudget(tpmOver(100, 40)) },
    'fewer tpm': { sent: { tpm_limit: 1, metadata: guaranteedTpm }, answer: sinceBudget(tpmOver(100, 1)) },
    'no tpm': { sent: { tpm_limit: 0, metadata: guaranteedTpm }, answer: 200 },
    'rpm that are left': { sent: { rpm_limit: 4, metadata: guaranteedTpm }, answer: 200 },
    'rpm over what is left': { sent: { rpm_limit: 5, metadata: guaranteedRpm }, answer: sinceBudget(rpmOver(6, 5)) },
    'the same tpm of the model': { sent: { metadata: held }, answer: sinceBudget(tpmOver(100, 40)) },
    'other metadata': { sent: { metadata: { ...guaranteedTpm, note: 'new' } }, answer: 200 },
    // That it is guaranteed is not looked up: whatever says nothing of it is compared with the organization's limit alone.
    'more tpm than are left, of no type': { sent: { tpm_limit: 100 }, answer: 200 },
    'more tpm of the model than are left, of no type': {
      sent: modelTpm({ 'gpt-4': 1000 }),
      answer: {
        // What else stood in the metadata is gone.
        '<=1.87.0': metadataIs(modelTpm({ 'gpt-4': 1000 })),
        '>=1.106.0': metadataIs({ ...guaranteedTpm, ...modelTpm({ 'gpt-4': 1000 }) }),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// As a field of its own the request has no type, and drops it.
const dropped = ({ tpm_limit_type: _, ...kept }: Payload): Payload => kept;
for (const scenario of payloads<TeamWithKey>(
  {
    family: 'F3',
    route: 'POST /team/update',
    caller: 'proxy_admin',
    target: {
      what: 'team in an organization of 100 tpm, of which another holds 60',
      arrange: async (stage) => teamSuchAs(stage, { organization: await organizationWithTeam(stage, limits) }),
    },
    act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
      as.post('/team/update', { team_id: target.teamId, ...target.payload }),
    effects: ({ target, caller }) => teamChanged(target, dropped(target.payload), caller),
    uses: [teamsKeyAsks],
  },
  {
    'tpm over what is left, guaranteed beside': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: 200 },
    'tpm over what is left, guaranteed in the metadata': {
      sent: { tpm_limit: 41, metadata: guaranteedTpm },
      answer: sinceBudget(tpmOver(60, 41)),
    },
    'tpm that are left, guaranteed in the metadata': { sent: { tpm_limit: 40, metadata: guaranteedTpm }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);
