// Which models a key may ask for, by what its row, its team's, its user's and its organization's say.

import { apart, asks, asksAs, enforced, inLargeParts, inProfile, lists, refused, shows, test } from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');
const free = asks('free');
const ghost = asksAs('priced', 'ghost');

const x = refused(403, 'not allowed');

for (const [whose, cases] of Object.entries({
  key: {
    ...apart('no models', {}, [
      [ghost, refused(400, 'Invalid model name passed in model=ghost')],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [priced]', { key: { models: ['priced'] } }, [
      [priced, 200],
      [free, x],
      [ghost, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [pri*]', { key: { models: ['pri*'] } }, [
      [priced, 200],
      [free, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [*]', { key: { models: ['*'] } }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [openai/*]', { key: { models: ['openai/*'] } }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [ghost]', { key: { models: ['ghost'] } }, [
      [priced, 200],
      [ghost, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [all-proxy-models]', { key: { models: ['all-proxy-models'] } }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [no-default-models]', { key: { models: ['no-default-models'] } }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [all-team-models], no team', { key: { models: ['all-team-models'] } }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart(
      'models [all-team-models], team of [priced]',
      { key: { models: ['all-team-models'] }, team: { models: ['priced'] } },
      [
        [priced, 200],
        [free, x],
        [lists, shows(() => ['a'])],
      ],
    ),
    ...apart('models [all-team-models], team of all', { key: { models: ['all-team-models'] }, team: {} }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('alias cheap of free', { key: { aliases: { cheap: 'free' } } }, [[asksAs('free', 'cheap'), 200]]),
    ...apart('alias cheap of free, models [free]', { key: { aliases: { cheap: 'free' }, models: ['free'] } }, [
      [asksAs('free', 'cheap'), 200],
      [priced, x],
    ]),
    ...apart('alias cheap of free, models [cheap]', { key: { aliases: { cheap: 'free' }, models: ['cheap'] } }, [
      [asksAs('free', 'cheap'), 200],
      [free, x],
    ]),
    ...apart('alias priced of free, models [priced]', { key: { aliases: { priced: 'free' }, models: ['priced'] } }, [
      [asksAs('free', 'priced'), 200],
    ]),
  },
  team: {
    ...apart('models [priced]', { team: { models: ['priced'] } }, [
      [priced, 200],
      [free, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [priced], key of [free]', { team: { models: ['priced'] }, key: { models: ['free'] } }, [
      [priced, x],
      [free, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart(
      'models [priced, free], key of [free]',
      { team: { models: ['priced', 'free'] }, key: { models: ['free'] } },
      [
        [priced, x],
        [free, 200],
        [lists, shows(() => ['a'])],
      ],
    ),
    ...apart('models [all-proxy-models]', { team: { models: ['all-proxy-models'] } }, [[priced, 200]]),
    ...apart('models [no-default-models]', { team: { models: ['no-default-models'] } }, [
      [priced, 200],
      [lists, shows(() => ['a'])],
    ]),
  },
  user: {
    ...apart('models [priced]', { user: { models: ['priced'] } }, [
      [priced, 200],
      [free, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [priced], key in a team', { user: { models: ['priced'] }, team: {} }, [
      [priced, 200],
      [free, 200],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [no-default-models]', { user: { models: ['no-default-models'] } }, [
      [priced, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [no-default-models], key in a team', { user: { models: ['no-default-models'] }, team: {} }, [
      [priced, 200],
    ]),
  },
  member: {
    ...apart('budget of models [priced]', { member: {}, budgets: { member: { allowed_models: ['priced'] } } }, [
      [priced, 200],
      [free, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart(
      'budget of models [free], team of [priced]',
      { member: {}, team: { models: ['priced'] }, budgets: { member: { allowed_models: ['free'] } } },
      [
        [priced, x],
        [free, x],
      ],
    ),
  },
  organization: {
    ...apart('models [priced]', { organization: { models: ['priced'] } }, [
      [priced, 200],
      [free, x],
      [lists, shows(() => ['a'])],
    ]),
    ...apart('models [priced], key in a team of it', { organization: { models: ['priced'] }, team: {} }, [
      [priced, 200],
      [free, x],
    ]),
    ...apart(
      'models [priced], key in a team of all',
      { organization: { models: ['priced'] }, team: { models: ['priced', 'free'] } },
      [[free, x]],
    ),
    ...apart('models [priced], key of a user of it', { organization: { models: ['priced'] }, user: {} }, [[free, x]]),
  },
})) {
  for (const one of enforced({ ...serving, whose }, cases)) test(one.title, one.details, one.run);
}
