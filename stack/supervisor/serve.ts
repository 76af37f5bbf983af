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
import type { StackOwner } from './owner';
import { progress, requests } from './protocol';

/** How long a supervisor waits for the first who uses it, and for workers to end after their runner, in milliseconds. */
const patience = { forTheFirst: 10_000, afterTheRunner: 1_500 };

/**
 * Answers on the stack's socket, and counts who is there.
 *
 * @param end called when nobody is left, or the runner has been gone for a while
 */
export async function serveStack(owner: StackOwner, end: (why: string) => void): Promise<void> {
  const connections = new Set<MessageConnection>();
  const nobodyCame = setTimeout(() => {
    end('nobody came');
  }, patience.forTheFirst);

  const welcome = (socket: Socket) => {
    clearTimeout(nobodyCame);
    const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    connections.add(connection);
    let isRunner = false;
    const lanes = new Set<string>();
    const proxies = new Set<number>();

    connection.onRequest(requests.start, () => {
      isRunner = true;
      return answered(owner.ready((line) => void connection.sendNotification(progress, line)));
    });
    connection.onRequest(requests.borrowLane, async ({ profile, index }) => {
      const lane = await answered(owner.borrowLane(profile, index));
      lanes.add(lane.name);
      return lane;
    });
    connection.onRequest(requests.returnLane, ({ name, clean }) => {
      lanes.delete(name);
      return answered(owner.returnLane(name, clean));
    });
    connection.onRequest(requests.forkProxy, async ({ lane }) => {
      const proxy = await answered(owner.forkProxy(lane));
      proxies.add(proxy.pid);
      // Whoever asked may have left meanwhile.
      if (!connections.has(connection)) await owner.endProxy(proxy.pid);
      return proxy;
    });
    connection.onRequest(requests.endProxy, ({ pid }) => {
      proxies.delete(pid);
      return answered(owner.endProxy(pid));
    });
    connection.onError(() => undefined);
    connection.onClose(() => {
      connections.delete(connection);
      // Whoever left without giving back left in the middle of something.
      for (const name of lanes) void owner.returnLane(name, false).catch(() => undefined);
      for (const pid of proxies) void owner.endProxy(pid).catch(() => undefined);
      if (connections.size === 0) end('everybody left');
      else if (isRunner) {
        setTimeout(() => {
          end('the runner left');
        }, patience.afterTheRunner);
      }
    });
    connection.listen();
  };

  const server = createServer(welcome);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(owner.socket, resolve);
  });
  chmodSync(owner.socket, 0o600);
}

/** An error's whole message goes over the wire; a stack trace stays in our log, where nobody foresaw the error. */
const answered = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && !(error instanceof StackError)) process.stderr.write(`${error.stack ?? ''}\n`);
    throw new ResponseError(1, messageOf(error));
  }
};
