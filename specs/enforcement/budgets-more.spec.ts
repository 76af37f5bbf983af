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
  within,
  type Stored,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');
const free = asks('free');
const unpriced = asks('unpriced');
const itself = reads('/key/info');
const models = reads('/v1/models');
const overKey = overBudget('Budget has been exceeded! Key=', 'Budget has been exceeded! Current cost:');
const overWindow = overBudget('Key over 30d budget');
const overModel = overBudget('exceeded budget for model=priced');
const overCustomer = overBudget('ExceededBudget: End User=');

/** A window of thirty days, which is far from its end. */
const window = (max_budget: number, duration = '30d') => ({
  budget_duration: duration,
  max_budget,
  reset_at: '2100-01-01T00:00:00+00:00',
});
const forModel = (max_budget: number): Stored => ({
  model_max_budget: { priced: { max_budget, budget_duration: '30d' } },
});
const more = (until: string): Stored => ({
  max_budget: 0.3,
  spend: 0.3,
  metadata: { temp_budget_increase: 0.5, temp_budget_expiry: until },
});

const inMonth = (had?: number) => within(priced, 'key', ['30d'], had);
const inMonthOfTeam = (had?: number) => within(priced, 'team', ['30d'], had);

for (const one of enforced(serving, {
  key: {
    'budget_limits of 0.3 in 30 days': {
      stores: { key: { budget_limits: [window(0.3)] } },
      asked: [
        [inMonth(), 200],
        [inMonth(0.2), 200],
        [priced, overWindow],
        [free, 200],
        [unpriced, { ...overWindow, '<=1.87.0': 200 }],
        [itself, { ...overWindow, '>=1.106.0': 200 }],
        [models, { ...overWindow, '>=1.106.0': 200 }],
      ],
    },
    // What the row says was spent was spent at no known time.
    'budget_limits of 0.3 in 30 days, 0.3 spent': {
      stores: { key: { budget_limits: [window(0.3)], spend: 0.3 } },
      asked: [[inMonth(), 200]],
    },
    'budget_limits of 5 in 30 days and of 0.2 in a day': {
      stores: { key: { budget_limits: [window(5), window(0.2, '1d')] } },
      asked: [
        [within(priced, 'key', ['30d', '1d']), 200],
        [priced, overBudget('Key over 1d budget')],
      ],
    },
    'model_max_budget of 0.3': {
      stores: { key: forModel(0.3) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, overModel],
        [free, 200],
        [unpriced, 200],
        [itself, 200],
        [models, 200],
      ],
    },
    // 1.87.0 asks whether more was spent than may be.
    'model_max_budget of 0.2': {
      stores: { key: forModel(0.2) },
      asked: [
        [priced, 200],
        [priced, { ...overModel, '<=1.87.0': 200 }],
        [priced, overModel],
      ],
    },
    // 1.87.0 takes 0 for no budget.
    'model_max_budget of 0': {
      stores: { key: forModel(0) },
      asked: [
        [priced, { ...overModel, '<=1.87.0': 200 }],
        [priced, { ...overModel, '<=1.87.0': 200 }],
      ],
    },
    // It warns, and that is all.
    'soft budget of 0.1, 0.5 spent': {
      stores: { key: { spend: 0.5 }, budgets: { key: { soft_budget: 0.1 } } },
      asked: [[priced, 200]],
    },
    ...apart('max_budget 0.3, 0.3 spent, 0.5 more until 2100', { key: more('2100-01-01T00:00:00') }, [
      [priced, 200],
      [itself, 200],
      [models, 200],
    ]),
    // 1.87.0 compares it with a time without a zone. Whatever the key asks for is refused then, also what costs nothing.
    ...apart('max_budget 0.3, 0.3 spent, 0.5 more until 2100 in UTC', { key: more('2100-01-01T00:00:00+00:00') }, [
      [priced, { '<=1.87.0': refused(401, 'offset-naive and offset-aware'), '>=1.106.0': 200 }],
      [itself, { '<=1.87.0': refused(401, 'offset-naive and offset-aware'), '>=1.106.0': 200 }],
    ]),
    'max_budget 0.3, 0.3 spent, 0.5 more until 2020': {
      stores: { key: more('2020-01-01T00:00:00') },
      asked: [[priced, overKey]],
    },
    'max_budget 0.3, 0.8 spent, 0.5 more until 2100': {
      stores: { key: { ...more('2100-01-01T00:00:00'), spend: 0.8 } },
      asked: [[priced, overKey]],
    },
  },
  team: {
    'budget_limits of 0.3 in 30 days': {
      stores: { team: { budget_limits: [window(0.3)] } },
      asked: [
        [inMonthOfTeam(), 200],
        [inMonthOfTeam(0.2), 200],
        [priced, overBudget('over 30d budget')],
        [free, 200],
        [unpriced, { ...overBudget('over 30d budget'), '<=1.87.0': 200 }],
        [itself, { ...overBudget('over 30d budget'), '>=1.106.0': 200 }],
      ],
    },
    // 1.87.0 stores it and never asks.
    'model_max_budget of 0.3': {
      stores: { team: forModel(0.3) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, { ...overModel, '<=1.87.0': 200 }],
        [unpriced, 200],
      ],
    },
    // What the key's row says of a model stands in the place of what the team's says.
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
    // As that of a team.
    'model_max_budget of 0.3': {
      stores: { user: forModel(0.3) },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, { ...overModel, '<=1.87.0': 200 }],
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
        [priced, overModel],
      ],
    },
  },
  // What a team says of all its members stands for the budget of a membership without one.
  'members by default': {
    'max_budget 0.3, 0.3 spent': {
      stores: { member: { spend: 0.3 }, budgets: { members: { max_budget: 0.3 } } },
      asked: [
        [priced, overBudget('Budget has been exceeded!')],
        [free, 200],
        // 1.106.0 asks it on routes of models alone, other than a member's own.
        [itself, { ...overBudget('Budget has been exceeded!'), '>=1.106.0': 200 }],
      ],
    },
    // See the members without a budget in `budgets.spec.ts`.
    'max_budget 0.3, 0.1 spent': {
      stores: { member: { spend: 0.1 }, budgets: { members: { max_budget: 0.3 } } },
      asked: [[priced, { '<=1.87.0': refused(401, 'validation error for LiteLLM_TeamMembership'), '>=1.106.0': 200 }]],
    },
    'max_budget 0.3, 0.3 spent, 0.5 of the own': {
      stores: { member: { spend: 0.3 }, budgets: { member: { max_budget: 0.5 }, members: { max_budget: 0.3 } } },
      asked: [[priced, 200]],
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
    // Asked as a team's: whether more was spent, and whether anything is left to be put aside.
    ...apart('max_budget 0.3, 0.3 spent', { customer: { spend: 0.3 }, budgets: { customer: { max_budget: 0.3 } } }, [
      [asksForCustomer('priced', 0.3), overBudget('Budget has been exceeded! EndUser=')],
      [asksForCustomer('free', 0.3), 200],
      [asksForCustomer('unpriced', 0.3), 200],
    ]),
    ...apart('max_budget 0.3, 0.4 spent', { customer: { spend: 0.4 }, budgets: { customer: { max_budget: 0.3 } } }, [
      [asksForCustomer('priced', 0.4), overCustomer],
      // 1.87.0 asks before it knows what the model costs.
      [asksForCustomer('free', 0.4), { ...overCustomer, '>=1.106.0': 200 }],
      [asksForCustomer('unpriced', 0.4), overCustomer],
      // For nobody in particular.
      [priced, 200],
      [itself, 200],
    ]),
    ...apart('rpm_limit 0', { customer: {}, budgets: { customer: { rpm_limit: 0 } } }, [
      [asksForCustomer('free'), refused(429, 'Rate limit exceeded for end_user:')],
      [free, 200],
    ]),
    // Nobody looks at it unless the callback `blocked_user_check` is configured.
    ...apart('blocked', { customer: { blocked: true } }, [[asksForCustomer('priced'), 200]]),
  },
})) {
  test(one.title, one.details, one.run);
}
