import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import { stackEnvironment } from '../environment';
import { StackError, whatAndWhy } from '../errors';
import { projectFolder } from '../home';

/** What `launcher.py` says. */
const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('imported'), seconds: z.number() }),
  z.object({ event: z.literal('forked'), name: z.string(), pid: z.number() }),
  z.object({ event: z.literal('ready'), name: z.string(), pid: z.number(), port: z.number() }),
  z.object({ event: z.literal('failed'), name: z.string(), pid: z.number(), error: z.string(), engine: z.boolean() }),
  z.object({ event: z.literal('exited'), pid: z.number(), status: z.number() }),
]);

/** How long importing LiteLLM, and starting a proxy, may take, in milliseconds: many times what a busy machine needs. */
const patience = { import: 300_000, start: 120_000 };

export interface ProxyOrder {
  /** Unique among the proxies of one launcher. */
  readonly name: string;
  /** The file its output is appended to. */
  readonly log: string;
  readonly databaseUrl: string;
  /** The LiteLLM configuration, a YAML file. */
  readonly config: string;
  readonly masterKey: string;
  /** What the profile adds to its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** See `Manner` in `server.py`. */
  readonly manner: {
    readonly premium: boolean;
    readonly constants: Readonly<Record<string, string>>;
    readonly writes_spend: boolean;
    readonly mutant: Mutant | null;
    readonly scenario: string;
  };
}

/** One changed function of LiteLLM: see `mutant.py`. */
export interface Mutant {
  readonly module: string;
  readonly qualname: string;
  readonly source: string;
}

/** What is to be noted of what proxies run: see `Order` in `covering.py`. */
export interface CoverageOrder {
  readonly packages: string;
  readonly folder: string;
}

/** One LiteLLM proxy, serving. */
export interface Proxy {
  readonly pid: number;
  readonly baseUrl: string;
  readonly log: string;
  /** False once its process is gone. */
  readonly alive: boolean;
  /** Kills it and waits until it is gone. Its query engine follows within a quarter of a second. */
  end(): Promise<void>;
}

/** A proxy between the order and its first word. */
interface Start {
  pid?: number;
  readonly resolve: (port: number) => void;
  readonly reject: (error: Error) => void;
}

/** The process that has LiteLLM imported and forks a proxy on demand. */
export class Launcher {
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly #engine: string;
  readonly #starting = new Map<string, Start>();
  /** What to do when a serving proxy, by process id, is gone. */
  readonly #exits = new Map<number, () => void>();
  /** Seconds that importing LiteLLM took; rejects when that failed. */
  readonly imported: Promise<number>;
  /** Settles when the launcher's process is gone. */
  readonly ended: Promise<void>;

  /**
   * @param options.python the release's interpreter
   * @param options.engine the query engine's executable
   * @param options.folder working directory and home of launcher and proxies; nothing of the user's is there
   * @param options.log the file for what LiteLLM prints while it is imported
   * @param options.coverage what is to be noted of what the import and the proxies run
   */
  constructor(options: {
    python: string;
    engine: string;
    folder: string;
    log: string;
    coverage: CoverageOrder | undefined;
  }) {
    this.#log = options.log;
    this.#engine = options.engine;
    const output = openSync(options.log, 'a', 0o600);
    const { coverage } = options;
    const program = path.join(projectFolder, 'stack', 'proxy', 'launcher.py');
    this.#process = spawn(options.python, [program, ...(coverage === undefined ? [] : [JSON.stringify(coverage)])], {
      cwd: options.folder,
      env: stackEnvironment({
        HOME: options.folder,
        PRISMA_QUERY_ENGINE_BINARY: options.engine,
        // Stops LiteLLM from looking for a `.env` in every folder above its own.
        LITELLM_MODE: 'PRODUCTION',
        // Stops it from downloading prices while it is imported.
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        LITELLM_DONT_SHOW_FEEDBACK_BOX: 'true',
        // The release comes compiled, and the project's folder is not ours to write to.
        PYTHONDONTWRITEBYTECODE: '1',
        // Error texts list what is in sets; in the same order every time.
        PYTHONHASHSEED: '0',
      }),
      stdio: ['pipe', 'pipe', output],
    });
    closeSync(output);

    const launcher = this.#process;
    // An order to one that is gone: its end says more.
    launcher.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      launcher.once('close', () => {
        resolve();
      });
      launcher.once('error', () => {
        resolve();
      });
    });
    this.imported = new Promise((resolve, reject) => {
      const tooLong = setTimeout(() => {
        launcher.kill('SIGKILL');
      }, patience.import);
      if (launcher.stdout === null) throw new Error('the launcher has no output');
      createInterface({ input: launcher.stdout }).on('line', (line) => {
        const said = eventSchema.parse(JSON.parse(line));
        if (said.event === 'imported') {
          clearTimeout(tooLong);
          resolve(said.seconds);
        } else this.#hear(said);
      });
      void this.ended.then(() => {
        clearTimeout(tooLong);
        // After it was imported, this one comes too late for anybody to hear it.
        reject(
          new StackError(
            whatAndWhy('LiteLLM cannot be imported', this.#log),
            `Remove ${path.dirname(path.dirname(options.python))} to have it installed again.`,
            this.#log,
          ),
        );
        const error = new Error('the launcher ended');
        for (const { reject: rejectStart } of this.#starting.values()) rejectStart(error);
        this.#starting.clear();
        for (const exit of this.#exits.values()) exit();
      });
    });
    // Whoever needs a proxy hears of it; nobody may need one.
    this.imported.catch(() => undefined);
  }

  /** Forks a proxy and waits until it serves. */
  async fork(order: ProxyOrder): Promise<Proxy> {
    await this.imported;
    return new Promise<Proxy>((resolve, reject) => {
      const tooLong = setTimeout(() => {
        if (start.pid !== undefined) kill(start.pid);
        this.#starting.delete(order.name);
        start.reject(new Error(`it did not answer within ${patience.start / 1000} s`));
      }, patience.start);
      const start: Start = {
        resolve: (port) => {
          clearTimeout(tooLong);
          if (start.pid === undefined) throw new Error(`${order.name} is ready before it was forked`);
          resolve(this.#proxyOf(order, start.pid, port));
        },
        reject: (error) => {
          clearTimeout(tooLong);
          reject(
            new StackError(`The proxy ${order.name} did not start: ${error.message}.`, 'Its log says more.', order.log),
          );
        },
      };
      this.#starting.set(order.name, start);
      const command = {
        name: order.name,
        log: order.log,
        manner: order.manner,
        environment: {
          ...order.environment,
          DATABASE_URL: order.databaseUrl,
          CONFIG_FILE_PATH: order.config,
          LITELLM_MASTER_KEY: order.masterKey,
        },
      };
      this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  #proxyOf(order: ProxyOrder, pid: number, port: number): Proxy {
    let alive = true;
    const exited = new Promise<void>((resolve) => {
      this.#exits.set(pid, () => {
        alive = false;
        resolve();
      });
    });
    return {
      pid,
      baseUrl: `http://127.0.0.1:${port}`,
      log: order.log,
      get alive() {
        return alive;
      },
      end: async () => {
        // Only while it is known to be ours: the number is given to another process afterwards.
        if (alive) kill(pid);
        await exited;
      },
    };
  }

  /** Ends launcher and proxies. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  #hear(said: Exclude<z.infer<typeof eventSchema>, { event: 'imported' }>): void {
    if (said.event === 'exited') {
      this.#exits.get(said.pid)?.();
      this.#exits.delete(said.pid);
      for (const [name, { pid, reject }] of this.#starting) {
        if (pid !== said.pid) continue;
        this.#starting.delete(name);
        reject(new Error(`its process ended ${endingOf(said.status)}`));
      }
      return;
    }
    const start = this.#starting.get(said.name);
    if (start === undefined) return;
    if (said.event === 'forked') {
      start.pid = said.pid;
      return;
    }
    this.#starting.delete(said.name);
    if (said.event === 'ready') start.resolve(said.port);
    // LiteLLM goes on without an engine, and then complains of connections, to nobody knows what.
    else if (said.engine || !/connect/i.test(said.error)) start.reject(new Error(said.error));
    else start.reject(new Error(`${said.error}; its query engine, ${this.#engine}, is not running`));
  }
}

/** Kills a process that may just have ended: its parent knows that before we do. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** What a wait status says. */
function endingOf(status: number): string {
  const signal = status & 0x7f;
  if (signal === 0) return `with exit code ${status >> 8}`;
  const [name = `signal ${signal}`] = Object.entries(constants.signals).find(([, number]) => number === signal) ?? [];
  return name === 'SIGKILL' ? 'by SIGKILL, as when the machine is out of memory' : `by ${name}`;
}
