import {
  deleted,
  each,
  holder,
  inLargeParts,
  inProfile,
  keyCountsTokens,
  membershipRow,
  ofPart,
  organizationAsItIs,
  organizationDeleted,
  refused,
  revocations,
  test,
  updated,
  type Acting,
  type Effect,
  type Holder,
  type Payload,
  type TargetOrganization,
} from '../../fixtures';

inLargeParts();

const shortCache = inProfile('short-cache');

// Nothing of an organization or a budget is dropped from memory when it changes, in either release. A key's budget is part of
// the key, and a membership's one of the membership: they come with the cache's time.
const withCaches = { here: 'with the cache', elsewhere: 'with the cache' } as const;
/**
 * An organization's row stays for `DEFAULT_IN_MEMORY_TTL`, five seconds, whatever the cache's time is; and so does a membership as
 * the first of two checks of its budget knows it (`ttl=5`).
 */
const notYet = { here: 'not yet', elsewhere: 'not yet' } as const;
/** The list is stored, and compared with what teams are given (`can_org_access_model`); with what a key asks for nobody compares it. */
const never = { here: 'never', elsewhere: 'never' } as const;
/** Of a deleted organization's keys 1.106.0 forgets those it knew (`delete_cache_key_objects`), 1.87.0 none. */
const evictedSince = {
  here: { '<=1.87.0': 'with the cache', '>=1.106.0': 'at once' },
  elsewhere: 'with the cache',
} as const;

const updating = (payload: Payload) => ({
  ...shortCache,
  route: 'PATCH /organization/update',
  act: ({ as, target }: Acting<Holder>) =>
    as.send({
      method: 'PATCH',
      path: '/organization/update',
      body: { organization_id: target.organization.organizationId, ...payload },
    }),
});
const organizationRow = ({ organization }: Holder) => ({
  table: 'LiteLLM_OrganizationTable',
  id: organization.organizationId,
});
const by = ({ scratch, caller }: Acting<unknown>) => ({ updated_by: [scratch.prefix, caller.userId] as const });
const budgetRow = (id: string) => ({ table: 'LiteLLM_BudgetTable', id });

/** The budget's row, its limit lowered. No audit row tells of it. */
const lowered = (id: (target: Holder) => string) => (stage: Acting<Holder>) => [
  updated(budgetRow(id(stage.target)), { max_budget: [10, 1], ...by(stage) }),
];
const organizationsBudget = ({ organization }: Holder) => organization.budgetId;
/** The one of the scratch that the holder's key or membership has. */
const ownBudget = ({ user }: Holder) => user.userId.replace(/actor$/, 'budget');

const updatingBudget = (id: (target: Holder) => string) => ({
  ...shortCache,
  route: 'POST /budget/update',
  act: ({ as, target }: Acting<Holder>) => as.post('/budget/update', { budget_id: id(target), max_budget: 1 }),
  effects: lowered(id),
});
/** The budget's row is gone, and whatever it limited has none. No audit row tells of it. */
const gone = ({ scratch, target }: Acting<Holder>, limited: Parameters<typeof updated>[0]): Effect[] => [
  deleted(budgetRow(ownBudget(target)), {
    budget_id: ownBudget(target),
    max_budget: 1,
    allowed_models: [],
    ...each(['created_by', 'updated_by'], scratch.prefix),
    ...each(['created_at', 'updated_at'], '<time>'),
  }),
  updated(limited, { budget_id: [ownBudget(target), null] }),
];
const overBudget = (whose: string, inOld = '') =>
  ({
    '<=1.87.0': refused(429, `Budget has been exceeded! ${inOld}`),
    '>=1.106.0': refused(422, `Budget has been exceeded! ${whose}`),
  }) as const;

for (const scenario of [
  ...revocations<Holder>({
    ...updating({ models: ['priced'] }),
    effects: (stage) => [
      updated(organizationRow(stage.target), { models: [['free', 'priced'], ['priced']], ...by(stage) }),
    ],
    target: 'key of an organization of two models, left with one',
    arrange: holder({ organization: { models: ['free', 'priced'] } }),
    ...keyCountsTokens('free'),
    after: refused(403, 'not available'),
    unseen: never,
    ends: never,
  }),
  ...revocations<Holder>({
    ...updating({ max_budget: 1 }),
    effects: (stage) => [...lowered(organizationsBudget)(stage), updated(organizationRow(stage.target), by(stage))],
    target: 'key of an organization that has spent 5 of 10, left with 1',
    arrange: holder({ organization: { maxBudget: 10, columns: { spend: 5 } } }),
    ...keyCountsTokens('priced'),
    after: overBudget('Organization=', 'Organization='),
    ends: withCaches,
    // The five seconds of `notYet`, once.
    later: 5.1,
  }),
  ...revocations<Holder & { readonly asOrganization: TargetOrganization }>({
    ...shortCache,
    route: 'DELETE /organization/delete',
    act: ({ as, target }) =>
      as.send({
        method: 'DELETE',
        path: '/organization/delete',
        body: { organization_ids: [target.organization.organizationId] },
      }),
    target: 'key of an organization, deleted',
    arrange: async (stage) => {
      const held = await holder()(stage);
      return { ...held, asOrganization: await organizationAsItIs(stage, held.organization.organizationId) };
    },
    effects: ofPart(
      organizationDeleted,
      ({ asOrganization }: { readonly asOrganization: TargetOrganization }) => asOrganization,
    ),
    ...keyCountsTokens('free'),
    after: refused(401, 'Invalid proxy server token passed'),
    ends: evictedSince,
  }),
  ...revocations<Holder>({
    ...updatingBudget(organizationsBudget),
    target: 'key of an organization that has spent 5 of a budget of 10, left with 1',
    arrange: holder({ organization: { maxBudget: 10, columns: { spend: 5 } } }),
    ...keyCountsTokens('priced'),
    after: overBudget('Organization=', 'Organization='),
    ends: notYet,
  }),
  ...revocations<Holder>({
    ...updatingBudget(ownBudget),
    target: 'key that has spent 5 of a budget of 10, left with 1',
    arrange: holder(async ({ scratch }) => ({
      key: { columns: { spend: 5, budget_id: await scratch.budget({ maxBudget: 10 }) } },
    })),
    ...keyCountsTokens('priced'),
    after: overBudget('Key=', 'Current cost: 5'),
    ends: withCaches,
  }),
  ...revocations<Holder>({
    ...updatingBudget(ownBudget),
    target: 'member that has spent 5 of a budget of 10, left with 1',
    arrange: holder(async ({ scratch }) => ({
      team: { membership: { spend: 5, budget_id: await scratch.budget({ maxBudget: 10 }) } },
    })),
    ...keyCountsTokens('priced'),
    after: overBudget(''),
    ends: withCaches,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /budget/delete',
    act: ({ as, target }) => as.post('/budget/delete', { id: ownBudget(target) }),
    effects: (stage) => gone(stage, stage.target.key.row),
    target: 'key that has spent 5 of a budget of 1, its limit taken',
    arrange: holder(async ({ scratch }) => ({
      key: { columns: { spend: 5, budget_id: await scratch.budget({ maxBudget: 1 }) } },
    })),
    ...keyCountsTokens('priced'),
    before: overBudget('Key=', 'Current cost: 5'),
    after: 200,
    ends: withCaches,
  }),
  ...revocations<Holder>({
    ...shortCache,
    route: 'POST /budget/delete',
    act: ({ as, target }) => as.post('/budget/delete', { id: ownBudget(target) }),
    effects: (stage) => gone(stage, membershipRow(stage.target.user.userId, stage.target.team.teamId)),
    target: 'member that has spent 5 of a budget of 1, its limit taken',
    arrange: holder(async ({ scratch }) => ({
      team: { membership: { spend: 5, budget_id: await scratch.budget({ maxBudget: 1 }) } },
    })),
    ...keyCountsTokens('priced'),
    before: overBudget('TeamMember=', 'Current cost: 5'),
    after: 200,
    ends: notYet,
  }),
])
  test(scenario.title, scenario.details, scenario.run);
