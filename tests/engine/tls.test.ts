import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { generate } from 'selfsigned';

import { migrate } from '../../stack/engine/migrate';
import { homeFolders } from '../../stack/home';
import { postgresAccount, preparePostgres, reachablePostgres } from '../../stack/postgres/binaries';
import { createCluster, startCluster, withClient } from '../../stack/postgres/cluster';
import { loadSettings } from '../../stack/settings';
import { expect, failedStart, schemaSql, test as base, type RunningEngine } from './engine';

/** A PostgreSQL with TLS. */
interface TlsServer {
  /** The address of a database with our tables, for a role that is let in in any way, or with TLS only. */
  readonly anyWay: string;
  readonly tlsOnly: string;
  /** The file of its certificate, which is its own authority; and of another one's. */
  readonly certificate: string;
  readonly foreign: string;
}

const test = base.extend<object, { server: TlsServer }>({
  server: [
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
      chmodSync(folder, 0o755);
      const account = postgresAccount();
      const prepared = await preparePostgres(homeFolders(loadSettings().home).postgres);
      const binaries = await reachablePostgres(prepared, account, path.join(folder, 'programs'));
      const dataFolder = path.join(folder, 'data');
      const password = await createCluster(binaries, account, dataFolder);
      const [{ cert, private: key }, other] = await Promise.all([certificate(), certificate()]);
      writeFileSync(path.join(dataFolder, 'server.crt'), cert);
      writeFileSync(path.join(dataFolder, 'server.key'), key, { mode: 0o600 });
      appendFileSync(path.join(dataFolder, 'postgresql.conf'), 'ssl = on\n');
      writeFileSync(
        path.join(dataFolder, 'pg_hba.conf'),
        'hostssl all tls_only 127.0.0.1/32 trust\nhost all behavior 127.0.0.1/32 password\n',
      );
      const cluster = await startCluster({ binaries, account, dataFolder, password, log: path.join(folder, 'log') });
      await withClient(cluster.url('postgres'), (client) =>
        client.query(`${schemaSql}; CREATE ROLE tls_only SUPERUSER LOGIN`),
      );
      await withClient(cluster.url('postgres'), (client) => client.query('CREATE DATABASE empty'));
      const [certificateFile, foreign] = ['own', 'foreign'].map((name) => path.join(folder, `${name}.crt`)) as [
        string,
        string,
      ];
      writeFileSync(certificateFile, cert);
      writeFileSync(foreign, other.cert);
      const anyWay = cluster.url('postgres');
      await use({
        anyWay,
        tlsOnly: `postgresql://tls_only@127.0.0.1:${cluster.port}/postgres`,
        certificate: certificateFile,
        foreign,
      });
      await cluster.stop('at once');
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
});

// One server for all of them.
test.describe.configure({ mode: 'default' });

const certificate = () =>
  generate([{ name: 'commonName', value: '127.0.0.1' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });

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
