// How often a key may ask. The windows of both releases are a minute long, and begin with the first request that they count
// (`parallel_request_limiter_v3`): what is asked within a minute of the first question meets one window.

import { asks, enforced, inLargeParts, inProfile, reads, refused, test, type Limits } from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
const free = asks('free');
const priced = asks('priced');
const unpriced = asks('unpriced');
const itself = reads('/key/info');
const models = reads('/v1/models');
const tooMany = refused(429, 'Rate limit exceeded');

const rate = (limits: (values: { rpm_limit?: number; tpm_limit?: number }) => Limits) =>
  ({
    'rpm_limit 0': {
      stores: limits({ rpm_limit: 0 }),
      asked: [
        [free, tooMany],
        [itself, 200],
        [models, 200],
      ],
    },
    'rpm_limit 2': {
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
    'tpm_limit 20': {
      stores: limits({ tpm_limit: 20 }),
      asked: [
        [free, 200],
        [free, tooMany],
        [itself, 200],
      ],
    },
  }) as const;

const perModel = (limits: (values: Record<string, unknown>) => Limits) =>
  ({
    'model_rpm_limit 1 for free': {
      stores: limits({ model_rpm_limit: { free: 1 } }),
      asked: [
        [free, 200],
        [free, tooMany],
        [unpriced, 200],
      ],
    },
    'model_tpm_limit 20 for free': {
      stores: limits({ model_tpm_limit: { free: 20 } }),
      asked: [
        [free, 200],
        [free, tooMany],
        [unpriced, 200],
      ],
    },
  }) as const;

const parallel = (limits: (n: number) => Limits) =>
  ({
    'max_parallel_requests 0': {
      stores: limits(0),
      asked: [
        [free, tooMany],
        [itself, 200],
      ],
    },
    'max_parallel_requests 1': {
      stores: limits(1),
      asked: [
        [free, 200],
        [free, 200],
      ],
    },
  }) as const;

for (const one of enforced(
  { ...serving, within: 40 },
  {
    key: {
      ...rate((key) => ({ key })),
      ...perModel((metadata) => ({ key: { metadata } })),
      ...parallel((max_parallel_requests) => ({ key: { max_parallel_requests } })),
    },
    'budget of the key': {
      ...rate((key) => ({ budgets: { key } })),
      ...parallel((max_parallel_requests) => ({ budgets: { key: { max_parallel_requests } } })),
    },
    team: {
      ...rate((team) => ({ team })),
      ...perModel((metadata) => ({ team: { metadata } })),
      ...parallel((max_parallel_requests) => ({ team: { max_parallel_requests } })),
    },
    user: {
      ...rate((user) => ({ user })),
      ...parallel((max_parallel_requests) => ({ user: { max_parallel_requests } })),
    },
    'user, of a key in a team': rate((user) => ({ user, team: {} })),
    member: rate((member) => ({ member: {}, budgets: { member } })),
    organization: {
      ...rate((organization) => ({ organization: {}, budgets: { organization } })),
      ...perModel((metadata) => ({ organization: { metadata } })),
    },
  },
)) {
  test(one.title, one.details, one.run);
}
