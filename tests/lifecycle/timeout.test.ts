import { Client } from 'pg';

import { databaseUrl } from '../../stack/template/databases';
import { expect, sessionOf, test, type NestedRun } from './nested-run';

/** A connection to the only lane of a run. */
async function connectToLane(run: NestedRun): Promise<Client> {
  const { serverUrl } = sessionOf(run);
  const server = new Client(serverUrl);
  await server.connect();
  const { rows } = await server.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE '%\\_plain\\_0\\_%'`,
  );
  await server.end();
  expect(rows).toHaveLength(1);
  const client = new Client(databaseUrl(serverUrl, rows[0]?.datname ?? ''));
  // It ends with its database.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

test('what a test that timed out had asked for never reaches the next one', async ({ nested }) => {
  const run = nested({ workers: 1, environment: { NESTED_MATCH: '**/timeout.alone.ts' } });
  await run.untilSigns('about-to-send');
  const lock = await connectToLane(run);
  await lock.query('BEGIN');
  await lock.query(`SELECT FROM "LiteLLM_TeamTable" WHERE team_id = 'behavior-pin-team-gamma' FOR UPDATE`);
  run.sign('locked');
  await run.untilSigns('next-is-there');
  await lock.end().catch(() => undefined);
  run.sign('let-go');

  expect(await run.ended, run.said).toEqual({ code: 1, signal: null });
  await run.expectNothingLeft(performance.now());
  const [givenUp, next] = ['POST /team/update', 'GET /team/info'].map((route) =>
    run.results.find(({ title }) => title.startsWith(route)),
  );
  expect(givenUp?.status).toBe('timedOut');
  expect(givenUp?.attachments.get('proxy-log')).toContain('LiteLLM');
  expect(next).toMatchObject({ status: 'passed', errors: '' });
});
