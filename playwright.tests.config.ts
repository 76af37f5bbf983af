import { defineConfig } from '@playwright/test';

import { StackError } from './stack/errors';
import { reportFolders } from './stack/run-folder';
import { isExecutable, loadSettings } from './stack/settings';
import type { EngineOptions } from './tests/engine/engine';

// What these tests say of a stack, they say of one that brings everything along.
for (const name of [
  'STACK_DATABASE_URL',
  'PREMIUM_USER',
  'JUDGE',
  'PROXY_CONFIG',
  'PRISMA_QUERY_ENGINE_BINARY',
  'ATTACH_BASE_URL',
  'ATTACH_DATABASE_URL',
  'ATTACH_MASTER_KEY',
  'ATTACH_WRITES',
]) {
  process.env[name] = '';
}

/** Of Prisma's own, if somebody has one: what is expected of ours is then expected of that one too. */
const nativeEngine = process.env.PRISMA_NATIVE_ENGINE ?? '';
if (nativeEngine !== '' && !isExecutable(nativeEngine))
  throw new StackError(
    `PRISMA_NATIVE_ENGINE is ${JSON.stringify(nativeEngine)}.`,
    'It takes the absolute path of a native Prisma query engine that can be executed; leave it out to test ours alone.',
  );

const { runFolder } = loadSettings();
const folders = reportFolders('harness', runFolder);

/** The harness's own tests. They use the same stack as the specs do, and start others where they have to. */
export default defineConfig<object, EngineOptions>({
  testDir: './tests',
  testMatch: '**/*.test.ts',
  outputDir: folders.results,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  failOnFlakyTests: true,
  workers: 2,
  // Much of what is waited for is another process's work, beside which a slow machine has others to do.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Without one, its project is not declared.
  ...(nativeEngine === ''
    ? {}
    : {
        projects: [
          {},
          {
            name: 'native engine',
            testMatch: /tests\/engine\/(client-\w+|python-client|types|errors|raw|transactions|round-trip)\.test\.ts$/,
            // What `docs/engine.md` says ours does in its own way.
            grepInvert: /@ours/,
            use: { queryEngine: nativeEngine },
          },
        ],
      }),
  globalSetup: './global-setup.ts',
  globalTeardown: './global-teardown.ts',
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: folders.html }],
    ['./reporting/counts-reporter.ts', { folder: runFolder }],
  ],
});
