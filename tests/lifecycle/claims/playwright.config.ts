import { defineConfig } from '@playwright/test';

import { reportFolders } from '../../../stack/run-folder';
import { loadSettings } from '../../../stack/settings';

/** Runs without a stack, for what becomes of report folders. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.sample.ts',
  outputDir: reportFolders('main', loadSettings().runFolder).results,
  // One waits for other runs.
  timeout: 300_000,
});
