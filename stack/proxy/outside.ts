import { generateKeyPair, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import type { Outside } from '../profiles/profile';

/** What an answer of the provider's has cost in tokens: as many in as out. */
const tokens = 10;

/** The world outside of the proxies, on this machine: a provider of models, and an issuer's public keys. */
export interface OutsideWorld extends Outside {
  /** What the issuer signs with, RS256; PEM. Its public half has the key id `outside`. */
  readonly issuerKey: string;
}

/** Opens both. They end with this process, and keep it from nothing. */
export async function openOutside(): Promise<OutsideWorld> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const keySet = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'outside', alg: 'RS256', use: 'sig' }] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answerTo(`${request.method ?? ''} ${request.url ?? ''}`, Buffer.concat(chunks).toString(), keySet);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { error: { message: 'The provider has nothing else.' } }));
    });
  });
  const { port } = await listen(server);
  return {
    provider: `http://127.0.0.1:${port}/v1`,
    keySet: `http://127.0.0.1:${port}/keys`,
    issuerKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function answerTo(line: string, body: string, keySet: object): object | undefined {
  switch (line) {
    case 'GET /keys':
      return keySet;
    case 'POST /v1/chat/completions':
      return {
        id: `chatcmpl-${randomUUID()}`,
        object: 'chat.completion',
        created: 1_700_000_000,
        model: (JSON.parse(body) as { model: string }).model,
        choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: 2 * tokens },
      };
    default:
      return undefined;
  }
}

/** On a port of 127.0.0.1 that the machine chooses. */
async function listen(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return server.address() as AddressInfo;
}
