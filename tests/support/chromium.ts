import { existsSync } from 'node:fs';
import path from 'node:path';

import { test as base, chromium, type Browser } from '@playwright/test';

/**
 * `distribution` is the browser that Debian or its like brought, or the one that `CHROMIUM_PATH` names; `.ci/run` sees to it that
 * there is one. Tests that take it are skipped where there is none, but never in CI.
 */
export const test = base.extend<{ distribution: Browser }, { launched: Browser | undefined }>({
  launched: [
    async ({}, use) => {
      const program = process.env.CHROMIUM_PATH ?? onPath();
      if (program === undefined && process.env.CI === undefined) {
        await use(undefined);
        return;
      }
      const browser = await chromium.launch({ executablePath: program ?? 'chromium', args: ['--no-sandbox'] });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  distribution: async ({ launched }, use, testInfo) => {
    if (launched === undefined) testInfo.skip(true, 'there is no Chromium on the PATH, and CHROMIUM_PATH names none');
    else await use(launched);
  },
});

const onPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
