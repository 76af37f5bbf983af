import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { Engine, TransactionOptions } from './engine';
import { messageOf } from '../errors';
import { Refusal, uncoded, type UserFacingError } from './failures';
import type { Metrics } from './metrics';
import { clientBatchResult, clientResult } from './results';
import type { Translator } from './translate';

/** What requests are answered with, once the engine is up. */
export interface Service {
  engine: Engine;
  translate: Translator;
  metrics: Metrics;
}

interface Answer {
  status: number;
  body: string;
  type?: string;
}

/**
 * Listens where the Python client looks for `http://localhost:PORT`, whichever address that name has, and nowhere else.
 * Connections are taken at once, so that the client's first poll is answered the moment the service is ready.
 */
export async function serve(port: number, service: Promise<Service>): Promise<Server[]> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answerTo(request, service)
      .catch((error: unknown): Answer => ({
        status: 500,
        body: JSON.stringify(uncoded(messageOf(error)).user_facing_error),
      }))
      .then(({ status, body, type = 'application/json' }) => {
        response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
      });
  };
  const servers = await Promise.all([listen(port, '127.0.0.1', listener), listen(port, '::1', listener)]);
  return servers.filter((server) => server !== undefined);
}

/** @returns undefined where the machine has no such address */
function listen(
  port: number,
  host: string,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    // The client decides how long its idle connections live; one that we close while it writes is a failed query.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      resolve(server);
    });
  });
}

async function answerTo(request: IncomingMessage, ready: Promise<Service>): Promise<Answer> {
  if (!isLocal(request)) return { status: 403, body: '{"error":"Only programs on this machine may ask."}' };
  const body = await read(request);
  const service = await ready;
  const [pathname = '', parameters] = (request.url ?? '/').split('?');
  const transaction = header(request, 'x-transaction-id');

  switch (`${request.method ?? ''} ${pathname}`) {
    case 'POST /':
      return answerQuery(service, body, transaction);
    case 'GET /status':
      return { status: 200, body: '{"status":"ok"}' };
    case 'GET /metrics': {
      const labels = body === '' ? {} : labelsOf(parsed(body));
      return new URLSearchParams(parameters).get('format') === 'json'
        ? { status: 200, body: JSON.stringify(service.metrics.json(labels)) }
        : { status: 200, body: service.metrics.prometheus(labels), type: 'text/plain; version=0.0.4' };
    }
    case 'POST /transaction/start':
      return answerStart(service, body);
  }
  const end = /^\/transaction\/([^/]+)\/(commit|rollback)$/.exec(pathname);
  if (request.method === 'POST' && end !== null) {
    const [, id = '', how] = end;
    const { engine } = service;
    const error = how === 'commit' ? await engine.commitTransaction(id) : await engine.rollbackTransaction(id);
    return error === undefined ? { status: 200, body: '{}' } : transactionError(error);
  }
  return { status: 404, body: '{"error":"Not found"}' };
}

async function answerQuery(
  { engine, translate, metrics }: Service,
  body: string,
  transaction?: string,
): Promise<Answer> {
  const request = queryRequest(parsed(body));
  if (request === undefined) return { status: 422, body: JSON.stringify(uncoded('The request holds no query.')) };
  const done = metrics.begin(request.queries.length);
  try {
    const operations = request.queries.map(translate);
    const [operation] = operations;
    if (!request.isBatch && operation !== undefined) {
      const answer = await engine.query(operation.json, transaction);
      return { status: 200, body: clientResult(answer, operation) };
    }
    const mode = request.transaction === undefined ? '' : `,"transaction":${JSON.stringify(request.transaction)}`;
    const batch = `{"batch":[${operations.map(({ json }) => json).join()}]${mode}}`;
    return { status: 200, body: clientBatchResult(await engine.query(batch, transaction), operations) };
  } catch (error) {
    const failure = error instanceof Refusal ? error.failure : uncoded(messageOf(error));
    return { status: 200, body: JSON.stringify({ errors: [failure] }) };
  } finally {
    done();
  }
}

async function answerStart({ engine }: Service, body: string): Promise<Answer> {
  const request = parsed(body);
  if (!isRecord(request)) return { status: 400, body: '{"error":"Not a JSON object"}' };
  const { max_wait: maxWait, timeout, isolation_level: isolation } = request;
  const options: TransactionOptions = {
    max_wait: typeof maxWait === 'number' ? maxWait : 2000,
    timeout: typeof timeout === 'number' ? timeout : 5000,
    ...(typeof isolation === 'string' ? { isolation_level: isolation } : {}),
  };
  const answer = await engine.startTransaction(options);
  return 'id' in answer ? { status: 200, body: JSON.stringify({ id: answer.id }) } : transactionError(answer);
}

/** The native engine's statuses: the Python client has an exception of its own for 422. */
function transactionError(error: UserFacingError): Answer {
  const status = (() => {
    if (error.error_code !== 'P2028') return 500;
    if (error.message.includes('Transaction not found')) return 404;
    if (error.message.includes('Transaction already closed')) return 422;
    return error.message.includes('Unable to start a transaction in the given time') ? 504 : 500;
  })();
  return { status, body: JSON.stringify(error) };
}

interface QueryRequest {
  queries: string[];
  isBatch: boolean;
  /** The transaction around a batch; undefined where there is none. */
  transaction?: { isolationLevel?: string };
}

function queryRequest(request: unknown): QueryRequest | undefined {
  if (!isRecord(request)) return undefined;
  if (typeof request.query === 'string') return { queries: [request.query], isBatch: false };
  const { batch, transaction, isolation_level: isolation } = request;
  if (!Array.isArray(batch)) return undefined;
  const queries = batch.map((item: unknown) => (isRecord(item) ? item.query : undefined));
  if (!queries.every((query) => typeof query === 'string')) return undefined;
  if (transaction !== true) return { queries, isBatch: true };
  return { queries, isBatch: true, transaction: typeof isolation === 'string' ? { isolationLevel: isolation } : {} };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const labelsOf = (value: unknown): Record<string, string> =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, label]) => [name, String(label)])) : {};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A web page may make a browser send requests here, under a name of its own or with its origin. */
function isLocal(request: IncomingMessage): boolean {
  const host = header(request, 'host') ?? '';
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) && request.headers.origin === undefined;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    request.on('error', reject);
  });
}
