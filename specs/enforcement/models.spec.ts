// Which models a key may ask for, by what its row, its team's, its user's, its membership's and its organization's say.

import {
  apart,
  asks,
  asksAs,
  enforced,
  inLargeParts,
  inProfile,
  lists,
  refused,
  shows,
  test,
  type Cell,
  type Limits,
  type Question,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const priced = asks('priced');
const free = asks('free');
const ghost = asksAs('priced', 'ghost');
const everyModel = ['free', 'priced', 'unpriced'];

/** A model that the key may not use. 1.106.0 does not say any more whose limit it is. */
const notAllowed = (who: string) =>
  ({
    '<=1.87.0': refused(403, `${who} not allowed to access model`),
    '>=1.106.0': refused(403, 'is not available for this API key'),
  }) as const;
const notTheKey = notAllowed('key');
const notTheTeam = notAllowed('team');
const unknown = refused(400, 'Invalid model name passed in model=ghost');

/** A list that 1.106.0 leaves patterns and sentinels out of. */
const showsSentinel = (name: string) => ({ '<=1.87.0': shows(() => [name]), '>=1.106.0': shows(() => []) }) as const;

const models = (variant: string, limits: Limits, ...asked: readonly (readonly [Question, Cell<ScratchKey>])[]) =>
  apart(variant, limits, asked);

const cheap = asksAs('free', 'cheap');
const aliasCheap = { aliases: { cheap: 'free' } };

for (const one of enforced(serving, {
  key: {
    ...models('no models', {}, [ghost, unknown], [lists, shows(() => everyModel)]),
    ...models(
      'models [priced]',
      { key: { models: ['priced'] } },
      [priced, 200],
      [free, notTheKey],
      [ghost, notTheKey],
      [lists, shows(() => ['priced'])],
    ),
    ...models(
      'models [pri*]',
      { key: { models: ['pri*'] } },
      [priced, 200],
      [free, notTheKey],
      // The models that match are not listed in either release.
      [lists, showsSentinel('pri*')],
    ),
    ...models('models [*]', { key: { models: ['*'] } }, [priced, 200], [lists, showsSentinel('*')]),
    // It is of the deployments' provider, but models go by their own names.
    ...models('models [openai/*]', { key: { models: ['openai/*'] } }, [priced, notTheKey]),
    // A model that nobody serves is listed all the same.
    ...models(
      'models [ghost]',
      { key: { models: ['ghost'] } },
      [priced, notTheKey],
      [ghost, unknown],
      [lists, shows(() => ['ghost'])],
    ),
    ...models(
      'models [all-proxy-models]',
      { key: { models: ['all-proxy-models'] } },
      [priced, 200],
      [lists, shows(() => everyModel)],
    ),
    ...models(
      'models [no-default-models]',
      { key: { models: ['no-default-models'] } },
      [priced, notTheKey],
      [lists, showsSentinel('no-default-models')],
    ),
    // Without a team, what is to be the team's models alone is every model (`_resolve_key_models_for_auth_check`).
    ...models(
      'models [all-team-models], no team',
      { key: { models: ['all-team-models'] } },
      [priced, 200],
      [lists, shows(() => everyModel)],
    ),
    ...models(
      'models [all-team-models], team of [priced]',
      { key: { models: ['all-team-models'] }, team: { models: ['priced'] } },
      [priced, 200],
      [free, notTheTeam],
      [lists, shows(() => ['priced'])],
    ),
    ...models(
      'models [all-team-models], team of all',
      { key: { models: ['all-team-models'] }, team: {} },
      [priced, 200],
      [lists, shows(() => everyModel)],
    ),
    // What a group gives comes on top of what the row names.
    ...models(
      'models [priced], group of [free]',
      { key: { models: ['priced'] }, modelGroups: { key: ['free'] } },
      [priced, 200],
      [free, 200],
      [asks('unpriced'), notTheKey],
    ),
    ...models('no models, group of [free]', { modelGroups: { key: ['free'] } }, [priced, 200], [free, 200]),
    ...models('alias cheap of free, all models', { key: aliasCheap }, [cheap, 200]),
    // 1.87.0 compares the alias with what is allowed, and 1.106.0 the model that it stands for.
    ...models(
      'alias cheap of free, models [free]',
      { key: { ...aliasCheap, models: ['free'] } },
      [cheap, { '<=1.87.0': refused(403, 'Tried to access cheap'), '>=1.106.0': 200 }],
      [priced, notTheKey],
    ),
    ...models(
      'alias cheap of free, models [cheap]',
      { key: { ...aliasCheap, models: ['cheap'] } },
      [cheap, { '<=1.87.0': 200, '>=1.106.0': refused(403, 'is not available for this API key') }],
      [free, notTheKey],
    ),
    // So in 1.87.0 an alias lends a model that is not allowed the name of one that is.
    ...models('alias priced of free, models [priced]', { key: { aliases: { priced: 'free' }, models: ['priced'] } }, [
      asksAs('free', 'priced'),
      { '<=1.87.0': 200, '>=1.106.0': refused(403, 'is not available for this API key') },
    ]),
  },
  team: {
    ...models(
      'models [priced]',
      { team: { models: ['priced'] } },
      [priced, 200],
      [free, notTheTeam],
      [lists, shows(() => ['priced'])],
    ),
    ...models(
      'models [priced], key of [free]',
      { team: { models: ['priced'] }, key: { models: ['free'] } },
      [priced, notTheKey],
      [free, notTheTeam],
      // The list shows what the key's row says, though the team's keeps the key from it.
      [lists, shows(() => ['free'])],
    ),
    ...models(
      'models [priced, free], key of [free]',
      { team: { models: ['priced', 'free'] }, key: { models: ['free'] } },
      [priced, notTheKey],
      [free, 200],
      [lists, shows(() => ['free'])],
    ),
    ...models(
      'models [priced], group of [free]',
      { team: { models: ['priced'] }, modelGroups: { team: ['free'] } },
      [priced, 200],
      [free, 200],
      [asks('unpriced'), notTheTeam],
    ),
    ...models('models [all-proxy-models]', { team: { models: ['all-proxy-models'] } }, [priced, 200]),
    ...models(
      'models [no-default-models]',
      { team: { models: ['no-default-models'] } },
      [priced, notTheTeam],
      [lists, showsSentinel('no-default-models')],
    ),
  },
  // What a user's row says holds for keys without a team alone, and no list knows it.
  user: {
    ...models(
      'models [priced]',
      { user: { models: ['priced'] } },
      [priced, 200],
      [free, notAllowed('user')],
      [lists, shows(() => everyModel)],
    ),
    ...models(
      'models [priced], key in a team',
      { user: { models: ['priced'] }, team: {} },
      [priced, 200],
      [free, 200],
      [lists, shows(() => everyModel)],
    ),
    ...models(
      'models [no-default-models]',
      { user: { models: ['no-default-models'] } },
      [priced, notAllowed('User')],
      [lists, shows(() => everyModel)],
    ),
    ...models('models [no-default-models], key in a team', { user: { models: ['no-default-models'] }, team: {} }, [
      priced,
      200,
    ]),
  },
  member: {
    ...models(
      'budget of models [priced]',
      { member: {}, budgets: { member: { allowed_models: ['priced'] } } },
      [priced, 200],
      [free, notAllowed('Team member')],
      [lists, shows(() => everyModel)],
    ),
    ...models(
      'budget of models [free], team of [priced]',
      { member: {}, team: { models: ['priced'] }, budgets: { member: { allowed_models: ['free'] } } },
      [priced, notAllowed('Team member')],
      [free, notTheTeam],
    ),
  },
  // What an organization's row says is asked when a team is made or changed (`can_org_access_model`), never when a key is used.
  organization: {
    ...models(
      'models [priced]',
      { organization: { models: ['priced'] } },
      [priced, 200],
      [free, 200],
      [lists, shows(() => everyModel)],
    ),
    ...models(
      'models [priced], key in a team of it',
      { organization: { models: ['priced'] }, team: {} },
      [priced, 200],
      [free, 200],
    ),
    ...models(
      'models [priced], key in a team of it that has more',
      { organization: { models: ['priced'] }, team: { models: ['priced', 'free'] } },
      [free, 200],
    ),
    ...models('models [priced], key of a user of it', { organization: { models: ['priced'] }, user: {} }, [free, 200]),
  },
})) {
  test(one.title, one.details, one.run);
}
