import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { test } from '@playwright/test';

const folder = process.env.NESTED_OUTPUT ?? '';

test('lasts until somebody says that it is enough', async () => {
  writeFileSync(path.join(folder, 'waiting'), '');
  while (!existsSync(path.join(folder, 'enough'))) await sleep(20);
});
