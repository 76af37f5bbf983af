import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

import {
  createMessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

import { messageOf, StackError } from '../errors';
import { isStarterGone } from '../starter';
import type { StackOwner } from './owner';
import { progress, requests, type Keeping, type RunFacts } from './protocol';

/** How long a supervisor waits for the first who uses it, and for workers to end after their runner, in milliseconds. */
const patience = { forTheFirst: 10_000, afterTheRunner: 1_500 };

/** One use of the stack: from a runner's start until the last of its connections closes. */
interface Run extends RunFacts {
  readonly id: string;
  readonly since: string;
  readonly runner: MessageConnection;
  /** The runner's and its workers'. */
  readonly connections: Map<MessageConnection, Socket>;
}

/** How a stack comes to its end: on purpose, when nothing of it is wanted any more, or because it lost a part. */
export type End = (why: string, how: 'on purpose' | 'broken') => void;

/** Answers on the stack's socket, and counts who is there. */
export class StackServer {
  readonly #owner: StackOwner;
  readonly #end: End;
  readonly #since = new Date().toISOString();
  readonly #connections = new Set<MessageConnection>();
  readonly #runs = new Map<string, Run>();
  readonly #nobodyCame: NodeJS.Timeout;
  #runsStarted = 0;
  #keeping: Keeping | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isEnding = false;

  /** @param end called when the stack has no reason to live any more */
  constructor(owner: StackOwner, end: End) {
    this.#owner = owner;
    this.#end = end;
    // Whoever started this process comes first, or ends before.
    const since = performance.now();
    this.#nobodyCame = setInterval(() => {
      if (!isStarterGone() && performance.now() - since < patience.forTheFirst) return;
      clearInterval(this.#nobodyCame);
      this.#finish('nobody came');
    }, 100);
  }

  /** How the stack is kept; undefined: it is not, and ends with its run. */
  get keeping(): Keeping | undefined {
    return this.#keeping;
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.#welcome(socket);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#owner.socket, resolve);
    });
    chmodSync(this.#owner.socket, 0o600);
  }

  #welcome(socket: Socket): void {
    clearInterval(this.#nobodyCame);
    const owner = this.#owner;
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    this.#connections.add(connection);
    let run: Run | undefined;
    const lanes = new Set<string>();
    const proxies = new Set<number>();

    connection.onRequest(requests.start, async ({ wish, run: facts }) => {
      if (this.#isEnding) return { unfit: 'it is ending', users: [] };
      // One that is not kept was made for whoever starts it; what it lacks shows where it is needed.
      const unfit = this.#keeping === undefined ? undefined : owner.unfitFor(wish);
      if (unfit !== undefined) return { unfit, users: [...this.#runs.values()].map(userOf) };
      run = this.#startRun(connection, socket, facts);
      await answered(owner.ready((line) => void connection.sendNotification(progress, line)));
      return { session: await answered(owner.openSession(run.id)) };
    });
    connection.onRequest(requests.borrowLane, async ({ run: id, profile, index }) => {
      run = this.#runs.get(id);
      if (run === undefined) throw new ResponseError(1, 'The run that this lane is for has ended.\nRun again.');
      run.connections.set(connection, socket);
      const lane = await answered(owner.borrowLane(id, profile, index));
      lanes.add(lane.name);
      // Whoever asked may have left meanwhile, and his run with him.
      if (!this.#connections.has(connection)) owner.returnLane(lane.name, false);
      if (!this.#runs.has(id)) await owner.endRun(id);
      return lane;
    });
    connection.onRequest(requests.returnLane, ({ name, clean }) => {
      lanes.delete(name);
      owner.returnLane(name, clean);
    });
    connection.onRequest(requests.endLane, async ({ lane }) => {
      lanes.delete(lane);
      await answered(owner.endLane(lane));
    });
    connection.onRequest(requests.setAside, async ({ lane, what }) => {
      // Whoever asks may leave at once: from here on the lane is not theirs to leave behind.
      lanes.delete(lane);
      for (const pid of owner.proxiesOf(lane)) proxies.delete(pid);
      await answered(owner.setAside(lane, what));
    });
    connection.onRequest(requests.forkProxy, async ({ lane, mutant }) => {
      const proxy = await answered(owner.forkProxy(lane, mutant));
      proxies.add(proxy.pid);
      if (!this.#connections.has(connection)) await owner.endProxy(proxy.pid);
      return proxy;
    });
    connection.onRequest(requests.endProxy, ({ pid }) => {
      proxies.delete(pid);
      return answered(owner.endProxy(pid));
    });
    connection.onRequest(requests.keep, async (keeping) => {
      this.#keeping = keeping;
      this.#rest();
      await answered(owner.makeSpares());
    });
    connection.onRequest(requests.status, ({ wish }) => ({
      pid: process.pid,
      release: owner.release,
      databases: owner.databases,
      since: this.#since,
      logs: owner.logs,
      idleMs: this.#keeping?.idleMs,
      unfit: wish === undefined ? undefined : owner.unfitFor(wish),
      users: [...this.#runs.values()].map((user) => ({ ...userOf(user), lanes: owner.lanesOf(user.id) })),
      spareLanes: owner.spareLanes,
      setAside: owner.lanesSetAside,
    }));
    connection.onRequest(requests.end, () => {
      if (this.#runs.size > 0) return false;
      this.#finish('somebody asked for it');
      return true;
    });
    connection.onError(() => undefined);
    connection.onClose(() => {
      this.#connections.delete(connection);
      // Whoever left without giving back left in the middle of something.
      for (const name of lanes) owner.returnLane(name, false);
      for (const pid of proxies) void owner.endProxy(pid).catch(() => undefined);
      if (run !== undefined) this.#leave(run, connection);
      if (this.#connections.size === 0 && this.#keeping === undefined) this.#finish('everybody left');
    });
    connection.listen();
  }

  #startRun(runner: MessageConnection, socket: Socket, facts: RunFacts): Run {
    this.#runsStarted += 1;
    const id = String(this.#runsStarted);
    const run = { ...facts, id, since: new Date().toISOString(), runner, connections: new Map([[runner, socket]]) };
    this.#runs.set(id, run);
    clearTimeout(this.#idle);
    return run;
  }

  /** A run lasts as long as one of its connections, but its workers have to follow their runner soon. */
  #leave(run: Run, connection: MessageConnection): void {
    run.connections.delete(connection);
    if (run.connections.size === 0) this.#endRun(run);
    else if (connection === run.runner) {
      setTimeout(() => {
        this.#endRun(run);
      }, patience.afterTheRunner);
    }
  }

  #endRun(run: Run): void {
    if (!this.#runs.delete(run.id)) return;
    if (this.#keeping === undefined) {
      this.#finish('the runner left');
      return;
    }
    // A worker that stayed behind is told.
    for (const socket of run.connections.values()) socket.destroy();
    this.#owner.endRun(run.id).then(
      () => {
        this.#rest();
      },
      (error: unknown) => {
        process.stderr.write(`${messageOf(error)}\n`);
        this.#end('the lanes of a run could not be taken back', 'broken');
      },
    );
  }

  /** Nobody may be here for a while. */
  #rest(): void {
    if (this.#keeping === undefined || this.#runs.size > 0) return;
    const { idleMs } = this.#keeping;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#finish(`nobody used it for ${idleMs / 60_000} minutes`);
    }, idleMs);
    this.#owner.makeSpares().catch((error: unknown) => {
      // The next who borrows is told, if it happens to him as well.
      process.stderr.write(`${messageOf(error)}\n`);
    });
  }

  /** From here on nobody is admitted. */
  refuseAll(): void {
    this.#isEnding = true;
  }

  #finish(why: string): void {
    this.refuseAll();
    this.#end(why, 'on purpose');
  }
}

const userOf = ({ pid, command, since }: Run) => ({ pid, command, since });

/** An error's whole message goes over the wire; a stack trace stays in our log, where nobody foresaw the error. */
const answered = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && !(error instanceof StackError)) process.stderr.write(`${error.stack ?? ''}\n`);
    throw new ResponseError(1, messageOf(error));
  }
};
