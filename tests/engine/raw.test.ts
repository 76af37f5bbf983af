import { expect, test, type RunningEngine } from './engine';

/** As the Python client writes a raw query: its parameters are JSON inside a string. */
const raw = (engine: RunningEngine, query: string, parameters: unknown[] = []) =>
  engine.result(
    `mutation { result: queryRaw(query: ${JSON.stringify(query)}, parameters: ${JSON.stringify(JSON.stringify(parameters))}) }`,
  );

const value = (type: string, of: unknown) => ({ prisma__type: type, prisma__value: of });

test('every column says its type', async ({ engine }) => {
  const [row] = (await raw(
    engine,
    `SELECT 1::int4 AS int4, 2::int2 AS int2, 9007199254740993::int8 AS int8, 1.5::float8 AS float8, 0.5::float4 AS float4,
      12345678901234567890.5::numeric AS numeric, true AS bool, 'a "b" \\' AS text, NULL AS nothing,
      '{"a": [1.0, 12345678901234567890]}'::jsonb AS jsonb, '"x"'::json AS json, DATE '2024-02-29' AS date, TIME '10:00:01.5' AS time,
      TIMESTAMP '2024-02-29 10:00:00.123456' AS timestamp, '\\x00ff'::bytea AS bytes, 'CAPTAIN'::"Rank" AS enum,
      '8a9cd3c5-2c2c-4d4a-9c6d-0f6a6f6d9f10'::uuid AS uuid, ARRAY[1, NULL] AS ints, ARRAY['a,b', '', NULL] AS texts,
      ARRAY['{"a": 1}'::jsonb] AS jsons, '{}'::text[] AS empty`,
  )) as Record<string, unknown>[];
  expect(row).toEqual({
    int4: value('int', 1),
    int2: value('int', 2),
    int8: value('bigint', '9007199254740993'),
    float8: value('double', 1.5),
    float4: value('float', 0.5),
    numeric: value('decimal', '12345678901234567890.5'),
    bool: value('bool', true),
    text: value('string', 'a "b" \\'),
    nothing: value('null', null),
    jsonb: value('json', { a: [1, 12345678901234567890] }),
    json: value('json', 'x'),
    date: value('date', '2024-02-29'),
    time: value('time', '10:00:01.500'),
    timestamp: value('datetime', '2024-02-29T10:00:00.123456+00:00'),
    bytes: value('bytes', 'AP8='),
    enum: value('string', 'CAPTAIN'),
    uuid: value('uuid', '8a9cd3c5-2c2c-4d4a-9c6d-0f6a6f6d9f10'),
    ints: value('array', [value('int', 1), value('null', null)]),
    texts: value('array', [value('string', 'a,b'), value('string', ''), value('null', null)]),
    jsons: value('array', [value('json', { a: 1 })]),
    empty: value('array', []),
  });
});

test('numbers keep every digit, inside of JSON too', async ({ engine }) => {
  const { text } = await engine.request('POST', '/', {
    query: `mutation { result: queryRaw(query: "SELECT 2::float8 AS f, '{\\"n\\": 2.0, \\"id\\": 1234567890123456789}'::jsonb AS j", parameters: "[]") }`,
  });
  expect(text).toBe(
    '{"data":{"result":[{"f":{"prisma__type":"double","prisma__value":2.0},' +
      '"j":{"prisma__type":"json","prisma__value":{"n":2.0,"id":1234567890123456789}}}]}}',
  );
});

test('types of the catalog come as text', async ({ engine }) => {
  const rows = await raw(
    engine,
    `SELECT c.relname, c.relkind, c.oid::regclass AS table, array_agg(a.attname ORDER BY a.attnum) AS columns,
       pg_notify('nobody', '') AS nothing, '1 2'::oidvector AS vector, INTERVAL '1 day' AS interval, POINT '(1,2)' AS point
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relname = 'crew_list' AND a.attnum BETWEEN 1 AND 2
     GROUP BY c.oid, c.relname, c.relkind`,
  );
  expect(rows).toEqual([
    {
      relname: value('string', 'crew_list'),
      relkind: value('string', 'r'),
      table: value('string', 'crew_list'),
      columns: value('array', [value('string', 'sailor_id'), value('string', 'name')]),
      nothing: value('string', ''),
      vector: value('string', '1 2'),
      interval: value('string', '1 day'),
      point: value('string', '(1,2)'),
    },
  ]);
});

test('a moment is the same in every time zone of the session', async ({ ships, startEngine, sql }) => {
  await sql(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''Asia/Kolkata''', current_database()); END $$`,
  );
  const engine = await startEngine(ships);
  expect(
    await raw(engine, `SELECT '2024-02-29 23:30:00.25-05'::timestamptz AS at, current_setting('timezone') AS zone`),
  ).toEqual([{ at: value('datetime', '2024-03-01T04:30:00.250+00:00'), zone: value('string', 'Asia/Kolkata') }]);
});

test('parameters have the types that the statement wants', async ({ engine }) => {
  expect(
    await raw(
      engine,
      `SELECT $1::text AS a, $2::int8 AS b, $3::jsonb AS c, $4::text[] AS d, $5::float8 AS e, $6::bool AS f, $7::timestamptz AS g, $8::text AS h`,
      ['x', 9007199254740991, { k: [1] }, ['p', 'q,r'], 1.5, true, '2024-01-01T00:00:00+00:00', null],
    ),
  ).toEqual([
    {
      a: value('string', 'x'),
      b: value('bigint', '9007199254740991'),
      c: value('json', { k: [1] }),
      d: value('array', [value('string', 'p'), value('string', 'q,r')]),
      e: value('double', 1.5),
      f: value('bool', true),
      g: value('datetime', '2024-01-01T00:00:00+00:00'),
      h: value('null', null),
    },
  ]);
});

test('executeRaw counts rows', async ({ engine, sql }) => {
  const execute = (query: string) =>
    engine.result(`mutation { result: executeRaw(query: ${JSON.stringify(query)}, parameters: "[]") }`);
  expect(await execute(`INSERT INTO "Ship" (ship_id, name) VALUES ('1', 'a'), ('2', 'b')`)).toBe(2);
  expect(await execute('CREATE VIEW fleet AS SELECT name FROM "Ship"')).toBe(0);
  expect(await execute('DELETE FROM "Ship" WHERE false')).toBe(0);
  expect(await sql('SELECT name FROM fleet ORDER BY name')).toEqual([{ name: 'a' }, { name: 'b' }]);
});

test('a failed statement is P2010 with its SQLSTATE; two in one text are one too many', async ({ engine, sql }) => {
  const failure = async (query: string) =>
    (await engine.error(`mutation { result: queryRaw(query: ${JSON.stringify(query)}, parameters: "[]") }`))
      .user_facing_error;
  expect(await failure('SELECT * FROM nowhere')).toMatchObject({
    error_code: 'P2010',
    meta: { code: '42P01', message: 'relation "nowhere" does not exist' },
  });
  expect(await failure(`DELETE FROM "Ship"; DELETE FROM crew_list`)).toMatchObject({ meta: { code: '42601' } });
  expect(await sql('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('enums in arrays are texts in arrays; arrays of arrays are refused, and the connection lives', async ({
  engine,
}) => {
  expect(await raw(engine, `SELECT ARRAY['CAPTAIN', NULL]::"Rank"[] AS ranks, NULL::"Rank"[] AS none`)).toEqual([
    { ranks: value('array', [value('string', 'CAPTAIN'), value('null', null)]), none: value('null', null) },
  ]);
  const pid = () => raw(engine, 'SELECT pg_backend_pid() AS pid');
  const before = await pid();
  const refused = await engine.error(
    'mutation { result: queryRaw(query: "SELECT ARRAY[[1, 2], [3, 4]] AS grid", parameters: "[]") }',
  );
  expect(refused.error).toContain('array contains too many dimensions');
  expect(await pid()).toEqual(before);
});

test('a statement that was prepared outlives a change of its table', async ({ engine, sql }) => {
  const ships = () => raw(engine, 'SELECT * FROM "Ship" WHERE name = $1', ['Argo']);
  await sql(`INSERT INTO "Ship" (ship_id, name) VALUES ('1', 'Argo')`);
  for (let time = 0; time < 3; time++) expect(await ships()).toHaveLength(1);
  await sql('ALTER TABLE "Ship" ADD COLUMN sails INTEGER DEFAULT 2');
  expect(await ships()).toEqual([expect.objectContaining({ sails: value('int', 2) })]);
  await engine.result('mutation { result: executeRaw(query: "DEALLOCATE ALL", parameters: "[]") }');
  expect(await ships()).toHaveLength(1);
});

test('columns of the same name, and of any name', async ({ engine }) => {
  expect(await raw(engine, `SELECT 1 AS "a\\""],""rows"":[", 2 AS b, 3 AS b`)).toEqual([
    { 'a\\"],"rows":[': value('int', 1), b: value('int', 3) },
  ]);
  expect(await raw(engine, 'SELECT 1 AS one WHERE false')).toEqual([]);
});
