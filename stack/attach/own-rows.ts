// Which rows of somebody else's database are ours, and how they go away again.

import { randomBytes } from 'node:crypto';

import { StackError } from '../errors';
import { quoted, type Queryable } from '../postgres/rows';
import { worldPrefix } from '../template/world';

/** How rows of one table are known to be ours. A release may lack a table, or columns of one. */
interface OwnTable {
  readonly table: string;
  /** Columns with text that begins with one of our prefixes: names that we gave, and users of ours who did something. */
  readonly marks: readonly string[];
  /** Columns with the hash of a key of ours. */
  readonly hashes?: readonly string[];
}

/** Copies of what is no more, which routes show as well. */
const archiveTables: readonly OwnTable[] = [
  {
    table: 'LiteLLM_DeletedVerificationToken',
    marks: ['id', 'key_alias', 'user_id', 'team_id', 'organization_id', 'created_by', 'deleted_by'],
    hashes: ['token', 'deleted_by_api_key'],
  },
  {
    table: 'LiteLLM_DeletedTeamTable',
    marks: ['team_id', 'team_alias', 'organization_id', 'deleted_by'],
    hashes: ['deleted_by_api_key'],
  },
];

/** What scenarios make and change, children before parents. */
const coreTables: readonly OwnTable[] = [
  ...archiveTables,
  { table: 'LiteLLM_DeprecatedVerificationToken', marks: [], hashes: ['token', 'active_token_id'] },
  {
    table: 'LiteLLM_VerificationToken',
    marks: ['key_alias', 'key_name', 'user_id', 'team_id', 'organization_id', 'project_id', 'created_by'],
  },
  { table: 'LiteLLM_TeamMembership', marks: ['user_id', 'team_id'] },
  { table: 'LiteLLM_OrganizationMembership', marks: ['user_id', 'organization_id'] },
  { table: 'LiteLLM_ProjectTable', marks: ['project_id', 'team_id', 'created_by'] },
  { table: 'LiteLLM_TeamTable', marks: ['team_id', 'team_alias', 'organization_id'] },
  { table: 'LiteLLM_UserTable', marks: ['user_id', 'user_email'] },
  { table: 'LiteLLM_OrganizationTable', marks: ['organization_id', 'organization_alias', 'created_by'] },
  { table: 'LiteLLM_ModelAccessGroupBudgetTable', marks: ['access_group_name', 'created_by'] },
  { table: 'LiteLLM_AccessGroupTable', marks: ['access_group_id', 'access_group_name', 'created_by'] },
  { table: 'LiteLLM_ProxyModelTable', marks: ['model_id', 'model_name', 'created_by'] },
  { table: 'LiteLLM_ModelTable', marks: ['created_by'] },
  { table: 'LiteLLM_ObjectPermissionTable', marks: ['object_permission_id'] },
  { table: 'LiteLLM_BudgetTable', marks: ['budget_id', 'created_by'] },
];

/** What LiteLLM writes about such rows, and keeps when they are gone. */
const trailTables: readonly OwnTable[] = [
  { table: 'LiteLLM_AuditLog', marks: ['object_id', 'changed_by'], hashes: ['object_id', 'changed_by_api_key'] },
  { table: 'LiteLLM_SpendLogs', marks: ['request_id', 'user', 'team_id'], hashes: ['api_key'] },
  { table: 'LiteLLM_DailyUserSpend', marks: ['id', 'user_id'], hashes: ['api_key'] },
  { table: 'LiteLLM_DailyTeamSpend', marks: ['id', 'team_id'], hashes: ['api_key'] },
  { table: 'LiteLLM_DailyOrganizationSpend', marks: ['organization_id'], hashes: ['api_key'] },
];

/** Where those tables' rows stay that nothing marks as ours. */
export const staysBehind: readonly string[] = [...archiveTables, ...trailTables].map(({ table }) => table);

/** Tables whose rows may carry no mark of their own: such a one belongs to the rows that refer to it. */
const belongings = ['LiteLLM_ObjectPermissionTable', 'LiteLLM_BudgetTable', 'LiteLLM_ModelTable'];

/** A row of ours: what it is called, and what is in it, but for its clocks. */
export interface OwnRow {
  readonly table: string;
  /** Its primary key's values, joined by `/`. */
  readonly id: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Columns that a running proxy moves by itself. */
const clocks = ['updated_at', 'last_active'];

/** A prefix for a world of a run's own. */
export const newWorldPrefix = (): string => `${worldPrefix}${randomBytes(4).toString('hex')}-`;

/** How names begin that are ours, as patterns of PostgreSQL's: those of scratches, and those of worlds as well. */
export const scratchNames = '^scratch-[0-9a-f]{12}([^0-9A-Za-z]|$)';
export const ownNames = `${scratchNames}|^${worldPrefix}[0-9a-f]{8}-`;

/** The same of a prefix. */
export const literally = (prefix: string): string => `^${prefix.replaceAll(/[^\w-]/g, String.raw`\$&`)}`;

/** The schema in which an unqualified name finds LiteLLM's tables. */
const liteLLMs = `(SELECT relnamespace FROM pg_class WHERE oid = to_regclass('"LiteLLM_VerificationToken"'))`;

/** A column that refers to another table's row. */
interface Reference {
  readonly table: string;
  readonly column: string;
  readonly to: string;
  readonly toColumn: string;
}

/** What is ours in one database, by the beginning of its names. */
export class OwnRows {
  readonly #db: Queryable;
  /** Table → its columns. */
  readonly #columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** Table → the columns of its primary key. */
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #references: readonly Reference[];

  private constructor(
    db: Queryable,
    tables: readonly { table: string; columns: readonly string[]; key: readonly string[] | null }[],
    references: readonly Reference[],
  ) {
    this.#db = db;
    this.#columns = new Map(tables.map(({ table, columns }) => [table, new Set(columns)]));
    this.#keys = new Map(tables.map(({ table, key }) => [table, key ?? []]));
    this.#references = references;
  }

  /** Reads which of the tables this database has. */
  static async in(db: Queryable): Promise<OwnRows> {
    const tables = await db.query<{ table: string; columns: string[]; key: string[] | null }>(
      `SELECT relname AS table, array_agg(attname::text) AS columns,
          array_agg(attname::text ORDER BY array_position(indkey::int[], attnum::int))
            FILTER (WHERE attnum = ANY (indkey::int[])) AS key
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisprimary
       WHERE relnamespace = ${liteLLMs} AND relkind IN ('r', 'p') GROUP BY relname`,
    );
    if (tables.rows.length === 0) {
      throw new StackError(
        'The database of ATTACH_DATABASE_URL has no tables of LiteLLM’s.',
        'Name the proxy’s own. Where they are in a schema, add it to the address: ?options=-c%20search_path%3DNAME',
      );
    }
    const references = await db.query<Reference>(
      `SELECT own.relname AS table, a.attname AS column, other.relname AS to, b.attname AS "toColumn"
        FROM pg_constraint JOIN pg_class own ON own.oid = conrelid JOIN pg_class other ON other.oid = confrelid
        JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
        JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1]
       WHERE contype = 'f' AND connamespace = ${liteLLMs} AND other.relname = ANY ($1)`,
      [belongings],
    );
    return new OwnRows(db, tables.rows, references.rows);
  }

  /** The rows that scenarios make and change, without those that LiteLLM writes about them. */
  async core(pattern: string): Promise<OwnRow[]> {
    const parts = this.#present(coreTables).map((own) => {
      const id = (this.#keys.get(own.table) ?? []).map((column) => `t.${quoted(column)}::text`).join(`, '/', `);
      return `SELECT '${own.table}' AS "table", concat(${id}) AS id, to_jsonb(t) - $3::text[] AS row
        FROM ${quoted(own.table)} t WHERE ${this.#isOurs(own)}`;
    });
    const { rows } = await this.#db.query<OwnRow>(parts.join(' UNION ALL '), [pattern, [], clocks]);
    return rows;
  }

  /**
   * Removes rows that scenarios made, and what belongs to them alone.
   *
   * @param pattern of PostgreSQL's, for the beginning of names
   */
  sweep(pattern: string): Promise<void> {
    return this.#remove(pattern, coreTables, []);
  }

  /**
   * The same, and what LiteLLM wrote about such rows. It looks through tables that may be long.
   *
   * @param hashes of keys that have no row any more
   */
  sweepWithTrail(pattern: string, hashes: readonly string[] = []): Promise<void> {
    return this.#remove(pattern, [...trailTables, ...coreTables], hashes);
  }

  async #remove(pattern: string, tables: readonly OwnTable[], known: readonly string[]): Promise<void> {
    const hashes = [...known, ...(await this.#hashes(pattern))];
    const named = await this.#belongings(pattern);
    for (const own of this.#present(tables)) {
      await this.#db.query(`DELETE FROM ${quoted(own.table)} t WHERE ${this.#isOurs(own)}`, [pattern, hashes]);
    }
    for (const [table, { column, ids }] of named) {
      // Somebody else's row may refer to it by now.
      const others = this.#references
        .filter(({ to }) => to === table)
        .map(
          (by) => `NOT EXISTS (SELECT FROM ${quoted(by.table)} o WHERE o.${quoted(by.column)} = t.${quoted(column)})`,
        );
      await this.#db.query(
        `DELETE FROM ${quoted(table)} t WHERE ${[`${quoted(column)}::text = ANY ($1)`, ...others].join(' AND ')}`,
        [ids],
      );
    }
  }

  /** The hashes of keys that are ours, or were. */
  async #hashes(pattern: string): Promise<string[]> {
    const named = ['LiteLLM_VerificationToken', 'LiteLLM_DeletedVerificationToken'];
    const parts = this.#present([...coreTables, ...trailTables])
      .filter(({ table }) => named.includes(table))
      .map((own) => `SELECT token FROM ${quoted(own.table)} t WHERE ${this.#isOurs(own)}`);
    const { rows } = await this.#db.query<{ token: string }>(parts.join(' UNION '), [pattern, []]);
    return rows.map(({ token }) => token);
  }

  /** What rows of ours refer to that may carry no mark itself: table → its rows. */
  async #belongings(pattern: string): Promise<Map<string, { column: string; ids: string[] }>> {
    const parts = this.#references.flatMap(({ table, column, to, toColumn }) =>
      this.#present(coreTables)
        .filter((own) => own.table === table)
        .map(
          (own) => `SELECT '${to}' AS "to", '${toColumn}' AS column, ${quoted(column)}::text AS id
            FROM ${quoted(table)} t WHERE ${quoted(column)} IS NOT NULL AND (${this.#isOurs(own)})`,
        ),
    );
    const found = new Map<string, { column: string; ids: string[] }>();
    if (parts.length === 0) return found;
    const { rows } = await this.#db.query<{ to: string; column: string; id: string }>(parts.join(' UNION '), [
      pattern,
      [],
    ]);
    for (const { to, column, id } of rows) {
      const { ids } = found.get(to) ?? { ids: [] };
      found.set(to, { column, ids: [...ids, id] });
    }
    return found;
  }

  /** Those that this database has. */
  #present(tables: readonly OwnTable[]): readonly OwnTable[] {
    return tables.filter(({ table }) => this.#columns.has(table));
  }

  /** Whether a row `t` is ours: `$1` is a pattern for names, `$2` are hashes of keys. */
  #isOurs({ table, marks, hashes = [] }: OwnTable): string {
    const has = (column: string) => this.#columns.get(table)?.has(column) === true;
    return [
      // Neither is; PostgreSQL asks that a query speaks of all that it is given.
      '$1::text IS NULL OR $2::text[] IS NULL',
      ...marks.filter(has).map((column) => `t.${quoted(column)} ~ $1`),
      ...hashes.filter(has).map((column) => `t.${quoted(column)} = ANY ($2)`),
    ].join(' OR ');
  }
}
