// What an answer of a model changes in the whole database, by whose key it was: what all of the family builds upon.

import {
  asksModel,
  chat,
  costOf,
  inLargeParts,
  inProfile,
  scenario,
  served,
  test,
  type ServedModel,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');

/** Whose a key may be: a user's, a team's, an organization's. */
const holders = {
  'key of nobody': [],
  'key of a user': ['user'],
  'key of a team': ['team'],
  'key of an organization': ['organization'],
  'key of a user in a team': ['user', 'team'],
  'key of a user in a team of an organization': ['user', 'team', 'organization'],
} as const;

for (const [target, whose] of Object.entries(holders)) {
  const isOf = (one: string) => whose.some((name) => name === one);
  for (const model of Object.keys(costOf) as ServedModel[]) {
    const one = scenario({
      ...serving,
      family: 'enforcement',
      route: 'POST /v1/chat/completions',
      target,
      variant: `${model} model, without limits`,
      caller: 'internal_user',
      arrange: async ({ scratch }) => {
        const organization = isOf('organization') ? { organization: await scratch.org() } : {};
        const user = isOf('user') ? { user: await scratch.actor({ role: 'internal_user', ...organization }) } : {};
        const team = isOf('team')
          ? { team: await scratch.team({ ...organization, ...('user' in user ? { users: [user.user] } : {}) }) }
          : {};
        return scratch.key({ ...organization, ...user, ...team });
      },
      act: ({ asOther, target: key }) => chat(asOther(key), model),
      expected: served(model),
      uses: [asksModel(({ target: key }) => key, model, served(model, { earlier: [model] }))],
    });
    test(one.title, one.details, one.run);
  }
}
