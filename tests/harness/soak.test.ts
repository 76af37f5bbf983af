import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';

const soak = async (...words: string[]) => {
  const temporary = mkdtempSync(path.join(tmpdir(), 'behavior-soak-test-'));
  // PostgreSQL's account has to get to what is in it.
  chmodSync(temporary, 0o755);
  try {
    const environment = { ...process.env, TMPDIR: temporary, STACK_SESSION: undefined };
    return await promisify(execFile)('npm', ['run', '-s', 'soak', '--', ...words], {
      cwd: projectFolder,
      env: environment,
    }).catch((error: unknown) => error as { code: number; stdout: string; stderr: string });
  } finally {
    rmSync(temporary, { recursive: true });
  }
};

test('shuffled: a short one, of one spec, finds nothing', async () => {
  test.setTimeout(180_000);
  const said = await soak('shuffled', '--rounds=1', '--', 'specs/harness/first-request.spec.ts');
  expect(said.stdout).toMatch(/^round 1: [1-9]\d* passed, 0 failed, 0 flaky, 0 leaks or errors, /m);
  expect(said.stdout).toContain('Nothing was found in 1 rounds.');
});

test('a soak that there is not is told, with those that there are', async () => {
  const said = await soak('endless');
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('Say one of: shuffled, payloads;') });
});
