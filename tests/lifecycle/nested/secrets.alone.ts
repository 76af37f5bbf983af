import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Client } from 'pg';

import { scenario, test, type Answer } from '../../../fixtures';
import { readSession } from '../../../stack/session';

/** What was minted, a token a line, outside of every report. */
const minted = path.join(process.env.NESTED_OUTPUT ?? '', '..', 'minted');
const noted = (answer: Answer, ...tokens: (string | undefined)[]): Answer => {
  for (const token of tokens) if (token !== undefined) appendFileSync(minted, `${token}\n`);
  return answer;
};

test('a token that was planted on purpose', async ({}, testInfo) => {
  const planted = process.env.NESTED_PLANTED ?? '';
  process.stdout.write(`${planted}\n`);
  testInfo.annotations.push({ type: 'planted', description: planted });
  await testInfo.attach('planted', { body: JSON.stringify({ planted }), contentType: 'application/json' });
  writeFileSync(testInfo.outputPath('planted.txt'), planted);
  await testInfo.attach('planted file', { path: testInfo.outputPath('planted.txt') });
  throw new Error(`It is ${planted}`);
});

// Everything fails, since a failure tells most.
const told = { family: 'harness', target: 'told', arrange: () => ({}), expected: { status: 418 } } as const;

const scenarios = [
  scenario({
    ...told,
    route: 'POST /key/generate',
    caller: 'proxy_admin',
    act: async ({ as, scratch }) => {
      const answer = await as.post('/key/generate', { key_alias: scratch.tag('minted') });
      return noted(answer, (answer.body as { key?: string }).key);
    },
  }),
  scenario({
    ...told,
    route: 'POST /key/generate',
    variant: 'a key of the caller’s choice',
    caller: 'proxy_admin',
    act: async ({ as, scratch }) => {
      const key = `sk-${scratch.tag('chosen+by/hand')}`;
      return noted(await as.post('/key/generate', { key }), key);
    },
  }),
  scenario({
    ...told,
    route: 'GET /key/info',
    variant: 'a key in the query',
    caller: 'owner',
    act: ({ as, world }) => as.get('/key/info', { key: world.actors.proxy_admin.cleartext }),
  }),
  scenario({
    ...told,
    route: 'GET /key/info',
    variant: 'the master key, refused with its own text',
    caller: 'owner',
    act: ({ as }) => as.get('/key/info', { key: readSession().masterKey }),
  }),
  scenario({
    ...told,
    route: 'POST /v2/login',
    caller: 'proxy_admin',
    act: async ({ as }) => {
      const answer = await as.post('/v2/login', { username: 'admin', password: readSession().masterKey });
      const { token } = answer.body as { token?: string };
      // The JWT holds a key that was made for it.
      const [, payload = ''] = token?.split('.') ?? [];
      const { key } = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as { key?: string };
      return noted(answer, token, key);
    },
  }),
];
for (const one of scenarios) test(one.title, one.details, one.run);

// The row is locked until the lane is given up.
const late = scenario({
  ...told,
  route: 'POST /team/update',
  caller: 'proxy_admin',
  act: async ({ as, db, world }) => {
    const { rows } = await db.query<{ name: string }>('SELECT current_database() AS name');
    const url = new URL(readSession().serverUrl);
    url.pathname = rows[0]?.name ?? '';
    const lock = new Client(url.href);
    lock.on('error', () => undefined);
    await lock.connect();
    await lock.query('BEGIN');
    await lock.query('SELECT FROM "LiteLLM_TeamTable" FOR UPDATE');
    return as.post(
      '/team/update',
      { team_id: world.teams.gamma.teamId, max_budget: 7 },
      { key: readSession().masterKey },
    );
  },
});
test.describe('timed out', () => {
  test.describe.configure({ timeout: 5_000 });
  test(late.title, late.details, late.run);
});
