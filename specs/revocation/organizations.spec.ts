import {
  holder,
  inLargeParts,
  inProfile,
  keyAsks,
  keyCountsTokens,
  refused,
  revocations,
  test,
  type Acting,
  type Holder,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');
const cached = { here: 'at once', elsewhere: 'with the cache' } as const;

const updating = (payload: Readonly<Record<string, unknown>>) => ({
  ...shortCache,
  route: 'PATCH /organization/update',
  act: ({ as, target }: Acting<Holder>) => as.send({ method: 'PATCH', path: '/organization/update', body: { organization_id: target.organization.organizationId, ...payload } }),
  effects: () => [],
});
const budget = (path: string, payload: (target: Holder) => Readonly<Record<string, unknown>>) => ({
  ...shortCache,
  route: `POST ${path}`,
  act: ({ as, target }: Acting<Holder>) => as.post(path, payload(target)),
  effects: () => [],
});
const keysBudget = ({ key }: Holder) => key.held.budget_id;

for (const scenario of [
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }),
    target: 'key of an organization of two models, left with one',
    arrange: holder({ organization: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: refused(401, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }),
    target: 'key of an organization that has spent 5 of 10, left with 1',
    arrange: holder({ organization: { maxBudget: 10, columns: { spend: 5 } } }),
    ...keyCountsTokens('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'DELETE /organization/delete',
    act: ({ as, target }: Acting<Holder>) => as.send({ method: 'DELETE', path: '/organization/delete', body: { organization_ids: [target.organization.organizationId] } }),
    effects: () => [],
    target: 'key of an organization, deleted',
    arrange: holder(),
    ...keyAsks,
    after: refused(401, 'Invalid proxy server token passed'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...budget('/budget/update', (target) => ({ budget_id: target.organization.budgetId, max_budget: 1 })),
    target: 'key of an organization that has spent 5 of 10, left with 1',
    arrange: holder({ organization: { maxBudget: 10, columns: { spend: 5 } } }),
    ...keyCountsTokens('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...budget('/budget/update', (target) => ({ budget_id: keysBudget(target), max_budget: 1 })),
    target: 'key that has spent 5 of a budget of 10, left with 1',
    arrange: holder(async ({ scratch }) => ({ key: { columns: { spend: 5, budget_id: await scratch.budget({ maxBudget: 10 }) } } })),
    ...keyCountsTokens('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...budget('/budget/delete', (target) => ({ id: keysBudget(target) })),
    target: 'key that has spent 5 of a budget of 1, its limit taken',
    arrange: holder(async ({ scratch }) => ({ key: { columns: { spend: 5, budget_id: await scratch.budget({ maxBudget: 1 }) } } })),
    ...keyCountsTokens('priced'),
    before: refused(422, 'xxx'),
    after: 200,
    ends: cached,
  }),
  ...revocations<Holder>({
    ...budget('/budget/update', ({ user }) => ({ budget_id: user.userId.replace('actor', 'budget'), max_budget: 1 })),
    target: 'member that has spent 5 of a budget of 10, left with 1',
    arrange: holder(async ({ scratch }) => ({ team: { membership: { spend: 5, budget_id: await scratch.budget({ maxBudget: 10 }) } } })),
    ...keyCountsTokens('priced'),
    after: refused(422, 'xxx'),
    ends: cached,
  }),
  ...revocations<Holder>({
    ...budget('/budget/delete', ({ user }) => ({ id: user.userId.replace('actor', 'budget') })),
    target: 'member that has spent 5 of a budget of 1, its limit taken',
    arrange: holder(async ({ scratch }) => ({ team: { membership: { spend: 5, budget_id: await scratch.budget({ maxBudget: 1 }) } } })),
    ...keyCountsTokens('priced'),
    before: refused(422, 'xxx'),
    after: 200,
    ends: cached,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
