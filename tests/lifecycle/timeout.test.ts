import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Client } from 'pg';

import type { Session } from '../../stack/session';
import { databaseUrl } from '../../stack/template/databases';
import { expect, test, type NestedRun } from './nested-run';

/** A connection to the only lane of a run. */
async function connectToLane(run: NestedRun): Promise<Client> {
  const [folder = ''] = readdirSync(run.temporary).filter((name) => name.startsWith('behavior-stack-'));
  const session = JSON.parse(readFileSync(path.join(run.temporary, folder, 'session.json'), 'utf8')) as Session;
  const server = new Client(session.serverUrl);
  await server.connect();
  const { rows } = await server.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE '%\\_plain\\_0\\_%'`,
  );
  await server.end();
  expect(rows).toHaveLength(1);
  const client = new Client(databaseUrl(session.serverUrl, rows[0]?.datname ?? ''));
  // It ends with its database.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

test('what a test that timed out had asked for never reaches the next one', async ({ nested }) => {
  const run = nested({ specs: ['timeout'], workers: 1 });
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
  const [givenUp, next] = run.results;
  expect(givenUp?.status).toBe('timedOut');
  expect(givenUp?.attachments.get('proxy-log')).toContain('LiteLLM');
  expect(next).toMatchObject({ status: 'passed', errors: '' });
});
