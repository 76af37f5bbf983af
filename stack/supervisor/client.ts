import { connect, type Socket } from 'node:net';

import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

import { messageOf, StackError } from '../errors';
import type { LaneProfile } from '../profiles';
import type { Mutant } from '../proxy/launcher';
import {
  progress,
  requests,
  type Admission,
  type Keeping,
  type LaneFacts,
  type ProxyFacts,
  type StackStatus,
  type StackWish,
} from './protocol';

/** A connection to a supervisor. As long as a run's are open, its stack lives. */
export class SupervisorClient {
  readonly #connection: MessageConnection;
  readonly #stream: Socket;
  readonly #logs: string;
  /** Settles, with what to tell, when the supervisor is gone before the connection was closed. */
  readonly lost: Promise<StackError>;

  private constructor(connection: MessageConnection, stream: Socket, logs: string) {
    this.#connection = connection;
    this.#stream = stream;
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
        resolve(new SupervisorClient(connection, stream, logs));
      });
    });
  }

  /** See `requests.start`. */
  start(wish: StackWish, heard: (line: string) => void): Promise<Admission> {
    this.#connection.onNotification(progress, heard);
    const run = { pid: process.pid, command: process.argv.slice(1).join(' ') };
    return this.#answer(this.#connection.sendRequest(requests.start, { wish, run }));
  }

  borrowLane(run: string, profile: LaneProfile, index: number): Promise<LaneFacts> {
    return this.#answer(this.#connection.sendRequest(requests.borrowLane, { run, profile, index }));
  }

  returnLane(name: string, clean: boolean): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.returnLane, { name, clean }));
  }

  /** See `requests.endLane`. */
  endLane(lane: string): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.endLane, { lane }));
  }

  /** See `requests.setAside`. @param what what is in it, in words without secrets */
  setAside(lane: string, what: string): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.setAside, { lane, what }));
  }

  /** See `requests.forkProxy`. */
  forkProxy(lane: string, mutant?: Mutant): Promise<ProxyFacts> {
    return this.#answer(
      this.#connection.sendRequest(requests.forkProxy, { lane, ...(mutant === undefined ? {} : { mutant }) }),
    );
  }

  endProxy(pid: number): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.endProxy, { pid }));
  }

  /** See `requests.keep`. */
  keep(keeping: Keeping): Promise<void> {
    return this.#answer(this.#connection.sendRequest(requests.keep, keeping));
  }

  /** @param wish for which it is to do; left out: that is not asked */
  status(wish?: StackWish): Promise<StackStatus> {
    return this.#answer(this.#connection.sendRequest(requests.status, wish === undefined ? {} : { wish }));
  }

  /** See `requests.end`. */
  end(): Promise<boolean> {
    return this.#answer(this.#connection.sendRequest(requests.end));
  }

  /** Lets go. When this was the last connection, a stack that is not kept ends within three seconds. */
  close(): void {
    // Nobody reads any more, so the other side's end would never be seen, and would keep this process alive.
    this.#connection.dispose();
    this.#stream.destroySoon();
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
