import {
  asksForItself,
  changesKey,
  inLargeParts,
  keyTargets,
  rawPayloads,
  refused,
  targetKey,
  test,
  type Acting,
  type RawCase,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const table = {
  route: 'POST /key/update',
  caller: 'proxy_admin',
  target: keyTargets.inNoTeam,
  uses: [asksForItself<ScratchKey>(targetKey)],
} as const;

const notJson = refused(422, 'JSON decode error');
const nobodyExpected = refused(500, 'Internal server error');
const neither = {
  '<=1.87.0': refused(422, 'Field required'),
  '>=1.106.0': refused(422, 'either key or key_alias must be provided'),
};
const noSuchKey = refused(404, 'Key not found');
// Whatever is raised in the handler is told as if it were the caller: 400 and "Authentication Error".
const notUtf8 = refused(400, 'invalid byte sequence for encoding');

for (const scenario of rawPayloads<ScratchKey>(table, {
  'no body': { sent: {}, answer: refused(422, 'Field required') },
  'broken JSON': { sent: '{"key": ', answer: notJson },
  'a list': { sent: '[]', answer: nobodyExpected },
  null: { sent: 'null', answer: nobodyExpected },
  'bytes that are no UTF-8': {
    sent: Buffer.from('7b2261223a22ff227d', 'hex'),
    answer: refused(400, 'There was an error parsing the body'),
  },
  'JSON as text/plain': {
    sent: ({ target }) => ({ body: `{"key": "${target.cleartext}", "max_budget": 7}`, contentType: 'text/plain' }),
    answer: refused(422, 'Input should be a valid dictionary or object'),
  },
  'no key': { sent: '{"max_budget": 7}', answer: neither },
  'key null': {
    sent: '{"key": null}',
    answer: { '<=1.87.0': refused(422, 'Input should be a valid string'), '>=1.106.0': neither['>=1.106.0'] },
  },
  'key 7': { sent: '{"key": 7}', answer: refused(422, 'Input should be a valid string') },
  'key empty': { sent: '{"key": ""}', answer: noSuchKey },
  'key with NUL': { sent: '{"key": "a\\u0000b"}', answer: notUtf8 },
  'key with slashes and percent signs': { sent: '{"key": "a/../b%2Fc"}', answer: noSuchKey },
  'key of 100,000 characters': { sent: `{"key": "${'a'.repeat(100_000)}"}`, answer: noSuchKey },
  'key twice': {
    sent: ({ target }) => `{"key": "a-ghost", "key": "${target.cleartext}", "max_budget": 7}`,
    answer: changesKey({ max_budget: [null, 7] }),
  },
  'a key_alias of two lines': { sent: named('\\n'), answer: aliasUnlessUnsafe('\n') },
  'a key_alias with two dots': { sent: named('/../'), answer: aliasUnlessUnsafe('/../') },
  'a key_alias of other scripts': {
    sent: named(' clé 🔑 ключ '),
    answer: changesKey(({ target, scratch }) => ({
      key_alias: [target.alias, `${scratch.prefix} clé 🔑 ключ b`],
    })),
  },
  'metadata of 1 MB': {
    sent: changing(`"metadata": {"a": "${'x'.repeat(2 ** 20)}"}`),
    answer: changesKey({ metadata: [{}, { a: 'x'.repeat(2 ** 20) }] }),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

/** The request to call the key by the scratch's name and something more. */
function named(written: string) {
  return ({ target, scratch }: Acting<ScratchKey>) =>
    `{"key": "${target.cleartext}", "key_alias": "${scratch.prefix}${written}b"}`;
}

function aliasUnlessUnsafe(between: string) {
  const change = changesKey<ScratchKey>(({ target, scratch }) => ({
    key_alias: [target.alias, `${scratch.prefix}${between}b`],
  }));
  return { '<=1.87.0': change['<=1.87.0'], '>=1.106.0': refused(400, 'Invalid key_alias') };
}

/** The request to change the key, with these fields as they are written. */
function changing(written: string) {
  return ({ target }: Acting<ScratchKey>) => `{"key": "${target.cleartext}", ${written}}`;
}

const fields = (cases: Readonly<Record<string, RawCase<ScratchKey>['answer']>>) =>
  Object.fromEntries(Object.entries(cases).map(([written, answer]) => [written, { sent: changing(written), answer }]));

const notFinite = refused(400, 'max_budget must be a non-negative finite number');
const unsafeAlias = refused(400, 'Invalid key_alias');
const wrongType = refused(400, 'Unable to match input value');
// What cannot be written as JSON: Prisma's client then calls the column unknown.
const noJson = refused(400, 'Could not find field at `updateOneLiteLLM_VerificationToken.data.metadata`');
const noTeam = refused(404, "Team doesn't exist in db");
const later = '"temp_budget_expiry": "2099-01-01T00:00:00Z"';

for (const scenario of rawPayloads<ScratchKey>(
  table,
  fields({
    '"max_budget": NaN': notFinite,
    '"max_budget": 1e309': notFinite,
    '"max_budget": -1': notFinite,
    '"max_budget": ""': changesKey(),
    '"max_budget": 1, "max_budget": 2': changesKey({ max_budget: [null, 2] }),
    '"soft_budget": NaN': {
      // Not one of its fields.
      '<=1.87.0': changesKey<ScratchKey>()['<=1.87.0'],
      '>=1.106.0': refused(400, 'soft_budget must be a non-negative finite number'),
    },
    [`"temp_budget_increase": NaN, ${later}`]: noJson,
    [`"temp_budget_increase": Infinity, ${later}`]: noJson,
    // An increase that lowers the budget.
    [`"temp_budget_increase": -1, ${later}`]: changesKey({
      metadata: [{}, { temp_budget_increase: -1, temp_budget_expiry: '<time>' }],
    }),
    '"spend": NaN': { '<=1.87.0': wrongType, '>=1.106.0': refused(400, 'spend must be a finite number') },
    '"spend": Infinity': { '<=1.87.0': wrongType, '>=1.106.0': refused(400, 'spend must be a finite number') },
    // Whoever has spent less than nothing may spend more than the budget.
    '"spend": -1': changesKey({ spend: [0, -1] }),
    '"tpm_limit": -1': changesKey({ tpm_limit: [null, -1] }),
    '"tpm_limit": 9223372036854775808': wrongType,
    '"max_parallel_requests": 2147483648': refused(400, 'out of range for type integer'),
    '"models": "a-model"': refused(422, 'Input should be a valid list'),
    '"models": [1]': wrongType,
    '"models": ["a\\u0000b"]': notUtf8,
    '"metadata": "text"': refused(422, 'Input should be a valid dictionary'),
    '"metadata": {"a": NaN}': noJson,
    '"metadata": {"a": "b\\u0000c"}': refused(400, 'unsupported Unicode escape sequence'),
    '"key_alias": 7': refused(422, 'Input should be a valid string'),
    '"key_alias": "a\\u0000b"': { '<=1.87.0': notUtf8, '>=1.106.0': unsafeAlias },
    '"user_id": "a\\u0000b"': notUtf8,
    '"team_id": "a\\u0000b"': noTeam,
    '"team_id": "a/../b%2Fc"': noTeam,
    '"duration": 30': refused(422, 'Input should be a valid string'),
    '"duration": "99999999999d"': refused(400, 'too large to convert'),
    '"blocked": "maybe"': refused(422, 'Input should be a valid boolean'),
    // Not fields of the request.
    '"expires": "2099-01-01"': changesKey(),
    '"token": "another"': changesKey(),
    '"unheard_of": 1': changesKey(),
  }),
))
  test(scenario.title, scenario.details, scenario.run);
