import {
  inLargeParts,
  inProfile,
  refused,
  scenario,
  test,
  withToken,
  type Expected,
  type ScenarioDescription,
  type Signer,
} from '../../../fixtures';

inLargeParts();

const jwt = inProfile('jwt');

type Says = Parameters<typeof withToken>[0];

const ofUser: Says = ({ actors }) => ({ sub: actors.internal_user.userId });
const ofAdmin: Says = () => ({ scope: 'litellm_proxy_admin' });
const longAgo = { exp: 1_700_000_000 };
const notAllowedAlg = refused(401, 'The specified alg value is not allowed');

const tokens: Readonly<Record<string, { says: Says; signer?: Signer; answer: 200 | Expected }>> = {
  'of a user': { says: ofUser, answer: 200 },
  'of an admin': { says: ofAdmin, answer: 200 },
  expired: { says: (world) => ({ ...ofUser(world), ...longAgo }), answer: refused(401, 'Token Expired') },
  'of an admin, expired': {
    says: (world) => ({ ...ofAdmin(world), ...longAgo }),
    answer: refused(401, 'Token Expired'),
  },
  'not valid yet': {
    says: (world) => ({ ...ofUser(world), nbf: 4_000_000_000 }),
    answer: refused(401, 'The token is not yet valid (nbf)'),
  },
  'signed by a stranger': { says: ofUser, signer: 'stranger', answer: refused(401, 'Signature verification failed') },
  'of an admin, signed by a stranger': {
    says: ofAdmin,
    signer: 'stranger',
    answer: refused(401, 'Signature verification failed'),
  },
  'signed with a secret that all know': { says: ofUser, signer: 'known secret', answer: notAllowedAlg },
  'signed by nobody': { says: ofUser, signer: 'nobody', answer: notAllowedAlg },
  'of an admin, signed by nobody': { says: ofAdmin, signer: 'nobody', answer: notAllowedAlg },
  'for somebody else': {
    says: (world) => ({ ...ofUser(world), aud: 'another' }),
    answer: refused(401, "Audience doesn't match"),
  },
  'for nobody': {
    says: (world) => ({ ...ofUser(world), aud: undefined }),
    answer: refused(401, 'Token is missing the "aud" claim'),
  },
  'for several': { says: (world) => ({ ...ofUser(world), aud: ['another', 'litellm-of-the-stack'] }), answer: 200 },
  // It is one word among others, and no more than its beginning is not it.
  'with a scope that begins as an admin’s': {
    says: (world) => ({ ...ofUser(world), scope: 'litellm_proxy_administrator' }),
    answer: 200,
  },
};

const asking = {
  ...jwt,
  family: 'configuration',
  tags: ['flag:enable_jwt_auth'],
  route: 'GET /key/list',
  target: '',
  arrange: () => undefined,
  act: ({ as }) => as.get('/key/list'),
} as const satisfies Partial<ScenarioDescription<undefined>>;

for (const [kind, { says, signer, answer }] of Object.entries(tokens)) {
  const one = scenario<undefined>({
    ...asking,
    variant: `token ${kind}`,
    caller: 'internal_user',
    headers: withToken(says, signer),
    expected: typeof answer === 'number' ? { status: answer } : answer,
  });
  test(one.title, one.details, one.run);
}

// Keys work beside them as ever.
for (const [caller, answer] of [
  ['master_key', { status: 200 }],
  ['proxy_admin', { status: 200 }],
  ['internal_user', { status: 200 }],
  ['user_session', { status: 200 }],
  ['unknown_key', refused(401, 'Invalid proxy server token passed')],
  ['blocked_key', refused(401, 'Key is blocked')],
  ['no_header', refused(401, 'No api key passed in')],
] as const) {
  const one = scenario<undefined>({ ...asking, variant: 'key', caller, expected: answer });
  test(one.title, one.details, one.run);
}
