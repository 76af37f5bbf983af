import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from 'pg';

import { schemaDatamodel } from '../stack/engine/schema';
import { forgetPostgresVariables, stackEnvironment } from '../stack/environment';
import { freePort, withClient } from '../stack/postgres/cluster';
import { applyMigrations } from '../stack/postgres/migrations';
import { buildProgram } from '../stack/programs';
import { ensureRelease } from '../stack/release';
import type { Session } from '../stack/session';
import { loadSettings } from '../stack/settings';
import { startOwnStack } from '../stack/start';
import { databaseUrl } from '../stack/template/databases';
import { run, wordsOf } from './command';
import { cpuMsOf } from './processes';

const help = `Measures the query engine: \`npm run bench:engine -- [--out FILE] [--queries 100000]\`.

Each operation runs through the engine and, in turns with that, as the same SQL on a bare \`pg\` connection, with one
client. Then the time from starting the process to its first answer, and what the process holds after 10,000 queries
and after as many more as \`--queries\` says. Takes some minutes; compare only numbers of the same run.
`;

/** One operation, both ways. */
interface Operation {
  name: string;
  graphql: string;
  /** What the engine sends to PostgreSQL for it. */
  statements: { text: string; values?: unknown[] }[];
}

const model = 'LiteLLM_TeamTable';
const rounds = 40;
const perRound = 50;
/** Not measured: V8 is still compiling. */
const warmUp = 500;

async function main(): Promise<void> {
  const { values } = wordsOf(
    {
      options: { out: { type: 'string' }, queries: { type: 'string', default: '100000' } },
    },
    help,
  );
  forgetPostgresVariables();
  // Ours, with the settings of a throw-away server, so that runs can be compared.
  const settings = { ...loadSettings(), databaseUrl: undefined };
  const { home } = settings;
  const stack = await startOwnStack(settings, console.error);
  try {
    const { serverUrl } = JSON.parse(readFileSync(stack.session, 'utf8')) as Session;
    const release = await ensureRelease({ version: settings.release, home, progress: console.error });
    await withClient(serverUrl, (client) => client.query('CREATE DATABASE bench'));
    const url = databaseUrl(serverUrl, 'bench');
    await applyMigrations(url, release.migrationsFolder);
    const columns = scalarsOf(readFileSync(release.schemaPath, 'utf8'));
    const site = { executable: await buildProgram('query-engine', home), schemaPath: release.schemaPath, url };
    const results = await withClient(url, async (client) => {
      await client.query(
        `INSERT INTO "${model}" (team_id, team_alias, models, metadata)
          SELECT 'bench-' || n, 'team ' || n, '{gpt-4,gpt-5}', '{"tags": ["a", "b"]}' FROM generate_series(0, 9) n`,
      );
      return {
        release: settings.release,
        node: process.version,
        load: [loadavg()[0] ?? 0],
        start: await measureStart(site),
        ...(await measureQueries(site, client, operationsOn(columns), Number(values.queries))),
      };
    });
    results.load.push(loadavg()[0] ?? 0);
    print(results);
    if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    stack.letGo();
  }
}

/** The columns that the Python client asks for. */
function scalarsOf(schemaText: string): string[] {
  const fields = schemaDatamodel(schemaText).models.find(({ name }) => name === model)?.fields ?? [];
  return fields.filter(({ kind }) => kind !== 'object').map(({ name }) => name);
}

function operationsOn(columns: string[]): Operation[] {
  const selection = columns.join(' ');
  const select = `SELECT ${columns.map((column) => `"public"."${model}"."${column}"`).join(', ')} FROM "public"."${model}"`;
  return [
    {
      name: 'SELECT 1',
      graphql: 'mutation { result: queryRaw(query: "SELECT 1", parameters: "[]") }',
      statements: [{ text: 'SELECT 1' }],
    },
    {
      name: 'findUnique',
      graphql: `query { result: findUnique${model}(where: { team_id: "bench-3" }) { ${selection} } }`,
      statements: [
        {
          text: `${select} WHERE ("public"."${model}"."team_id" = $1 AND 1=1) LIMIT $2 OFFSET $3`,
          values: ['bench-3', 1, 0],
        },
      ],
    },
    {
      name: 'findMany of 10',
      graphql: `query { result: findMany${model}(where: { team_id: { startsWith: "bench" } }, take: 10) { ${selection} } }`,
      statements: [
        {
          text: `${select} WHERE "public"."${model}"."team_id"::text LIKE $1 ORDER BY "public"."${model}"."team_id" ASC LIMIT $2 OFFSET $3`,
          values: ['bench%', 10, 0],
        },
      ],
    },
    {
      name: 'updateMany',
      graphql: `mutation { result: updateMany${model}(where: { team_id: "bench-3" }, data: { spend: { increment: 1.5 } }) { count } }`,
      statements: [
        { text: 'BEGIN' },
        {
          text: `UPDATE "public"."${model}" SET "spend" = ("public"."${model}"."spend" + $1), "updated_at" = $2 WHERE "public"."${model}"."team_id" = $3`,
          values: [1.5, new Date().toISOString(), 'bench-3'],
        },
        { text: 'COMMIT' },
      ],
    },
  ];
}

interface Site {
  executable: string;
  schemaPath: string;
  url: string;
}

/** @returns ms from starting the process to its first answer, and the CPU ms that took */
async function measureStart(site: Site): Promise<{ wall: Summary; cpu: Summary }> {
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let repeat = 0; repeat < 10; repeat++) {
    const engine = await Engine.start(site);
    // The first one has read a schema that it had never seen.
    if (repeat > 0) {
      wall.push(engine.startedWithin);
      cpu.push(engine.cpu());
    }
    await engine.end();
  }
  return { wall: summary(wall), cpu: summary(cpu) };
}

async function measureQueries(site: Site, client: Client, operations: Operation[], more: number) {
  const engine = await Engine.start(site);
  try {
    return await measureWith(engine, client, operations, more);
  } finally {
    await engine.end();
  }
}

async function measureWith(engine: Engine, client: Client, operations: Operation[], more: number) {
  const resident = { atStart: engine.resident(), after10000: 0, afterMore: 0, more };
  const bodies = operations.map(({ graphql }) => bodyOf(graphql));
  let asked = 0;
  const ask = async (body: string) => {
    asked++;
    const answer = await engine.post(body);
    if (!answer.startsWith('{"data":')) throw new Error(`The engine refused: ${answer}`);
  };
  const measured = [];
  for (const { name, graphql, statements } of operations) {
    const body = bodyOf(graphql);
    const bare = async () => {
      for (const statement of statements) await client.query({ ...statement, rowMode: 'array' });
    };
    for (let repeat = 0; repeat < warmUp; repeat++) await ask(body).then(bare);
    const times = { engine: [] as number[], bare: [] as number[] };
    let engineCpu = 0;
    let bareCpu = 0;
    for (let round = 0; round < rounds; round++) {
      const engineBefore = engine.cpu();
      for (let repeat = 0; repeat < perRound; repeat++) times.engine.push(await timed(() => ask(body)));
      engineCpu += engine.cpu() - engineBefore;
      const bareBefore = process.cpuUsage();
      for (let repeat = 0; repeat < perRound; repeat++) times.bare.push(await timed(bare));
      const { user, system } = process.cpuUsage(bareBefore);
      bareCpu += (user + system) / 1000;
    }
    const count = rounds * perRound;
    const [through, past] = [summary(times.engine), summary(times.bare)];
    measured.push({
      name,
      engine: { ...through, cpu: engineCpu / count },
      bare: { ...past, cpu: bareCpu / count },
      overhead: through.median - past.median,
    });
  }
  const askUntil = async (total: number) => {
    while (asked < total) for (const body of bodies) await ask(body);
  };
  await askUntil(10_000);
  resident.after10000 = engine.resident();
  await askUntil(10_000 + more);
  resident.afterMore = engine.resident();
  return { operations: measured, resident };
}

const bodyOf = (query: string): string => JSON.stringify({ query, variables: {}, operation_name: 'query' });

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Summary {
  min: number;
  median: number;
  p95: number;
}

function summary(times: number[]): Summary {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  return { min: at(0), median: at(0.5), p95: at(0.95) };
}

/** An engine of one's own, and one connection to it that does as little as HTTP allows. */
class Engine {
  private answer: Buffer = Buffer.alloc(0);
  private heard: ((body: string) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  private constructor(
    private readonly process: ChildProcess,
    private readonly socket: Socket,
    private readonly pid: number,
    /** ms from starting the process to its first answer */
    readonly startedWithin: number,
  ) {
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.on('close', () => this.failed?.(new Error('The engine closed the connection')));
  }

  static async start({ executable, schemaPath, url }: Site): Promise<Engine> {
    const port = await freePort();
    const start = performance.now();
    const child = spawn(executable, ['-p', String(port), '--enable-metrics', '--enable-raw-queries'], {
      env: stackEnvironment({ DATABASE_URL: url, PRISMA_DML_PATH: schemaPath, PRISMA_ENGINE_PROTOCOL: 'graphql' }),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const { pid } = child;
    for (;;) {
      if (pid === undefined || child.exitCode !== null) throw new Error('The engine did not start');
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      const connected = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      if (connected) {
        const waiting = new Engine(child, socket, pid, 0);
        await waiting.ask('GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n');
        socket.removeAllListeners();
        return new Engine(child, socket, pid, performance.now() - start);
      }
      await sleep(1);
    }
  }

  post(body: string): Promise<string> {
    const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return this.ask(head + body);
  }

  /** CPU ms of the process so far; the kernel counts in steps of 10. */
  cpu(): number {
    return cpuMsOf(this.pid);
  }

  /** MB. */
  resident(): number {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  }

  async end(): Promise<void> {
    this.failed = undefined;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGINT');
    await ended;
  }

  private ask(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.heard = resolve;
      this.failed = reject;
      this.socket.write(request);
    });
  }

  private receive(chunk: Buffer): void {
    this.answer = this.answer.length === 0 ? chunk : Buffer.concat([this.answer, chunk]);
    const headEnd = this.answer.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const [, length] = /^content-length: (\d+)/im.exec(this.answer.toString('latin1', 0, headEnd)) ?? [];
    const body = this.answer.subarray(headEnd + 4);
    if (body.length < Number(length)) return;
    this.answer = Buffer.alloc(0);
    this.failed = undefined;
    this.heard?.(body.toString());
  }
}

interface Results {
  load: number[];
  start: { wall: Summary; cpu: Summary };
  operations: { name: string; engine: Summary & { cpu: number }; bare: Summary & { cpu: number }; overhead: number }[];
  resident: { atStart: number; after10000: number; afterMore: number; more: number };
}

function print({ load, start, operations, resident }: Results): void {
  const ms = (value: number) => value.toFixed(2).padStart(8);
  const line = (name: string, { min, median, p95, cpu }: Summary & { cpu: number }) =>
    `${name.padEnd(24)}${[min, median, p95, cpu].map(ms).join('')}`;
  console.log(
    `${'ms per operation'.padEnd(24)}${['min', 'median', 'p95', 'CPU'].map((name) => name.padStart(8)).join('')}`,
  );
  for (const { name, engine, bare, overhead } of operations) {
    console.log(line(name, engine));
    console.log(`${line('  the same SQL, bare pg', bare)}   overhead${ms(overhead)}`);
  }
  const { wall, cpu } = start;
  console.log(
    `start to first answer: ${wall.min.toFixed()} / ${wall.median.toFixed()} / ${wall.p95.toFixed()} ms, ${cpu.median.toFixed()} ms of CPU`,
  );
  const { atStart, after10000, afterMore, more } = resident;
  console.log(
    `resident: ${atStart.toFixed()} MB at start, ${after10000.toFixed()} after 10,000 queries, ${afterMore.toFixed()} after ${more} more`,
  );
  console.log(`load of the machine: ${load.map((value) => value.toFixed(1)).join(' before, ')} after`);
}

run(main);
