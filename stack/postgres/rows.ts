import type { ClientBase, Pool } from 'pg';

/** A pool, or one connection of it. */
export type Queryable = Pool | ClientBase;

/** A column's value as `pg` takes it. A `jsonb` column takes a JSON text: see `json`. */
export type ColumnValue = string | number | boolean | Date | null | readonly string[];

/** Marks a value for a `jsonb` column: `pg` would send an array as a PostgreSQL array. */
export const json = (value: unknown): string => JSON.stringify(value);

/**
 * Inserts one row.
 *
 * @param table its name as LiteLLM writes it, without quotes
 * @param row column → value; a column left out gets its default
 */
export async function insertRow(
  db: Queryable,
  table: string,
  row: Readonly<Record<string, ColumnValue>>,
): Promise<void> {
  const columns = Object.keys(row);
  await db.query(
    `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(row),
  );
}

/** A name as an SQL identifier. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
