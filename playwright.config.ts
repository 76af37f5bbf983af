import { defineConfig } from '@playwright/test';

import { loadSettings } from './stack/settings';

// A bad value stops here, before anything starts.
loadSettings();

export default defineConfig({
  testDir: './specs',
  outputDir: './test-results/main',
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  failOnFlakyTests: true,
  workers: 2,
  timeout: 30_000,
  globalSetup: './global-setup.ts',
  globalTeardown: './global-teardown.ts',
  reporter: [
    ['list'],
    ['html', { open: 'never' }],
    ['./reporting/behaviors-reporter.ts'],
    ['./reporting/counts-reporter.ts'],
  ],
});
