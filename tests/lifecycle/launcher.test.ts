import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import { stackEnvironment } from '../../stack/environment';
import { projectFolder } from '../../stack/home';
import { pythonMinors } from '../../stack/release/curated';
import { findPython } from '../../stack/release/python';
import { expect, test } from '@playwright/test';

const rounds = 60;
const children = 50;

/** Children that all end in one instant, over and over, under the launcher's own handler. */
const script = `
import os, signal
from launcher import Teller, reap_children

tell = Teller()
reap_children(tell)
for _ in range(${rounds}):
    gate, opener = os.pipe()
    for _ in range(${children}):
        if os.fork() == 0:
            os.close(opener)
            os.read(gate, 1)
            os._exit(0)
    os.close(gate)
    os.close(opener)
    try:
        while True:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:
        pass
`;

test('the ends of many proxies at once are all told', async () => {
  const { executable } = await findPython({
    minors: pythonMinors,
    venv: false,
    purpose: 'the test',
  });
  const { stdout, stderr } = await promisify(execFile)(executable, ['-c', script], {
    env: stackEnvironment({ PYTHONPATH: path.join(projectFolder, 'stack/proxy') }),
  });
  expect(stderr).toBe('');
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { pid: number });
  expect(new Set(told.map(({ pid }) => pid)).size).toBe(rounds * children);
  expect(told[0]).toEqual({ event: 'exited', pid: expect.any(Number) as unknown, status: 0 });
});
