// How often a key may ask. The windows of both releases are a minute long, and begin with the first request that they count
// (`parallel_request_limiter_v3`): what is asked within a minute of the first question meets one window.

import {
  apart,
  asks,
  asksAs,
  enforced,
  inLargeParts,
  inProfile,
  reads,
  refused,
  test,
  type Cell,
  type EnforcedCase,
  type Limits,
  type ScratchKey,
  type Stored,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const free = asks('free');
const priced = asks('priced');
const unpriced = asks('unpriced');
const tenTokens = { ...asksAs('free', 'free', { max_tokens: 10 }), name: 'asks model free for ten tokens' };
const itself = reads('/key/info');
const models = reads('/v1/models');

type Rate = Readonly<Partial<Record<'rpm_limit' | 'tpm_limit', number>>>;
type Cases = Readonly<Record<string, EnforcedCase>>;

const exceeded = (descriptor: string) => refused(429, `Rate limit exceeded for ${descriptor}:`);

/** @param descriptor what the limiter counts for */
const rate = (descriptor: string, limits: (values: Rate) => Limits): Cases => {
  const tooMany = exceeded(descriptor);
  return {
    // Nothing but an answer of a model counts, nor is anything else refused.
    ...apart('rpm_limit 0', limits({ rpm_limit: 0 }), [
      [free, tooMany],
      [itself, 200],
      [models, 200],
    ]),
    'rpm_limit 2, used up in the course of it': {
      stores: limits({ rpm_limit: 2 }),
      asked: [
        [free, 200],
        [priced, 200],
        [free, tooMany],
        [itself, 200],
        [models, 200],
      ],
    },
    'tpm_limit 0': {
      stores: limits({ tpm_limit: 0 }),
      asked: [
        [free, tooMany],
        [itself, 200],
      ],
    },
    'tpm_limit 20, used up in the course of it': {
      stores: limits({ tpm_limit: 20 }),
      asked: [
        [tenTokens, 200],
        [tenTokens, tooMany],
        [itself, 200],
      ],
    },
    // 1.87.0 puts a thousand tokens aside for an answer of which nobody said how long it may be.
    'tpm_limit 20, less than an answer may be': {
      stores: limits({ tpm_limit: 20 }),
      asked: [[free, { '<=1.87.0': tooMany, '>=1.106.0': 200 }]],
    },
  };
};

/** The same of one model. */
const ratePerModel = (descriptor: string, limits: (metadata: Stored) => Limits): Cases => {
  const tooMany = exceeded(descriptor);
  return {
    'model_rpm_limit 1 for free': {
      stores: limits({ metadata: { model_rpm_limit: { free: 1 } } }),
      asked: [
        [free, 200],
        [free, tooMany],
        [unpriced, 200],
      ],
    },
    'model_tpm_limit 20 for free': {
      stores: limits({ metadata: { model_tpm_limit: { free: 20 } } }),
      asked: [
        [tenTokens, 200],
        [tenTokens, tooMany],
        [unpriced, 200],
      ],
    },
  };
};

const parallel = (none: Cell<ScratchKey>, limits: (max: number) => Limits): Cases => ({
  'max_parallel_requests 0': {
    stores: limits(0),
    asked: [
      [free, none],
      [itself, 200],
    ],
  },
  'max_parallel_requests 1, one after the other': {
    stores: limits(1),
    asked: [
      [free, 200],
      [free, 200],
    ],
  },
});

const ofTeamsModel = exceeded('model_per_team');
const ofKeysModel = exceeded('model_per_key');

for (const one of enforced(
  { ...serving, within: 40 },
  {
    key: {
      ...rate('api_key', (key) => ({ key })),
      ...ratePerModel('model_per_key', (key) => ({ key })),
      'model_max_budget with rpm_limit 1 for free': {
        stores: { key: { model_max_budget: { free: { rpm_limit: 1 } } } },
        asked: [
          [free, 200],
          [free, ofKeysModel],
          [unpriced, 200],
        ],
      },
      ...parallel(exceeded('api_key'), (max_parallel_requests) => ({ key: { max_parallel_requests } })),
    },
    'budget of the key': {
      ...rate('api_key', (key) => ({ budgets: { key } })),
      // It is the only one of the budget's limits that does not reach the key.
      ...parallel(200, (max_parallel_requests) => ({ budgets: { key: { max_parallel_requests } } })),
    },
    team: {
      ...rate('team', (team) => ({ team })),
      // Each key of the team has the limit for itself as well (`get_key_model_rpm_limit` looks there when the key says
      // nothing), and 1.87.0 counts each request twice for the team: two places make the same descriptor.
      'model_rpm_limit 1 for free': {
        stores: { team: { metadata: { model_rpm_limit: { free: 1 } } } },
        asked: [
          [free, { '<=1.87.0': ofTeamsModel, '>=1.106.0': 200 }],
          [free, { '<=1.87.0': ofTeamsModel, '>=1.106.0': ofKeysModel }],
          [unpriced, 200],
        ],
      },
      'model_rpm_limit 2 for free': {
        stores: { team: { metadata: { model_rpm_limit: { free: 2 } } } },
        asked: [
          [free, 200],
          [free, { '<=1.87.0': ofTeamsModel, '>=1.106.0': 200 }],
          [free, { '<=1.87.0': ofTeamsModel, '>=1.106.0': ofKeysModel }],
        ],
      },
      'model_tpm_limit 20 for free': {
        stores: { team: { metadata: { model_tpm_limit: { free: 20 } } } },
        asked: [
          [tenTokens, 200],
          [tenTokens, ofKeysModel],
          [unpriced, 200],
        ],
      },
      // Nobody asks for these two rows' limit: the limiter knows the key's own alone.
      ...parallel(200, (max_parallel_requests) => ({ team: { max_parallel_requests } })),
    },
    user: {
      ...rate('user', (user) => ({ user })),
      ...parallel(200, (max_parallel_requests) => ({ user: { max_parallel_requests } })),
    },
    // Unlike its budget, a user's rates bind keys in a team, too.
    'user, of a key in a team': rate('user', (user) => ({ user, team: {} })),
    member: rate('team_member', (member) => ({ member: {}, budgets: { member } })),
    organization: {
      ...rate('organization', (organization) => ({ organization: {}, budgets: { organization } })),
      ...ratePerModel('model_per_organization', (organization) => ({ organization })),
    },
    'organization, of a key in a team of it': rate('organization', (organization) => ({
      organization: {},
      team: {},
      budgets: { organization },
    })),
  },
)) {
  test(one.title, one.details, one.run);
}
