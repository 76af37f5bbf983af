import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { test as base, expect } from '@playwright/test';

import { Api } from '../../fixtures/api';
import { Placeholders } from '../../fixtures/secrets';

const cleartext = 'sk-planted_0123456789-abcdef';

/** A server that hangs up on every request, as a proxy does that dies. */
const test = base.extend<{ deadEnd: string }>({
  deadEnd: async ({}, use) => {
    const server: Server = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
  },
});

test('an error of Playwright is told without the key that it quotes', async ({ deadEnd }) => {
  const api = await Api.open(deadEnd);
  const sent = api.as({ cleartext }).get('/key/info', { key: cleartext });
  await expect(sent).rejects.toThrow('GET /key/info got no answer');
  await expect(sent).rejects.not.toThrow('planted');
  await api.close();
});

test('placeholders take the place of secrets, and of what differs from run to run', () => {
  const placeholders = new Placeholders();
  placeholders.name('scratch-0123456789ab', 'scratch');
  placeholders.name(cleartext, 'key of owner');
  const hash = 'a'.repeat(64);
  expect(
    placeholders.inValue({
      [hash]: 1,
      known: `Bearer ${cleartext}`,
      unknown: 'sk-another_key_that_was_minted',
      shown: 'sk-...AbC_',
      audited: 'sk-.**AbC_',
      address: 'postgresql://me:hunter2@host:5432/db',
      team: 'scratch-0123456789ab-team',
      at: '2026-11-22T11:39:00.123Z',
      nested: [{ id: 'b9e7a7f2-08f0-4b2c-9d7e-1c1c1c1c1c1c' }, null, 7],
      named: 'team-budget-b9e7a7f208f04b2c9d7e1c1c1c1c1c1c',
      capitals: hash.toUpperCase(),
      encoded: `/key/${hash.slice(1)}%61/regenerate`,
      withoutPrototype: Object.assign(Object.create(null) as object, { [cleartext]: cleartext }),
    }),
  ).toEqual({
    '<hash>': 1,
    known: 'Bearer <key of owner>',
    unknown: '<key>',
    shown: '<key name>',
    audited: '<key name>',
    address: 'postgresql://me:<hidden>@host:5432/db',
    team: '<scratch>-team',
    at: '<time>',
    nested: [{ id: '<uuid>' }, null, 7],
    named: 'team-budget-<uuid>',
    capitals: '<hash>',
    encoded: '/key/<hash>/regenerate',
    withoutPrototype: { '<key of owner>': '<key of owner>' },
  });
});

test('placeholders of one’s own come before those that are shared, and the first word for a value stays', () => {
  const shared = new Placeholders();
  shared.name('one/and the same', 'first');
  shared.name('one/and the same', 'second');
  const own = new Placeholders(shared);
  own.name('a longer name', 'longer');
  own.name('a longer', 'shorter');
  expect(own.inText('a longer name, a longer, one/and the same, one%2Fand%20the%20same')).toBe(
    '<longer>, <shorter>, <first>, <first>',
  );
  expect(shared.inText('a longer name')).toBe('a longer name');
});

test('a key in a query string is found as it is encoded there', () => {
  const placeholders = new Placeholders();
  placeholders.name('a key/with signs', 'odd');
  expect(placeholders.inText('?key=a%20key%2Fwith%20signs')).toBe('?key=<odd>');
});
