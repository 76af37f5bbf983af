import { createHash } from 'node:crypto';

import { withClient } from '../../stack/postgres/cluster';
import { withOwnCluster } from '../support/own-cluster';
import { expect, schemaSql, test } from './engine';

const create = (name: string, more = '') =>
  `mutation { result: createOneShip(data: { name: "${name}"${more} }) { name } }`;

/** Sessions of the engine's, as SQL: not our own, and none of PostgreSQL's. */
const others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

test('a body of 50 MB is stored, and given back', async ({ engine, sql }) => {
  test.setTimeout(180_000);
  const json = JSON.stringify({ text: 'some words, and a "quoted" one. '.repeat(1_400_000) });
  const operation = create('big', `, metadata: ${JSON.stringify(json)}`);
  expect(operation.length).toBeGreaterThan(50 * 10 ** 6);
  await engine.result(operation);
  const hash = createHash('md5').update('some words, and a "quoted" one. '.repeat(1_400_000)).digest('hex');
  expect(await sql(`SELECT md5(metadata ->> 'text') AS hash FROM "Ship"`)).toEqual([{ hash }]);
  const [ship] = (await engine.result('query { result: findManyShip { metadata } }')) as { metadata: string }[];
  expect(ship?.metadata === json).toBe(true);
});

test('200 requests at once are all answered, on as many connections as were allowed', async ({
  ships,
  startEngine,
  sql,
}) => {
  const engine = await startEngine(`${ships}?connection_limit=5&pool_timeout=60`);
  const names = Array.from({ length: 200 }, (_, index) => `ship ${index}`);
  let most = 0;
  const written = Promise.all(names.map((name) => engine.result(create(name))));
  const counted = (async () => {
    for (let look = 0; look < 5; look++) {
      const rows = await sql(`SELECT 1 FROM pg_stat_activity WHERE ${others}`);
      most = Math.max(most, rows.length);
    }
  })();
  expect(await written).toEqual(names.map((name) => ({ name })));
  await counted;
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(5);
  expect(await sql('SELECT count(*)::int4 AS count FROM "Ship"')).toEqual([{ count: 200 }]);
});

test('nothing of a query is ever printed', async ({ engine }) => {
  for (const operation of [
    create('s3cret'),
    create('s3cret'),
    create('s3cret', ', decks: 99999999999'),
    create('s3cret', ', metadata: "s3cret {"'),
    'query { result: findManyShip(where: { name: "s3cret" } }',
    'mutation { result: queryRaw(query: "SELECT $1::int4", parameters: "[\\"s3cret\\"]") }',
  ])
    await engine.request('POST', '/', { query: operation });
  expect(engine.output()).toBe('');
});

test('a PostgreSQL that restarts is found again; no answered write is lost, and every request is answered', async ({
  startEngine,
}) => {
  await withOwnCluster(async (cluster) => {
    const url = cluster.url('postgres');
    await withClient(url, (client) => client.query(schemaSql));
    // Or PostgreSQL itself, as it is set here, would confirm what a crash takes with it.
    const options = encodeURIComponent('-c synchronous_commit=on');
    const engine = await startEngine(`${url}?connection_limit=3&options=${options}`);
    const answered: string[] = [];
    const refused: string[] = [];
    let ending = false;
    const writer = async (id: number) => {
      for (let count = 0; !ending; count++) {
        const name = `ship ${id}-${count}`;
        await engine.result(create(name)).then(
          () => answered.push(name),
          (error: unknown) => refused.push(String(error)),
        );
      }
    };
    const writers = Promise.all([writer(1), writer(2), writer(3), writer(4)]);
    await expect.poll(() => answered.length).toBeGreaterThan(20);
    // One session that is killed makes the server end all of them, and start anew.
    const [session] = await withClient(url, async (client) => {
      const { rows } = await client.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE ${others}`);
      return rows;
    });
    if (session === undefined) throw new Error('The engine has no session.');
    process.kill(session.pid, 'SIGKILL');
    await expect.poll(() => refused.length).toBeGreaterThan(0);
    const before = answered.length;
    await expect.poll(() => answered.length, { timeout: 30_000 }).toBeGreaterThan(before + 20);
    ending = true;
    await writers;
    const stored = await withClient(url, async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT name FROM "Ship"');
      return new Set(rows.map(({ name }) => name));
    });
    expect(answered.filter((name) => !stored.has(name))).toEqual([]);
    expect(engine.process.exitCode).toBeNull();
    expect(engine.output()).toBe('');
  });
});
