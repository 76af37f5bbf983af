import { expect, test } from './client';

// One client is enough: all tests of this file in one worker.
test.describe.configure({ mode: 'default' });

/** What a script begins with: how errors are told, and who is on a ship. */
const tools = `
async def name_of(awaitable):
    try:
        await awaitable
    except Exception as error:
        return type(error).__name__

async def crew(name):
    ship = await db.ship.find_unique_or_raise(where={"name": name}, include={"crew": {"order_by": {"name": "asc"}}})
    return [sailor.name for sailor in ship.crew]

async def update(**data):
    return await db.ship.update(where={"name": "Argo"}, data=data)
`;

test('related rows are made, connected, let go and deleted', async ({ run, sql }) => {
  const result = await run(`${tools}
seen = {}
free = await db.sailor.create(data={"name": "Free"})
await db.ship.create(data={"name": "Argo", "crew": {"create": [{"name": "A", "notes": Json([1])}, {"name": "B"}], "connect": [{"sailor_id": free.sailor_id}]}})
seen["create and connect"] = await crew("Argo")
argo = await db.ship.find_unique_or_raise(where={"name": "Argo"})
key = lambda name: {"ship_id_name": {"ship_id": argo.ship_id, "name": name}}
await update(crew={"disconnect": [key("Free")]})
seen["disconnect"] = await crew("Argo")
await update(crew={"connect": [{"sailor_id": free.sailor_id}], "create": [{"name": "C"}]})
seen["connect and create"] = await crew("Argo")
await update(crew={"delete": [key("A")]})
seen["delete"] = await crew("Argo")
await update(crew={"set": [key("B")]})
seen["set"] = await crew("Argo")
await update(crew={"set": []})
seen["set to none"] = await crew("Argo")
seen["who is left"] = sorted(sailor.name for sailor in await db.sailor.find_many())

# From the other side.
other = await db.sailor.create(data={"name": "D", "ship": {"create": {"name": "Beagle", "log": Json({"k": "v"})}}}, include={"ship": True})
seen["create the one"] = [other.ship.name, other.ship.log]
moved = await db.sailor.update(where={"sailor_id": other.sailor_id}, data={"ship": {"connect": {"name": "Argo"}}}, include={"ship": True})
seen["connect the one"] = moved.ship.name
seen["disconnect the one"] = (await db.sailor.update(where={"sailor_id": other.sailor_id}, data={"ship": {"disconnect": True}}, include={"ship": True})).ship
seen["connect nobody"] = await name_of(db.sailor.create(data={"name": "x", "ship": {"connect": {"name": "none"}}}))

# These the client has no types for, and sends.
for turn in range(2):
    await update(crew={"connectOrCreate": [{"where": key("E"), "create": {"name": "E", "notes": Json({"turn": turn})}}]})
await update(crew={"createMany": {"data": [{"name": "F"}, {"name": "G", "notes": Json("g")}], "skipDuplicates": True}})
seen["connectOrCreate and createMany"] = await crew("Argo")
await update(crew={"update": [{"where": key("F"), "data": {"notes": Json([])}}]})
await update(crew={"updateMany": [{"where": {"name": {"in": ["F", "G"]}}, "data": {"rank": "CAPTAIN"}}]})
await update(crew={"upsert": [
    {"where": key("G"), "create": {"name": "x"}, "update": {"former": {"set": ["SAILOR"]}}},
    {"where": key("H"), "create": {"name": "H", "notes": Json({"h": 1})}, "update": {"name": "x"}}]})
await update(crew={"deleteMany": [{"name": "F"}]})
deleted = await db.ship.delete(where={"name": "Argo"}, include={"crew": {"order_by": {"name": "asc"}}})
seen["deleted"] = [[sailor.name, sailor.rank, sailor.former, sailor.notes] for sailor in deleted.crew]
return seen`);
  expect(result).toEqual({
    'create and connect': ['A', 'B', 'Free'],
    disconnect: ['A', 'B'],
    'connect and create': ['A', 'B', 'C', 'Free'],
    delete: ['B', 'C', 'Free'],
    set: ['B'],
    'set to none': [],
    'who is left': ['B', 'C', 'Free'],
    'create the one': ['Beagle', { k: 'v' }],
    'connect the one': 'Argo',
    'disconnect the one': null,
    'connect nobody': 'RecordNotFoundError',
    'connectOrCreate and createMany': ['E', 'F', 'G'],
    deleted: [
      ['E', 'SAILOR', [], { turn: 0 }],
      ['G', 'CAPTAIN', ['SAILOR'], 'g'],
      ['H', 'SAILOR', [], { h: 1 }],
    ],
  });
  expect(await sql(`SELECT name, ship_id FROM crew_list WHERE name IN ('E', 'F', 'G') ORDER BY name`)).toEqual([
    { name: 'E', ship_id: null },
    { name: 'G', ship_id: null },
  ]);
});

test('numbers, lists and nulls are changed where they are', async ({ run, sql }) => {
  const result = await run(`${tools}
await db.ship.create(data={"name": "Argo", "decks": 7, "length": 1.5, "tonnage": 2**60, "tags": ["a"], "entries": [Json(1)], "log": Json({"k": 1})})
seen = {}
for operation, value in [("increment", 3), ("decrement", 1), ("multiply", 2), ("divide", 4), ("set", 5)]:
    ship = await update(decks={operation: value}, length={operation: value}, tonnage={operation: value})
    seen[operation] = [ship.decks, ship.length, str(ship.tonnage)]
seen["push"] = (await update(tags={"push": ["b", "c"]})).tags
seen["set a list"] = (await update(tags={"set": ["d"]})).tags
seen["a list"] = (await update(tags=[])).tags
seen["push json"] = (await update(entries={"push": [Json({"n": None}), Json("x")]})).entries
seen["set json"] = (await update(entries={"set": [Json([])]})).entries
seen["null"] = [getattr(await update(decks=None, length=None, tonnage=None, launched=None, price=None, flag=None), name) for name in
    ("decks", "length", "tonnage", "launched", "price", "flag")]
seen["null plus one"] = (await update(decks={"increment": 1})).decks
for kind in ("DbNull", "JsonNull"):
    seen[kind] = [(await update(log=kind)).log, await db.query_raw('SELECT log IS NULL AS sql, jsonb_typeof(log) AS json FROM "Ship"')]
seen["json none"] = await db.query_raw('SELECT jsonb_typeof(log) AS json FROM "Ship"') if await update(log=Json(None)) else None
seen["a json that may not be null"] = await name_of(update(metadata="DbNull"))
seen["beyond"] = [await name_of(update(decks=2**31)), await name_of(update(tonnage=2**63))]
return seen`);
  expect(result).toEqual({
    increment: [10, 4.5, String(2n ** 60n + 3n)],
    decrement: [9, 3.5, String(2n ** 60n + 2n)],
    multiply: [18, 7, String(2n ** 61n + 4n)],
    divide: [4, 1.75, String(2n ** 59n + 1n)],
    set: [5, 5, '5'],
    push: ['a', 'b', 'c'],
    'set a list': ['d'],
    'a list': [],
    'push json': [1, { n: null }, 'x'],
    'set json': [[]],
    null: [null, null, null, null, null, null],
    'null plus one': null,
    DbNull: [null, [{ sql: true, json: null }]],
    JsonNull: [null, [{ sql: false, json: 'null' }]],
    'json none': [{ json: 'null' }],
    'a json that may not be null': expect.any(String),
    beyond: ['DataError', 'DataError'],
  });
  expect(await sql('SELECT decks, tonnage FROM "Ship"')).toEqual([{ decks: null, tonnage: null }]);
});

test('upserts, many at once, and what they count', async ({ run, sql }) => {
  const result = await run(`${tools}
async def upsert(decks):
    ship = await db.ship.upsert(where={"name": "Argo"}, data={
        "create": {"name": "Argo", "decks": decks, "crew": {"create": [{"name": "A"}]}},
        "update": {"decks": {"increment": decks}, "crew": {"create": [{"name": "B"}]}}}, include={"crew": {"order_by": {"name": "asc"}}})
    return [ship.decks, [sailor.name for sailor in ship.crew]]

return {
    "upsert, new": await upsert(2),
    "upsert, known": await upsert(3),
    "create many": await db.ship.create_many(data=[{"name": "B", "tags": ["x"]}, {"name": "C", "metadata": Json({"c": 1})}, {"name": "D", "decks": 1}]),
    "create many again": await name_of(db.ship.create_many(data=[{"name": "E"}, {"name": "B"}])),
    "skip duplicates": await db.ship.create_many(data=[{"name": "E"}, {"name": "B"}], skip_duplicates=True),
    "create none": await db.ship.create_many(data=[]),
    "update many": await db.ship.update_many(where={"name": {"in": ["B", "C", "none"]}}, data={"decks": 4, "tags": {"push": ["y"]}, "log": Json([])}),
    "update none": await db.ship.update_many(where={"name": "none"}, data={"decks": 1}),
    "update all": await db.ship.update_many(where={}, data={"length": {"set": 2}}),
    "delete": (await db.ship.delete(where={"name": "E"})).name,
    "delete many": await db.ship.delete_many(where={"OR": [{"name": "D"}, {"decks": 4, "name": "C"}]}),
    "delete none": await db.ship.delete_many(where={"name": "none"}),
    "update to a name that is taken": await name_of(update(name="B")),
    "left": sorted(ship.name for ship in await db.ship.find_many()),
    "delete all": await db.ship.delete_many(),
}`);
  expect(result).toEqual({
    'upsert, new': [2, ['A']],
    'upsert, known': [5, ['A', 'B']],
    'create many': 3,
    'create many again': 'UniqueViolationError',
    'skip duplicates': 1,
    'create none': 0,
    'update many': 2,
    'update none': 0,
    'update all': 5,
    delete: 'E',
    'delete many': 2,
    'delete none': 0,
    'update to a name that is taken': 'UniqueViolationError',
    left: ['Argo', 'B'],
    'delete all': 2,
  });
  expect(await sql('SELECT name, ship_id FROM crew_list ORDER BY name')).toEqual([
    { name: 'A', ship_id: null },
    { name: 'B', ship_id: null },
  ]);
});

test('numbers, moments and bytes keep what they are', async ({ run, sql }) => {
  const result = await run(`${tools}
utc = datetime.timezone.utc
values = {
    "tonnage": [2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), 0],
    "price": [decimal.Decimal(text) for text in ("0", "-0.000000000000000000000000000001", "12345678901234567890123456789012345.5", "1E+10", "1.10")],
    "flag": [Base64.encode(bytes) for bytes in (b"", b"\\x00", bytes(range(256)))],
    "length": [0.1, -0.0, 1e300, 5e-324, 123456789012345.0],
    "launched": [
        datetime.datetime(2024, 2, 29, 23, 59, 59, tzinfo=utc), datetime.datetime(2024, 2, 29, 12, 0, 0, 1000, tzinfo=utc),
        datetime.datetime(2024, 2, 29, 12, 0, 0, 123999, tzinfo=utc), datetime.datetime(1, 1, 1, tzinfo=utc),
        datetime.datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=utc), datetime.datetime(2024, 1, 1),
        datetime.datetime(2024, 7, 1, 1, 30, tzinfo=datetime.timezone(timedelta(hours=5, minutes=45)))],
}
await db.ship.create(data={"name": "Argo"})
text = lambda value: value.decode().hex() if isinstance(value, Base64) else str(value)
return {
    name: [[text(getattr(await update(**{name: value}), name)), (await db.query_raw(
        f'SELECT {"encode(flag, $$hex$$)" if name == "flag" else name + "::text"} AS text FROM "Ship"'))[0]["text"]] for value in those]
    for name, those in values.items()
}`);
  const twice = (...texts: string[]) => texts.map((text) => [text, text]);
  expect(result).toEqual({
    tonnage: twice(
      '9007199254740992',
      '9007199254740993',
      '-9007199254740993',
      '9223372036854775807',
      '-9223372036854775808',
      '0',
    ),
    price: [
      ['0', '0.000000000000000000000000000000'],
      ['-1E-30', '-0.000000000000000000000000000001'],
      ['12345678901234567890123456789012345.5', '12345678901234567890123456789012345.500000000000000000000000000000'],
      ['10000000000', '10000000000.000000000000000000000000000000'],
      ['1.1', '1.100000000000000000000000000000'],
    ],
    flag: twice('', '00', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex')),
    length: [
      ['0.1', '0.1'],
      ['0.0', '0'],
      ['1e+300', '1e+300'],
      ['5e-324', '5e-324'],
      ['123456789012345.0', '123456789012345'],
    ],
    launched: [
      ['2024-02-29 23:59:59+00:00', '2024-02-29 23:59:59'],
      ['2024-02-29 12:00:00.001000+00:00', '2024-02-29 12:00:00.001'],
      ['2024-02-29 12:00:00.123000+00:00', '2024-02-29 12:00:00.123'],
      ['0001-01-01 00:00:00+00:00', '0001-01-01 00:00:00'],
      ['9999-12-31 23:59:59.999000+00:00', '9999-12-31 23:59:59.999'],
      ['2024-01-01 00:00:00+00:00', '2024-01-01 00:00:00'],
      ['2024-06-30 19:45:00+00:00', '2024-06-30 19:45:00'],
    ],
  });
  expect(await sql('SELECT 1 FROM "Ship"')).toHaveLength(1);
});

test('what docs/engine.md says is lost, is lost', { tag: '@ours' }, async ({ run, sql }) => {
  // Python's own `0.1 + 0.2` is 0.30000000000000004.
  expect(
    await run(`
ship = await db.ship.create(data={"name": "a\\u2028b", "length": 0.1 + 0.2})
return [ship.name, ship.length]`),
  ).toEqual([expect.stringMatching(/^a\u2028 +b$/), 0.3]);
  expect(await sql('SELECT length::text FROM "Ship"')).toEqual([{ length: '0.3' }]);
});

test('raw statements: parameters, typed rows, rows as models', async ({ run }) => {
  const result = await run(`${tools}
await db.ship.create_many(data=[{"name": "Argo", "decks": 1, "log": Json({"k": [1]}), "tonnage": 2**53 + 1}, {"name": "Beagle"}])
[row] = await db.query_raw('''
    SELECT 1::int2 AS small, 2 AS int, 9007199254740993 AS big, 1.5::float8 AS double, 1.25::numeric AS numeric, count(*) AS count,
        sum(decks) AS sum, true AS bool, NULL AS nothing, 'x' AS text, 'y'::varchar(3) AS varchar, 'n'::name AS name, '{"a": [1]}'::jsonb AS json,
        DATE '2024-02-29' AS date, TIMESTAMP '2024-02-29 10:00:00.5' AS moment, TIMESTAMPTZ '2024-02-29 10:00:00+02' AS zoned,
        '8a9cd3c5-2c2c-4d4a-9c6d-0f6a6f6d9f10'::uuid AS uuid, ARRAY['a', NULL] AS texts, ARRAY[1, 2]::int8[] AS bigs,
        ARRAY[1.5::float8] AS doubles, '\\\\x00ff'::bytea AS bytes, INTERVAL '90 min' AS interval FROM "Ship"''')
return {
    "types": row,
    "parameters": await db.query_raw(
        'SELECT $1::text AS text, $2::int AS int, $3::float8 AS float, $4::bool AS bool, $5::text[] AS list, $6::jsonb AS json, $7::timestamp AS moment, $8::text AS none',
        "a'b", 1, 1.5, True, ["x", "y,z"], {"k": "v"}, datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.timezone.utc), None),
    "any": await db.query_raw('SELECT name FROM "Ship" WHERE name = ANY($1) ORDER BY name', ["Argo", "Beagle"]),
    "first": await db.query_first('SELECT name FROM "Ship" ORDER BY name DESC'),
    "first of none": await db.query_first('SELECT name FROM "Ship" WHERE false'),
    "none": await db.query_raw('SELECT name FROM "Ship" WHERE false'),
    "model": [[ship.name, ship.log, str(ship.tonnage), ship.afloat] for ship in await db.ship.query_raw('SELECT * FROM "Ship" ORDER BY name')],
    "first as a model": (await db.ship.query_first('SELECT * FROM "Ship" WHERE name = $1', "Beagle")).decks,
    "executed": await db.execute_raw('UPDATE "Ship" SET decks = $1 WHERE name <> $2', 4, "none"),
    "executed for nothing": await db.execute_raw('DELETE FROM "Ship" WHERE name = $1', "none"),
    "returning": await db.query_raw('DELETE FROM "Ship" WHERE name = $1 RETURNING decks', "Beagle"),
    "refused": [await name_of(db.query_raw("SELECT nonsense")), await name_of(db.execute_raw("UPDATE nowhere SET x = 1")),
        await name_of(db.query_raw("SELECT $1::int", "no number"))],
}`);
  expect(result).toEqual({
    types: {
      small: 1,
      int: 2,
      big: 9007199254740992,
      double: 1.5,
      numeric: 1.25,
      count: 2,
      sum: 1,
      bool: true,
      nothing: null,
      text: 'x',
      varchar: 'y',
      name: 'n',
      json: { a: [1] },
      date: '2024-02-29',
      moment: '2024-02-29T10:00:00.500+00:00',
      zoned: '2024-02-29T08:00:00+00:00',
      uuid: '8a9cd3c5-2c2c-4d4a-9c6d-0f6a6f6d9f10',
      texts: ['a', null],
      bigs: [1, 2],
      doubles: [1.5],
      bytes: 'AP8=',
      interval: '01:30:00',
    },
    parameters: [
      {
        text: "a'b",
        int: 1,
        float: 1.5,
        bool: true,
        list: ['x', 'y,z'],
        json: { k: 'v' },
        moment: '2024-01-01T12:00:00+00:00',
        none: null,
      },
    ],
    any: [{ name: 'Argo' }, { name: 'Beagle' }],
    first: { name: 'Beagle' },
    'first of none': null,
    none: [],
    model: [
      ['Argo', { k: [1] }, '9007199254740993', true],
      ['Beagle', null, 'None', true],
    ],
    'first as a model': null,
    executed: 2,
    'executed for nothing': 0,
    returning: [{ decks: 4 }],
    refused: ['RawQueryError', 'RawQueryError', 'RawQueryError'],
  });
});

test('two transactions at once, an error inside of one, and one that is too old', async ({ run }) => {
  const result = await run(`${tools}
names = lambda client: client.ship.find_many(order={"name": "asc"})
async def seen(client):
    return [ship.name for ship in await names(client)]

both = {}
async with db.tx() as one, db.tx() as other:
    await one.ship.create(data={"name": "one"})
    await other.ship.create(data={"name": "other"})
    both["inside"] = [await seen(one), await seen(other), await seen(db)]
both["after"] = await seen(db)

# PostgreSQL refuses whatever follows a failed statement, and the commit keeps nothing.
async def failed_inside():
    async with db.tx() as tx:
        await tx.ship.create(data={"name": "lost"})
        try:
            await tx.ship.create(data={"name": "one"})
        except errors.UniqueViolationError:
            pass
        return await name_of(tx.ship.count())
both["after an error inside"] = [await failed_inside(), await seen(db)]

async def uncaught():
    async with db.tx() as tx:
        await tx.ship.create(data={"name": "lost"})
        await tx.execute_raw("SELECT nonsense")
both["an error that ends it"] = [await name_of(uncaught()), await seen(db)]

async def too_old():
    async with db.tx(timeout=timedelta(seconds=4)) as tx:
        await tx.ship.create(data={"name": "late"})
        await asyncio.sleep(5)
both["expired at its commit"] = [await name_of(too_old()), await seen(db)]

async def write(number):
    async with db.tx(max_wait=timedelta(seconds=20), timeout=timedelta(seconds=20)) as tx:
        await tx.ship.update(where={"name": "one"}, data={"decks": {"increment": number}})
await db.ship.update(where={"name": "one"}, data={"decks": 0})
await asyncio.gather(*(write(number) for number in range(12)))
both["twelve on one row"] = (await db.ship.find_unique(where={"name": "one"})).decks

async def batch():
    async with db.batch_() as batch:
        batch.ship.update_many(where={}, data={"decks": 100})
        batch.execute_raw('DELETE FROM crew_list')
        batch.ship.delete(where={"name": "none"})
both["a batch that fails"] = [await name_of(batch()), (await db.ship.find_unique(where={"name": "one"})).decks]
return both`);
  expect(result).toEqual({
    inside: [['one'], ['other'], []],
    after: ['one', 'other'],
    'after an error inside': [expect.any(String), ['one', 'other']],
    'an error that ends it': ['RawQueryError', ['one', 'other']],
    // Of the status 422, which a closed transaction has, the client makes an exception of its own before it reads more.
    'expired at its commit': ['UnprocessableEntityError', ['one', 'other']],
    'twelve on one row': 66,
    'a batch that fails': ['RecordNotFoundError', 66],
  });
});
