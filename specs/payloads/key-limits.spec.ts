import {
  inLargeParts,
  changingKeys,
  makingKeys,
  payloads,
  refused,
  test,
  withHeld,
  type KeyToBe,
  type LimitedKey,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

// Only what is guaranteed is compared with what a team or an organization has left (`_check_team_key_limits`,
// `_check_org_key_limits`); then all that its other keys hold counts, guaranteed or not.
const guaranteedTpm = { tpm_limit_type: 'guaranteed_throughput' } as const;
const guaranteedRpm = { rpm_limit_type: 'guaranteed_throughput' } as const;

const making = makingKeys('F1');
const changing = changingKeys('F1');

// ── What a team has left ─────────────────────────────────────────────────────────────────────────────────────────────

/** A team of 100 tokens and 10 requests a minute, of which a key holds 60 and 6. */
const teamWithLimits = async ({ scratch }: Stage) => {
  const team = await scratch.team({ tpmLimit: 100, rpmLimit: 10 });
  await scratch.key({ team, columns: { tpm_limit: 60, rpm_limit: 6 } });
  return team;
};
const tpmOver = refused(400, 'Allocated TPM limit=60 + Key TPM limit=41 is greater than team TPM limit=100');
const rpmOver = refused(400, 'Allocated RPM limit=6 + Key RPM limit=5 is greater than team RPM limit=10');

const inTeamWithLimits: Target<KeyToBe> = {
  what: 'in a team with 40 tpm and 4 rpm left',
  arrange: async (stage) => ({ teamId: (await teamWithLimits(stage)).teamId, organizationId: null }),
};

for (const scenario of payloads(
  { ...making, target: inTeamWithLimits },
  {
    'guaranteed tpm under what is left': { sent: { tpm_limit: 39, ...guaranteedTpm }, answer: 200 },
    'guaranteed tpm that is left': { sent: { tpm_limit: 40, ...guaranteedTpm }, answer: 200 },
    'guaranteed tpm over what is left': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: tpmOver },
    'guaranteed rpm under what is left': { sent: { rpm_limit: 3, ...guaranteedRpm }, answer: 200 },
    'guaranteed rpm that is left': { sent: { rpm_limit: 4, ...guaranteedRpm }, answer: 200 },
    'guaranteed rpm over what is left': { sent: { rpm_limit: 5, ...guaranteedRpm }, answer: rpmOver },
    // One guarantee has both limits looked at.
    'rpm over, where tpm alone is guaranteed': {
      sent: { tpm_limit: 1, rpm_limit: 5, ...guaranteedTpm },
      answer: rpmOver,
    },
    'tpm over, where rpm alone is guaranteed': {
      sent: { tpm_limit: 41, rpm_limit: 1, ...guaranteedRpm },
      answer: tpmOver,
    },
    'tpm over, of no type': { sent: { tpm_limit: 41 }, answer: 200 },
    'tpm over, best effort': { sent: { tpm_limit: 41, tpm_limit_type: 'best_effort_throughput' }, answer: 200 },
    'tpm over, dynamic': { sent: { tpm_limit: 41, tpm_limit_type: 'dynamic' }, answer: 200 },
    // The type is looked for in its field alone, and kept in the metadata: the row is that of a guarantee which nobody checked.
    // An organization's check looks in both places.
    'tpm over, guaranteed in the metadata': { sent: { tpm_limit: 41, metadata: guaranteedTpm }, answer: 200 },
    'a guarantee of no limit': { sent: guaranteedTpm, answer: 200 },
    'guaranteed tpm of nothing': { sent: { tpm_limit: 0, ...guaranteedTpm }, answer: 200 },
    // Others may then hold more than the team has: see below.
    'guaranteed tpm below nothing': { sent: { tpm_limit: -60, ...guaranteedTpm }, answer: 200 },
    'a type that is none': {
      sent: { tpm_limit: 1, tpm_limit_type: 'hoped_for' },
      answer: refused(422, "'guaranteed_throughput', 'best_effort_throughput' or 'dynamic'"),
    },
    'tpm that is no number': { sent: { tpm_limit: 'many' }, answer: refused(422, 'valid integer') },
    'tpm with a fraction': { sent: { tpm_limit: 0.5 }, answer: refused(422, 'valid integer') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// A key with a limit below nothing makes room for others.
for (const scenario of payloads(
  {
    ...making,
    target: {
      what: 'in a team of 100 tpm, in which keys hold 60 and -60',
      arrange: async (stage) => {
        const team = await teamWithLimits(stage);
        await stage.scratch.key({ team, columns: { tpm_limit: -60 } });
        return { teamId: team.teamId, organizationId: null };
      },
    },
  },
  {
    'guaranteed tpm of all that the team has': { sent: { tpm_limit: 100, ...guaranteedTpm }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Nothing is a limit like any other.
for (const scenario of payloads(
  {
    ...making,
    target: {
      what: 'in a team of 0 tpm and no rpm',
      arrange: async ({ scratch }) => ({ ...(await scratch.team({ tpmLimit: 0 })), organizationId: null }),
    },
  },
  {
    'guaranteed tpm': {
      sent: { tpm_limit: 1, ...guaranteedTpm },
      answer: refused(400, 'Allocated TPM limit=0 + Key TPM limit=1 is greater than team TPM limit=0'),
    },
    'guaranteed rpm': { sent: { rpm_limit: 1000, ...guaranteedRpm }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const inTeam = (
  what: string,
  columns: Readonly<Record<string, number>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): Target<LimitedKey> => ({
  what,
  arrange: async (stage) =>
    withHeld(stage, await stage.scratch.key({ team: await teamWithLimits(stage), columns, metadata })),
});

for (const scenario of payloads(
  { ...changing, target: inTeam('key in a team with 40 tpm and 4 rpm left') },
  {
    'guaranteed tpm that is left': { sent: { tpm_limit: 40, ...guaranteedTpm }, answer: 200 },
    'guaranteed tpm over what is left': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: tpmOver },
    'guaranteed rpm that is left': { sent: { rpm_limit: 4, ...guaranteedRpm }, answer: 200 },
    'guaranteed rpm over what is left': { sent: { rpm_limit: 5, ...guaranteedRpm }, answer: rpmOver },
    'tpm over, of no type': { sent: { tpm_limit: 41 }, answer: 200 },
    'tpm over, guaranteed in the metadata': { sent: { tpm_limit: 41, metadata: guaranteedTpm }, answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads(
  { ...changing, target: inTeam('key that holds the 40 tpm left', { tpm_limit: 40 }) },
  {
    // What it holds itself does not count.
    'the same, guaranteed': { sent: { tpm_limit: 40, ...guaranteedTpm }, answer: 200 },
    'more, guaranteed': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: tpmOver },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Of limit and type only what is sent is looked at, not what the row holds: in two requests a guarantee is had of any size.
for (const scenario of [
  ...payloads(
    { ...changing, target: inTeam('key that holds more tpm than are left', { tpm_limit: 41 }) },
    { 'a guarantee alone': { sent: guaranteedTpm, answer: 200 } },
  ),
  ...payloads(
    { ...changing, target: inTeam('key with a guarantee of the 40 tpm left', { tpm_limit: 40 }, guaranteedTpm) },
    { 'more than is left, of no type': { sent: { tpm_limit: 1000 }, answer: 200 } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// ── What an organization has left ────────────────────────────────────────────────────────────────────────────────────

/** An organization of 100 tokens and 10 requests a minute, of which a key holds 60 and 6. */
const organizationWithLimits = async ({ scratch }: Stage) => {
  const organization = await scratch.org({ tpmLimit: 100, rpmLimit: 10 });
  await scratch.key({ organization, columns: { tpm_limit: 60, rpm_limit: 6 } });
  return organization;
};

// Both handlers load the organization without its budget row (`get_org_object`), where its limits are: nobody looks at them.
for (const scenario of [
  ...payloads(
    {
      ...making,
      target: {
        what: 'in an organization with 40 tpm and 4 rpm left',
        arrange: async (stage) => ({
          teamId: null,
          organizationId: (await organizationWithLimits(stage)).organizationId,
        }),
      },
    },
    {
      'guaranteed tpm under what is left': { sent: { tpm_limit: 39, ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm that is left': { sent: { tpm_limit: 40, ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm over what is left': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: 200 },
      'guaranteed rpm that is left': { sent: { rpm_limit: 4, ...guaranteedRpm }, answer: 200 },
      'guaranteed rpm over what is left': { sent: { rpm_limit: 5, ...guaranteedRpm }, answer: 200 },
    },
  ),
  ...payloads(
    {
      ...making,
      target: {
        what: 'in a team of an organization with 40 tpm and 4 rpm left',
        arrange: async (stage) => {
          const organization = await organizationWithLimits(stage);
          return { ...(await stage.scratch.team({ organization })), ...organization };
        },
      },
      act: ({ as, scratch, target: { teamId, payload } }) =>
        as.post('/key/generate', { key_alias: scratch.tag('made'), team_id: teamId, ...payload }),
    },
    { 'guaranteed tpm over what is left': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: 200 } },
  ),
  ...payloads(
    {
      ...changing,
      target: {
        what: 'key in an organization with 40 tpm and 4 rpm left',
        arrange: async (stage) =>
          withHeld(stage, await stage.scratch.key({ organization: await organizationWithLimits(stage) })),
      },
    },
    {
      'guaranteed tpm that is left': { sent: { tpm_limit: 40, ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm over what is left': { sent: { tpm_limit: 41, ...guaranteedTpm }, answer: 200 },
      'guaranteed rpm over what is left': { sent: { rpm_limit: 5, ...guaranteedRpm }, answer: 200 },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

// ── What a team or an organization has left of one model ─────────────────────────────────────────────────────────────

// These limits stand in the metadata, which every handler has.
const modelLimits = { model_tpm_limit: { 'gpt-4': 100, free: 0 }, model_rpm_limit: { 'gpt-4': 10 } };
const modelLimitsHeld = { model_tpm_limit: { 'gpt-4': 60 }, model_rpm_limit: { 'gpt-4': 6 } };
const modelTpm = (limit: number, model = 'gpt-4') => ({ model_tpm_limit: { [model]: limit } });
const modelRpm = (limit: number, model = 'gpt-4') => ({ model_rpm_limit: { [model]: limit } });
const modelTpmOver = (whose: string) =>
  refused(400, `Allocated TPM limit=60 + Key TPM limit=41 is greater than ${whose} TPM limit=100`);
const modelRpmOver = (whose: string) =>
  refused(400, `Allocated RPM limit=6 + Key RPM limit=5 is greater than ${whose} RPM limit=10`);

const teamWithModelLimits = async ({ scratch }: Stage) => {
  const team = await scratch.team({ metadata: modelLimits });
  await scratch.key({ team, metadata: modelLimitsHeld });
  return team;
};
const organizationWithModelLimits = async ({ scratch }: Stage) => {
  const organization = await scratch.org({ metadata: modelLimits });
  await scratch.key({ organization, metadata: modelLimitsHeld });
  return organization;
};

for (const scenario of [
  ...payloads(
    {
      ...making,
      target: {
        what: 'in a team with 40 tpm and 4 rpm of a model left',
        arrange: async (stage) => ({ teamId: (await teamWithModelLimits(stage)).teamId, organizationId: null }),
      },
    },
    {
      'guaranteed tpm of the model under what is left': { sent: { ...modelTpm(39), ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm of the model that is left': { sent: { ...modelTpm(40), ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm of the model over what is left': {
        sent: { ...modelTpm(41), ...guaranteedTpm },
        answer: modelTpmOver('team'),
      },
      'guaranteed rpm of the model that is left': { sent: { ...modelRpm(4), ...guaranteedRpm }, answer: 200 },
      'guaranteed rpm of the model over what is left': {
        sent: { ...modelRpm(5), ...guaranteedRpm },
        answer: modelRpmOver('team'),
      },
      'tpm of the model over, of no type': { sent: modelTpm(41), answer: 200 },
      // Unlike the type, the limits are looked for in the metadata too.
      'tpm of the model over, in the metadata': {
        sent: { metadata: modelTpm(41), ...guaranteedTpm },
        answer: modelTpmOver('team'),
      },
      'guaranteed tpm of another model': { sent: { ...modelTpm(1000, 'gpt-5'), ...guaranteedTpm }, answer: 200 },
      // Of one model nothing is taken for no limit, though of all together it is one.
      'guaranteed tpm of a model of which the team has nothing': {
        sent: { ...modelTpm(1000, 'free'), ...guaranteedTpm },
        answer: 200,
      },
      // What is asked for all models is not compared with what there is of each.
      'guaranteed tpm of all models': { sent: { tpm_limit: 1000, ...guaranteedTpm }, answer: 200 },
    },
  ),
  ...payloads(
    {
      ...changing,
      target: {
        what: 'key in a team with 40 tpm and 4 rpm of a model left',
        arrange: async (stage) =>
          withHeld(stage, await stage.scratch.key({ team: await teamWithModelLimits(stage), metadata: modelTpm(1) })),
      },
    },
    {
      'guaranteed tpm of the model that is left': { sent: { ...modelTpm(40), ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm of the model over what is left': {
        sent: { ...modelTpm(41), ...guaranteedTpm },
        answer: modelTpmOver('team'),
      },
      'guaranteed rpm of the model over what is left': {
        sent: { ...modelRpm(5), ...guaranteedRpm },
        answer: modelRpmOver('team'),
      },
      'tpm of the model over, of no type': { sent: modelTpm(41), answer: 200 },
    },
  ),
  ...payloads(
    {
      ...making,
      target: {
        what: 'in an organization with 40 tpm and 4 rpm of a model left',
        arrange: async (stage) => ({
          teamId: null,
          organizationId: (await organizationWithModelLimits(stage)).organizationId,
        }),
      },
    },
    {
      'guaranteed tpm of the model that is left': { sent: { ...modelTpm(40), ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm of the model over what is left': {
        sent: { ...modelTpm(41), ...guaranteedTpm },
        answer: modelTpmOver('organization'),
      },
      'guaranteed rpm of the model that is left': { sent: { ...modelRpm(4), ...guaranteedRpm }, answer: 200 },
      'guaranteed rpm of the model over what is left': {
        sent: { ...modelRpm(5), ...guaranteedRpm },
        answer: modelRpmOver('organization'),
      },
      'tpm of the model over, of no type': { sent: modelTpm(41), answer: 200 },
      'tpm of the model over, guaranteed in the metadata': {
        sent: { ...modelTpm(41), metadata: guaranteedTpm },
        answer: modelTpmOver('organization'),
      },
    },
  ),
  ...payloads(
    {
      ...changing,
      target: {
        what: 'key in an organization with 40 tpm and 4 rpm of a model left',
        arrange: async (stage) =>
          withHeld(stage, await stage.scratch.key({ organization: await organizationWithModelLimits(stage) })),
      },
    },
    {
      'guaranteed tpm of the model that is left': { sent: { ...modelTpm(40), ...guaranteedTpm }, answer: 200 },
      'guaranteed tpm of the model over what is left': {
        sent: { ...modelTpm(41), ...guaranteedTpm },
        answer: modelTpmOver('organization'),
      },
      // Only where a field besides it is sent is the organization looked at.
      'tpm of the model over, guaranteed in the metadata': {
        sent: { ...modelTpm(41), metadata: guaranteedTpm },
        answer: 200,
      },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
