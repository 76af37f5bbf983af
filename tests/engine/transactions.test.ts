import { expect, test, type RunningEngine } from './engine';

const create = (name: string) => `mutation { result: createOneShip(data: { name: "${name}" }) { name } }`;
const names = 'query { result: findManyShip(orderBy: { name: asc }) { name } }';

async function begin(engine: RunningEngine, options: { max_wait?: number; timeout?: number } = {}): Promise<string> {
  const reply = await engine.request('POST', '/transaction/start', { max_wait: 2000, timeout: 5000, ...options });
  expect(reply.status).toBe(200);
  return (reply.json as { id: string }).id;
}

const end = (engine: RunningEngine, id: string, how: 'commit' | 'rollback') =>
  engine.request('POST', `/transaction/${id}/${how}`);

test('a batch is all or nothing', async ({ engine }) => {
  const batch = (...queries: string[]) =>
    engine.request('POST', '/', { batch: queries.map((query) => ({ query, variables: {} })), transaction: true });
  expect((await batch(create('a'), create('b'))).json).toEqual({
    batchResult: [{ data: { result: { name: 'a' } } }, { data: { result: { name: 'b' } } }],
  });
  const failed = await batch(create('c'), create('a'));
  expect(failed).toMatchObject({ status: 200, json: { errors: [{ user_facing_error: { error_code: 'P2002' } }] } });
  expect((await batch(create('d'), 'query { nonsense')).json).toMatchObject({ errors: [{}] });
  expect(await engine.result(names)).toEqual([{ name: 'a' }, { name: 'b' }]);
});

test('a batch may hold raw statements', async ({ engine }) => {
  const reply = await engine.request('POST', '/', {
    batch: [
      { query: create('a'), variables: {} },
      {
        query: `mutation { result: executeRaw(query: "UPDATE \\"Ship\\" SET decks = $1", parameters: "[4]") }`,
        variables: {},
      },
    ],
    transaction: true,
  });
  expect(reply.json).toEqual({ batchResult: [{ data: { result: { name: 'a' } } }, { data: { result: 1 } }] });
});

test('what a transaction does is seen outside once it is committed', async ({ engine }) => {
  const id = await begin(engine);
  await engine.result(create('a'), id);
  expect(await engine.result(names, id)).toEqual([{ name: 'a' }]);
  expect(await engine.result(names)).toEqual([]);
  expect(await end(engine, id, 'commit')).toMatchObject({ status: 200, json: {} });
  expect(await engine.result(names)).toEqual([{ name: 'a' }]);
});

test('a rolled back transaction leaves nothing', async ({ engine }) => {
  const id = await begin(engine);
  await engine.result(create('a'), id);
  expect(await end(engine, id, 'rollback')).toMatchObject({ status: 200 });
  expect(await engine.result(names)).toEqual([]);
  expect((await engine.error(names, id)).user_facing_error.error_code).toBe('P2028');
});

test('a batch inside a transaction belongs to it', async ({ engine }) => {
  const id = await begin(engine);
  const batch = { batch: [{ query: create('a'), variables: {} }], transaction: true };
  expect((await engine.request('POST', '/', batch, { 'X-transaction-id': id })).json).toEqual({
    batchResult: [{ data: { result: { name: 'a' } } }],
  });
  await end(engine, id, 'rollback');
  expect(await engine.result(names)).toEqual([]);
});

test('an expired transaction is closed, and says so', async ({ engine }) => {
  const id = await begin(engine, { timeout: 4000 });
  await engine.result(create('a'), id);
  await expect.poll(() => engine.result(names, id).catch(() => 'refused')).toBe('refused');
  const error = await engine.error(names, id);
  expect(error.error).toMatch(/^Transaction already closed: A query cannot be executed on an expired transaction/);
  const [, passed] = /however (\d+) ms passed since the start/.exec(error.error) ?? [];
  expect(Number(passed)).toBeGreaterThanOrEqual(4000);
  expect(error.user_facing_error.error_code).toBe('P2028');
  // The Python client has an exception of its own for this status.
  expect(await end(engine, id, 'commit')).toMatchObject({ status: 422, json: { error_code: 'P2028' } });
  expect(await engine.result(names)).toEqual([]);
});

test('an unknown transaction is not found, whatever its id', async ({ engine }) => {
  for (const id of ['cmwrs4o4g0000udkoyxp452fg', 'nonsense', "'"]) {
    expect(await end(engine, encodeURIComponent(id), 'commit')).toMatchObject({
      status: 404,
      json: { error_code: 'P2028' },
    });
    expect((await engine.error(names, id)).error).toMatch(/^Transaction not found/);
  }
  expect(await engine.result(names)).toEqual([]);
});

test.describe('with one connection', () => {
  /** @param patience how long a query waits for it, in seconds */
  const oneConnection = (url: string, patience = 10) => `${url}?connection_limit=1&pool_timeout=${patience}`;

  test('who waits too long is told, and takes nothing with it', async ({ startEngine, ships }) => {
    const engine = await startEngine(oneConnection(ships, 1));
    const first = await begin(engine, { timeout: 30_000 });
    const second = await engine.request('POST', '/transaction/start', { max_wait: 100, timeout: 1000 });
    expect(second).toMatchObject({ status: 504, json: { error_code: 'P2028' } });
    expect((await engine.error(names)).user_facing_error).toMatchObject({
      error_code: 'P2024',
      meta: { connection_limit: 1, timeout: 1 },
    });
    await end(engine, first, 'commit');
    // Twice: the connection must have come back from whoever waited in vain.
    for (const name of ['a', 'b']) {
      const id = await begin(engine);
      await engine.result(create(name), id);
      await end(engine, id, 'commit');
    }
    expect(await engine.result(names)).toHaveLength(2);
  });

  test('a commit that fails gives its connection back', async ({ startEngine, ships, sql }) => {
    await sql('ALTER TABLE crew_list ALTER CONSTRAINT crew_list_ship_id_fkey DEFERRABLE INITIALLY DEFERRED');
    const engine = await startEngine(oneConnection(ships));
    const id = await begin(engine);
    await engine.result('mutation { result: createOneSailor(data: { name: "x", ship_id: "none" }) { name } }', id);
    expect((await end(engine, id, 'commit')).status).not.toBe(200);
    expect(await engine.result('query { result: findManySailor { name } }')).toEqual([]);
  });

  test('a connection that the server closes is replaced', async ({ startEngine, ships, sql }) => {
    const engine = await startEngine(oneConnection(ships));
    const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const id = await begin(engine);
    await engine.result(create('a'), id);
    await sql(terminate);
    await engine.error(names, id);
    expect(await engine.result(names)).toEqual([]);
    await sql(terminate);
    await expect.poll(() => engine.result(names).catch(() => 'refused')).toEqual([]);
  });
});
