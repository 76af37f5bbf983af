import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import { everyScenario } from '../support/every-scenario';

/** An id, or one of several in which `…` stands for whatever differs. */
const named = /`([a-z-]+\/[\w+]+\/[^` ]*)`/g;

test('every scenario that docs/findings.md names is there', () => {
  const text = readFileSync(path.join(projectFolder, 'docs/findings.md'), 'utf8');
  const names = [...text.matchAll(named)].map(([, name = '']) => name).filter((name) => /%20|…/.test(name));
  expect(names.length).toBeGreaterThan(100);
  const ids = everyScenario().map(({ id }) => id);
  const isThere = (name: string) => {
    const pattern = new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*')}$`);
    return ids.some((id) => pattern.test(id));
  };
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});
