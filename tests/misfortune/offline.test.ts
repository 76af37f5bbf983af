import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

import { projectFolder } from '../../stack/home';
import { ensureRelease } from '../../stack/release';
import { loadSettings } from '../../stack/settings';
import { expect, test } from './machine';

/** `ip link set lo up`, for machines without `ip`: SIOCSIFFLAGS with IFF_UP and IFF_RUNNING. */
const loopbackUp = `import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x41))`;

/** What comes of a connection to an address that is nobody's. */
const knock = `require("net").connect(443, "192.0.2.1").on("error", (e) => console.log("knocked:", e.code)).on("connect", () => console.log("knocked: connected"))`;

/** The network interfaces that a process sees. */
const interfacesOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/net/dev`, 'utf8')
    .split('\n')
    .flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []);

test('once installed, everything runs without a network, in a project that cannot be written to', async ({
  nested,
  machine,
}) => {
  const { home, release } = loadSettings();
  const { python } = await ensureRelease({ version: release, home, progress: () => undefined });
  const keep = path.join(machine.home, 'keep');
  const PATH = machine.namespace({
    network: false,
    prepare: [
      `${python} -I -c '${loopbackUp}'`,
      `node -e '${knock}'`,
      // STACK_HOME keeps its path, or there would be a template to make.
      `mkdir ${keep}; mount --bind ${home} ${keep}`,
      `mount --bind ${projectFolder} ${projectFolder}; mount -o remount,bind,ro ${projectFolder}`,
      `mount --bind ${keep} ${home}`,
      `cd ${projectFolder}; ! touch package.json 2>/dev/null`,
    ].join('\n'),
  });
  const run = nested({ specs: ['busy'], environment: { PATH, STACK_DATABASE_URL: undefined } });
  await run.untilSigns('busy-owner', 'busy-team_admin');
  for (const role of ['runner', 'worker', 'supervisor', 'launcher', 'proxy', 'engine', 'postmaster'] as const) {
    for (const { pid } of run.having(role)) {
      expect(interfacesOf(pid), `what the ${role} sees of networks`).toEqual(['lo']);
      expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
    }
    expect(run.having(role), role).not.toEqual([]);
  }
  run.sign('enough');
  expect(await run.ended, run.said).toEqual({ code: 0, signal: null });
  await run.expectNothingLeft(performance.now());
  expect(run.said).toContain('knocked: ENETUNREACH');
  expect(run.results.map(({ status }) => status)).toEqual(['passed', 'passed']);
});
