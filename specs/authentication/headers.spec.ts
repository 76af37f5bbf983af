import {
  idsAt,
  refused,
  scenario,
  inLargeParts,
  test,
  type Caller,
  type Expected,
  type ScenarioDescription,
} from '../../fixtures';

inLargeParts();

// `get_api_key` takes the first of these that is there, and looks at no other, whatever is in it. All but the
// first two are for the clients of other providers, and are taken as they are.
const headers = [
  ['x-litellm-api-key', 'Bearer '],
  ['authorization', 'Bearer '],
  ['api-key', ''],
  ['x-api-key', ''],
  ['x-goog-api-key', ''],
  ['ocp-apim-subscription-key', ''],
] as const;

const noKey = refused(401, "expected to start with 'sk-'");
const unknownKey = refused(401, 'Unable to find token in cache');

/** Whoever asks sees the own key's info. */
const asks = (
  variant: string,
  sent: ScenarioDescription<undefined>['headers'],
  expected: Expected<undefined> = { status: 200 },
) =>
  scenario<undefined>({
    family: 'matrix',
    route: 'GET /key/info',
    target: 'own key',
    variant,
    caller: 'owner',
    ...(sent === undefined ? {} : { headers: sent }),
    arrange: () => undefined,
    act: ({ as }) => as.get('/key/info'),
    returned: idsAt('info.user_id'),
    returns: ({ caller }) => [caller.userId],
    expected,
  });

const keyIn = ([name, scheme]: (typeof headers)[number], { cleartext }: Caller) => ({
  [name]: `${scheme}${cleartext}`,
});

for (const [nth, header] of headers.entries()) {
  const [name] = header;
  const alone = asks(`in ${name}`, ({ owner }) => keyIn(header, owner));
  test(alone.title, alone.details, alone.run);

  for (const later of headers.slice(nth + 1)) {
    const [other] = later;
    for (const each of [
      asks(`in ${name}, with another user’s key in ${other}`, ({ owner, cross_org_user }) => ({
        ...keyIn(header, owner),
        ...keyIn(later, cross_org_user),
      })),
      asks(
        `in ${other}, with an unknown key in ${name}`,
        ({ owner, unknown_key }) => ({ ...keyIn(header, unknown_key), ...keyIn(later, owner) }),
        unknownKey,
      ),
    ])
      test(each.title, each.details, each.run);
  }
}

// How the key is announced. What is none of these is no key to `_get_bearer_token`; in LiteLLM's own header it is one.
const malformed = refused(401, 'Malformed API Key passed in');
for (const [announced, inAuthorization] of [
  ['bearer ', undefined],
  ['Basic ', undefined],
  ['AWS4-HMAC-SHA256 Credential=Bearer ', undefined],
  ['', malformed],
  ['BEARER ', malformed],
  ['Token ', malformed],
] as const) {
  const what = announced === '' ? 'without a scheme' : `as “${announced.trim()}”`;
  const each = asks(
    `in authorization, ${what}`,
    ({ owner }) => ({ authorization: `${announced}${owner.cleartext}` }),
    inAuthorization,
  );
  test(each.title, each.details, each.run);
}

for (const each of [
  asks('in x-litellm-api-key, without a scheme', ({ owner }) => ({ 'x-litellm-api-key': owner.cleartext })),
  // Nobody takes this off.
  asks('in x-litellm-api-key, as “Token”', ({ owner }) => ({ 'x-litellm-api-key': `Token ${owner.cleartext}` }), noKey),
  asks('in api-key, as “Bearer”', ({ owner }) => ({ 'api-key': `Bearer ${owner.cleartext}` }), noKey),
  // FastAPI makes nothing of an empty one (`APIKeyHeader`), and the next is looked at.
  asks('in api-key, with an empty authorization', ({ owner }) => ({ authorization: '', ...keyIn(headers[2], owner) })),
  asks('in authorization, with an empty x-litellm-api-key', ({ owner }) => ({
    'x-litellm-api-key': '',
    ...keyIn(headers[1], owner),
  })),
  // A scheme alone is a key that is empty: the one in the next header is not looked for.
  asks(
    'in api-key, with a bare “Bearer” in authorization',
    ({ owner }) => ({ authorization: 'Bearer', ...keyIn(headers[2], owner) }),
    malformed,
  ),
])
  test(each.title, each.details, each.run);
