import { defineConfig } from '@playwright/test';
export default defineConfig({ testDir: '.', testMatch: '*.test.ts', outputDir: '/tmp/lc-outer/results', fullyParallel: true, workers: 2, timeout: 120_000, reporter: [['list']] });
