import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import { difference, sourcesOf } from '../../stack/wish';

const made = {
  release: '1.106.0',
  masterKey: undefined,
  premium: true,
  databaseUrl: undefined,
  engine: undefined,
  configuration: { file: '/my.yaml', digest: 'a' },
  sources: 'a',
};

test('a stack does for the same wish again', () => {
  expect(difference(made, { ...made })).toBeUndefined();
});

for (const [changed, says] of [
  [{ release: '1.87.0' }, 'it is of release 1.106.0, and 1.87.0 is wanted'],
  [{ premium: false }, 'PREMIUM_USER is false now'],
  [{ masterKey: 'sk-hunter2hunter2hunter2' }, 'STACK_MASTER_KEY is another one now'],
  [{ databaseUrl: 'postgresql://me:hunter2@host/db' }, 'STACK_DATABASE_URL is another one now'],
  [{ engine: '/engine of today' }, 'PRISMA_QUERY_ENGINE_BINARY is another one now'],
  [{ configuration: undefined }, 'PROXY_CONFIG is another one now'],
  [{ configuration: { file: '/my.yaml', digest: 'b' } }, '/my.yaml, or what lies beside it, has changed since'],
  [{ sources: 'b' }, 'stack/, node_modules or Node has changed since'],
] as const) {
  test(`a stack will not do any more, without telling a secret: ${says}`, () => {
    const wanted = { ...made, ...changed };
    expect(difference(made, wanted)).toBe(says);
    expect(difference(wanted, made)).not.toBeUndefined();
    expect(difference(wanted, made)).not.toContain('hunter2');
  });
}

test('any edit of a source, a new one and a removed one are noticed', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
  const file = path.join(folder, 'server.py');
  const seen = new Set<string>();
  writeFileSync(path.join(folder, 'owner.ts'), 'one');
  seen.add(sourcesOf(folder));
  writeFileSync(file, 'two');
  seen.add(sourcesOf(folder));
  writeFileSync(file, 'tow');
  seen.add(sourcesOf(folder));
  expect(seen.size).toBe(3);
  rmSync(file);
  expect(seen.has(sourcesOf(folder))).toBe(true);
  rmSync(folder, { recursive: true });
});
