import { type EngineError, expect, test } from './engine';

/** What the Python client looks at to choose an exception. */
const seen = ({ error, user_facing_error: { error_code: code, message, meta, is_panic } }: EngineError) => ({
  code,
  kind: (meta as { kind?: string } | undefined)?.kind,
  message,
  isPanic: is_panic,
  hasText: error !== '',
});

test('each refusal has the code that the client maps', async ({ engine, sql }) => {
  await engine.result('mutation { result: createOneShip(data: { name: "Argo" }) { name } }');
  const code = async (operation: string) => (await engine.error(operation)).user_facing_error.error_code;

  const unique = await engine.error('mutation { result: createOneShip(data: { name: "Argo" }) { name } }');
  expect(unique.user_facing_error).toMatchObject({ error_code: 'P2002', meta: { target: ['name'] }, is_panic: false });
  expect(await code('mutation { result: createOneSailor(data: { name: "x", ship_id: "none" }) { name } }')).toBe(
    'P2003',
  );
  const missing = await engine.error('mutation { result: deleteOneShip(where: { name: "none" }) { name } }');
  expect(missing.user_facing_error).toMatchObject({
    error_code: 'P2025',
    meta: { cause: 'Record to delete does not exist.' },
  });
  expect(await code('mutation { result: updateOneShip(where: { name: "none" }, data: { decks: 1 }) { name } }')).toBe(
    'P2025',
  );
  expect(await code('query { result: findUniqueShipOrThrow(where: { name: "none" }) { name } }')).toBe('P2025');
  expect(await code('query { result: findFirstShipOrThrow(where: { name: "none" }) { name } }')).toBe('P2025');
  await sql('DROP TABLE crew_list');
  expect((await engine.error('query { result: findManySailor { name } }')).user_facing_error).toMatchObject({
    error_code: 'P2021',
    meta: { table: 'public.crew_list' },
  });
});

test('a query that does not fit the schema names what does not', async ({ engine }) => {
  const error = async (operation: string) => seen(await engine.error(operation));
  expect(await error('query { result: findManyShip { name sails } }')).toMatchObject({
    code: 'P2009',
    kind: 'UnknownSelectionField',
  });
  expect(await error('query { result: findManyBoat { name } }')).toMatchObject({
    code: 'P2009',
    kind: 'UnknownSelectionField',
  });
  expect(await error('query { result: findManyShip(were: {}) { name } }')).toMatchObject({
    code: 'P2009',
    kind: 'UnknownArgument',
  });
  expect(await error('mutation { result: createOneShip(data: { name: "a", sails: 1 }) { name } }')).toMatchObject({
    code: 'P2009',
    kind: 'Union',
    message: expect.stringContaining('`createOneShip.data.sails`: Field does not exist in enclosing type.'),
  });
  expect(await error('mutation { result: createOneShip(data: { decks: 1 }) { name } }')).toMatchObject({
    code: 'P2009',
    message: expect.stringContaining('`data.name`: A value is required but not set'),
  });
  expect(await error('mutation { result: createOneShip(data: { name: 1 }) { name } }')).toMatchObject({
    code: 'P2009',
    message: expect.stringContaining('`name` should be of any of the following types: `String`'),
  });
});

test('what the JSON protocol would take for JSON is refused as in GraphQL', async ({ engine, sql }) => {
  const error = async (data: string) =>
    seen(await engine.error(`mutation { result: createOneShip(data: { name: "a", ${data} }) { name } }`));
  expect(await error('log: null')).toMatchObject({
    code: 'P2009',
    message: expect.stringContaining('`data.log`: A value is required but not set'),
  });
  for (const value of ['{ a: 1 }', '["x"]', '1', 'true'])
    expect(await error(`metadata: ${value}`), value).toMatchObject({
      code: 'P2009',
      message: expect.stringContaining('`metadata` should be of any of the following types: `Json`'),
    });
  expect(await sql('SELECT 1 FROM "Ship"')).toEqual([]);
});

test('JSON that the engine cannot read is refused, and the engine lives', async ({ engine, sql }) => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const create = (name: string, json: string) =>
    `mutation { result: createOneShip(data: { name: "${name}", metadata: ${JSON.stringify(json)} }) { name } }`;
  for (const json of [
    '',
    '{',
    'word',
    'NaN',
    '{"a":1,}',
    '1e999',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\n\\udea2"',
    deep(128),
  ])
    expect(seen(await engine.error(create('bad', json))), json).toMatchObject({
      code: 'P2009',
      message: expect.stringContaining('`metadata` is not a valid `JSON String`'),
    });
  for (const [name, json] of Object.entries({
    pair: '"\\ud83d\\udea2"',
    escaped: '"\\\\ud800 [[["',
    deepest: deep(127),
    wide: `[${'[],'.repeat(200)}[]]`,
    small: '1e-999',
  }))
    await engine.result(create(name, json));
  expect(await sql('SELECT name FROM "Ship" ORDER BY name')).toHaveLength(5);
});

test('a text that is no query is refused without its values', { tag: '@ours' }, async ({ engine }) => {
  const { user_facing_error: error } = await engine.error('query { result: findManyShip(where: { name: "secret" ) }');
  expect(error.error_code).toBeUndefined();
  expect(error.message).not.toContain('secret');
  expect((await engine.request('POST', '/', { nothing: 1 })).status).toBe(422);
});

test('a variable is refused wherever it stands, and named', { tag: '@ours' }, async ({ engine, sql }) => {
  const ask = (query: string) => engine.request('POST', '/', { query, variables: { a: 'x' } });
  for (const where of ['{ name: $a }', '{ metadata: { equals: $a } }', '{ name: { in: ["x", $a] } }', '$a']) {
    const { json } = await ask(`query ($a: String) { result: findManyShip(where: ${where}) { name } }`);
    expect(json, where).toMatchObject({ errors: [{ error: expect.stringMatching(/variables.*\$a into the query/) }] });
  }
  const { json } = await ask('mutation { result: createOneShip(data: { name: "a", metadata: $a }) { name } }');
  expect(json).toMatchObject({ errors: [{ error: expect.stringContaining('$a') }] });
  expect(await sql('SELECT 1 FROM "Ship"')).toEqual([]);
  // The client sends `variables` always; what a query does not use does no harm.
  expect((await ask('query { result: findManyShip { name } }')).json).toEqual({ data: { result: [] } });
});

test('an Int that PostgreSQL has no room for is refused by it', { tag: '@ours' }, async ({ engine, sql }) => {
  await engine.result('mutation { result: createOneShip(data: { name: "a", decks: 1 }) { name } }');
  for (const decks of ['2147483648', '{ increment: 2147483647 }']) {
    const { user_facing_error: error } = await engine.error(
      `mutation { result: updateOneShip(where: { name: "a" }, data: { decks: ${decks} }) { name } }`,
    );
    expect(error.error_code, decks).toBeUndefined();
    expect(error.message, decks).toContain('22003');
  }
  expect(await sql('SELECT decks FROM "Ship"')).toEqual([{ decks: 1 }]);
});

test('a character that PostgreSQL cannot store is an error of its own', async ({ engine }) => {
  const { user_facing_error: error } = await engine.error(
    'mutation { result: createOneShip(data: { name: "a\\u0000" }) { name } }',
  );
  expect(error.error_code).toBeUndefined();
  expect(error.message).toContain('22021');
});
