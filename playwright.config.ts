import path from 'node:path';

import { defineConfig } from '@playwright/test';

import { narrowingMetadata } from './reporting/narrowing';
import { reportFolders } from './stack/run-folder';
import { loadSettings } from './stack/settings';

// A bad value, or a folder in use, stops here, before anything starts.
const { runFolder, attach } = loadSettings();
const folders = reportFolders('main', runFolder);

export default defineConfig({
  testDir: './specs',
  outputDir: folders.results,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  failOnFlakyTests: true,
  metadata: narrowingMetadata(),
  workers: attach === undefined ? 2 : 1,
  timeout: 30_000,
  globalSetup: './global-setup.ts',
  globalTeardown: './global-teardown.ts',
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: folders.html }],
    ['junit', { outputFile: path.join(folders.report, 'junit.xml'), includeRetries: true }],
    ['./reporting/behaviors-reporter.ts', { outputFolder: folders.report }],
    ['./reporting/counts-reporter.ts', { folder: runFolder }],
  ],
});
