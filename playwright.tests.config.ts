import { defineConfig } from '@playwright/test';

import { reportFolders } from './stack/run-folder';
import { loadSettings } from './stack/settings';

// What these tests say of a stack, they say of one that brings everything along.
for (const name of ['STACK_DATABASE_URL', 'PREMIUM_USER', 'PRISMA_QUERY_ENGINE_BINARY']) process.env[name] = '';

const { runFolder } = loadSettings();
const folders = reportFolders('harness', runFolder);

/** The harness's own tests. They use the same stack as the specs do, and start others where they have to. */
export default defineConfig({
  testDir: './tests',
  testMatch: '**/*.test.ts',
  outputDir: folders.results,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  failOnFlakyTests: true,
  workers: 2,
  timeout: 60_000,
  globalSetup: './global-setup.ts',
  globalTeardown: './global-teardown.ts',
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: folders.html }],
    ['./reporting/counts-reporter.ts', { folder: runFolder }],
  ],
});
