import { type DriverAdapter, err, ok, type Query, type Result, type ResultSet } from '@prisma/driver-adapter-utils';
import { DatabaseError, type Pool, type PoolClient } from 'pg';

import { columnType, typeParsers } from './postgres-types';

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
  private readonly transactions = new Set<Transaction>();
  /** Connections that transactions about to begin have waited for. */
  private readonly reserved: PoolClient[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly schema: string,
  ) {}

  readonly getConnectionInfo = (): Result<{ schemaName: string }> => {
    return ok({ schemaName: this.schema });
  };

  readonly queryRaw = (query: Query): Promise<Result<ResultSet>> => {
    return this.guard(() => this.lend((client) => rowsOf(client, query)));
  };

  readonly executeRaw = (query: Query): Promise<Result<number>> => {
    return this.guard(() => this.lend((client) => countOf(client, query)));
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

  constructor(
    private readonly client: PoolClient,
    private readonly adapter: Adapter,
  ) {}

  readonly queryRaw = (query: Query): Promise<Result<ResultSet>> => {
    return this.adapter.guard(() => this.run(query, rowsOf));
  };

  readonly executeRaw = (query: Query): Promise<Result<number>> => {
    return this.adapter.guard(() => this.run(query, countOf));
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

  private async run<T>(query: Query, action: (client: PoolClient, query: Query) => Promise<T>): Promise<T> {
    if (this.released) throw new Error('The connection of this transaction was lost');
    try {
      return await action(this.client, query);
    } catch (error) {
      // After these the engine does not say that it is done.
      if (isLost(error) || /^(BEGIN|COMMIT|ROLLBACK)\b/.test(query.sql)) this.release(true);
      throw error;
    }
  }
}

/** Whether an error is the connection's, not the query's. */
const isLost = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || error.severity === 'FATAL' || error.severity === 'PANIC';

async function rowsOf(client: PoolClient, query: Query): Promise<ResultSet> {
  const { fields, rows } = await run(client, query);
  return {
    columnNames: fields.map(({ name }) => name),
    columnTypes: fields.map(({ dataTypeID }) => columnType(dataTypeID)),
    rows,
  };
}

const countOf = async (client: PoolClient, query: Query): Promise<number> => (await run(client, query)).rowCount ?? 0;

const run = (client: PoolClient, { sql, args }: Query) => {
  // Without parameters pg would let several statements pass in one text, as the native engine does not.
  const protocol = sql.includes(';') ? { queryMode: 'extended' } : {};
  return client.query<unknown[]>({
    ...protocol,
    text: sql,
    values: args.map(bound),
    rowMode: 'array',
    types: typeParsers,
  });
};

/** `pg` knows what to do with bytes of its own kind only, inside of arrays. */
const bound = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((element: unknown) =>
        ArrayBuffer.isView(element) ? Buffer.from(element.buffer, element.byteOffset, element.byteLength) : element,
      )
    : value;
