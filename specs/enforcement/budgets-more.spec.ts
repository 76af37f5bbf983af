// What may be spent within a time, on a model, beyond the budget for a while, and on a customer.

import {
  apart,
  asks,
  asksForCustomer,
  enforced,
  inLargeParts,
  inProfile,
  overBudget,
  reads,
  refused,
  test,
  type Stored,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');
const free = asks('free');
const unpriced = asks('unpriced');
const itself = reads('/key/info');
const over = overBudget('exceeded');

/** A window of thirty days, which is far from its end. */
const window = (max_budget: number, duration = '30d') => ({
  budget_duration: duration,
  max_budget,
  reset_at: '2100-01-01T00:00:00+00:00',
});
const forModel = (max_budget: number): Stored => ({
  model_max_budget: { priced: { max_budget, budget_duration: '30d' } },
});
const increase = (until: string): Stored => ({
  max_budget: 0.3,
  spend: 0.3,
  metadata: { temp_budget_increase: 0.5, temp_budget_expiry: until },
});

for (const one of enforced(serving, {
  key: {
    'budget_limits of 0.3 in 30 days': {
      stores: { key: { budget_limits: [window(0.3)] } },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
        [free, 200],
        [unpriced, over],
        [itself, 200],
      ],
    },
    'budget_limits of 0.3 in 30 days, 0.3 spent by the row': {
      stores: { key: { budget_limits: [window(0.3)], spend: 0.3 } },
      asked: [[priced, 200]],
    },
    'budget_limits of 5 in 30 days and of 0.2 in a day': {
      stores: { key: { budget_limits: [window(5), window(0.2, '1d')] } },
      asked: [
        [priced, 200],
        [priced, over],
      ],
    },
    'model_max_budget of 0.3': {
      stores: { key: forModel(0.3) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
        [free, 200],
        [unpriced, 200],
        [itself, 200],
      ],
    },
    'model_max_budget of 0.2': {
      stores: { key: forModel(0.2) },
      asked: [
        [priced, 200],
        [priced, over],
      ],
    },
    'model_max_budget of 0': { stores: { key: forModel(0) }, asked: [[priced, over]] },
    'soft budget of 0.1, 0.5 spent': {
      stores: { key: { spend: 0.5 }, budgets: { key: { soft_budget: 0.1 } } },
      asked: [[priced, 200]],
    },
    ...apart('max_budget 0.3, 0.3 spent, 0.5 more until 2100', { key: increase('2100-01-01T00:00:00') }, [
      [priced, 200],
      [itself, 200],
    ]),
    'max_budget 0.3, 0.3 spent, 0.5 more until 2100 in UTC': {
      stores: { key: increase('2100-01-01T00:00:00+00:00') },
      asked: [[priced, 200]],
    },
    'max_budget 0.3, 0.3 spent, 0.5 more until 2020': {
      stores: { key: increase('2020-01-01T00:00:00') },
      asked: [[priced, over]],
    },
    'max_budget 0.3, 0.9 spent, 0.5 more until 2100': {
      stores: { key: { ...increase('2100-01-01T00:00:00'), spend: 0.9 } },
      asked: [[priced, over]],
    },
  },
  team: {
    'budget_limits of 0.3 in 30 days': {
      stores: { team: { budget_limits: [window(0.3)] } },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
        [free, 200],
      ],
    },
    'model_max_budget of 0.3': {
      stores: { team: forModel(0.3) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
        [unpriced, 200],
      ],
    },
    'model_max_budget of 0.3, key of 5': {
      stores: { team: forModel(0.3), key: forModel(5) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, 200],
      ],
    },
  },
  user: {
    'model_max_budget of 0.3': {
      stores: { user: forModel(0.3) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
        [unpriced, 200],
      ],
    },
  },
  'budget of the key': {
    'model_max_budget of 0.3': {
      stores: { budgets: { key: forModel(0.3) } },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
      ],
    },
  },
  customer: {
    ...apart('no budget', { customer: {} }, [
      [asksForCustomer('priced'), 200],
      [asksForCustomer('free'), 200],
    ]),
    ...apart('max_budget 0.3, 0.1 spent', { customer: { spend: 0.1 }, budgets: { customer: { max_budget: 0.3 } } }, [
      [asksForCustomer('priced', 0.1), 200],
    ]),
    ...apart('max_budget 0.3, 0.3 spent', { customer: { spend: 0.3 }, budgets: { customer: { max_budget: 0.3 } } }, [
      [asksForCustomer('priced', 0.3), overBudget('End User=')],
      [asksForCustomer('free', 0.3), 200],
      [asksForCustomer('unpriced', 0.3), overBudget('End User=')],
      [priced, 200],
    ]),
    ...apart('blocked', { customer: { blocked: true } }, [[asksForCustomer('priced'), refused(403, 'blocked')]]),
  },
})) {
  test(one.title, one.details, one.run);
}
