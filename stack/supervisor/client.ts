import { connect } from 'node:net';

import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

import { messageOf, StackError } from '../errors';
import type { ProfileName } from '../proxy/profiles';
import { progress, requests, type LaneFacts, type ProxyFacts } from './protocol';

/** A connection to a supervisor. As long as it is open, the stack lives. */
export class SupervisorClient {
  readonly #connection: MessageConnection;
  readonly #logs: string;
  /** Settles, with what to tell, when the supervisor is gone before the connection was closed. */
  readonly lost: Promise<StackError>;

  private constructor(connection: MessageConnection, logs: string) {
    this.#connection = connection;
    this.#logs = logs;
    this.lost = new Promise((resolve) => {
      connection.onClose(() => {
        resolve(
          new StackError(
            'The supervisor of the stack is gone.',
            'Run again; if it happens twice, its log says why.',
            logs,
          ),
        );
      });
    });
  }

  /**
   * @param socket the supervisor's socket
   * @param logs where to look when it is gone
   */
  static connect(socket: string, logs: string): Promise<SupervisorClient> {
    return new Promise((resolve, reject) => {
      const stream = connect(socket);
      stream.once('error', (error) => {
        reject(new StackError(`There is no supervisor at ${socket}: ${error.message}`, 'Run again.', logs));
      });
      stream.once('connect', () => {
        const connection = createMessageConnection(new SocketMessageReader(stream), new SocketMessageWriter(stream));
        connection.onError(() => undefined);
        connection.listen();
        resolve(new SupervisorClient(connection, logs));
      });
    });
  }

  /** See `requests.start`. */
  start(heard: (line: string) => void): Promise<string> {
    this.#connection.onNotification(progress, heard);
    return this.#answer(this.#connection.sendRequest(requests.start));
  }

  borrowLane(profile: ProfileName, index: number): Promise<LaneFacts> {
    return this.#answer(this.#connection.sendRequest(requests.borrowLane, { profile, index }));
  }

  returnLane(name: string, clean: boolean): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.returnLane, { name, clean }));
  }

  forkProxy(lane: string): Promise<ProxyFacts> {
    return this.#answer(this.#connection.sendRequest(requests.forkProxy, { lane }));
  }

  endProxy(pid: number): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.endProxy, { pid }));
  }

  /** Lets go. When this was the last connection, the stack ends within three seconds. */
  close(): void {
    this.#connection.end();
    this.#connection.dispose();
  }

  async #answer<T>(answer: Promise<T>): Promise<T> {
    try {
      const lost = this.lost.then((error) => {
        throw error;
      });
      return await Promise.race([answer, lost]);
    } catch (error) {
      if (error instanceof StackError) throw error;
      const [what = '', ...next] = messageOf(error).split('\n');
      // What the supervisor foresaw is complete by itself: what failed, what next, which log.
      if (next.length > 0) throw new StackError(what, next.join('\n'));
      throw new StackError(what, 'The logs of this run may say more.', this.#logs);
    }
  }
}
