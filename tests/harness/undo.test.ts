import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Client } from 'pg';

import { contentOf, differencesBetween } from '../../fixtures/content';
import { effectsSince, undoEffects } from '../../fixtures/effects';
import { projectFolder } from '../../stack/home';
import { withClient } from '../../stack/postgres/cluster';
import { applyMigrations } from '../../stack/postgres/migrations';
import { quoted } from '../../stack/postgres/rows';
import { ensureRelease } from '../../stack/release';
import { readSession } from '../../stack/session';
import { loadSettings } from '../../stack/settings';
import { imagineWorld, seedWorld } from '../../stack/template/world';
import { expect, test as base } from '../support/database';

/** What no release has, but another may: no key, keys and columns that PostgreSQL makes, types that read oddly. */
const oddTables = `
  CREATE TABLE "Odd_Keyless" (a text, b int);
  CREATE TABLE "Odd_Made" (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, serial serial, raw bytea, price numeric,
    twice numeric GENERATED ALWAYS AS (price * 2) STORED, texts text[], boxes int[][], at timestamptz, day date, span interval
  );
  CREATE TABLE "Odd_Parent" (id text PRIMARY KEY);
  CREATE TABLE "Odd_Child" (
    id text PRIMARY KEY,
    cascades text REFERENCES "Odd_Parent" ON DELETE CASCADE ON UPDATE CASCADE,
    forgets text REFERENCES "Odd_Parent" ON DELETE SET NULL ON UPDATE SET NULL,
    falls text DEFAULT 'root' REFERENCES "Odd_Parent" ON DELETE SET DEFAULT
  );
  CREATE FUNCTION odd_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO "Odd_Keyless" VALUES (TG_OP, 1); RETURN NULL; END $$;
  CREATE TRIGGER odd_statement AFTER INSERT OR UPDATE OR DELETE ON "Odd_Child" EXECUTE FUNCTION odd_count();
  CREATE TRIGGER odd_row AFTER UPDATE ON "Odd_Child" FOR EACH ROW WHEN (OLD.id <> 'never') EXECUTE FUNCTION odd_count();`;

/** Each test gets a database with the release's schema, a world, the odd tables and the effect log. */
const test = base.extend<{ as: 'superuser' | 'a role that has CREATEDB only'; client: Client }>({
  as: ['superuser', { option: true }],
  client: async ({ as, databaseUrl }, use) => {
    const { release, serverUrl } = readSession();
    const { migrationsFolder } = await ensureRelease({
      version: release,
      home: loadSettings().home,
      progress: () => undefined,
    });
    const url = new URL(databaseUrl);
    const role = `behavior_test_${randomBytes(4).toString('hex')}`;
    if (as !== 'superuser') {
      [url.username, url.password] = [role, 'hunter2'];
      await withClient(serverUrl, async (admin) => {
        await admin.query(`CREATE ROLE ${role} LOGIN CREATEDB PASSWORD 'hunter2'`);
        await admin.query(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${role}`);
      });
    }
    await applyMigrations(url.href, migrationsFolder);
    await withClient(url.href, async (client) => {
      await seedWorld(client, imagineWorld());
      await client.query(oddTables);
      await client.query(
        `INSERT INTO "Odd_Keyless" VALUES ('twice', 1), ('twice', 1), (NULL, NULL);
         INSERT INTO "Odd_Parent" VALUES ('root'), ('p'), ('q'); INSERT INTO "Odd_Child" VALUES ('c', 'p', 'p', 'p'), ('d', 'q', 'p', 'root')`,
      );
      // What is there before the log is, is the template's.
      await fillAll(client, 'template');
      await client.query('CREATE SCHEMA behavior');
      await client.query(readFileSync(path.join(projectFolder, 'stack/template/effects.sql'), 'utf8'));
      await use(client);
    });
    if (as !== 'superuser') {
      await withClient(serverUrl, async (admin) => {
        await admin.query(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO CURRENT_USER`);
      });
      await withClient(databaseUrl, (admin) => admin.query(`DROP OWNED BY ${role}`));
      await withClient(serverUrl, (admin) => admin.query(`DROP ROLE ${role}`));
    }
  },
});

/** Values of a type, as PostgreSQL reads them: the odder the better. Null goes anywhere where it may. */
const valuesOf: Readonly<Record<string, (nth: number) => string>> = {
  text: (n) => [`x${n}`, `${n},")(\\ü\n'`, ` ${n} `][n % 3] ?? '',
  bool: (n) => String(n % 2 === 0),
  int4: (n) => String(n * 7 - 3),
  int8: (n) => String(9007199254740993n + BigInt(n)),
  float8: (n) => ['NaN', '-Infinity', '0.30000000000000004', '-0', '1e-300'][n % 5] ?? '0',
  numeric: (n) => `${n}.10`,
  timestamp: (n) => ['infinity', `2026-01-01 00:00:00.00000${n % 10}`][n % 2] ?? '',
  timestamptz: (n) => ['-infinity', `2026-01-01 00:00:00.00000${n % 10}+05:30`][n % 2] ?? '',
  date: () => '2026-02-28',
  interval: (n) => `${n} days 1.5 seconds`,
  // The null of JSON is not the null of SQL.
  jsonb: (n) => ['null', '{"a": [1, null, "ü\\"\\\\"], "b": 1.10}', '[]', '"{}"'][n % 4] ?? 'null',
  bytea: (n) => `\\x00ff${String(n % 10)}0`,
  JobStatus: (n) => ['ACTIVE', 'INACTIVE'][n % 2] ?? '',
  _text: (n) => ['{}', '{NULL,"NULL","a,b","\\"\\\\",""}'][n % 2] ?? '{}',
  _int4: () => '{{1,2},{3,NULL}}',
};

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly key: boolean;
  readonly parent: string | null;
}

const columnsOf = async (client: Client): Promise<Map<string, Column[]>> => {
  const { rows } = await client.query<Column>(`
    SELECT relname AS "table", attname AS "column", typname AS type, NOT attnotnull AS nullable,
        EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indisprimary AND attnum = ANY (indkey)) AS key,
        (SELECT confrelid::regclass::text FROM pg_constraint f WHERE f.contype = 'f' AND conrelid = c.oid AND conkey[1] = attnum LIMIT 1) AS parent
      FROM pg_class c JOIN pg_attribute ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
       AND attgenerated = '' AND attidentity = '' AND pg_get_serial_sequence(c.oid::regclass::text, attname) IS NULL
     ORDER BY 1, attnum`);
  const tables = new Map<string, Column[]>();
  for (const row of rows) tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
  // Parents first, where a child has to have one.
  const ordered = new Map<string, Column[]>();
  const add = (table: string): void => {
    if (ordered.has(table)) return;
    const columns = tables.get(table) ?? [];
    for (const { parent, nullable } of columns) if (parent !== null && !nullable) add(parent.replaceAll('"', ''));
    ordered.set(table, columns);
  };
  for (const table of tables.keys()) add(table);
  return ordered;
};

let count = 0;

/** Writes one row into every table, and returns the tables' names. */
async function fillAll(client: Client, mark: string): Promise<string[]> {
  const tables = await columnsOf(client);
  for (const [table, columns] of tables) {
    count += 1;
    const values = columns.map(({ column, type, key, nullable, parent }, nth) => {
      if (parent !== null) return nullable ? null : undefined;
      if (type === 'text' && (key || /(^|_)(id|name|token|alias|key)$/.test(column)))
        return `${mark} ${table} ${count}`;
      if (nullable && (count + nth) % 4 === 0) return null;
      const value = valuesOf[type];
      if (value === undefined) throw new Error(`${table}.${column} is of the type ${type}: have values for it`);
      return value(count + nth);
    });
    const ownOf = (parent: string) => {
      const key = keyColumn(tables, parent);
      return `(SELECT max(${key}) FROM ${parent} WHERE ${key} LIKE '${mark} %')`;
    };
    const written = columns.map(({ type, parent }, nth) =>
      parent !== null && values[nth] === undefined ? ownOf(parent) : `CAST($${nth + 1}::text AS ${quoted(type)})`,
    );
    await client.query(
      // Every parameter is named somewhere, also where a parent's key takes its place.
      `INSERT INTO ${quoted(table)} (${columns.map(({ column }) => quoted(column)).join(', ')})
        SELECT ${written.join(', ')} WHERE num_nulls(${columns.map((_, nth) => `$${nth + 1}::text`).join(', ')}) >= 0`,
      values.map((value) => value ?? null),
    );
  }
  return [...tables.keys()];
}

const keyColumn = (tables: Map<string, Column[]>, parent: string): string =>
  quoted(tables.get(parent.replaceAll('"', ''))?.find(({ key }) => key)?.column ?? '');

/** Runs a statement that may be refused by a constraint; returns how many rows it changed. */
const attempt = async (client: Client, sql: string): Promise<number> => {
  await client.query('SAVEPOINT attempt');
  try {
    const { rowCount } = await client.query(sql);
    return rowCount ?? 0;
  } catch (error) {
    await client.query('ROLLBACK TO attempt');
    if (error instanceof Error && error.message.includes('violates')) return 0;
    throw error;
  }
};

/** Updates every column of every table, and deletes every row, as far as constraints let it; tells what was done. */
async function changeAll(client: Client): Promise<string[]> {
  const done = new Set<string>();
  const noteIf = async (what: string, sql: string) => {
    if ((await attempt(client, sql)) > 0) done.add(what);
  };
  const tables = await columnsOf(client);
  await client.query('BEGIN');
  const changed = ({ column, type }: Column) =>
    type === 'text'
      ? `${quoted(column)} = ${quoted(column)} || ' renamed'`
      : `${quoted(column)} = CAST($$${valuesOf[type]?.(count) ?? ''}$$ AS ${quoted(type)})`;
  for (const [table, columns] of tables) {
    const ownColumns = columns.filter(({ parent }) => parent === null);
    for (const [what, assignments] of [
      ['updated', ownColumns.filter(({ key }) => !key).map(changed)],
      ['renamed', ownColumns.filter(({ key }) => key).map(changed)],
      ['emptied', columns.filter(({ nullable }) => nullable).map(({ column }) => `${quoted(column)} = NULL`)],
    ] as const) {
      if (assignments.length > 0)
        await noteIf(`${table} ${what}`, `UPDATE ${quoted(table)} SET ${assignments.join(', ')}`);
    }
  }
  for (const table of tables.keys()) await noteIf(`${table} deleted`, `DELETE FROM ${quoted(table)}`);
  await client.query('COMMIT');
  return [...done];
}

for (const as of ['superuser', 'a role that has CREATEDB only'] as const) {
  test.describe(`as ${as}`, () => {
    test.use({ as });

    test('rows of a hundred tables, inserted, updated, renamed and deleted by hand, are undone', async ({ client }) => {
      const before = await contentOf(client);
      const tables = await fillAll(client, 'new');
      expect(tables.length).toBeGreaterThan(60);
      const changed = await changeAll(client);
      const done = (what: string) => changed.filter((line) => line.endsWith(what)).length;
      // Whatever else there may be: this part of the tables was written to in each way. Not every one has something to empty.
      for (const [what, part] of Object.entries({ updated: 0.8, renamed: 0.8, emptied: 0.6, deleted: 0.8 })) {
        expect(done(what), what).toBeGreaterThan(tables.length * part);
      }
      expect(differencesBetween(before, await contentOf(client)).length).toBeGreaterThan(tables.length);
      await undoEffects(client);
      expect(differencesBetween(before, await contentOf(client))).toEqual([]);
      expect((await client.query('SELECT FROM behavior.log')).rowCount).toBe(0);
    });

    for (const { what, sql, effects } of [
      {
        what: 'deleting with a cascade, setting null and default',
        sql: `DELETE FROM "Odd_Parent" WHERE id = 'p'`,
        effects: ['delete Odd_Parent p', 'delete Odd_Child c', 'update Odd_Child d'],
      },
      {
        what: 'renaming with a cascade',
        sql: `UPDATE "Odd_Child" SET falls = 'root', forgets = NULL; UPDATE "Odd_Parent" SET id = id || '2' WHERE id <> 'root'`,
        effects: ['update Odd_Parent p2', 'update Odd_Child c'],
      },
      {
        what: 'a primary key that changes, and is taken by another row',
        sql: `UPDATE "Odd_Parent" SET id = 'r' WHERE id = 'q'; INSERT INTO "Odd_Parent" VALUES ('q')`,
        effects: ['update Odd_Parent r', 'insert Odd_Parent q'],
      },
      {
        what: 'rows without a key, one of two that are the same',
        sql: `DELETE FROM "Odd_Keyless" WHERE ctid = (SELECT min(ctid) FROM "Odd_Keyless" WHERE a = 'twice');
          UPDATE "Odd_Keyless" SET b = 2 WHERE a = 'twice'; INSERT INTO "Odd_Keyless" VALUES ('twice', 2)`,
        effects: ['delete Odd_Keyless (twice,1)', 'update Odd_Keyless (twice,2)', 'insert Odd_Keyless (twice,2)'],
      },
      {
        what: 'columns that PostgreSQL makes',
        sql: `UPDATE "Odd_Made" SET price = 3, raw = '\\x00', texts = NULL; DELETE FROM "Odd_Made"`,
        effects: ['update Odd_Made 1', 'delete Odd_Made 1'],
      },
      {
        what: 'null of JSON to null of SQL',
        sql: `UPDATE "LiteLLM_TeamTable" SET router_settings = 'null' WHERE team_id LIKE '%alpha'`,
        effects: ['update LiteLLM_TeamTable behavior-pin-team-alpha'],
      },
      {
        what: 'truncating',
        sql: `TRUNCATE "Odd_Parent" CASCADE; TRUNCATE "Odd_Made" RESTART IDENTITY`,
        effects: ['delete Odd_Child c', 'delete Odd_Parent root', 'delete Odd_Made 1'],
      },
    ]) {
      test(`${what}: seen and undone`, async ({ client }) => {
        const before = await contentOf(client);
        await client.query(sql);
        const seen = (await effectsSince(client, '0')).map(({ op, table, id }) => `${op} ${table} ${id}`);
        expect(seen).toEqual(expect.arrayContaining(effects));
        expect(differencesBetween(before, await contentOf(client))).not.toEqual([]);
        await undoEffects(client);
        expect(differencesBetween(before, await contentOf(client))).toEqual([]);
      });
    }
  });
}
