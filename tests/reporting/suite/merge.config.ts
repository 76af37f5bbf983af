import { defineConfig } from '@playwright/test';

/** Merges blobs of the suite, as the project's own merge.config.ts does those of the main job. */
export default defineConfig({
  testDir: '.',
  reporter: [
    // What a reporter throws is told by others.
    ['list'],
    ['junit', { outputFile: `${process.env.OUTPUT ?? ''}/junit.xml`, includeRetries: true }],
    ['../../../reporting/behaviors-reporter.ts', { outputFolder: process.env.OUTPUT }],
  ],
});
