import {
  asksForItself,
  idsAt,
  inLargeParts,
  keyTargets,
  payloads,
  refused,
  targetKey,
  test,
  updated,
  withRow,
  allowed,
  type Acting,
  type Loaded,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

const table = {
  family: 'F7+',
  route: 'POST /key/{key:path}/reset_spend',
  caller: 'proxy_admin',
  // By its hash: a path is not the place for a secret.
  act: ({ as, target }: Acting<Loaded<ScratchKey>>) => as.post(`/key/${target.hashed}/reset_spend`, target.payload),
  returned: idsAt('key_hash'),
  returns: ({ target }: Acting<Loaded<ScratchKey>>) => [target.hashed],
  uses: [asksForItself<Loaded<ScratchKey>>(targetKey)],
} as const;
const spent = {
  what: 'key that has spent 10 of 8',
  arrange: async (stage: Stage) =>
    withRow({ spend: 10, max_budget: 8 })(stage, await stage.scratch.key({ user: stage.world.actors.owner })),
};

const setTo = (spend: number) =>
  allowed<Loaded<ScratchKey>>({ effects: ({ target }) => [updated(target.row, { spend: [10, spend] })] });
const aboveItsBudget = refused(400, 'must be <= budget (8.0)');
const aboveItsSpend = refused(400, 'must be <= current spend (10.0)');

for (const scenario of [
  ...payloads<ScratchKey>(
    { ...table, target: spent },
    {
      'to 0': { sent: { reset_to: 0 }, answer: setTo(0) },
      'to its budget': { sent: { reset_to: 8 }, answer: setTo(8) },
      'to above its budget': { sent: { reset_to: 8.5 }, answer: aboveItsBudget },
      'to what it has spent, above its budget': { sent: { reset_to: 10 }, answer: aboveItsBudget },
      'to more than it has spent': { sent: { reset_to: 10.5 }, answer: aboveItsSpend },
      'to below zero': { sent: { reset_to: -1 }, answer: refused(400, 'reset_to must be >= 0') },
      // Pydantic makes numbers of texts, and of these texts numbers that are none.
      'to a number as text': { sent: { reset_to: '3' }, answer: setTo(3) },
      // Nothing is more or less than it: it passes every bound, and it is the database client that does not know it.
      'to NaN as text': { sent: { reset_to: 'NaN' }, answer: refused(500, 'Unable to match input value') },
      'to Infinity as text': { sent: { reset_to: 'Infinity' }, answer: aboveItsSpend },
      'to a text that is no number': { sent: { reset_to: 'lots' }, answer: refused(422, 'valid number') },
      'to true': {
        sent: { reset_to: true },
        // As the number that Python takes it for.
        answer: { '<=1.87.0': setTo(1), '>=1.106.0': refused(422, 'must be a number, not a boolean') },
      },
      'to null': { sent: { reset_to: null }, answer: refused(422, 'valid number') },
      'to nothing': { sent: {}, answer: refused(422, 'Field required') },
      'to 0, by its owner': {
        sent: { reset_to: 0 },
        caller: 'owner',
        answer: refused(403, 'must be a proxy admin or team admin to reset key spend'),
      },
    },
  ),
  ...payloads<ScratchKey>(
    { ...table, target: keyTargets.ghost },
    { 'to 0': { sent: { reset_to: 0 }, answer: refused(404, 'not found') } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
