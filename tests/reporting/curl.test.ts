import { execFile, spawnSync } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';

import { test as base, expect } from '@playwright/test';
import fc from 'fast-check';

import { aligned, valuesOf } from '../../fixtures/alignment';
import { Api, headersOf, type Door, type KeyHolder, type SentRequest } from '../../fixtures/api';
import { curlOf, variablesOf } from '../../fixtures/curl';
import { requestOf } from '../../fixtures/play';
import { inBrief, type RequestRecord } from '../../fixtures/record';
import { Placeholders } from '../../fixtures/secrets';

const cleartext = 'sk-planted_0123456789-abcdef';
const scratch = 'scratch-0123456789ab';
const hash = '0f'.repeat(32);

/** What a server is told of a request, whoever sends it. */
interface Arrived {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In hexadecimal. */
  readonly body: string;
}

/** The headers that say something; others are each sender's own. */
const telling = ['authorization', 'content-type', 'x-api-key', 'api-key'];

/** A server that keeps the last request as it arrived, and answers once all of it is there. */
const test = base.extend<{ listener: { readonly url: string; readonly last: () => Arrived } }>({
  listener: async ({}, use) => {
    let last: Arrived | undefined;
    const server: Server = createServer((socket: Socket) => {
      let all = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        all = Buffer.concat([all, chunk]);
        const end = all.indexOf('\r\n\r\n');
        if (end < 0) return;
        const [line = '', ...lines] = all.subarray(0, end).toString('latin1').split('\r\n');
        const headers = lines
          .map(
            (each) =>
              [each.slice(0, each.indexOf(':')).toLowerCase(), each.slice(each.indexOf(':') + 1).trim()] as const,
          )
          .filter(([name]) => telling.includes(name));
        const body = all.subarray(end + 4);
        const due = Number(/content-length: (\d+)/i.exec(lines.join('\n'))?.[1] ?? 0);
        if (body.length < due) return;
        // An address may be percent-encoded in small letters or capitals: it means the same.
        const address = line.replaceAll(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());
        last = { line: address, headers: Object.fromEntries(headers.sort()), body: body.toString('hex') };
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('It has no port');
    await use({
      url: `http://127.0.0.1:${address.port}`,
      last: () => {
        if (last === undefined) throw new Error('Nothing arrived');
        const arrived = last;
        last = undefined;
        return arrived;
      },
    });
    server.close();
  },
});

/** What stands for the secrets of these tests. */
function placeholders(): Placeholders {
  const known = new Placeholders();
  known.name(cleartext, 'key of owner');
  known.name(scratch, 'scratch');
  known.name(hash, 'hash scratch-key');
  return known;
}

const shell = promisify(execFile);

/** Sends a request as the harness does, and as whoever copies its `curl` does: what arrives of each, and the command. */
async function bothWays(
  listener: { readonly url: string; readonly last: () => Arrived },
  act: (as: Door) => Promise<unknown>,
  holder: KeyHolder,
) {
  const api = await Api.open(listener.url);
  const sent: SentRequest[] = [];
  api.watch({ before: (request) => sent.push(request), after: () => undefined });
  await act(api.as(holder));
  await api.close();
  const harness = listener.last();
  const [request] = sent;
  if (request === undefined) throw new Error('Nothing was sent');
  const told = requestOf(request, headersOf(holder), placeholders());
  const values = valuesOf(told, requestOf(request, headersOf(holder)));
  const command = curlOf(inBrief(told));
  await shell('bash', ['-c', command], {
    env: { PATH: process.env.PATH, BASE_URL: listener.url, ...Object.fromEntries(values) },
  });
  return { harness, shell: listener.last(), command };
}

const owner = { cleartext };
const odd = `it's "$HOME" \`id\` \\ é 雪\n%41&a=b#c+d!`;

const requests: Readonly<Record<string, readonly [act: (as: Door) => Promise<unknown>, holder?: KeyHolder]>> = {
  'a look': [(as) => as.get('/key/info')],
  'a look with a query': [(as) => as.get('/key/info', { key: hash, odd, empty: '' })],
  JSON: [
    (as) => as.post('/key/update', { key: cleartext, odd, [scratch]: [null, 1.5, true, { a: `${scratch}-team` }] }),
  ],
  'JSON and a query': [(as) => as.post('/team/update', { team_id: scratch }, { organization_id: `${scratch} & more` })],
  PUT: [(as) => as.send({ method: 'PUT', path: `/v1/access_group/${scratch}`, body: {} })],
  PATCH: [(as) => as.send({ method: 'PATCH', path: `/team/${scratch}-team`, body: { metadata: odd } })],
  'DELETE with a body': [(as) => as.send({ method: 'DELETE', path: '/organization/delete', body: { ids: [scratch] } })],
  'DELETE without': [(as) => as.send({ method: 'DELETE', path: `/team/${scratch}/callback/x` })],
  'a path with a space and brackets': [(as) => as.get('/team/a b[1]{c}é/info')],
  nobody: [(as) => as.get('/key/info'), { cleartext: '', headers: {} }],
  'another header': [(as) => as.get('/key/info'), { cleartext, headers: { 'x-api-key': cleartext, 'api-key': '' } }],
  'a scheme without a key': [(as) => as.get('/key/info'), { cleartext, headers: { authorization: 'Bearer' } }],
  'a path as it is': [(as) => as.raw({ method: 'GET', path: `/key/../key//%2e%2e/[x]{y}%zz?key=%00&key=${hash}` })],
  'a body beside a look': [
    (as) => as.raw({ method: 'GET', path: '/key/info', body: Buffer.from('{'), contentType: 'application/json' }),
  ],
  'an empty body': [
    (as) => as.raw({ method: 'POST', path: '/x', body: Buffer.from(''), contentType: 'application/json' }),
  ],
  'no body of a type': [(as) => as.raw({ method: 'POST', path: '/x', contentType: 'application/json' })],
  'no type': [(as) => as.raw({ method: 'POST', path: '/x', body: Buffer.from('a=b') })],
  'another type': [
    (as) =>
      as.raw({ method: 'POST', path: '/x', body: Buffer.from(odd), contentType: 'application/json; charset=utf-16' }),
  ],
  'what begins as a file’s name would': [
    (as) => as.raw({ method: 'POST', path: '/x', body: Buffer.from('@/etc/passwd'), contentType: 'text/plain' }),
  ],
  NUL: [
    (as) =>
      as.raw({
        method: 'POST',
        path: '/x',
        body: Buffer.from(`{"a": "${scratch}\\n %s ${odd}"}`, 'utf16le'),
        contentType: 'application/json',
      }),
  ],
  'a secret beside NUL': [
    (as) =>
      as.raw({ method: 'POST', path: '/x', body: Buffer.from(`\0${cleartext}\\0101%d'\0`), contentType: 'text/plain' }),
  ],
  'bytes that are no text': [
    (as) =>
      as.raw({
        method: 'POST',
        path: '/x',
        body: Buffer.from('7b2261223a22ff5c27225c7d0d0a00', 'hex'),
        contentType: 'text/plain',
      }),
  ],
};

for (const [what, [act, holder = owner]] of Object.entries(requests)) {
  test(`what curl sends is what the harness sends: ${what}`, async ({ listener }) => {
    const { harness, shell, command } = await bothWays(listener, act, holder);
    expect(shell, command).toEqual(harness);
    for (const secret of [cleartext, hash]) expect(command).not.toContain(secret);
  });
}

test('what curl sends is what the harness sends: whatever JSON there is', async ({ listener }) => {
  test.setTimeout(240_000);
  const secret = fc.constantFrom(cleartext, scratch, `${scratch}-team`, hash, '<b>', '<scratch');
  const text = fc.oneof(secret, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.constantFrom(null, true, 7, 1.5),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        text.filter((name) => name !== '__proto__'),
        tie('value'),
        { maxKeys: 3 },
      ),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom('a', 'b', scratch), value), async (body) => {
      const { harness, shell, command } = await bothWays(listener, (as) => as.post('/x', body), owner);
      expect(shell, command).toEqual(harness);
      expect(command).not.toContain(cleartext);
    }),
    { numRuns: 60 },
  );
});

const recorded = (request: Partial<RequestRecord>): RequestRecord => ({
  ...{ method: 'POST', path: '/x', query: {}, body: null, headers: {} },
  ...request,
});

test('there is no command for what a record does not tell in full, but words that say so', () => {
  const long = inBrief(recorded({ body: { a: ['x'.repeat(10_001)] } }));
  const address = inBrief(recorded({ path: `/x?key=${'a'.repeat(500)}` }));
  const bytes = recorded({ body: '{"a": "\ufffd"}', written: { contentType: null } });
  for (const request of [long, address, bytes]) expect(curlOf(request)).toMatch(/^# There is no command .*\.$/);
  // Bytes in which a secret could be are not told.
  const secret = Buffer.concat([Buffer.from(cleartext), Buffer.from([0xff])]);
  const sent = {
    method: 'POST',
    path: '/x',
    query: {},
    body: secret.toString(),
    written: { method: 'POST', path: '/x', body: secret },
  } as const;
  expect(curlOf(requestOf(sent, {}, placeholders()))).toMatch(/^# There is no command/);
});

test('variables are named after what they stand for, and what stands for several things is numbered', () => {
  const names = (body: unknown) => variablesOf(recorded({ body })).map(({ name }) => name);
  expect(names(['<key of owner>', '<scratch>-team', '<scratch>', '<hash scratch-key-2>'])).toEqual([
    'KEY_OF_OWNER',
    'SCRATCH',
    'SCRATCH',
    'HASH_SCRATCH_KEY_2',
  ]);
  expect(names({ '<uuid>': '<uuid>', a: '<time>' })).toEqual(['UUID', 'UUID_2', 'TIME']);
  expect(names(['<key scratch-a>', '<key scratch_a>', '<key scratch-a>', '<scratch>', '<SCRATCH>'])).toEqual([
    'KEY_SCRATCH_A',
    'KEY_SCRATCH_A_2',
    'KEY_SCRATCH_A',
    'SCRATCH',
    'SCRATCH_2',
  ]);
  // What somebody sends is no placeholder.
  expect(names(['<b>', '<script>alert(1)</script>', '<>', '< scratch>'])).toEqual([]);
});

test('a placeholder stands for what is between the same words', () => {
  expect(aligned('nothing', 'nothing')).toEqual([]);
  expect(aligned('Bearer <key of owner>', `Bearer ${cleartext}`)).toEqual([cleartext]);
  expect(aligned('<scratch>-team,<scratch>-team-2', 's1-team,s2-team-2')).toEqual(['s1', 's2']);
  expect(aligned('["<hash scratch-a>","<hash scratch-b>"] <b>', '["x","y"] <b>')).toEqual(['x', 'y']);
  // One character each.
  expect(aligned('<uuid><time>', 'ab')).toEqual(['a', 'b']);
});

for (const [what, told, sent] of [
  ['nothing between two', '<uuid><time>', 'abc'],
  ['what is between stands in a value', '<key of owner>-<scratch>', 'sk-a-scratch-b'],
  ['a value that is not there', 'a<uuid>b', 'ab'],
  ['another beginning', 'a<uuid>', 'bc'],
  ['another end', '<uuid>a', 'cb'],
  ['another middle', '<uuid>-<time>', 'a+b'],
  ['ends that overlap', 'aba<uuid>aba', 'ababa'],
  ['other words', 'a', 'b'],
] as const) {
  test(`what placeholders stand for is not guessed: ${what}`, () => {
    expect(() => aligned(told, sent)).toThrow('cannot be told');
    // What was sent may be secret.
    expect(() => aligned(told, sent)).not.toThrow(new RegExp(`"${sent}"`));
  });
}

test('one name cannot have two values', () => {
  const told = recorded({ path: '/team/<scratch>', body: { a: '<scratch>' } });
  expect(() => valuesOf(told, recorded({ path: '/team/a%2Fb', body: { a: 'a/b' } }))).toThrow('two values');
  expect(() => valuesOf(told, recorded({ path: '/team/a', body: { a: 'a', b: 'c' } }))).toThrow('other fields');
  // Two names of a field became one.
  expect(() => valuesOf(recorded({ body: { '<uuid>': 1 } }), recorded({ body: { a: 1, b: 2 } }))).toThrow(
    'other fields',
  );
  expect(valuesOf(recorded({ body: { a: '<minted>' } }), recorded({ body: { a: 'say "a\\b"' } })).get('MINTED')).toBe(
    String.raw`say \"a\\b\"`,
  );
});

test('a shell accepts what odd texts become', () => {
  const command = curlOf(recorded({ path: `/a'b`, query: { "it's": odd }, headers: { x: odd }, body: odd }));
  expect(spawnSync('bash', ['-n', '-c', command]).status).toBe(0);
});
