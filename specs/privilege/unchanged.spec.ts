import {
  asksForItself,
  auditedAs,
  expect,
  inLargeParts,
  payloads,
  refused,
  targetKey,
  test,
  type Acting,
  type ScratchKey,
  type Stage,
} from '../../fixtures';

inLargeParts();

// A form that shows a key and sends back what it showed is to be accepted from whoever may change anything at all, also where
// a change of the same field would be refused.
const limited = {
  what: 'own key with limits',
  arrange: ({ scratch, caller }: Stage): Promise<ScratchKey> => {
    const user = { userId: caller.userId ?? '' };
    return scratch.key({
      user,
      createdBy: user,
      models: ['gpt-3'],
      columns: {
        ...{ max_budget: 1, spend: 0.5, soft_budget_cooldown: false, blocked: false, budget_duration: '30d' },
        ...{ tpm_limit: 1, rpm_limit: 1, max_parallel_requests: 1, allowed_routes: ['llm_api_routes', 'info_routes'] },
      },
    });
  },
};

const notOnesOwnBudget = refused(403, '/key/update (max_budget/spend)');

// An audit row there is all the same.
const told = { before: expect.objectContaining({ spend: 0.5 }), after: expect.objectContaining({}) };

for (const scenario of payloads(
  {
    family: 'privilege',
    route: 'POST /key/update',
    caller: 'internal_user',
    target: limited,
    act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...target.payload }),
    effects: {
      '<=1.87.0': ({ target, caller }) => [
        auditedAs('updated', target.row, caller, { ...told, objectId: target.cleartext }),
      ],
      '>=1.106.0': ({ target, caller }) => [auditedAs('updated', target.row, caller, told)],
    },
    uses: [asksForItself(targetKey)],
  },
  {
    'max_budget as it is': { sent: { max_budget: 1 }, answer: 200 },
    // What it has spent may have changed since it was shown: to be there is enough.
    'spend as it is': { sent: { spend: 0.5 }, answer: { '<=1.87.0': 200, '>=1.106.0': notOnesOwnBudget } },
    'no budget_limits as before': {
      sent: { budget_limits: [] },
      // 1.87.0 makes JSON of windows, and hands an empty list to the database client as it is.
      answer: { '<=1.87.0': refused(400, 'Could not find field'), '>=1.106.0': notOnesOwnBudget },
    },
    'blocked as it is': { sent: { blocked: false }, answer: 200 },
    'tpm_limit, rpm_limit and max_parallel_requests as they are': {
      sent: { tpm_limit: 1, rpm_limit: 1, max_parallel_requests: 1 },
      answer: 200,
    },
    'models as they are': { sent: { models: ['gpt-3'] }, answer: 200 },
    'allowed_routes as they are': {
      sent: { allowed_routes: ['llm_api_routes', 'info_routes'] },
      answer: {
        // It compares nothing: to name the field is for proxy admins.
        '<=1.87.0': refused(403, 'Only proxy admins can set `allowed_routes`'),
        '>=1.106.0': 200,
      },
    },
    'permissions as they are': {
      sent: { permissions: {} },
      answer: { '<=1.87.0': 200, '>=1.106.0': refused(403, 'Only proxy admins can set `permissions`') },
    },
    'user_id as it is': {
      sent: ({ target }: Acting<ScratchKey>) => ({ user_id: target.userId }),
      answer: 200,
    },
    'key_alias as it is': {
      sent: ({ target }: Acting<ScratchKey>) => ({ key_alias: target.alias }),
      answer: 200,
    },
    'metadata as it is': { sent: { metadata: {} }, answer: 200 },
    'no team_id as before': { sent: { team_id: null }, answer: 200 },
    'no organization_id as before': { sent: { organization_id: null }, answer: 200 },
    'no duration as before': { sent: { duration: null }, answer: 200 },
    'guardrails, tags and policies as they are: none': {
      sent: { guardrails: null, tags: null, policies: null },
      answer: 200,
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
