import { createServer, type Server, type Socket } from 'node:net';

import { test as base, expect } from '@playwright/test';

import { Api } from '../../fixtures/api';
import { inShort } from '../../fixtures/record';

const cleartext = 'sk-planted_0123456789-abcdef';

/** A server that keeps what arrives, byte by byte, and answers once the body is there; a dead one hangs up instead. */
interface Listener {
  readonly url: string;
  readonly arrived: () => Buffer;
}

async function listen(answer: string | null): Promise<Listener & { readonly server: Server }> {
  const chunks: Buffer[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const [head = '', body = ''] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n');
      const due = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (answer === null) socket.destroy();
      else if (body.length >= due) socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port');
  return { server, url: `http://127.0.0.1:${address.port}`, arrived: () => Buffer.concat(chunks) };
}

const teapot = 'HTTP/1.1 418 I am a teapot\r\ncontent-length: 17\r\n\r\n{"detail": "tea"}';

const test = base.extend<{ listener: Listener; deadEnd: Listener }>({
  listener: async ({}, use) => {
    const { server, ...listener } = await listen(teapot);
    await use(listener);
    server.close();
  },
  deadEnd: async ({}, use) => {
    const { server, ...listener } = await listen(null);
    await use(listener);
    server.close();
  },
});

for (const [what, path, body] of [
  ['what JSON is not', '/key/update', Buffer.from('{"max_budget": NaN, "a": 1e400, "a": 9007199254740993')],
  ['bytes that are no text', '/key/update', Buffer.from([0x00, 0xff, 0xfe, 0x0d, 0x0a, 0x80])],
  ['an address that others put straight', '/a/../b//c/%2e%2e/%2F%zz?key=%00&key=%FF', Buffer.from('{}')],
] as const) {
  test(`on the wire is what was written: ${what}`, async ({ listener }) => {
    const api = await Api.open(listener.url);
    const answer = await api
      .as({ cleartext })
      .raw({ method: 'POST', path, body, contentType: 'application/json; charset=what' });
    expect(answer).toMatchObject({ status: 418, detail: 'tea', request: { method: 'POST', path, query: {} } });

    const end = listener.arrived().indexOf('\r\n\r\n');
    const [line, ...headers] = listener.arrived().subarray(0, end).toString('latin1').split('\r\n');
    expect(line).toBe(`POST ${path} HTTP/1.1`);
    expect(headers).toContain(`authorization: Bearer ${cleartext}`);
    expect(headers).toContain('content-type: application/json; charset=what');
    expect(
      listener
        .arrived()
        .subarray(end + 4)
        .equals(body),
    ).toBe(true);
    await api.close();
  });
}

test('without a body there is none, and no type of it', async ({ listener }) => {
  const api = await Api.open(listener.url);
  await api.as({ cleartext }).raw({ method: 'POST', path: '/key/generate' });
  const text = listener.arrived().toString('latin1');
  expect(text).toMatch(/^POST \/key\/generate HTTP\/1\.1\r\n/);
  expect(text).toMatch(/\r\ncontent-length: 0\r\n/i);
  expect(text).not.toMatch(/content-type/i);
  expect(text).toMatch(/\r\n\r\n$/);
  await api.close();
});

test('an error is told without the key', async ({ deadEnd }) => {
  const api = await Api.open(deadEnd.url);
  const sent = api.as({ cleartext }).raw({ method: 'POST', path: '/key/info', body: Buffer.from(cleartext) });
  await expect(sent).rejects.toThrow('POST /key/info got no answer');
  await expect(sent).rejects.not.toThrow('planted');
  expect(api.mayBeAtWork).toBe(true);
  await api.close();
});

test('a report is told of a long text its beginning and its length', () => {
  expect(inShort({ a: ['x'.repeat(10_000)], b: null, c: 7 })).toEqual({ a: ['x'.repeat(10_000)], b: null, c: 7 });
  expect(inShort(['x'.repeat(10_001)])).toEqual([`${'x'.repeat(200)}… (10001 characters)`]);
});
