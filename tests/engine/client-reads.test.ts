import { expect, test } from './client';

// One client is enough: all tests of this file in one worker.
test.describe.configure({ mode: 'default' });

/** Four ships and who is on them, for a script to begin with; `named` and `crew` say which ones a filter finds. */
const fleet = `
def at(year):
    return datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc)

await db.ship.create(data={
    "name": "Argo", "tonnage": 2**53 + 1, "length": 10.5, "decks": 1, "tags": ["fast", "wood"], "launched": at(2020),
    "price": decimal.Decimal("10.50"), "flag": Base64.encode(b"\\x01"), "log": Json({"day": 1, "by": "Jason", "ports": ["a", "b"]}),
    "entries": [Json({"n": 1}), Json(2)],
    "crew": {"create": [{"name": "Jason", "rank": "CAPTAIN", "former": ["SAILOR"]}, {"name": "Orpheus", "notes": Json({"sings": True})}]},
})
await db.ship.create(data={
    "name": "Beagle", "tonnage": 5, "length": 20.0, "decks": 2, "tags": ["wood"], "launched": at(2021),
    "price": decimal.Decimal("99999999999999999999.5"), "flag": Base64.encode(b"\\x02"), "log": Json({"day": 2, "by": "Darwin"}),
    "entries": [Json(2)], "crew": {"create": [{"name": "Darwin"}]},
})
await db.ship.create(data={"name": "Calypso", "decks": 2, "tags": [], "entries": [], "afloat": False, "log": "JsonNull"})
await db.ship.create(data={"name": "argo_2%", "tonnage": -7, "length": -1.5, "decks": 3, "tags": ["steel", "fast"], "launched": at(2022)})
await db.sailor.create(data={"name": "Ishmael", "former": []})

async def named(where):
    return sorted(ship.name for ship in await db.ship.find_many(where=where))

async def crew(where):
    return sorted(sailor.name for sailor in await db.sailor.find_many(where=where))

async def name_of(awaitable):
    try:
        await awaitable
    except Exception as error:
        return type(error).__name__
`;

const all = ['Argo', 'Beagle', 'Calypso', 'argo_2%'];

/** Each filter as it stands in Python, with what it finds. */
const filters: Record<string, string[]> = {
  '{}': all,
  '{"name": "Argo"}': ['Argo'],
  '{"name": {"equals": "Argo"}}': ['Argo'],
  '{"name": {"in": ["Argo", "Calypso", "none"]}}': ['Argo', 'Calypso'],
  '{"name": {"in": []}}': [],
  '{"name": {"not_in": ["Argo", "Calypso"]}}': ['Beagle', 'argo_2%'],
  '{"name": {"not_in": []}}': all,
  '{"name": {"not": "Argo"}}': ['Beagle', 'Calypso', 'argo_2%'],
  '{"name": {"not": {"in": ["Argo", "Beagle"]}}}': ['Calypso', 'argo_2%'],
  '{"name": {"startswith": "A"}}': ['Argo'],
  '{"name": {"startswith": "a", "mode": "insensitive"}}': ['Argo', 'argo_2%'],
  '{"name": {"equals": "ARGO", "mode": "insensitive"}}': ['Argo'],
  '{"name": {"in": ["ARGO", "beagle"], "mode": "insensitive"}}': ['Argo', 'Beagle'],
  '{"name": {"endswith": "o"}}': ['Argo', 'Calypso'],
  '{"name": {"contains": "AG", "mode": "insensitive"}}': ['Beagle'],
  '{"name": {"contains": "AG", "mode": "default"}}': [],
  // Prisma does not escape the wildcards of `LIKE`.
  '{"name": {"contains": "r_o"}}': ['Argo', 'argo_2%'],
  '{"name": {"gte": "Beagle", "lt": "Calypso"}}': ['Beagle'],
  '{"tonnage": 2**53 + 1}': ['Argo'],
  '{"tonnage": {"gt": 2**53}}': ['Argo'],
  '{"tonnage": {"gt": 2**53 + 1}}': [],
  '{"tonnage": {"in": [5, -7, 2**63 - 1]}}': ['Beagle', 'argo_2%'],
  '{"tonnage": None}': ['Calypso'],
  '{"tonnage": {"not": None}}': ['Argo', 'Beagle', 'argo_2%'],
  // Three-valued logic: what is unknown is neither 5 nor not 5.
  '{"tonnage": {"not": 5}}': ['Argo', 'argo_2%'],
  '{"NOT": [{"tonnage": 5}]}': ['Argo', 'argo_2%'],
  '{"decks": {"gt": 1, "lte": 2}}': ['Beagle', 'Calypso'],
  '{"decks": {"gte": 2, "lt": 3, "not_in": [5]}}': ['Beagle', 'Calypso'],
  '{"decks": {"not": {"gt": 1}}}': ['Argo'],
  '{"length": {"lt": 0}}': ['argo_2%'],
  '{"length": {"gte": 10.5}}': ['Argo', 'Beagle'],
  '{"length": {"in": [20]}}': ['Beagle'],
  '{"afloat": False}': ['Calypso'],
  '{"afloat": {"not": False}}': ['Argo', 'Beagle', 'argo_2%'],
  '{"launched": at(2021)}': ['Beagle'],
  '{"launched": {"gt": at(2020), "lte": at(2022)}}': ['Beagle', 'argo_2%'],
  '{"launched": {"in": [at(2020).astimezone(datetime.timezone(timedelta(hours=9)))]}}': ['Argo'],
  '{"price": decimal.Decimal("10.5")}': ['Argo'],
  '{"price": {"gt": decimal.Decimal("99999999999999999999.4")}}': ['Beagle'],
  '{"price": {"gt": decimal.Decimal("99999999999999999999.5")}}': [],
  '{"flag": Base64.encode(b"\\x02")}': ['Beagle'],
  '{"flag": {"not": Base64.encode(b"\\x02")}}': ['Argo'],
  '{"flag": {"in": [Base64.encode(b"\\x01"), Base64.encode(b"\\x02")]}}': ['Argo', 'Beagle'],
  '{"tags": {"has": "fast"}}': ['Argo', 'argo_2%'],
  '{"tags": {"has_some": ["steel", "wood"]}}': ['Argo', 'Beagle', 'argo_2%'],
  '{"tags": {"has_every": ["wood", "fast"]}}': ['Argo'],
  '{"tags": {"is_empty": True}}': ['Calypso'],
  '{"tags": {"is_empty": False}}': ['Argo', 'Beagle', 'argo_2%'],
  '{"tags": {"equals": ["wood"]}}': ['Beagle'],
  '{"entries": {"has": Json({"n": 1})}}': ['Argo'],
  '{"entries": {"has_some": [Json(2)]}}': ['Argo', 'Beagle'],
  '{"entries": {"equals": [Json(2)]}}': ['Beagle'],
  '{"log": {"equals": Json({"by": "Darwin", "day": 2})}}': ['Beagle'],
  '{"log": {"not": Json({"by": "Darwin", "day": 2})}}': ['Argo', 'Calypso'],
  '{"log": {"path": ["day"], "equals": Json(1)}}': ['Argo'],
  '{"log": {"path": ["day"], "gt": Json(1)}}': ['Beagle'],
  '{"log": {"path": ["by"], "string_contains": "arw"}}': ['Beagle'],
  '{"log": {"path": ["by"], "string_starts_with": "Ja"}}': ['Argo'],
  '{"log": {"path": ["by"], "string_ends_with": "son"}}': ['Argo'],
  '{"log": {"path": ["ports"], "array_contains": Json(["b"])}}': ['Argo'],
  '{"log": {"path": ["ports"], "array_starts_with": Json("a")}}': ['Argo'],
  '{"log": {"path": ["ports"], "array_ends_with": Json("a")}}': [],
  '{"log": {"path": ["ports", "1"], "equals": Json("b")}}': ['Argo'],
  '{"log": {"equals": "DbNull"}}': ['argo_2%'],
  '{"log": {"equals": "JsonNull"}}': ['Calypso'],
  '{"log": {"equals": "AnyNull"}}': ['Calypso', 'argo_2%'],
  '{"AND": [{"decks": 2}, {"afloat": True}]}': ['Beagle'],
  '{"OR": [{"decks": 1}, {"afloat": False}]}': ['Argo', 'Calypso'],
  '{"OR": []}': [],
  '{"AND": []}': all,
  '{"NOT": [{"decks": 1}, {"afloat": False}]}': ['Beagle', 'argo_2%'],
  '{"decks": 2, "OR": [{"name": "Argo"}, {"AND": [{"NOT": [{"name": "Beagle"}]}, {"afloat": False}]}]}': ['Calypso'],
  '{"crew": {"some": {"rank": "CAPTAIN"}}}': ['Argo'],
  '{"crew": {"some": {"notes": {"path": ["sings"], "equals": Json(True)}}}}': ['Argo'],
  '{"crew": {"none": {"name": "Darwin"}}}': ['Argo', 'Calypso', 'argo_2%'],
  '{"crew": {"none": {}}}': ['Calypso', 'argo_2%'],
  '{"crew": {"every": {"rank": "SAILOR"}}}': ['Beagle', 'Calypso', 'argo_2%'],
};

const crewFilters: Record<string, string[]> = {
  '{"rank": "CAPTAIN"}': ['Jason'],
  '{"rank": {"in": ["SAILOR"]}}': ['Darwin', 'Ishmael', 'Orpheus'],
  '{"former": {"has": "SAILOR"}}': ['Jason'],
  '{"former": {"is_empty": True}}': ['Ishmael'],
  '{"ship": {"is": {"name": "Argo"}}}': ['Jason', 'Orpheus'],
  '{"ship": {"is_not": {"name": "Argo"}}}': ['Darwin', 'Ishmael'],
  '{"ship": {"name": {"startswith": "B"}}}': ['Darwin'],
  '{"ship": {"is": {"log": {"path": ["by"], "equals": Json("Jason")}}}}': ['Jason', 'Orpheus'],
  '{"ship_id": None}': ['Ishmael'],
  '{"ship": None}': ['Ishmael'],
};

test('every filter finds what it should', async ({ run }) => {
  const list = (of: Record<string, string[]>, find: string) =>
    Object.keys(of)
      .map((filter) => `    ${JSON.stringify(filter)}: await ${find}(${filter}),`)
      .join('\n');
  expect(await run(`${fleet}\nreturn {\n${list(filters, 'named')}\n${list(crewFilters, 'crew')}\n}`)).toEqual({
    ...filters,
    ...crewFilters,
  });
});

test('pages, orders and distinct rows', async ({ run }) => {
  const result = await run(`${fleet}
async def page(**arguments):
    return [ship.name for ship in await db.ship.find_many(**arguments)]

by_length = {"length": "asc"}
return {
    "order by one": await page(where={"length": {"not": None}}, order=by_length),
    "order by several": await page(order=[{"decks": "desc"}, {"afloat": "asc"}, {"name": "asc"}]),
    "nulls last": await page(order=by_length),
    "nulls first": await page(order={"length": "desc"}),
    "take": await page(take=2, order=by_length),
    "take none": await page(take=0),
    "take from the end": await page(take=-2, where={"length": {"not": None}}, order=by_length),
    "skip": await page(skip=1, take=1, order=by_length),
    "skip beyond": await page(skip=9),
    "cursor": await page(cursor={"name": "Argo"}, where={"length": {"not": None}}, order=by_length),
    "cursor, take": await page(cursor={"name": "argo_2%"}, take=2, order=by_length),
    "cursor, skip, take": await page(cursor={"name": "argo_2%"}, skip=1, take=1, order=by_length),
    "cursor, take backwards": await page(cursor={"name": "Argo"}, take=-2, order=by_length),
    "cursor, skip, take backwards": await page(cursor={"name": "Beagle"}, skip=1, take=-1, order=by_length),
    "cursor at nothing": await page(cursor={"name": "none"}, order=by_length),
    "distinct": await page(distinct=["decks"], order=[{"decks": "asc"}, {"name": "asc"}]),
    "distinct by two": await page(distinct=["decks", "afloat"], order=[{"decks": "asc"}, {"afloat": "desc"}]),
    "distinct, skip, take": await page(distinct=["decks"], order=[{"decks": "asc"}, {"name": "asc"}], skip=1, take=1),
    "first": (await db.ship.find_first(order={"name": "asc"}, where={"decks": 2})).name,
    "first, skip": (await db.ship.find_first(order=by_length, skip=1)).name,
    "first, cursor": (await db.ship.find_first(order=by_length, cursor={"name": "Argo"}, skip=1)).name,
    "first of none": await db.ship.find_first(where={"name": "none"}),
    "unique": (await db.ship.find_unique(where={"name": "Argo"})).decks,
    "unique of none": await db.ship.find_unique(where={"name": "none"}),
    "unique or raise": (await db.ship.find_unique_or_raise(where={"name": "Argo"})).decks,
    "first or raise": (await db.ship.find_first_or_raise(where={"decks": 3})).name,
    "first of none or raise": await name_of(db.ship.find_first_or_raise(where={"name": "none"})),
    "unique of none or raise": await name_of(db.ship.find_unique_or_raise(where={"name": "none"})),
    "unique by several": (await db.sailor.find_unique(where={"ship_id_name": {
        "ship_id": (await db.ship.find_unique(where={"name": "Argo"})).ship_id, "name": "Jason"}})).rank,
    "include": {ship.name: [sailor.name for sailor in ship.crew] for ship in await db.ship.find_many(include={"crew": {"order_by": {"name": "desc"}}})},
    "include a page": [sailor.name for sailor in (await db.ship.find_unique(
        where={"name": "Argo"}, include={"crew": {"order_by": {"name": "desc"}, "take": 1, "where": {"name": {"not": "x"}}}})).crew],
    "include of an include": [(sailor.ship and [other.name for other in sailor.ship.crew]) for sailor in await db.sailor.find_many(
        where={"name": {"in": ["Darwin", "Ishmael"]}}, order={"name": "asc"}, include={"ship": {"include": {"crew": True}}})],
}`);
  expect(result).toEqual({
    'order by one': ['argo_2%', 'Argo', 'Beagle'],
    'order by several': ['argo_2%', 'Calypso', 'Beagle', 'Argo'],
    'nulls last': ['argo_2%', 'Argo', 'Beagle', 'Calypso'],
    'nulls first': ['Calypso', 'Beagle', 'Argo', 'argo_2%'],
    take: ['argo_2%', 'Argo'],
    'take none': [],
    'take from the end': ['Argo', 'Beagle'],
    skip: ['Argo'],
    'skip beyond': [],
    cursor: ['Argo', 'Beagle'],
    'cursor, take': ['argo_2%', 'Argo'],
    'cursor, skip, take': ['Argo'],
    'cursor, take backwards': ['argo_2%', 'Argo'],
    'cursor, skip, take backwards': ['Argo'],
    'cursor at nothing': [],
    distinct: ['Argo', 'Beagle', 'argo_2%'],
    'distinct by two': ['Argo', 'Beagle', 'Calypso', 'argo_2%'],
    'distinct, skip, take': ['Beagle'],
    first: 'Beagle',
    'first, skip': 'Argo',
    'first, cursor': 'Beagle',
    'first of none': null,
    unique: 1,
    'unique of none': null,
    'unique or raise': 1,
    'first or raise': 'argo_2%',
    'first of none or raise': 'RecordNotFoundError',
    'unique of none or raise': 'RecordNotFoundError',
    'unique by several': 'CAPTAIN',
    include: { Argo: ['Orpheus', 'Jason'], Beagle: ['Darwin'], Calypso: [], 'argo_2%': [] },
    'include a page': ['Orpheus'],
    'include of an include': [['Darwin'], null],
  });
});

test('counts, sums and groups', async ({ run }) => {
  const result = await run(`${fleet}
return {
    "count": await db.ship.count(),
    "count where": await db.ship.count(where={"decks": 2}),
    "count a page": await db.ship.count(take=2, skip=1),
    "count from a cursor": await db.ship.count(cursor={"name": "Argo"}, take=1),
    "count of fields": await db.ship.count(select={"_all": True, "length": True, "log": True, "tonnage": False}),
    "groups": await db.ship.group_by(["decks"], count=True, order={"decks": "asc"}),
    "a page of groups": await db.ship.group_by(["decks"], order={"decks": "desc"}, take=1, skip=1),
    "everything of a group": await db.ship.group_by(
        ["afloat"], where={"afloat": True}, count={"_all": True, "price": True}, avg={"length": True, "decks": True},
        sum={"tonnage": True, "length": True, "decks": True}, min={"name": True, "launched": True, "length": True},
        max={"tonnage": True, "decks": True}),
    "of two fields": await db.ship.group_by(["decks", "afloat"], order=[{"decks": "asc"}, {"afloat": "asc"}]),
    "having": await db.ship.group_by(["decks"], having={"decks": {"gt": 1, "_count": {"gte": 1}}}, order={"decks": "asc"}),
    "having a sum": await db.ship.group_by(["decks"], having={"length": {"_sum": {"gt": 10.5}}}),
    "having either": await db.ship.group_by(
        ["decks"], having={"OR": [{"length": {"_max": {"lt": 0}}}, {"tonnage": {"_min": {"equals": 2**53 + 1}}}]}, order={"decks": "asc"}),
    "groups of none": await db.ship.group_by(["decks"], where={"name": "none"}, sum={"length": True}),
    "groups by an enum": await db.sailor.group_by(["rank"], count=True, order={"rank": "asc"}),
}`);
  expect(result).toEqual({
    count: 4,
    'count where': 2,
    'count a page': 2,
    'count from a cursor': 1,
    'count of fields': { _all: 4, length: 3, log: 3 },
    groups: [
      { decks: 1, _count: { _all: 1 } },
      { decks: 2, _count: { _all: 2 } },
      { decks: 3, _count: { _all: 1 } },
    ],
    'a page of groups': [{ decks: 2 }],
    'everything of a group': [
      {
        afloat: true,
        _count: { _all: 3, price: 2 },
        _avg: { length: (10.5 + 20 - 1.5) / 3, decks: 2 },
        _sum: { tonnage: String(2n ** 53n - 1n), length: 29, decks: 6 },
        _min: { name: expect.any(String), launched: '2020-01-01T00:00:00.000Z', length: -1.5 },
        _max: { tonnage: String(2n ** 53n + 1n), decks: 3 },
      },
    ],
    'of two fields': [
      { decks: 1, afloat: true },
      { decks: 2, afloat: false },
      { decks: 2, afloat: true },
      { decks: 3, afloat: true },
    ],
    having: [{ decks: 2 }, { decks: 3 }],
    'having a sum': [{ decks: 2 }],
    'having either': [{ decks: 1 }, { decks: 3 }],
    'groups of none': [],
    'groups by an enum': [
      { rank: 'CAPTAIN', _count: { _all: 1 } },
      { rank: 'SAILOR', _count: { _all: 3 } },
    ],
  });
});
