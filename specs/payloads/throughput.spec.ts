import {
  inLargeParts,
  changingKeys,
  makingKeys,
  payloads,
  refused,
  test,
  withHeld,
  wrapped,
  type KeyToBe,
  type LimitedKey,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

// What a key is guaranteed of one model, against what its team has of all of them; of one model's own limits see key-limits.
const guaranteedTpm = { tpm_limit_type: 'guaranteed_throughput' } as const;
const guaranteedRpm = { rpm_limit_type: 'guaranteed_throughput' } as const;
const modelTpm = (limits: Readonly<Record<string, number | string>>) => ({ model_tpm_limit: limits });
const modelRpm = (limits: Readonly<Record<string, number>>) => ({ model_rpm_limit: limits });

const making = makingKeys('F7');
const changing = changingKeys('F7');

/** A team of 100 tokens and 10 requests a minute, of which a key holds 60 and 6 of one model. */
const teamWithLimits = async ({ scratch }: Stage, metadata = {}) => {
  const team = await scratch.team({ tpmLimit: 100, rpmLimit: 10, metadata });
  await scratch.key({ team, metadata: { ...modelTpm({ 'gpt-4': 60 }), ...modelRpm({ 'gpt-4': 6 }) } });
  return team;
};
const inTeam = (what: string, metadata = {}): Target<KeyToBe> => ({
  what,
  arrange: async (stage) => ({ teamId: (await teamWithLimits(stage, metadata)).teamId, organizationId: null }),
});
const tpmOver = (held: number, asked: number, limit = 100) =>
  refused(400, `Allocated TPM limit=${held} + Key TPM limit=${asked} is greater than team TPM limit=${limit}`);
const rpmOver = (held: number, asked: number) =>
  refused(400, `Allocated RPM limit=${held} + Key RPM limit=${asked} is greater than team RPM limit=10`);

for (const scenario of [
  ...payloads(
    { ...making, target: inTeam('in a team in which a key holds 60 of 100 tpm and 6 of 10 rpm, of one model') },
    {
      'tpm of the model under what is left': { sent: { ...modelTpm({ 'gpt-4': 39 }), ...guaranteedTpm }, answer: 200 },
      'tpm of the model that is left': { sent: { ...modelTpm({ 'gpt-4': 40 }), ...guaranteedTpm }, answer: 200 },
      'tpm of the model over what is left': {
        sent: { ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm },
        answer: tpmOver(60, 41),
      },
      'rpm of the model under what is left': { sent: { ...modelRpm({ 'gpt-4': 3 }), ...guaranteedRpm }, answer: 200 },
      'rpm of the model that is left': { sent: { ...modelRpm({ 'gpt-4': 4 }), ...guaranteedRpm }, answer: 200 },
      'rpm of the model over what is left': {
        sent: { ...modelRpm({ 'gpt-4': 5 }), ...guaranteedRpm },
        answer: rpmOver(6, 5),
      },
      // Each model is compared alone, so that all together may be promised more than there is.
      'all tpm of another model': { sent: { ...modelTpm({ 'gpt-5': 100 }), ...guaranteedTpm }, answer: 200 },
      'all tpm of two other models': { sent: { ...modelTpm({ a: 100, b: 100 }), ...guaranteedTpm }, answer: 200 },
      'more than all tpm of the second of two models': {
        sent: { ...modelTpm({ a: 100, b: 101 }), ...guaranteedTpm },
        answer: tpmOver(0, 101),
      },
      // What keys hold of one model is nothing where it is about all of them.
      'all tpm': { sent: { tpm_limit: 100, ...guaranteedTpm }, answer: 200 },
      'all tpm, and of the model what is left': {
        sent: { tpm_limit: 100, ...modelTpm({ 'gpt-4': 40 }), ...guaranteedTpm },
        answer: 200,
      },
      'more than all tpm, and of the model what is left': {
        sent: { tpm_limit: 101, ...modelTpm({ 'gpt-4': 40 }), ...guaranteedTpm },
        answer: tpmOver(0, 101),
      },
      'all tpm, and of the model more than is left': {
        sent: { tpm_limit: 100, ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm },
        answer: tpmOver(60, 41),
      },
      'tpm of the model, of no type': { sent: modelTpm({ 'gpt-4': 1000 }), answer: 200 },
      // Nobody looks what a limit of a model is unless it is guaranteed; then Python cannot add it up.
      'tpm of the model that is no number': { sent: modelTpm({ 'gpt-4': 'many' }), answer: 200 },
      'guaranteed tpm of the model that is no number': {
        sent: { ...modelTpm({ 'gpt-4': 'many' }), ...guaranteedTpm },
        answer: wrapped('unsupported operand type'),
      },
    },
  ),
  // The team's limit of the model counts where its limit of all models allows.
  ...payloads(
    {
      ...making,
      target: inTeam(
        'in a team in which a key holds 60 of 80 tpm of one model, and of 100 of all',
        modelTpm({ 'gpt-4': 80 }),
      ),
    },
    {
      'tpm of the model that is left': { sent: { ...modelTpm({ 'gpt-4': 20 }), ...guaranteedTpm }, answer: 200 },
      'tpm of the model over what is left': {
        sent: { ...modelTpm({ 'gpt-4': 21 }), ...guaranteedTpm },
        answer: tpmOver(60, 21, 80),
      },
      'tpm of the model over all that is left': {
        sent: { ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm },
        answer: tpmOver(60, 41),
      },
    },
  ),
  // One key whose limit is no number, and the team can guarantee nothing of the model any more.
  ...payloads(
    {
      ...making,
      target: {
        what: 'in a team in which a key holds tpm of one model that are no number',
        arrange: async ({ scratch }) => {
          const team = await scratch.team({ tpmLimit: 100 });
          await scratch.key({ team, metadata: modelTpm({ 'gpt-4': 'many' }) });
          return { teamId: team.teamId, organizationId: null };
        },
      },
    },
    {
      'tpm of the model': {
        sent: { ...modelTpm({ 'gpt-4': 1 }), ...guaranteedTpm },
        answer: wrapped('unsupported operand type'),
      },
      'tpm of all models': { sent: { tpm_limit: 1, ...guaranteedTpm }, answer: 200 },
    },
  ),
  ...payloads(
    {
      ...changing,
      target: {
        what: 'key that holds the 40 tpm left of one model',
        arrange: async (stage): Promise<LimitedKey> =>
          withHeld(
            stage,
            await stage.scratch.key({ team: await teamWithLimits(stage), metadata: modelTpm({ 'gpt-4': 40 }) }),
          ),
      },
    },
    {
      'the same': { sent: { ...modelTpm({ 'gpt-4': 40 }), ...guaranteedTpm }, answer: 200 },
      more: { sent: { ...modelTpm({ 'gpt-4': 41 }), ...guaranteedTpm }, answer: tpmOver(60, 41) },
      'rpm that are left': { sent: { ...modelRpm({ 'gpt-4': 4 }), ...guaranteedRpm }, answer: 200 },
      'more rpm than are left': { sent: { ...modelRpm({ 'gpt-4': 5 }), ...guaranteedRpm }, answer: rpmOver(6, 5) },
      'tpm of all models': { sent: { tpm_limit: 100, ...guaranteedTpm }, answer: 200 },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
