import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { aboutFolders, StackError } from '../errors';
import { homeFolders, projectFolder } from '../home';
import { Launcher, type Proxy } from '../proxy/launcher';
import type { ProfileName } from '../proxy/profiles';
import { isCurated } from '../release/curated';
import type { Session } from '../session';
import type { Databases } from '../template/databases';
import { openEmbedded } from '../template/embedded';
import { cloneName, openExternal } from '../template/external';
import { openSessions, type Sessions } from '../template/sessions';
import { mintCleartext } from '../template/world';
import type { LaneFacts, ProxyFacts, StackOrder } from './protocol';

const socketName = 'supervisor.sock';

/** How long the path of a socket may be: the kernel's field less its end. */
const socketPathBytes = process.platform === 'linux' ? 107 : 103;

/** How long the end of the databases is waited for, in milliseconds. */
const endingPatience = 2_500;

interface Lane {
  readonly name: string;
  readonly profile: ProfileName;
  readonly databaseUrl: string;
  readonly proxy: Proxy;
  readonly sessions: Sessions;
  /** Whether its last borrower gave it back as it was. */
  clean: boolean;
}

/** A proxy as its user sees it. */
const factsOf = ({ pid, baseUrl, log }: Proxy): ProxyFacts => ({ pid, baseUrl, log });

/** Everything that one stack consists of, from its temporary folder to its lanes. */
export class StackOwner {
  readonly #order: StackOrder;
  readonly #folder: string;
  readonly #logs: string;
  readonly #masterKey: string;
  readonly #launcher: Launcher;
  readonly #lanes = new Map<string, Promise<Lane>>();
  readonly #extraProxies = new Map<number, Proxy>();
  #databases: Databases | undefined;
  #ready: Promise<string> | undefined;
  #ending: Promise<void> | undefined;
  #proxiesForked = 0;
  /** Settles, with the reason, when the stack has lost a part that no lane can do without. */
  readonly broken: Promise<string>;
  #breaks: (why: string) => void = () => undefined;

  private constructor(order: StackOrder, folder: string) {
    this.#order = order;
    this.#folder = folder;
    this.#logs = path.join(homeFolders(order.home).logs, order.run);
    this.#masterKey = order.masterKey ?? mintCleartext();
    // First of all: from here on the folder has an owner.
    this.#startGuard();
    mkdirSync(this.#logs, { recursive: true });
    this.#launcher = new Launcher({
      python: order.release.python,
      engine: order.engine,
      folder: this.#madeFolder('home'),
      log: this.#logFile('launcher'),
    });
    this.broken = new Promise((resolve) => {
      this.#breaks = resolve;
    });
    this.#launcher.imported.then(
      () =>
        this.#launcher.ended.then(() => {
          this.#breaks('the launcher is gone');
        }),
      // Whoever waits for it is told by `ready`.
      () => undefined,
    );
  }

  /** Takes the order: makes the stack's folder and starts what takes longest. */
  static create(order: StackOrder): StackOwner {
    const longest = path.join(tmpdir(), 'behavior-stack-123456', socketName);
    if (Buffer.byteLength(longest) > socketPathBytes) {
      throw new StackError(
        `TMPDIR (${tmpdir()}) is too long a path: a socket's may have ${socketPathBytes} bytes, and ${longest} has ${Buffer.byteLength(longest)}.`,
        'Let TMPDIR name another folder, such as /tmp.',
      );
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-stack-'));
    // PostgreSQL's account, which may be another one, has to get to its data.
    chmodSync(folder, 0o755);
    return new StackOwner(order, folder);
  }

  /** The path of the stack's socket. */
  get socket(): string {
    return path.join(this.#folder, socketName);
  }

  /**
   * Resolves with the path of the session file once lanes can be lent.
   *
   * @param progress gets a line per step that takes time
   */
  ready(progress: (line: string) => void): Promise<string> {
    this.#ready ??= this.#prepare(progress).catch((error: unknown) => {
      throw aboutFolders(error, 'Preparing the stack', this.#order.home);
    });
    return this.#ready;
  }

  async #prepare(progress: (line: string) => void): Promise<string> {
    const { home, release, premium, databaseUrl } = this.#order;
    const shared = {
      fingerprint: this.#fingerprint(),
      prefix: `behavior_${await cloneName(home)}_${randomBytes(4).toString('hex')}`,
      migrations: release.migrationsFolder,
      startProxy: (url: string) => this.#fork('template', url, 'plain'),
      masterKey: this.#masterKey,
      progress,
    };
    this.#databases =
      databaseUrl === undefined
        ? await openEmbedded({ ...shared, home, folder: this.#folder, log: this.#logFile('postgres') })
        : await openExternal({ ...shared, url: databaseUrl });
    void this.#databases.lost.then((why) => {
      this.#breaks(why);
    });
    const world = await this.#databases.world();
    progress(`Importing LiteLLM ${release.version}`);
    const seconds = await this.#launcher.imported;
    progress(`LiteLLM ${release.version} imported in ${seconds} s, on ${this.#databases.description}`);
    // The first worker's. What keeps a proxy from starting is told once, here, rather than by every test.
    this.#lanes.set('plain-0', this.#makeLane('plain-0', 'plain'));
    await this.#lane('plain-0');
    const session: Session = {
      socket: this.socket,
      release: release.version,
      curated: premium && isCurated(release.version),
      judged: premium,
      masterKey: this.#masterKey,
      world,
      serverUrl: this.#databases.serverUrl,
      logs: this.#logs,
    };
    const file = path.join(this.#folder, 'session.json');
    await writeFile(file, JSON.stringify(session), { mode: 0o600 });
    return file;
  }

  /** Changes whenever a template made earlier would not be the one made now. */
  #fingerprint(): string {
    const { release, profiles } = this.#order;
    // A release's folder is named after all that it contains.
    const hash = createHash('sha256').update(path.basename(release.folder));
    const sources = ['template/databases.ts', 'template/effects.sql', 'template/world.ts', 'proxy/server.py'];
    for (const file of [...sources.map((name) => path.join(projectFolder, 'stack', name)), profiles.plain]) {
      hash.update(readFileSync(file));
    }
    return `${this.#order.release.version}-${hash.digest('hex').slice(0, 16)}`;
  }

  /**
   * Lends the lane with this index, made at its first use and made anew when it was not given back clean.
   *
   * @param index the worker's `parallelIndex`
   */
  async borrowLane(profile: ProfileName, index: number): Promise<LaneFacts> {
    const name = `${profile}-${index}`;
    const before = await this.#lanes.get(name)?.catch(() => undefined);
    if (before?.clean !== true || !before.proxy.alive) {
      const making = Promise.resolve(before && this.#removeLane(before)).then(() => this.#makeLane(name, profile));
      this.#lanes.set(name, making);
    }
    const lane = await this.#lane(name);
    // Until it is given back.
    lane.clean = false;
    const { proxy, databaseUrl, sessions } = lane;
    return { ...factsOf(proxy), name, databaseUrl, sessions };
  }

  async returnLane(name: string, clean: boolean): Promise<void> {
    (await this.#lane(name)).clean = clean;
  }

  async forkProxy(laneName: string): Promise<ProxyFacts> {
    const lane = await this.#lane(laneName);
    const proxy = await this.#fork(`${laneName}-extra`, lane.databaseUrl, lane.profile);
    this.#extraProxies.set(proxy.pid, proxy);
    return factsOf(proxy);
  }

  async endProxy(pid: number): Promise<void> {
    await this.#extraProxies.get(pid)?.end();
    this.#extraProxies.delete(pid);
  }

  /** Ends every process of the stack. What is left then, its folder first of all, goes with this process. */
  end(why: string): Promise<void> {
    this.#ending ??= (async () => {
      process.stderr.write(`ending: ${why}\n`);
      await this.#launcher.end();
      // A server that does not answer is not waited for: the next run drops what is left there.
      await Promise.race([this.#databases?.end(), sleep(endingPatience, undefined, { ref: false })]);
    })();
    return this.#ending;
  }

  /**
   * Starts the process that outlives this one, by a moment: it stops what was still being started, and removes the
   * folder. Nobody else removes anything.
   */
  #startGuard(): void {
    const guard = spawn('/bin/sh', [path.join(projectFolder, 'stack', 'supervisor', 'guard.sh'), this.#folder], {
      stdio: ['pipe', 'ignore', 'inherit'],
      cwd: '/',
      detached: true,
    });
    guard.once('error', (error) => {
      process.stderr.write(`the guard does not start: ${error.message}\n`);
    });
    guard.once('exit', (_code, signal) => {
      // Somebody killed it; one that ended by itself would do so again.
      if (signal !== null) this.#startGuard();
    });
  }

  async #lane(name: string): Promise<Lane> {
    const lane = await this.#lanes.get(name);
    if (lane === undefined) throw new StackError(`There is no lane ${name}.`, 'Borrow it first.');
    return lane;
  }

  async #makeLane(name: string, profile: ProfileName): Promise<Lane> {
    if (this.#databases === undefined) throw new StackError('The stack is not ready.', 'Ask it to start first.');
    const [databaseUrl, world] = await Promise.all([this.#databases.clone(name), this.#databases.world()]);
    const proxy = await this.#fork(name, databaseUrl, profile);
    const sessions = await openSessions({ baseUrl: proxy.baseUrl, databaseUrl, masterKey: this.#masterKey, world });
    return { name, profile, databaseUrl, proxy, sessions, clean: true };
  }

  async #removeLane(lane: Lane): Promise<void> {
    await lane.proxy.end();
    await this.#databases?.drop(lane.databaseUrl);
  }

  #fork(name: string, databaseUrl: string, profile: ProfileName): Promise<Proxy> {
    this.#proxiesForked += 1;
    return this.#launcher.fork({
      name: `${name}-${this.#proxiesForked}`,
      log: this.#logFile(`proxy-${name}-${this.#proxiesForked}`),
      databaseUrl,
      config: this.#order.profiles[profile],
      masterKey: this.#masterKey,
      premium: this.#order.premium,
    });
  }

  #logFile(name: string): string {
    return path.join(this.#logs, `${name}.log`);
  }

  #madeFolder(name: string): string {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder);
    return folder;
  }
}
