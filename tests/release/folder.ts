import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base } from '@playwright/test';

/** Gives each test a folder of its own outside the project, and whatever PATH it sets is undone afterwards. */
export const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const searchPath = process.env.PATH;
    const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'release-test-'));
    await use(folder);
    process.env.PATH = searchPath;
    await rm(folder, { recursive: true, force: true });
  },
});

export { expect } from '@playwright/test';
