import path from 'node:path';

import { defineConfig } from '@playwright/test';

import { reportFolders } from '../../stack/run-folder';
import { loadSettings } from '../../stack/settings';

const { runFolder } = loadSettings();

if (process.env.NESTED_OUTPUT === undefined) {
  throw new Error('NESTED_OUTPUT is not set: this configuration is for runs that tests start');
}
const folders = reportFolders('main', runFolder);

/** Runs that the tests of this folder start, to end them in every way. The main job's configuration in all that matters. */
export default defineConfig({
  testDir: './nested',
  // Those that wait for something of their own run only when they are asked for.
  testMatch: process.env.NESTED_MATCH ?? '**/*.nested.ts',
  outputDir: folders.results,
  fullyParallel: true,
  retries: 0,
  failOnFlakyTests: true,
  workers: 2,
  timeout: 60_000,
  globalSetup: '../../global-setup.ts',
  globalTeardown: '../../global-teardown.ts',
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: folders.html }],
    ['blob', { outputDir: path.join(runFolder, 'blob') }],
    ['json', { outputFile: path.join(runFolder, 'results.json') }],
    ['junit', { outputFile: path.join(folders.report, 'junit.xml'), includeRetries: true }],
    ['../../reporting/behaviors-reporter.ts', { outputFolder: folders.report }],
    ['../../reporting/counts-reporter.ts', { folder: runFolder }],
  ],
});
