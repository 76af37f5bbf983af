import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { migrate } from '../../stack/engine/migrate';
import { withClient } from '../../stack/postgres/cluster';
import { withTlsServer, type TlsServer } from '../support/tls-server';
import { expect, failedStart, schemaSql, test as base, type RunningEngine } from './engine';

const test = base.extend<object, { server: TlsServer }>({
  server: [
    async ({}, use) =>
      withTlsServer(async (server) => {
        await withClient(server.anyWay, (client) => client.query(schemaSql));
        await withClient(server.anyWay, (client) => client.query('CREATE DATABASE empty'));
        await use(server);
      }),
    { scope: 'worker' },
  ],
});

// One server for all of them.
test.describe.configure({ mode: 'default' });

/** Whether the connection that an engine asks with is encrypted, as the server sees it. */
async function isEncrypted(engine: RunningEngine): Promise<unknown> {
  const [row] = (await engine.result(
    'mutation { result: queryRaw(query: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", parameters: "[]") }',
  )) as { ssl: { prisma__value: boolean } }[];
  return row?.ssl.prisma__value;
}

for (const { url, parameters, encrypted } of [
  { url: 'anyWay', parameters: () => ({}), encrypted: false },
  { url: 'anyWay', parameters: () => ({ sslmode: 'prefer' }), encrypted: false },
  { url: 'anyWay', parameters: () => ({ sslmode: 'require' }), encrypted: true },
  // Refused without, which is tried first on one's own machine.
  { url: 'tlsOnly', parameters: () => ({}), encrypted: true },
  { url: 'tlsOnly', parameters: () => ({ sslmode: 'require' }), encrypted: true },
  {
    url: 'tlsOnly',
    parameters: ({ certificate: sslcert }) => ({ sslmode: 'require', sslaccept: 'strict', sslcert }),
    encrypted: true,
  },
] satisfies readonly {
  url: 'anyWay' | 'tlsOnly';
  parameters: (server: TlsServer) => Record<string, string>;
  encrypted: boolean;
}[]) {
  const named = JSON.stringify(parameters({ anyWay: '', tlsOnly: '', certificate: 'ITS', foreign: '' }));

  test(`${url} ${named}: connected ${encrypted ? 'with' : 'without'} TLS`, async ({ server, startEngine }) => {
    const engine = await startEngine(`${server[url]}?${new URLSearchParams(parameters(server)).toString()}`);
    expect(await isEncrypted(engine)).toBe(encrypted);
    expect(await engine.result('query { result: findManyShip { name } }')).toEqual([]);
  });
}

for (const { what, parameters, error } of [
  {
    what: 'a plain connection that the server does not take',
    parameters: () => ({ sslmode: 'disable' }),
    error: { error_code: 'P1010', message: expect.stringContaining('denied') as unknown },
  },
  {
    what: 'a certificate that nobody vouches for',
    parameters: () => ({ sslmode: 'require', sslaccept: 'strict' }),
    error: { error_code: 'P1011', message: expect.stringContaining('self-signed certificate') as unknown },
  },
  {
    what: 'a certificate of another authority',
    parameters: ({ foreign: sslcert }) => ({ sslmode: 'verify-full', sslcert }),
    error: { error_code: 'P1011', message: expect.stringContaining('self-signed certificate') as unknown },
  },
  {
    what: 'no such certificate',
    parameters: () => ({ sslmode: 'require', sslcert: '/nowhere/ca.crt' }),
    error: { message: expect.stringContaining('/nowhere/ca.crt') as unknown },
  },
] satisfies readonly { what: string; parameters: (server: TlsServer) => Record<string, string>; error: unknown }[]) {
  test(`${what}: told, without the password`, async ({ server, executable }) => {
    const url = `${server.tlsOnly.replace('@', ':s3cret@')}?${new URLSearchParams(parameters(server)).toString()}`;
    expect(await failedStart(executable, url)).toMatchObject({ status: 1, error });
  });
}

test('a server without TLS, and a URL that insists on it: told', async ({ executable, ships }) => {
  expect(await failedStart(executable, `${ships}?sslmode=require`)).toMatchObject({
    status: 1,
    error: { error_code: 'P1011', message: expect.stringContaining('does not support SSL') },
  });
});

test('migrations go the same way: with TLS where the server wants it, and by its certificate', async ({ server }) => {
  const folder = test.info().outputPath('migrations');
  mkdirSync(path.join(folder, '1_first'), { recursive: true });
  writeFileSync(path.join(folder, '1_first', 'migration.sql'), 'CREATE TABLE first (id int)');
  const on = (parameters: Record<string, string>) => {
    const databaseUrl = `${server.tlsOnly.replace('/postgres', '/empty')}?${new URLSearchParams(parameters).toString()}`;
    return migrate({ databaseUrl, folder, progress: () => undefined });
  };
  await expect(on({ sslmode: 'disable' })).rejects.toThrow('The database cannot be reached: ');
  await expect(on({ sslaccept: 'strict', sslmode: 'require', sslcert: server.foreign })).rejects.toThrow('certificate');
  expect(await on({})).toBe(1);
  expect(await on({ sslaccept: 'strict', sslmode: 'require', sslcert: server.certificate })).toBe(0);
});
