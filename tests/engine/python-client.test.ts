import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { generateClient } from '../../stack/engine/generate';
import { stackEnvironment } from '../../stack/environment';
import { StackError } from '../../stack/errors';
import { expect, test } from './client';
import { schemaFile } from './engine';

// One client is enough: all tests of this file in one worker.
test.describe.configure({ mode: 'default' });

test('values of every type make the round trip through the client', async ({ run, sql }) => {
  const result = await run(`
ship = await db.ship.create(data={
    "name": "Argo", "metadata": Json({"a": [1, None, "ü 🚢"]}), "log": Json("text"), "entries": [Json({"n": 1}), Json(None)],
    "tonnage": 2**63 - 1, "length": 0.1, "decks": 3, "tags": ["x", "y, z"], "flag": Base64.encode(b"\\x00\\xff"),
    "launched": datetime.datetime(2024, 2, 29, 23, 59, 59, 999000, tzinfo=datetime.timezone(timedelta(hours=2))),
    "price": decimal.Decimal("12345678901234567890.5"),
    "crew": {"create": [{"name": "Jason", "rank": "CAPTAIN", "former": ["SAILOR"], "notes": Json([1.5])}]},
}, include={"crew": True})
again = await db.ship.find_unique(where={"ship_id": ship.ship_id}, include={"crew": {"where": {"rank": "CAPTAIN"}}})
assert again == ship, (again, ship)
return {
    "metadata": again.metadata, "log": again.log, "entries": again.entries, "tonnage": again.tonnage, "length": again.length,
    "tags": again.tags, "flag": list(again.flag.decode()), "launched": again.launched, "price": str(again.price),
    "crew": [{"name": sailor.name, "rank": sailor.rank, "former": sailor.former, "notes": sailor.notes} for sailor in again.crew],
}`);
  expect(result).toEqual({
    metadata: { a: [1, null, 'ü 🚢'] },
    log: 'text',
    entries: [{ n: 1 }, null],
    // Through JSON.parse: the digits themselves are compared below.
    tonnage: 2 ** 63,
    length: 0.1,
    tags: ['x', 'y, z'],
    flag: [0, 255],
    launched: '2024-02-29 21:59:59.999000+00:00',
    price: '12345678901234567890.5',
    crew: [{ name: 'Jason', rank: 'CAPTAIN', former: ['SAILOR'], notes: [1.5] }],
  });
  expect(
    await sql(`SELECT tonnage::text, jsonb_typeof(metadata) AS metadata, jsonb_typeof(log) AS log FROM "Ship"`),
  ).toEqual([{ tonnage: '9223372036854775807', metadata: 'object', log: 'string' }]);
});

test('errors become the exceptions of the client', async ({ run }) => {
  const result = await run(`
async def name_of(awaitable):
    try:
        await awaitable
    except Exception as error:
        return type(error).__name__

await db.ship.create(data={"name": "Argo"})
async def expire():
    async with db.tx(timeout=timedelta(milliseconds=100)) as tx:
        await asyncio.sleep(0.4)
        await tx.ship.create(data={"name": "late"})
return [
    await name_of(db.ship.create(data={"name": "Argo"})),
    await name_of(db.sailor.create(data={"name": "x", "ship_id": "none"})),
    await name_of(db.ship.create(data={"name": "x", "sails": 1})),
    await name_of(db.ship.create(data={"decks": 1})),
    await name_of(db.ship.create(data={"name": "x", "log": None})),
    await name_of(db.ship.create(data={"name": "x", "metadata": {"a": 1}})),
    await name_of(db.ship.find_unique_or_raise(where={"name": "none"})),
    await name_of(db.query_raw("SELECT * FROM nowhere")),
    await name_of(expire()),
    await db.ship.delete(where={"name": "none"}),
    await db.ship.update(where={"name": "none"}, data={"decks": 1}),
    await db.ship.count(),
]`);
  expect(result).toEqual([
    'UniqueViolationError',
    'ForeignKeyViolationError',
    'FieldNotFoundError',
    'MissingRequiredValueError',
    'MissingRequiredValueError',
    'FieldNotFoundError',
    'RecordNotFoundError',
    'RawQueryError',
    'TransactionExpiredError',
    null,
    null,
    1,
  ]);
});

test('batches, transactions, groups and raw statements', async ({ run }) => {
  const result = await run(`
async with db.batch_() as batch:
    batch.ship.create(data={"name": "a", "length": 1.0, "tonnage": 2**60})
    batch.ship.upsert(where={"name": "a"}, data={"create": {"name": "a"}, "update": {"log": Json({"seen": True})}})
    batch.ship.create_many(data=[{"name": "b"}, {"name": "c", "metadata": Json([])}])
try:
    async with db.batch_() as batch:
        batch.ship.delete_many(where={})
        batch.ship.create(data={"name": "d"})
        batch.ship.create(data={"name": "d"})
except errors.UniqueViolationError:
    pass
try:
    async with db.tx() as tx:
        await tx.ship.delete_many(where={})
        async with tx.batch_() as batch:
            batch.ship.create(data={"name": "e"})
        raise ValueError
except ValueError:
    pass
async with db.tx() as tx:
    await tx.query_raw("SELECT pg_advisory_xact_lock(hashtext($1)) IS NULL AS locked", "a")
    await tx.ship.update_many(where={"name": {"in": ["b", "c"]}}, data={"decks": {"increment": 1}, "length": 2})
return {
    "names": [ship.name for ship in await db.ship.find_many(order={"name": "desc"}, take=2, skip=1)],
    "groups": await db.ship.group_by(["afloat"], count=True, sum={"length": True, "tonnage": True}),
    "count": await db.ship.count(where={"log": {"path": ["seen"], "equals": Json(True)}}),
    "raw": await db.query_raw('SELECT name, tonnage, length, log, tags, built IS NULL AS unbuilt FROM "Ship" WHERE name = $1', "a"),
    "first": (await db.query_first('SELECT array_agg(viewname) AS views FROM pg_views WHERE viewname = ANY($1)', ["pg_roles"])),
    "executed": await db.execute_raw('UPDATE "Ship" SET metadata = $1::jsonb WHERE name = $2', json.dumps({"k": "v"}), "a"),
    "model": (await db.ship.query_first('SELECT * FROM "Ship" WHERE name = $1', "a")).metadata,
    "engine": (await db.get_metrics()).counters[0].value > 10,
}`);
  expect(result).toEqual({
    names: ['b', 'a'],
    groups: [{ afloat: true, _count: { _all: 3 }, _sum: { length: 5, tonnage: String(2n ** 60n) } }],
    count: 1,
    raw: [{ name: 'a', tonnage: 2 ** 60, length: 1, log: { seen: true }, tags: null, unbuilt: false }],
    first: { views: ['pg_roles'] },
    executed: 1,
    model: { k: 'v' },
    engine: true,
  });
});

test('a schema that no client can be generated from is named', async ({ client: { python, folder } }) => {
  const env = stackEnvironment({ PYTHONPATH: folder });
  const schemaPath = path.join(folder, 'broken.prisma');
  const attempt = async (text: string): Promise<unknown> => {
    await writeFile(schemaPath, text);
    return generateClient({ python, schemaPath, env }).catch((error: unknown) => error);
  };
  const invalid = await attempt('model Ship { name Strin }');
  expect(invalid).toBeInstanceOf(StackError);
  expect(String(invalid)).toContain(schemaPath);
  const refused = await attempt(`
datasource client {
  provider = "postgresql"
  url      = "postgresql://"
}
generator client {
  provider = "prisma-client-py"
  http     = "aiohttp"
}
model Ship {
  name String @id
}`);
  expect(String(refused)).toContain('The http option has been removed');
  await expect(generateClient({ python: '/nowhere/python', schemaPath: schemaFile, env })).rejects.toThrow(
    '/nowhere/python',
  );
});
