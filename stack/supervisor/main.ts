/**
 * The process that owns a stack: PostgreSQL, the launcher, the lanes. It has a session of its own, so that no Ctrl-C
 * reaches it, and ends everything when the last of those who use it is gone; a kept one when nobody has used it for long.
 */
import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';

import { aboutFolders, messageOf } from '../errors';
import { leavePlace } from '../warm-place';
import type { StackOrder } from './protocol';
import { StackOwner } from './owner';
import { StackServer, type End } from './serve';

/** The file descriptor on which the starter waits for the socket's path. */
const announcementChannel = 3;

async function main(): Promise<void> {
  const order = JSON.parse(await text(process.stdin)) as StackOrder;
  await start(order).catch((error: unknown) => {
    // Whoever started this process shows the end of its log. What there is of the stack, the guard removes.
    process.stderr.write(`${messageOf(aboutFolders(error, 'Making its folder', order.home))}\n`);
    process.exit(1);
  });
}

async function start(order: StackOrder): Promise<void> {
  const owner = StackOwner.create(order);
  const end: End = (why, how) => {
    server.refuseAll();
    try {
      // Before anything of it ends: whoever finds the place counts on what it names.
      if (server.keeping !== undefined) leavePlace(server.keeping.place, how === 'broken' ? why : undefined);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
    }
    void owner.end(why).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${messageOf(error)}\n`);
        process.exit(1);
      },
    );
  };
  const server = new StackServer(owner, end);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end(signal, 'on purpose');
    });
  }
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    end('an error of its own', 'broken');
  });
  void owner.broken.then((why) => {
    end(why, 'broken');
  });
  await server.listen();
  writeSync(announcementChannel, `${owner.socket}\n`);
}

void main();
