import path from 'node:path';

import { defineConfig } from '@playwright/test';

import { loadSettings } from '../../stack/settings';

loadSettings();

/** Where this run's reports go, and where its tests and whoever started it leave each other signs. */
const output = process.env.NESTED_OUTPUT;
if (output === undefined) throw new Error('NESTED_OUTPUT is not set: this configuration is for runs that tests start');

/** Runs that the tests of this folder start, to end them in every way. The main job's configuration in all that matters. */
export default defineConfig({
  testDir: './nested',
  // Those that wait for something of their own run only when they are asked for.
  testMatch: process.env.NESTED_MATCH ?? '**/*.nested.ts',
  outputDir: path.join(output, 'test-results'),
  fullyParallel: true,
  retries: 0,
  failOnFlakyTests: true,
  workers: 2,
  timeout: 60_000,
  globalSetup: '../../global-setup.ts',
  globalTeardown: '../../global-teardown.ts',
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: path.join(output, 'html') }],
    ['blob', { outputDir: path.join(output, 'blob') }],
    ['json', { outputFile: path.join(output, 'results.json') }],
    ['../../reporting/behaviors-reporter.ts', { outputFolder: path.join(output, 'report') }],
  ],
});
