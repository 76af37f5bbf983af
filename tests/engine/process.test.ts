import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';

import { freePort } from '../../stack/postgres/cluster';
import { isRunning } from '../../tools/processes';
import { engineEnvironment, enginePort, expect, failedStart, test } from './engine';

test('says its version', ({ executable }) => {
  expect(execFileSync(executable, ['--version'], { encoding: 'utf8' })).toBe(
    'query-engine 605197351a3c8bdd595af2d2a9bc3025bca48ea2\n',
  );
});

test('answers status and metrics', async ({ engine }) => {
  expect((await engine.request('GET', '/status')).json).toEqual({ status: 'ok' });
  await engine.result('query { result: findManyShip { name } }');
  const { json } = await engine.request('GET', '/metrics?format=json');
  expect(json).toMatchObject({
    counters: [{ key: 'prisma_client_queries_total', value: 1, labels: {} }],
    histograms: [{ key: 'prisma_client_queries_duration_histogram_ms', value: { count: 1 } }],
  });
  const { text } = await engine.request('GET', '/metrics?format=prometheus');
  expect(text).toContain('\nprisma_client_queries_total 1\n');
  expect((await engine.request('GET', '/elsewhere')).status).toBe(404);
});

test('listens on loopback only', ({ engine }) => {
  // Local addresses in /proc are hexadecimal, each group of four bytes in host order.
  const listening = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, local = '', , state]) => state === '0A' && Number.parseInt(local.split(':')[1] ?? '', 16) === engine.port,
      )
      .map(([, local = '']) => local.split(':')[0]);
  expect(listening('/proc/net/tcp')).toEqual(['0100007F']);
  expect([[], ['00000000000000000000000001000000']]).toContainEqual(listening('/proc/net/tcp6'));
});

test('serves programs, not web pages', async ({ engine }) => {
  const query = { query: 'query { result: findManyShip { name } }' };
  expect((await engine.request('POST', '/', query, { Origin: 'http://localhost:3000' })).status).toBe(403);
  // What a browser sends after its name server was made to say 127.0.0.1. `fetch` sets this header itself.
  const socket = createConnection(engine.port, '127.0.0.1');
  socket.end('GET /status HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n');
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 403 /);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`ends on ${signal}, an open transaction with it`, async ({ engine, sql }) => {
    await engine.request('POST', '/transaction/start', { max_wait: 2000, timeout: 60_000 });
    const start = Date.now();
    engine.process.kill(signal);
    expect(await once(engine.process, 'exit')).toEqual([0, null]);
    expect(Date.now() - start).toBeLessThan(5_000);
    expect(engine.output()).toBe('');
    await expect
      .poll(() =>
        sql(`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`),
      )
      .toEqual([]);
  });

test('dies with its parent', async ({ executable, ships }) => {
  const port = await enginePort();
  // The parent prints the engine's id, and waits.
  const script = `"$0" -p "$1" & echo $!; sleep 60`;
  const parent = spawn('sh', ['-c', script, executable, String(port)], {
    env: engineEnvironment(ships),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  await expect
    .poll(() =>
      fetch(`http://localhost:${port}/status`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    .toBe(true);
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { intervals: [50] }).toBe(false);
});

test('does not outlive a parent that ends while it starts', async ({ executable, ships }) => {
  const port = await enginePort();
  const { stdout } = spawnSync('sh', ['-c', '"$0" -p "$1" > /dev/null & echo $!', executable, String(port)], {
    env: engineEnvironment(ships),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(Number(stdout)).toBeGreaterThan(1);
  // At once, mostly. Where even process 1 is of our session it takes the 15 s in which somebody would have called.
  await expect.poll(() => isRunning(Number(stdout)), { timeout: 45_000 }).toBe(false);
});

test.describe('says why it cannot start, without the password', () => {
  test('no server there', async ({ executable }) => {
    const port = await freePort();
    expect(await failedStart(executable, `postgresql://someone:s3cret@127.0.0.1:${port}/ships`)).toMatchObject({
      status: 1,
      error: { error_code: 'P1001', message: expect.stringContaining(`127.0.0.1:${port}`) },
    });
  });

  test('no such database', async ({ executable, databaseUrl }) => {
    const url = new URL(databaseUrl);
    url.pathname = '/behavior_test_nowhere';
    expect(await failedStart(executable, url.href)).toMatchObject({ status: 1, error: { error_code: 'P1003' } });
  });

  test('no URL', async ({ executable }) => {
    expect(await failedStart(executable, 's3cret')).toMatchObject({
      status: 1,
      error: { message: 'the URL must start with the protocol `postgresql://` or `postgres://`' },
    });
  });
});

test('prepares what comes again, unless a PgBouncer may change the connection', async ({ ships, startEngine }) => {
  const prepared = async (parameters: string) => {
    const engine = await startEngine(`${ships}?connection_limit=1&${parameters}`);
    for (let time = 0; time < 3; time++)
      for (const field of ['name', 'decks', 'length'])
        await engine.result(`query { result: findManyShip(where: { tags: { has: "x" } }) { ${field} } }`);
    const [row] = (await engine.result(
      'mutation { result: queryRaw(query: "SELECT count(*)::int4 AS count FROM pg_prepared_statements", parameters: "[]") }',
    )) as { count: { prisma__value: number } }[];
    return row?.count.prisma__value;
  };
  expect(await prepared('')).toBeGreaterThanOrEqual(3);
  expect(await prepared('statement_cache_size=2')).toBe(2);
  expect(await prepared('statement_cache_size=0')).toBe(0);
  expect(await prepared('pgbouncer=true')).toBe(0);
});

test('understands the parameters of a Prisma URL', async ({ ships, startEngine, sql }) => {
  await sql('CREATE SCHEMA "other one"; CREATE TABLE "other one"."Ship" AS TABLE "Ship"');
  const parameters = new URLSearchParams({
    schema: 'other one',
    connection_limit: '2',
    pool_timeout: '3',
    connect_timeout: '4',
    sslmode: 'prefer',
    sslaccept: 'accept_invalid_certs',
    statement_cache_size: '100',
    socket_timeout: '60',
    application_name: 'a test',
    unheard_of: '1',
  });
  const engine = await startEngine(`${ships}?${parameters.toString()}`);
  await engine.result('mutation { result: createOneShip(data: { name: "Argo" }) { name } }');
  expect(await sql('SELECT name FROM "other one"."Ship"')).toEqual([{ name: 'Argo' }]);
  // Raw statements look there first too.
  expect(
    await engine.result(
      'mutation { result: queryRaw(query: "SELECT name, current_setting(\'application_name\') AS me FROM \\"Ship\\"", parameters: "[]") }',
    ),
  ).toEqual([
    {
      name: { prisma__type: 'string', prisma__value: 'Argo' },
      me: { prisma__type: 'string', prisma__value: 'a test' },
    },
  ]);
});

test('gives up a query that takes longer than the URL allows, and goes on with the next', async ({
  ships,
  startEngine,
}) => {
  const engine = await startEngine(`${ships}?connection_limit=1&socket_timeout=4`);
  const slow = 'mutation { result: queryRaw(query: "SELECT pg_sleep(20)::text", parameters: "[]") }';
  expect((await engine.error(slow)).user_facing_error).toMatchObject({
    error_code: 'P1008',
    message: 'Operations timed out after 4s',
  });
  expect(await engine.result('query { result: findManyShip { name } }')).toEqual([]);
});

test('fails rather than share its port', async ({ executable, ships }) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address() as { port: number };
  const { status, stderr } = spawnSync(executable, ['-p', String(address.port)], {
    env: engineEnvironment(ships),
    encoding: 'utf8',
  });
  taken.close();
  expect(status).toBe(1);
  expect(stderr).toContain('EADDRINUSE');
});
