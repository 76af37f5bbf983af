import { asks, enforced, inLargeParts, inProfile, reads, refused, test } from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');
const free = asks('free');
const unpriced = asks('unpriced');
const itself = reads('/key/info');
const models = reads('/v1/models');

const over = refused(429, 'Budget has been exceeded!');

for (const one of enforced(
  { ...serving, whose: 'key' },
  {
    'max_budget 0.3, nothing spent': {
      stores: { key: { max_budget: 0.3 } },
      asked: [
        [priced, 200],
        [priced, 200],
        [priced, over],
        [free, 200],
        [unpriced, over],
        [itself, 200],
        [models, 200],
      ],
    },
    'max_budget 0.3, 0.3 spent': {
      stores: { key: { max_budget: 0.3, spend: 0.3 } },
      asked: [
        [priced, over],
        [free, 200],
        [unpriced, over],
        [itself, 200],
        [models, 200],
      ],
    },
  },
)) {
  test(one.title, one.details, one.run);
}
for (const [whose, of] of Object.entries({
  team: { team: { max_budget: 0.3 } },
  user: { user: { max_budget: 0.3 } },
  'user, key in a team': { user: { max_budget: 0.3 }, team: {} },
  member: { member: {}, budgets: { member: { max_budget: 0.3 } } },
  'member without budget': { member: {} },
  organization: { organization: {}, budgets: { organization: { max_budget: 0.3 } } },
  'organization, through team': { organization: {}, team: {}, budgets: { organization: { max_budget: 0.3 } } },
  'budget of key': { key: {}, budgets: { key: { max_budget: 0.3 } } },
}))
  for (const one of enforced(
    { ...serving, whose },
    {
      'max_budget 0.3, nothing spent': {
        stores: of,
        asked: [
          [priced, 200],
          [priced, 200],
          [priced, over],
          [free, 200],
          [unpriced, over],
          [itself, 200],
          [models, 200],
        ],
      },
    },
  )) {
    test(one.title, one.details, one.run);
  }
