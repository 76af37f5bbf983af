import { type DriverAdapter, err, ok, type Query, type Result, type ResultSet } from '@prisma/driver-adapter-utils';
import { DatabaseError, type Pool, type PoolClient } from 'pg';

import { columnType, isOfUser, textArray, typeParsers, UnreadableValue } from './postgres-types';
import type { Preparation } from './preparation';

/**
 * What the WASM engine reaches PostgreSQL through. It differs from `@prisma/adapter-pg` 5.22 where that one would give
 * other answers than the native engine (catalog types, `timestamptz` outside UTC), or would lose a connection for ever (a
 * `COMMIT` that fails). The engine calls methods without their object.
 */
export class Adapter implements DriverAdapter {
  readonly provider = 'postgres';
  readonly adapterName = 'pg';

  private readonly errors = new Map<number, unknown>();
  private nextError = 1;
  /** What is known of types that users made: whether they are arrays of an enum. */
  private readonly enumArrays = new Map<number, boolean>();
  private readonly transactions = new Set<Transaction>();
  /** Connections that transactions about to begin have waited for. */
  private readonly reserved: PoolClient[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly schema: string,
    private readonly preparation: Preparation,
  ) {}

  readonly getConnectionInfo = (): Result<{ schemaName: string }> => {
    return ok({ schemaName: this.schema });
  };

  readonly queryRaw = (query: Query): Promise<Result<ResultSet>> => {
    return this.guard(() => this.lend((client) => this.rowsOf(client, query)));
  };

  readonly executeRaw = (query: Query): Promise<Result<number>> => {
    return this.guard(() => this.lend((client) => this.countOf(client, query)));
  };

  readonly transactionContext = (): Promise<Result<TransactionContext>> => {
    return this.guard(async () => {
      const transaction = new Transaction(this.reserved.shift() ?? (await this.pool.connect()), this);
      this.transactions.add(transaction);
      const context = new TransactionContext(transaction);
      // The engine goes on within the same turn of the event loop, unless it gave up.
      setImmediate(() => {
        if (!context.started) transaction.release();
      });
      return context;
    });
  };

  /**
   * Waits for a connection on behalf of a transaction; the WASM engine has no patience of its own. Call the engine right
   * after it. (Another query may take this one first; then the transaction waits as long as a query does.)
   *
   * @param patience in ms
   * @returns whether there is one
   * @throws the error of a failed connection
   */
  async reserve(patience: number): Promise<boolean> {
    let late = false;
    const connected = this.pool.connect().then((client) => {
      if (late) client.release();
      else this.reserved.push(client);
      return true;
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        late = true;
        resolve(false);
      }, patience);
    });
    // Late, it may fail unheard.
    connected.catch(() => undefined);
    return Promise.race([connected, timeout]).finally(() => {
      clearTimeout(timer);
    });
  }

  /** The error behind the number that the engine has for it. Each can be asked for once. */
  takeError(id: number): unknown {
    const error = this.errors.get(id);
    this.errors.delete(id);
    return error;
  }

  /** Ends all transactions together with their connections. */
  abandonTransactions(): void {
    for (const transaction of this.transactions) transaction.release(true);
  }

  forget(transaction: Transaction): void {
    this.transactions.delete(transaction);
  }

  /** Runs what may fail, and turns the failure into what the engine understands. */
  async guard<T>(action: () => T | Promise<T>): Promise<Result<T>> {
    try {
      return ok(await action());
    } catch (error) {
      if (error instanceof DatabaseError && error.code !== undefined && error.severity !== undefined) {
        const { code, severity, message, detail, column, hint } = error;
        return err({ kind: 'Postgres', code, severity, message, detail, column, hint });
      }
      const id = this.nextError++;
      this.errors.set(id, error);
      return err({ kind: 'GenericJs', id });
    }
  }

  /** Runs a query that gives rows. */
  async rowsOf(client: PoolClient, query: Query, inTransaction = false): Promise<ResultSet> {
    const { fields, rows } = await this.run(client, query, inTransaction);
    const unknown = fields.flatMap(({ dataTypeID: oid }) => (isOfUser(oid) && !this.enumArrays.has(oid) ? [oid] : []));
    if (unknown.length > 0) await this.learn(client, unknown);
    return {
      columnNames: fields.map(({ name }) => name),
      columnTypes: fields.map(({ dataTypeID: oid }, index) => {
        if (this.enumArrays.get(oid) !== true) return columnType(oid);
        for (const row of rows) if (typeof row[index] === 'string') row[index] = textArray.parse(row[index]);
        return textArray.type;
      }),
      rows,
    };
  }

  /** Asks which of some types are arrays of an enum: what is sent of a value does not tell. */
  private async learn(client: PoolClient, oids: number[]): Promise<void> {
    const { rows } = await client.query<{ oid: string; is: boolean }>(
      `SELECT a.oid::text, a.typcategory = 'A' AND e.typtype = 'e' AS is
        FROM pg_catalog.pg_type a JOIN pg_catalog.pg_type e ON e.oid = a.typelem WHERE a.oid = ANY($1::oid[])`,
      [oids],
    );
    for (const oid of oids) this.enumArrays.set(oid, false);
    for (const { oid, is } of rows) this.enumArrays.set(Number(oid), is);
  }

  /** Runs a query whose rows only count. */
  async countOf(client: PoolClient, query: Query, inTransaction = false): Promise<number> {
    return (await this.run(client, query, inTransaction)).rowCount ?? 0;
  }

  private async run(client: PoolClient, { sql, args }: Query, inTransaction: boolean) {
    const name = this.preparation.nameOf(sql, args.length);
    const query = {
      // Without parameters pg would let several statements pass in one text, as the native engine does not.
      ...(sql.includes(';') ? { queryMode: 'extended' } : {}),
      text: sql,
      values: args.map(bound),
      rowMode: 'array' as const,
      types: typeParsers,
    };
    if (name === undefined) return client.query<unknown[]>(query);
    try {
      return await client.query<unknown[]>({ ...query, name });
    } catch (error) {
      if (!isOutdated(error)) throw error;
      // A table has changed since the statement was prepared. An aborted transaction cannot be helped, the next one can.
      this.preparation.giveUp(sql);
      if (inTransaction) throw error;
      return client.query<unknown[]>(query);
    }
  }

  private async lend<T>(action: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      const outcome = await action(client);
      client.release();
      return outcome;
    } catch (error) {
      client.release(isLost(error));
      throw error;
    }
  }
}

class TransactionContext {
  readonly provider = 'postgres';
  readonly adapterName = 'pg';
  started = false;

  constructor(private readonly transaction: Transaction) {}

  readonly queryRaw = (query: Query): Promise<Result<ResultSet>> => {
    return this.transaction.queryRaw(query);
  };

  readonly executeRaw = (query: Query): Promise<Result<number>> => {
    return this.transaction.executeRaw(query);
  };

  readonly startTransaction = (): Promise<Result<Transaction>> => {
    this.started = true;
    return Promise.resolve(ok(this.transaction));
  };
}

/** The engine itself sends `BEGIN`, `COMMIT` and `ROLLBACK`, and then says that it is done with the connection. */
class Transaction {
  readonly provider = 'postgres';
  readonly adapterName = 'pg';
  readonly options = { usePhantomQuery: false };
  private released = false;
  /** Its `BEGIN`: sent, and not waited for by itself. */
  private begun: Promise<unknown> | undefined;

  constructor(
    private readonly client: PoolClient,
    private readonly adapter: Adapter,
  ) {}

  readonly queryRaw = (query: Query): Promise<Result<ResultSet>> => {
    return this.adapter.guard(() => this.run(query, noRows, (client) => this.adapter.rowsOf(client, query, true)));
  };

  readonly executeRaw = (query: Query): Promise<Result<number>> => {
    return this.adapter.guard(() => this.run(query, 0, (client) => this.adapter.countOf(client, query, true)));
  };

  readonly commit = (): Promise<Result<void>> => {
    this.release();
    return Promise.resolve(ok(undefined));
  };

  readonly rollback = (): Promise<Result<void>> => {
    this.release();
    return Promise.resolve(ok(undefined));
  };

  release(destroy = false): void {
    if (this.released) return;
    this.released = true;
    this.adapter.forget(this);
    this.client.release(destroy);
  }

  private async run<T>(query: Query, nothing: T, action: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.released) throw new Error('The connection of this transaction was lost');
    try {
      if (query.sql === 'BEGIN') {
        this.begun = action(this.client);
        // Whoever comes next hears of it.
        this.begun.catch(() => undefined);
        return nothing;
      }
      const [outcome] = await Promise.all([action(this.client), this.begun]);
      return outcome;
    } catch (error) {
      // After these the engine does not say that it is done.
      if (isLost(error) || /^(BEGIN|COMMIT|ROLLBACK)\b/.test(query.sql)) this.release(true);
      throw error;
    }
  }
}

const noRows: ResultSet = { columnNames: [], columnTypes: [], rows: [] };

/** Whether an error is the connection's, not the query's. */
const isLost = (error: unknown): boolean =>
  !(error instanceof DatabaseError || error instanceof UnreadableValue) ||
  (error instanceof DatabaseError && (error.severity === 'FATAL' || error.severity === 'PANIC'));

/** Whether PostgreSQL refuses a prepared statement because of what it was prepared for, or has lost it. */
const isOutdated = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.routine === 'RevalidateCachedQuery' || error.code === '26000');

/** `pg` knows what to do with bytes of its own kind only, inside of arrays. */
const bound = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((element: unknown) =>
        ArrayBuffer.isView(element) ? Buffer.from(element.buffer, element.byteOffset, element.byteLength) : element,
      )
    : value;
