import path from 'node:path';

import { defineConfig } from '@playwright/test';

// For `npx playwright merge-reports -c merge.config.ts DIR`, which makes one report of those of several machines. Nothing is
// run, so nothing of a machine's settings may stand in the way; only where reports go is asked for, and taken as it is.
const folder = process.env.RUN_DIR ?? '';

export default defineConfig({
  // Where these specs are, wherever the blobs were made.
  testDir: './specs',
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: path.join(folder, 'playwright-report') }],
    ['junit', { outputFile: path.join(folder, 'report', 'junit.xml'), includeRetries: true }],
    ['./reporting/behaviors-reporter.ts', { outputFolder: path.join(folder, 'report') }],
    ['./reporting/counts-reporter.ts', { folder: path.resolve(folder) }],
  ],
});
