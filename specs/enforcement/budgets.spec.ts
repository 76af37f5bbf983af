// What may be spent, by the budgets of all the rows around a key. An answer of `priced` costs 0.2, one of `free` nothing, and
// what one of `unpriced` costs nobody knows: 1.87.0 takes it for free, 1.106.0 does not (`is_model_cost_zero`).

import {
  apart,
  asks,
  enforced,
  inLargeParts,
  inProfile,
  overBudget,
  reads,
  refused,
  test,
  type Cell,
  type EnforcedCase,
  type Limits,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');
const free = asks('free');
const unpriced = asks('unpriced');
const itself = reads('/key/info');
const models = reads('/v1/models');

/** What is answered where nothing is left. */
interface NothingLeft {
  readonly over: Cell<ScratchKey>;
  readonly free: Cell<ScratchKey>;
  readonly unpriced: Cell<ScratchKey>;
  readonly itself: Cell<ScratchKey>;
  readonly models: Cell<ScratchKey>;
  /** `priced` and `free`, where there never was anything. */
  readonly zero: readonly [Cell<ScratchKey>, Cell<ScratchKey>];
}

const budget = (
  limits: (max: number, spend: number) => Limits,
  left: NothingLeft,
): Readonly<Record<string, EnforcedCase>> => ({
  'max_budget 0.3, spent up in the course of it': {
    stores: limits(0.3, 0),
    // What is left when a request comes need not be enough for it.
    asked: [
      [priced, 200],
      [priced, 200],
      [priced, left.over],
    ],
  },
  'max_budget 0.3, 0.1 spent': { stores: limits(0.3, 0.1), asked: [[priced, 200]] },
  ...apart('max_budget 0.3, 0.3 spent', limits(0.3, 0.3), [
    [priced, left.over],
    [free, left.free],
    [unpriced, left.unpriced],
    [itself, left.itself],
    [models, left.models],
  ]),
  'max_budget 0.3, 0.5 spent': { stores: limits(0.3, 0.5), asked: [[priced, left.over]] },
  ...apart('max_budget 0, nothing spent', limits(0, 0), [
    [priced, left.zero[0]],
    [free, left.zero[1]],
  ]),
});

const overKey = overBudget('Budget has been exceeded! Key=', 'Budget has been exceeded! Current cost:');
const ofKey: NothingLeft = {
  over: overKey,
  free: 200,
  unpriced: { ...overKey, '<=1.87.0': 200 },
  // It is asked on routes of models alone, and the list of them is one.
  itself: 200,
  models: overKey,
  zero: [overKey, 200],
};

const overTeam = overBudget('Budget has been exceeded! Team=');
const overUser = overBudget('ExceededBudget: User=');
/** A hook of 1.87.0 asks once more, whatever the model costs. */
const overUserAsHooked = refused(429, 'Max budget limit reached.');
const overMember = overBudget('Budget has been exceeded! TeamMember=', 'Budget has been exceeded!');
const overOrganization = overBudget('Budget has been exceeded! Organization=');
const ofOrganization: NothingLeft = {
  over: overOrganization,
  free: 200,
  unpriced: { ...overOrganization, '<=1.87.0': 200 },
  itself: { ...overOrganization, '>=1.106.0': 200 },
  models: { ...overOrganization, '>=1.106.0': 200 },
  // 1.87.0 takes 0 for no budget.
  zero: [{ ...overOrganization, '<=1.87.0': 200 }, 200],
};

for (const one of enforced(serving, {
  key: budget((max_budget, spend) => ({ key: { max_budget, spend } }), ofKey),
  'budget of the key': budget((max_budget, spend) => ({ key: { spend }, budgets: { key: { max_budget } } }), ofKey),
  team: {
    // Of a team is asked whether more was spent than may be, of all others whether as much was. `priced` is refused where as
    // much was because what it may cost is put aside beforehand, and nothing is left for that.
    ...budget((max_budget, spend) => ({ team: { max_budget, spend } }), {
      over: overTeam,
      free: 200,
      unpriced: 200,
      itself: 200,
      models: 200,
      zero: [200, 200],
    }),
    ...apart('max_budget 0.3, 0.4 spent', { team: { max_budget: 0.3, spend: 0.4 } }, [
      [free, 200],
      [unpriced, { ...overTeam, '<=1.87.0': 200 }],
      [itself, { ...overTeam, '>=1.106.0': 200 }],
      [models, { ...overTeam, '>=1.106.0': 200 }],
    ]),
    // So a team that may spend nothing gets one answer.
    'max_budget 0, spent up in the course of it': {
      stores: { team: { max_budget: 0 } },
      asked: [
        [priced, 200],
        [priced, overTeam],
      ],
    },
  },
  user: budget((max_budget, spend) => ({ user: { max_budget, spend } }), {
    over: overUser,
    free: { '<=1.87.0': overUserAsHooked, '>=1.106.0': 200 },
    unpriced: { ...overUser, '<=1.87.0': overUserAsHooked },
    itself: { ...overUser, '>=1.106.0': 200 },
    models: { ...overUser, '>=1.106.0': 200 },
    zero: [overUser, { '<=1.87.0': overUserAsHooked, '>=1.106.0': 200 }],
  }),
  // It binds a user's own keys alone, unless `apply_user_budget_to_team_keys` is configured.
  'user, of a key in a team': budget((max_budget, spend) => ({ user: { max_budget, spend }, team: {} }), {
    over: 200,
    free: 200,
    unpriced: 200,
    itself: 200,
    models: 200,
    zero: [200, 200],
  }),
  // Whoever has spent it may not even look at the own key: it is asked before the route is.
  member: budget((max_budget, spend) => ({ member: { spend }, budgets: { member: { max_budget } } }), {
    over: overMember,
    free: 200,
    unpriced: { ...overMember, '<=1.87.0': 200 },
    itself: overMember,
    models: overMember,
    zero: [overBudget('Budget has been exceeded!'), 200],
  }),
  // 1.87.0 refuses a member whose membership has no budget, where what is asked for costs anything: to put that aside, it makes
  // an object of the row that it keeps in memory, where nothing that is null is kept, and so does not validate
  // (`budget_reservation.py`).
  'member without a budget': apart('nothing', { member: {} }, [
    [priced, { '<=1.87.0': refused(401, 'validation error for LiteLLM_TeamMembership'), '>=1.106.0': 200 }],
    [free, 200],
    [unpriced, 200],
    [itself, 200],
    [models, 200],
  ]),
  organization: budget(
    (max_budget, spend) => ({ organization: { spend }, budgets: { organization: { max_budget } } }),
    ofOrganization,
  ),
  'organization, of a key in a team of it': budget(
    (max_budget, spend) => ({ organization: { spend }, budgets: { organization: { max_budget } }, team: {} }),
    ofOrganization,
  ),
})) {
  test(one.title, one.details, one.run);
}
