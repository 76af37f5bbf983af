import { randomBytes } from 'node:crypto';

import { test as base } from '@playwright/test';

import { withClient } from '../../stack/postgres/cluster';
import { readSession } from '../../stack/session';
import { databaseUrl, dropDatabase } from '../../stack/template/databases';

/** Gives each test an empty database of its own on the stack's PostgreSQL. */
export const test = base.extend<{
  /** Its address, with user and password. */
  databaseUrl: string;
}>({
  databaseUrl: async ({}, use) => {
    const { serverUrl } = readSession();
    const name = `behavior_test_${randomBytes(6).toString('hex')}`;
    await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
    await use(databaseUrl(serverUrl, name));
    await withClient(serverUrl, (client) => dropDatabase(client, name));
  },
});

export { expect } from '@playwright/test';
