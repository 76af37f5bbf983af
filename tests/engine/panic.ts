/**
 * Makes the WASM engine panic, past the translation that keeps it from that, and prints what became of the queries
 * that were under way and of the next one. A program of its own: a panic surfaces as an uncaught exception.
 */
import { readFileSync } from 'node:fs';

import { setTimeout as sleep } from 'node:timers/promises';

import { Pool } from 'pg';

import { parseConnectionUrl } from '../../stack/postgres/connection';
import { Engine } from '../../stack/engine/engine';
import { compileEngine } from '../../stack/engine/wasm';
import { schemaFile } from './engine';

async function main(): Promise<void> {
  const connection = parseConnectionUrl(`${process.env.DATABASE_URL ?? ''}?connection_limit=2`);
  const pool = new Pool(connection.pool);
  const engine = new Engine(compileEngine(), readFileSync(schemaFile, 'utf8'), connection, pool);
  let panics = 0;
  process.on('uncaughtException', (error) => {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    panics++;
    engine.panicked(error);
  });
  const create = (name: string, json: string) => {
    const data = JSON.stringify({ name, metadata: { $type: 'Json', value: json } });
    return `{"modelName":"Ship","action":"createOne","query":{"arguments":{"data":${data}},"selection":{"name":true}}}`;
  };
  const outcome = (answer: Promise<string>) => answer.catch((error: unknown) => String(error));

  const rounds = [];
  for (const round of ['first', 'second', 'third']) {
    const transaction = await engine.startTransaction({ max_wait: 20_000, timeout: 3_000 });
    if (!('id' in transaction)) throw new Error(`No transaction: ${JSON.stringify(transaction)}`);
    const { id } = transaction;
    await engine.query(create(`${round} lost`, '{}'), id);
    const unreadable = await outcome(engine.query(create(`${round} unreadable`, '{'), id));
    const next = await outcome(engine.query(create(`${round} next`, '{}'), undefined));
    rounds.push({ unreadable, next });
  }
  // The lost transactions would expire now.
  await sleep(3_500);
  console.log(JSON.stringify({ rounds, panics }));
  await pool.end();
  process.exit();
}

void main();
