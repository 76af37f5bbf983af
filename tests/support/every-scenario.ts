import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { expect } from '@playwright/test';

import { projectFolder } from '../../stack/home';

/** What the scenarios of all specs are called. They are collected in a process of its own: see `collectScenarios`. */
export function everyScenario(): { id: string; title: string }[] {
  const listed = spawnSync(process.execPath, ['--import', 'tsx', path.join(__dirname, 'collected.ts')], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    cwd: projectFolder,
  });
  expect(listed.status, listed.stderr).toBe(0);
  return listed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; title: string });
}
