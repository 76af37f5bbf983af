import { expect, test } from './engine';

const everyField = 'name metadata log entries tonnage length decks afloat tags launched price flag';

test.describe('a value goes in and comes out as itself', () => {
  test('Json: object, array, string, number, null', async ({ engine, sql }) => {
    const texts = ['{"a": {"b": [1, null]}}', '["x"]', '"a \\"word\\""', '1.50', 'null', '123456789012345678'];
    for (const [index, json] of texts.entries()) {
      const operation = `mutation { result: createOneShip(data: { name: "ship ${index}", metadata: ${JSON.stringify(json)} }) { metadata } }`;
      const { metadata } = (await engine.result(operation)) as { metadata: string };
      expect(JSON.parse(metadata), json).toEqual(JSON.parse(json));
    }
    // jsonb_typeof sees what is really stored: a text that was taken for a JSON string would be a string here.
    expect(await sql(`SELECT jsonb_typeof(metadata) AS kind, metadata::text FROM "Ship" ORDER BY name`)).toEqual([
      { kind: 'object', metadata: '{"a": {"b": [1, null]}}' },
      { kind: 'array', metadata: '["x"]' },
      { kind: 'string', metadata: '"a \\"word\\""' },
      { kind: 'number', metadata: '1.5' },
      { kind: 'null', metadata: 'null' },
      { kind: 'number', metadata: '123456789012345678' },
    ]);
  });

  test('Json: the three kinds of null', async ({ engine, sql }) => {
    await engine.result(
      'mutation { result: createOneShip(data: { name: "a", metadata: JsonNull, log: "DbNull" }) { name } }',
    );
    await engine.result('mutation { result: createOneShip(data: { name: "b", log: "JsonNull" }) { name } }');
    expect(await sql(`SELECT name, metadata::text, log::text FROM "Ship" ORDER BY name`)).toEqual([
      { name: 'a', metadata: 'null', log: null },
      { name: 'b', metadata: '{}', log: 'null' },
    ]);
    const named = (where: string) => engine.result(`query { result: findManyShip(where: ${where}) { name } }`);
    expect(await named('{ log: { equals: DbNull } }')).toEqual([{ name: 'a' }]);
    expect(await named('{ log: { equals: "JsonNull" } }')).toEqual([{ name: 'b' }]);
    expect(await named('{ log: { equals: AnyNull } }')).toHaveLength(2);
  });

  test('Json inside lists, nested writes, upserts and updates', async ({ engine, sql }) => {
    await engine.result(`mutation { result: createOneShip(data: {
      name: "Argo", entries: ["{\\"n\\": 1}", "\\"two\\""],
      crew: { create: [{ name: "Orpheus", notes: "{\\"sings\\": true}" }, { name: "Lynceus", notes: "[]" }] }
    }) { name } }`);
    const [argo] = await sql(`SELECT ship_id FROM "Ship" WHERE name = 'Argo'`);
    const orpheus = `{ ship_id_name: { ship_id: "${String(argo?.ship_id)}", name: "Orpheus" } }`;
    await engine.result(`mutation { result: updateOneShip(where: { name: "Argo" }, data: {
      log: "{\\"day\\": 1}", entries: { push: "3" },
      crew: { update: [{ where: ${orpheus}, data: { notes: "{\\"sings\\": \\"no more\\"}" } }] }
    }) { name } }`);
    expect(await sql(`SELECT notes::text FROM crew_list WHERE name = 'Orpheus'`)).toEqual([
      { notes: '{"sings": "no more"}' },
    ]);
    await engine.result(`mutation { result: updateOneShip(where: { name: "Argo" }, data: {
      crew: { update: [{ where: ${orpheus}, data: { notes: "{\\"sings\\": true}" } }] }
    }) { name } }`);
    await engine.result(`mutation { result: updateOneShip(where: { name: "Argo" }, data: {
      crew: { updateMany: [{ where: { name: "Lynceus" }, data: { notes: "{\\"sees\\": [1, 2]}" } }] }
    }) { name } }`);
    const upsert = (log: string) =>
      engine.result(`mutation { result: upsertOneShip(where: { name: "Pegasus" },
        create: { name: "Pegasus", log: "{\\"made\\": 1}" }, update: { log: ${JSON.stringify(log)} }) { name } }`);
    await upsert('{"made": 2}');
    expect(await sql(`SELECT log::text FROM "Ship" WHERE name = 'Pegasus'`)).toEqual([{ log: '{"made": 1}' }]);
    await upsert('{"made": 2}');
    expect(await sql(`SELECT log::text FROM "Ship" WHERE name = 'Pegasus'`)).toEqual([{ log: '{"made": 2}' }]);
    expect(await sql(`SELECT log::text, entries::text[] FROM "Ship" WHERE name = 'Argo'`)).toEqual([
      { log: '{"day": 1}', entries: ['{"n": 1}', '"two"', '3'] },
    ]);
    expect(await sql(`SELECT name, notes::text FROM crew_list ORDER BY name`)).toEqual([
      { name: 'Lynceus', notes: '{"sees": [1, 2]}' },
      { name: 'Orpheus', notes: '{"sings": true}' },
    ]);
    const singers = `query { result: findManyShip(where: { crew: { some: { notes: { path: ["sings"], equals: "true" } } } }) {
      name crew(where: { notes: { equals: "{\\"sings\\": true}" } }) { name } } }`;
    expect(await engine.result(singers)).toEqual([{ name: 'Argo', crew: [{ name: 'Orpheus' }] }]);
  });

  test('Json: many in one statement', async ({ engine, sql }) => {
    const operation = `mutation { result: createManyShip(data: [
      { name: "a", metadata: "{}" }, { name: "b", metadata: "[1]" }], skipDuplicates: true) { count } }`;
    expect(await engine.result(operation)).toEqual({ count: 2 });
    expect(await engine.result(operation)).toEqual({ count: 0 });
    await engine.result(
      'mutation { result: updateManyShip(where: { name: "a" }, data: { metadata: "{\\"x\\": 1}" }) { count } }',
    );
    expect(await sql(`SELECT metadata::text FROM "Ship" ORDER BY name`)).toEqual([
      { metadata: '{"x": 1}' },
      { metadata: '[1]' },
    ]);
  });

  test('Json: some megabytes of it', async ({ engine, sql }) => {
    const json = JSON.stringify({ text: 'a "quoted" word, {"$type":"Json","value":"no tag"} \\ '.repeat(40_000) });
    const operation = `mutation { result: createOneShip(data: { name: "a", metadata: ${JSON.stringify(json)} }) { metadata } }`;
    const { metadata } = (await engine.result(operation)) as { metadata: string };
    expect(metadata === json).toBe(true);
    expect(await sql(`SELECT length(metadata ->> 'text') AS length FROM "Ship"`)).toEqual([{ length: 40_000 * 53 }]);
  });

  test('numbers, dates, bytes, lists and enums', async ({ engine, sql }) => {
    const operation = `mutation { result: createOneShip(data: {
      name: "Ünïcode “ship” \\n\\t\\"\\\\ 🚢", tonnage: 9223372036854775807, length: 1e+20, decks: -2147483648, afloat: false,
      tags: ["", "a,b", "{c}", "NULL"], launched: "2024-02-29T23:59:59.999000+02:00",
      price: "12345678901234567890.123456789", flag: "AAH/"
    }) { ${everyField} } }`;
    expect(await engine.result(operation)).toEqual({
      name: 'Ünïcode “ship” \n\t"\\ 🚢',
      metadata: '{}',
      log: null,
      entries: [],
      tonnage: '9223372036854775807',
      length: 1e20,
      decks: -2147483648,
      afloat: false,
      tags: ['', 'a,b', '{c}', 'NULL'],
      launched: '2024-02-29T21:59:59.999Z',
      price: '12345678901234567890.123456789',
      flag: 'AAH/',
    });
    const [row] = await sql(`SELECT tonnage::text, launched::text, encode(flag, 'hex') AS flag FROM "Ship"`);
    expect(row).toEqual({ tonnage: '9223372036854775807', launched: '2024-02-29 21:59:59.999', flag: '0001ff' });

    expect(
      await engine.result(
        'mutation { result: createOneSailor(data: { name: "Jason", rank: "CAPTAIN", former: ["SAILOR", "CAPTAIN"] }) { rank former } }',
      ),
    ).toEqual({ rank: 'CAPTAIN', former: ['SAILOR', 'CAPTAIN'] });
    expect(
      await engine.result('query { result: findManySailor(where: { rank: { in: ["CAPTAIN"] } }) { name } }'),
    ).toEqual([{ name: 'Jason' }]);
  });

  test('integers beyond 2^53 in filters and arithmetic', async ({ engine }) => {
    await engine.result('mutation { result: createOneShip(data: { name: "a", tonnage: 9007199254740993 }) { name } }');
    const at = (tonnage: string) =>
      engine.result(`query { result: findManyShip(where: { tonnage: ${tonnage} }) { tonnage } }`);
    expect(await at('9007199254740993')).toEqual([{ tonnage: '9007199254740993' }]);
    expect(await at('9007199254740992')).toEqual([]);
    await engine.result(
      'mutation { result: updateOneShip(where: { name: "a" }, data: { tonnage: { increment: 2 } }) { name } }',
    );
    expect(await at('{ gt: 9007199254740994 }')).toEqual([{ tonnage: '9007199254740995' }]);
  });
});

test('counts, sums and groups', async ({ engine }) => {
  for (const [name, length] of [
    ['a', '1.5'],
    ['b', '2.25'],
  ] as const)
    await engine.result(
      `mutation { result: createOneShip(data: { name: "${name}", length: ${length}, tonnage: 3 }) { name } }`,
    );
  expect(await engine.result('query { result: aggregateShip { _count { _all } } }')).toEqual({ _count: { _all: 2 } });
  expect(
    await engine.result(
      'query { result: groupByShip(by: ["afloat"], having: { length: { _sum: { gt: 1 } } }) { afloat _count { _all } _sum { length tonnage } } }',
    ),
  ).toEqual([{ afloat: true, _count: { _all: 2 }, _sum: { length: 3.75, tonnage: '6' } }]);
});

test('order, page, relation and null', async ({ engine }) => {
  for (const name of ['c', 'a', 'b'])
    await engine.result(
      `mutation { result: createOneShip(data: { name: "${name}", crew: { create: { name: "x" } } }) { name } }`,
    );
  expect(
    await engine.result('query { result: findManyShip(orderBy: [{ name: "desc" }], take: 2, skip: 1) { name } }'),
  ).toEqual([{ name: 'b' }, { name: 'a' }]);
  expect(
    await engine.result(
      'query { result: findManySailor(where: { ship: { is: { name: { not: "a" } } } }, orderBy: { ship: { name: asc } }) { ship { name } } }',
    ),
  ).toEqual([{ ship: { name: 'b' } }, { ship: { name: 'c' } }]);
  expect(await engine.result('query { result: findUniqueShip(where: { name: "none" }) { name } }')).toBeNull();
  expect(
    await engine.result('query { result: findManyShip(where: { length: null, NOT: [{ name: "a" }] }) { name } }'),
  ).toHaveLength(2);
});

test('a float stays a float in the text that the client reads', async ({ engine }) => {
  await engine.result('mutation { result: createOneShip(data: { name: "a", length: 2.0 }) { name } }');
  const { text } = await engine.request('POST', '/', { query: 'query { result: findFirstShip { length } }' });
  expect(text).toBe('{"data":{"result":{"length":2.0}}}');
});
