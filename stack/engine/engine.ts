import { DatabaseError, type Pool } from 'pg';

import { messageOf } from '../errors';
import { isWithoutTls, type Connection } from '../postgres/connection';
import { Adapter } from './adapter';
import { Preparation } from './preparation';
import { coded, type Failure, panicked, Refusal, transactionFailure, uncoded, type UserFacingError } from './failures';
import { startEngine, type RunningWasm, type WasmEngine } from './wasm';

export interface TransactionOptions {
  max_wait: number;
  timeout: number;
  isolation_level?: string;
}

const notFound =
  "Transaction not found. Transaction ID is invalid, refers to an old closed transaction Prisma doesn't have " +
  'information about anymore, or was obtained before disconnecting.';
const outOfTime = 'Unable to start a transaction in the given time.';

const noTimePassed = 'however 0 ms passed';
/** How many transactions to know the beginning of. */
const remembered = 1000;

/** The engine's ids; it panics when it is given anything else. */
const transactionId = /^[a-z0-9]{25}$/;

/**
 * The WASM engine together with its connections. It adds two things: a panic ends only the queries under way, as in the
 * native engine, and errors of connections get the codes that the native engine gives them.
 */
export class Engine {
  private readonly adapter: Adapter;
  private wasm: Promise<RunningWasm>;
  /** When each interactive transaction began: the engine has no clock that it could tell from. */
  private readonly begun = new Map<string, number>();
  /** What to call for each query under way when the engine panics. */
  private readonly underWay = new Set<(reason: Refusal) => void>();
  /** @param compiled what `compileEngine` promised: it may be begun before there is a connection */
  constructor(
    private readonly compiled: Promise<WebAssembly.Module>,
    private readonly schemaText: string,
    private readonly connection: Connection,
    readonly pool: Pool,
  ) {
    this.adapter = new Adapter(pool, connection.schema, new Preparation(connection.statementCacheSize));
    this.wasm = this.start();
  }

  /** Resolves when queries can be answered. */
  async ready(): Promise<void> {
    await this.wasm;
  }

  /**
   * @param body one query or a batch, in the JSON protocol
   * @param transaction the id of an interactive transaction
   * @throws Refusal
   */
  async query(body: string, transaction: string | undefined): Promise<string> {
    if (transaction !== undefined && !transactionId.test(transaction)) {
      throw new Refusal({ error: notFound, user_facing_error: transactionFailure(notFound) });
    }
    const answer = await this.guarded((wasm) => wasm.query(body, '{}', transaction));
    // Only of an error: data may say anything.
    if (transaction !== undefined && answer.startsWith('{"errors":') && answer.includes(noTimePassed))
      return this.withTime(answer, transaction);
    return answer.includes('"P2036"') ? this.withConnectionErrors(answer) : answer;
  }

  /** @returns the id, or the error */
  async startTransaction(options: TransactionOptions): Promise<{ id: string } | UserFacingError> {
    try {
      if (!(await this.adapter.reserve(options.max_wait))) return transactionFailure(outOfTime);
    } catch (error) {
      return connectionFailure(error, this.connection).user_facing_error;
    }
    const answer = await this.transactionCall((wasm) => wasm.startTransaction(JSON.stringify(options), '{}'));
    if ('id' in answer) {
      this.begun.set(answer.id, performance.now());
      // One that is never ended expires, and is asked about soon after or never.
      for (const id of this.begun.keys()) if (this.begun.size > remembered) this.begun.delete(id);
    }
    return answer;
  }

  async commitTransaction(id: string): Promise<UserFacingError | undefined> {
    return this.endTransaction(id, (wasm) => wasm.commitTransaction(id, '{}'));
  }

  async rollbackTransaction(id: string): Promise<UserFacingError | undefined> {
    return this.endTransaction(id, (wasm) => wasm.rollbackTransaction(id, '{}'));
  }

  /** To be called with a trap of the WASM part, which surfaces as an uncaught exception. */
  panicked(trap: WebAssembly.RuntimeError): void {
    this.adapter.abandonTransactions();
    this.wasm.then(
      ({ retire }) => {
        retire();
      },
      () => undefined,
    );
    this.wasm = this.start();
    // Whoever asks next finds it rejected.
    this.wasm.catch(() => undefined);
    const reason = new Refusal(panicked(`The query engine panicked: ${trap.message}`));
    for (const reject of this.underWay) reject(reason);
  }

  private async start(): Promise<RunningWasm> {
    return startEngine(await this.compiled, this.schemaText, this.adapter);
  }

  private async guarded<T>(call: (wasm: WasmEngine) => Promise<T>): Promise<T> {
    const { engine: wasm } = await this.wasm;
    return new Promise<T>((resolve, reject) => {
      this.underWay.add(reject);
      const done = () => this.underWay.delete(reject);
      call(wasm).then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(new Refusal(uncoded(messageOf(error))));
        },
      );
    });
  }

  private async endTransaction(
    id: string,
    call: (wasm: WasmEngine) => Promise<string>,
  ): Promise<UserFacingError | undefined> {
    if (!transactionId.test(id)) return transactionFailure(notFound);
    const answer = await this.transactionCall(call);
    if (!('message' in answer)) {
      this.begun.delete(id);
      return undefined;
    }
    return answer.message.includes(noTimePassed)
      ? (JSON.parse(this.withTime(JSON.stringify(answer), id)) as UserFacingError)
      : answer;
  }

  private async transactionCall(
    call: (wasm: WasmEngine) => Promise<string>,
  ): Promise<{ id: string } | UserFacingError> {
    // It answers with text, and in one case with the object itself.
    const answer: unknown = await this.guarded<unknown>(call);
    const value = (typeof answer === 'string' ? JSON.parse(answer) : (answer ?? {})) as
      { id: string } | UserFacingError;
    return 'message' in value ? this.withConnectionError(value) : value;
  }

  /** Says how old an expired transaction is. */
  private withTime(answer: string, transaction: string): string {
    const passed = Math.round(performance.now() - (this.begun.get(transaction) ?? performance.now()));
    return answer.replaceAll(noTimePassed, `however ${passed} ms passed`);
  }

  private withConnectionErrors(answer: string): string {
    const parsed = JSON.parse(answer) as { errors?: Failure[] };
    if (parsed.errors === undefined) return answer;
    const errors = parsed.errors.map((failure) => {
      const error = this.withConnectionError(failure.user_facing_error);
      return error === failure.user_facing_error ? failure : { error: error.message, user_facing_error: error };
    });
    return JSON.stringify({ errors });
  }

  /** `P2036` is "something in JavaScript failed": the adapter knows what. */
  private withConnectionError(error: UserFacingError): UserFacingError {
    const id = error.error_code === 'P2036' ? error.meta?.id : undefined;
    if (typeof id !== 'number') return error;
    return connectionFailure(this.adapter.takeError(id), this.connection).user_facing_error;
  }
}

/** A failed connection, under the code that the native engine has for it. Never holds the URL. */
export function connectionFailure(
  error: unknown,
  { host, port, pool, poolTimeout, socketTimeout }: Connection,
): Failure {
  const message = messageOf(error);
  if (message === 'Query read timeout')
    return coded('P1008', `Operations timed out after ${socketTimeout}s`, { time: `${socketTimeout}s` });
  if (message.includes('timeout exceeded when trying to connect'))
    return coded(
      'P2024',
      'Timed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool ' +
        `(Current connection pool timeout: ${poolTimeout}, connection limit: ${pool.max})`,
      { connection_limit: pool.max, timeout: poolTimeout },
    );
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // No line of pg_hba.conf lets this role in, or not this way; or there is no such role.
  if (error instanceof DatabaseError && code === '28000')
    return coded('P1010', `User \`${pool.user}\` was denied access on the database \`${pool.database}\``, {
      database_user: pool.user,
      database_name: pool.database,
    });
  if (error instanceof DatabaseError && code.startsWith('28'))
    return coded(
      'P1000',
      `Authentication failed against database server at \`${host}\`, the provided database credentials for ` +
        `\`${pool.user}\` are not valid.\n\nPlease make sure to provide valid database credentials.`,
      { database_user: pool.user, database_host: host },
    );
  if (error instanceof DatabaseError && code === '3D000')
    return coded(
      'P1003',
      `Database \`${pool.database}\` does not exist on the database server at \`${host}:${port}\`.`,
      { database_name: pool.database, database_host: host, database_port: port },
    );
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT)$/.test(code))
    return coded(
      'P1001',
      `Can't reach database server at \`${host}:${port}\`\n\n` +
        `Please make sure your database server is running at \`${host}:${port}\`.`,
      { database_host: host, database_port: port },
    );
  if (isWithoutTls(error) || /CERT|^ERR_(TLS|SSL)_|^UNABLE_TO_/.test(code))
    return coded('P1011', `Error opening a TLS connection: ${message}`, { message });
  if (/terminated|ECONNRESET|EPIPE|was lost|not queryable/.test(`${message} ${code}`))
    return coded('P1017', 'Server has closed the connection.', {});
  return uncoded(message);
}
