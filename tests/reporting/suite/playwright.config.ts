import { defineConfig } from '@playwright/test';

import { narrowingMetadata } from '../../../reporting/narrowing';

/** A suite without a stack, whose tests attach what `RELEASES` and their own lines say. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.sample.ts',
  outputDir: `${process.env.OUTPUT ?? ''}/results`,
  // Or shards would divide files, of which there is one.
  fullyParallel: true,
  workers: 1,
  globalSetup: './setup.ts',
  metadata: narrowingMetadata(),
  reporter: [
    ['junit', { outputFile: `${process.env.OUTPUT ?? ''}/junit.xml`, includeRetries: true }],
    ['../../../reporting/behaviors-reporter.ts', { outputFolder: process.env.OUTPUT }],
  ],
});
