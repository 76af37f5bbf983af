// What may be spent, by the budgets of all the rows around a key. An answer of `priced` costs 0.2, one of `free` nothing, and
// what one of `unpriced` costs nobody knows.

import {
  apart,
  asks,
  enforced,
  inLargeParts,
  inProfile,
  overBudget,
  reads,
  test,
  type Cell,
  type Limits,
  type ScratchKey,
  type Stored,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');

/** What is asked where nothing is left. */
interface Spent {
  readonly over: Cell<ScratchKey>;
  readonly free?: Cell<ScratchKey>;
  readonly unpriced?: Cell<ScratchKey>;
  readonly itself?: Cell<ScratchKey>;
  readonly models?: Cell<ScratchKey>;
}

const budget = (
  limits: (max: number, spend: number) => Limits,
  { over, free = 200, unpriced = over, itself = 200, models = 200 }: Spent,
) =>
  ({
    'max_budget 0.3, spent up in the course of it': {
      stores: limits(0.3, 0),
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
      ],
    },
    'max_budget 0.3, 0.1 spent': { stores: limits(0.3, 0.1), asked: [[priced, 200]] },
    ...apart('max_budget 0.3, 0.3 spent', limits(0.3, 0.3), [
      [priced, over],
      [asks('free'), free],
      [asks('unpriced'), unpriced],
      [reads('/key/info'), itself],
      [reads('/v1/models'), models],
    ]),
    'max_budget 0.3, 0.5 spent': { stores: limits(0.3, 0.5), asked: [[priced, over]] },
    ...apart('max_budget 0, nothing spent', limits(0, 0), [
      [priced, over],
      [asks('free'), free],
    ]),
  }) as const;

const row =
  (name: 'key' | 'team' | 'user', more: Limits = {}) =>
  (max_budget: number, spend: number): Limits => ({ ...more, [name]: { max_budget, spend } satisfies Stored });
const over = overBudget('Budget has been exceeded');

for (const [whose, cases] of Object.entries({
  key: budget(row('key'), { over }),
  'budget of the key': budget((max_budget, spend) => ({ key: { spend }, budgets: { key: { max_budget } } }), { over }),
  team: budget(row('team'), { over }),
  user: budget(row('user'), { over }),
  'user, of a key in a team': budget(row('user', { team: {} }), { over }),
  member: budget((max_budget, spend) => ({ member: { spend }, budgets: { member: { max_budget } } }), { over }),
  organization: budget(
    (max_budget, spend) => ({ organization: { spend }, budgets: { organization: { max_budget } } }),
    { over },
  ),
  'organization, of a key that names it by its team': budget(
    (max_budget, spend) => ({ organization: { spend }, budgets: { organization: { max_budget } }, team: {} }),
    { over },
  ),
})) {
  for (const one of enforced({ ...serving, whose }, cases)) test(one.title, one.details, one.run);
}
