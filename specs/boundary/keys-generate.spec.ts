import {
  asksForItself,
  goesOn,
  inLargeParts,
  madeKey,
  makesKey,
  rawPayloads,
  refused,
  test,
  type Acting,
  type RawCase,
} from '../../fixtures';

inLargeParts();

const table = {
  route: 'POST /key/generate',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  uses: [asksForItself(madeKey)],
} as const;

const budget = '{"max_budget": 7}';
/** The request for a key called `made`, with these fields as they are written. */
const asking = (fields: string) => (stage: Acting<object>) =>
  `{"key_alias": "${stage.scratch.tag('made')}", ${fields}}`;
const withBudget = makesKey<object>({ max_budget: 7 });

// FastAPI takes a body for JSON by its content type, or where none is named; LiteLLM's authentication reads it once more
// (`_read_request_body`), and refuses what FastAPI would not have got to.
const missing = refused(422, 'Field required');
const notJson = refused(422, 'JSON decode error');
const noObject = refused(422, 'Input should be a valid dictionary or object');
const notToBeParsed = refused(400, 'There was an error parsing the body');
// Authentication looks for fields in whatever was parsed; nobody expects that it has none.
const nobodyExpected = refused(500, 'Internal server error');

for (const scenario of rawPayloads<object>(table, {
  'no body': { sent: {}, answer: missing },
  'an empty body': { sent: '', answer: missing },
  'broken JSON': { sent: '{"max_budget": ', answer: notJson },
  'JSON and more': { sent: '{} x', answer: notJson },
  'single quotes': { sent: "{'max_budget': 7}", answer: notJson },
  'a list': { sent: '[]', answer: nobodyExpected },
  'a text': { sent: '"max_budget"', answer: nobodyExpected },
  'a number': { sent: '7', answer: nobodyExpected },
  null: { sent: 'null', answer: nobodyExpected },
  'bytes that are no UTF-8': { sent: Buffer.from('7b2261223a22ff227d', 'hex'), answer: notToBeParsed },
  'UTF-16': { sent: Buffer.from(budget, 'utf16le'), answer: refused(400, 'Invalid JSON payload') },
  'a byte order mark': { sent: `\u{feff}${budget}`, answer: refused(400, 'Invalid JSON payload') },
  'JSON as text/plain': { sent: { body: budget, contentType: 'text/plain' }, answer: noObject },
  'JSON as a form': { sent: { body: budget, contentType: 'application/x-www-form-urlencoded' }, answer: noObject },
  'a form': { sent: { body: 'max_budget=7', contentType: 'application/x-www-form-urlencoded' }, answer: noObject },
  'JSON as multipart': {
    sent: { body: budget, contentType: 'multipart/form-data' },
    answer: refused(400, 'Missing boundary in multipart'),
  },
  'JSON as nothing': {
    sent: (stage) => ({ body: asking('"max_budget": 7')(stage), contentType: null }),
    answer: withBudget,
  },
  // What is named is not believed: it is read as UTF-8.
  'JSON as UTF-16': {
    sent: (stage) => ({ body: asking('"max_budget": 7')(stage), contentType: 'application/json; charset=utf-16' }),
    answer: withBudget,
  },
  'a name twice': { sent: asking('"max_budget": 1, "max_budget": 7'), answer: withBudget },
  'a field that nobody knows': { sent: asking('"unheard_of": {"a": 1}'), answer: makesKey() },
  'names of JavaScript': { sent: asking('"__proto__": {"a": 1}, "constructor": 1'), answer: makesKey() },
}))
  test(scenario.title, scenario.details, scenario.run);

/** What a field is written as, and what the answer is. */
const fields = (cases: Readonly<Record<string, RawCase<object>['answer']>>) =>
  Object.fromEntries(Object.entries(cases).map(([written, answer]) => [written, { sent: asking(written), answer }]));

const notFinite = refused(400, 'max_budget must be a non-negative finite number');
// Prisma's client or PostgreSQL refuses it, and `generate_key_helper_fn` hides what they say.
const notStored = refused(500, 'Internal Server Error');
const unsafeAlias = refused(400, 'Invalid key_alias');
// Python's JSON takes half of a pair; `_read_request_body` then looks whether it can be written as UTF-8.
const noSurrogate = refused(400, 'Invalid JSON payload');
const noNumber = refused(422, 'Input should be a valid number');
const noInteger = refused(422, 'Input should be a valid integer');
const noText = refused(422, 'Input should be a valid string');
const noList = refused(422, 'Input should be a valid list');
const noDictionary = refused(422, 'Input should be a valid dictionary');

const aliasUnlessUnsafe = (ending: string) => ({
  '<=1.87.0': makesKey<object>(({ scratch }) => ({ key_alias: `${scratch.prefix}${ending}` }))['<=1.87.0'],
  '>=1.106.0': unsafeAlias,
});

for (const scenario of rawPayloads<object>(table, {
  ...fields({
    '"max_budget": "lots"': noNumber,
    '"max_budget": [7]': noNumber,
    '"max_budget": "7"': withBudget,
    '"max_budget": true': makesKey({ max_budget: 1 }),
    '"max_budget": ""': makesKey(),
    // Python's JSON, which is asked when orjson gives up, knows them.
    '"max_budget": NaN': notFinite,
    '"max_budget": Infinity': notFinite,
    '"max_budget": -Infinity': notFinite,
    '"max_budget": "NaN"': notFinite,
    '"max_budget": 1e309': notFinite,
    '"max_budget": -0.01': notFinite,
    '"max_budget": 1e308': makesKey({ max_budget: 1e308 }),
    '"soft_budget": NaN': refused(400, 'soft_budget must be a non-negative finite number'),
    '"soft_budget": -1': refused(400, 'soft_budget must be a non-negative finite number'),
    '"budget_limits": [{"max_budget": NaN, "budget_duration": "1d"}]': {
      '<=1.87.0': notStored,
      '>=1.106.0': refused(400, 'must be a finite number'),
    },
    // What /key/update refuses with words.
    '"spend": NaN': notStored,
    // Whoever has spent less than nothing may spend more than the budget.
    '"spend": -1': makesKey({ spend: -1 }),
    '"tpm_limit": -1': makesKey({ tpm_limit: -1 }),
    '"tpm_limit": 1.5': noInteger,
    '"tpm_limit": "many"': noInteger,
    '"tpm_limit": 4611686018427387904': makesKey({ tpm_limit: 2 ** 62 }),
    '"tpm_limit": 9223372036854775808': notStored,
    '"tpm_limit": 1e30': refused(422, 'exceeded maximum size'),
    '"max_parallel_requests": 2147483648': notStored,
    '"models": "a-model"': noList,
    '"models": {"a-model": 1}': noList,
    // A list of anything, for Pydantic.
    '"models": [1, 2]': notStored,
    '"models": ["a\\u0000b"]': notStored,
    '"allowed_routes": "/key/info"': noList,
    '"allowed_routes": [1]': notStored,
    '"guardrails": "a-guardrail"': noList,
    '"tags": "a-tag"': noList,
    '"permissions": []': noDictionary,
    '"aliases": "an-alias"': noDictionary,
    '"object_permission": []': noDictionary,
    '"metadata": "text"': noDictionary,
    '"metadata": {"a": "b\\u0000c"}': notStored,
    '"metadata": {"a": NaN}': notStored,
    '"metadata": {"a": "\\ud800"}': { '<=1.87.0': notStored, '>=1.106.0': noSurrogate },
    '"key_type": "all"': refused(422, "Input should be 'llm_api', 'management', 'read_only' or 'default'"),
    '"duration": 30': noText,
    '"duration": "99999999999d"': refused(500, 'too large to convert'),
    '"blocked": "maybe"': refused(422, 'Input should be a valid boolean'),
    '"blocked": "yes"': makesKey({ blocked: true }, [goesOn, asksForItself(madeKey, refused(401, 'Key is blocked'))]),
    '"user_id": 7': noText,
    '"user_id": "a\\u0000b"': notStored,
    // A user who is not there may have a key, whatever it is called.
    '"user_id": "a/../b%2Fc"': makesKey({ user_id: 'a/../b%2Fc' }),
    '"team_id": []': noText,
    '"team_id": "a\\u0000b"': notStored,
    // And a team; but of what use is such a key?
    '"team_id": "a/../b%2Fc"': makesKey({ team_id: 'a/../b%2Fc' }, [
      goesOn,
      asksForItself(madeKey, { '<=1.87.0': 200, '>=1.106.0': refused(404, "Team doesn't exist in db") }),
    ]),
    '"key_alias": 7': noText,
    '"key_alias": "a\\u0000b"': {
      '<=1.87.0': refused(500, 'invalid byte sequence for encoding'),
      '>=1.106.0': unsafeAlias,
    },
    '"key_alias": "a\\ud800b"': { '<=1.87.0': refused(500, 'surrogates not allowed'), '>=1.106.0': noSurrogate },
  }),
  'a key_alias with a control character': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix}\\u0001b"}`,
    answer: aliasUnlessUnsafe('\u0001b'),
  },
  'a key_alias of two lines': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix}\\nb"}`,
    answer: aliasUnlessUnsafe('\nb'),
  },
  'a key_alias with two dots': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix}/../b"}`,
    answer: aliasUnlessUnsafe('/../b'),
  },
  'a key_alias of other scripts': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix} clé 🔑 ключ"}`,
    answer: makesKey(({ scratch }) => ({ key_alias: `${scratch.prefix} clé 🔑 ключ` })),
  },
  'a key_alias that reads from right to left': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix}\\u202ea"}`,
    answer: makesKey(({ scratch }) => ({ key_alias: `${scratch.prefix}\u{202e}a` })),
  },
  'a key_alias with slashes and percent signs': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix}/a%2Fb%00"}`,
    answer: makesKey(({ scratch }) => ({ key_alias: `${scratch.prefix}/a%2Fb%00` })),
  },
  'a key_alias of 10,000 characters': {
    sent: ({ scratch }) => `{"key_alias": "${scratch.prefix}${'a'.repeat(10_000)}"}`,
    answer: makesKey(({ scratch }) => ({ key_alias: `${scratch.prefix}${'a'.repeat(10_000)}` })),
  },
  '10,000 models': {
    sent: asking(
      `"models": [${manyModels()
        .map((name) => JSON.stringify(name))
        .join()}]`,
    ),
    answer: makesKey({ models: manyModels() }),
  },
  'metadata of 1 MB': {
    sent: asking(`"metadata": {"a": "${megabyte()}"}`),
    answer: makesKey({ metadata: { a: megabyte() } }),
  },
  'metadata of 2,000 levels': {
    sent: asking(`"metadata": ${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`),
    answer: notToBeParsed,
  },
  'a number of 5,000 digits': { sent: asking(`"tpm_limit": ${'9'.repeat(5_000)}`), answer: notToBeParsed },
}))
  test(scenario.title, scenario.details, scenario.run);

function manyModels(): string[] {
  return Array.from({ length: 10_000 }, (_, index) => `model-${index}`);
}

function megabyte(): string {
  return 'x'.repeat(2 ** 20);
}
