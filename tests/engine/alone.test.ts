import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { projectFolder } from '../../stack/home';
import { ensureRelease } from '../../stack/release';
import { readSession } from '../../stack/session';
import { loadSettings } from '../../stack/settings';
import { expect, test } from '../support/database';

/** `ip link set lo up`, for machines without `ip`: SIOCSIFFLAGS with IFF_UP and IFF_RUNNING. */
const loopbackUp = `import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x41))`;

/** Who is not root makes a namespace of users as well. */
const rootsRights = process.getuid?.() === 0 ? [] : ['--map-root-user'];

test('the plain litellm command starts and makes keys where there is no network', async () => {
  test.setTimeout(400_000);
  const { python } = await ensureRelease({
    version: readSession().release,
    home: loadSettings().home,
    progress: () => undefined,
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-alone-'));
  // PostgreSQL's account has to get through.
  chmodSync(folder, 0o755);
  const inside = [
    `"$1" -I -c '${loopbackUp}'`,
    // Only loopback, and nobody can be reached.
    `! "$1" -I -c 'import socket; socket.create_connection(("192.0.2.1", 443), 2)' 2> /dev/null`,
    `exec "$0" --import tsx tests/engine/alone.ts "$2" "$1"`,
  ].join(' && ');
  // Whatever is started inside ends with the first process of the namespace, and that one with ours.
  const flags = [...rootsRights, '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const run = spawn('unshare', [...flags, 'sh', '-c', inside, process.execPath, python, folder], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaints = '';
  run.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  run.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  try {
    const code = await new Promise<number | null>((resolve) => run.once('close', resolve));
    expect(code, complaints + readFileSync(path.join(folder, 'litellm.log'), 'utf8').slice(-4000)).toBe(0);
    expect(JSON.parse(said)).toEqual({ migrated: 0, status: 200, key: 'sk-', rows: [{ key_alias: 'made alone' }] });
  } finally {
    run.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
