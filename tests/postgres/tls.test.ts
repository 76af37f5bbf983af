import { withClient } from '../../stack/postgres/cluster';
import { poolTo } from '../../stack/postgres/connection';
import { expect, test as base } from '../lifecycle/nested-run';
import { withTlsServer, type TlsServer } from '../support/tls-server';

const test = base.extend<object, { server: TlsServer }>({
  server: [async ({}, use) => withTlsServer(use), { scope: 'worker' }],
});

// One server for all of them.
test.describe.configure({ mode: 'default' });

const isEncrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

test('connections of ours use TLS where the server wants it, and trust what the address says', async ({ server }) => {
  const over = async (url: string) =>
    (await withClient(url, (client) => client.query<{ ssl: boolean }>(isEncrypted))).rows;
  expect(await over(server.anyWay)).toEqual([{ ssl: false }]);
  expect(await over(`${server.anyWay}?sslmode=require`)).toEqual([{ ssl: true }]);
  expect(await over(server.tlsOnly)).toEqual([{ ssl: true }]);
  expect(await over(`${server.tlsOnly}?sslmode=verify-full&sslrootcert=${server.certificate}`)).toEqual([
    { ssl: true },
  ]);
  await expect(over(`${server.tlsOnly}?sslmode=verify-full&sslcert=${server.foreign}`)).rejects.toThrow('self-signed');
  const pool = await poolTo(server.tlsOnly);
  expect((await pool.query(isEncrypted)).rows).toEqual([{ ssl: true }]);
  await pool.end();
});

test('a run on a server that takes nobody without TLS', async ({ server, nested }) => {
  const run = nested({ specs: ['quick'], environment: { STACK_DATABASE_URL: server.tlsOnly } });
  expect(await run.ended, run.said).toMatchObject({ code: 0 });
  expect(run.said).toContain('5 passed');
});
