import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { aboutFolders, messageOf, StackError } from '../errors';
import { homeFolders, projectFolder } from '../home';
import { Launcher, type Mutant, type Proxy } from '../proxy/launcher';
import { openOutside, type OutsideWorld } from '../proxy/outside';
import { profileOf, type LaneProfile } from '../profiles';
import { configFile, ownProfile, type OwnConfiguration } from '../profiles/own';
import { isCurated } from '../release/curated';
import type { Session } from '../session';
import type { Databases, TemplateContents } from '../template/databases';
import { openEmbedded } from '../template/embedded';
import { cloneName, openExternal } from '../template/external';
import { openSessions, type Sessions } from '../template/sessions';
import { mintCleartext } from '../template/world';
import { difference } from '../wish';
import type { LaneFacts, LaneSetAside, ProxyFacts, StackOrder, StackWish } from './protocol';

const socketName = 'supervisor.sock';

/** How long the path of a socket may be: the kernel's field less its end. */
const socketPathBytes = process.platform === 'linux' ? 107 : 103;

/** How long the end of the databases is waited for, in milliseconds. On a busy server of somebody else's, dropping one takes seconds. */
const endingPatience = 60_000;

/** How many lanes are kept ready while nobody uses the stack: one for each of a run's workers. */
const keptLanes = 2;

/** Until what age a spare lane counts as well unseen, and how long its proxy's answer may take, in milliseconds. */
const unseen = { upTo: 5_000, patience: 3_000 };

interface Lane {
  readonly name: string;
  readonly profile: LaneProfile;
  readonly databaseUrl: string;
  readonly proxy: Proxy;
  readonly sessions: Sessions;
  /** Whether its last borrower gave it back as it was. */
  clean: boolean;
  /** By `performance.now()`. */
  readonly madeAt: number;
  /** Under what it is in `#loans`. */
  loan?: string;
}

/** A lane in somebody's name. */
interface Loan {
  readonly run: string;
  readonly profile: LaneProfile;
  readonly index: number;
  readonly lane: Promise<Lane>;
}

/** A proxy as its user sees it. */
const factsOf = ({ pid, baseUrl, log }: Proxy): ProxyFacts => ({ pid, baseUrl, log });

/** Why LiteLLM does not serve with an operator's configuration, and what may be behind it. */
function aboutOwn(error: unknown, { name, empty }: OwnConfiguration): StackError {
  const perhaps =
    empty.length === 0
      ? ''
      : ` It may be that it needs one of ${empty.join(', ')}, which are empty here: write values into a copy of the file.`;
  const [what = '', ...more] = messageOf(error).split('\n');
  return new StackError(
    `No lane can be made with ${name}. ${what}`,
    [`See that LiteLLM starts with it, and that people can log in to its UI.${perhaps}`, ...more].join('\n'),
  );
}

const notReady = (): StackError => new StackError('The stack is not ready.', 'Ask it to start first.');

/**
 * Whether a lane can be lent that lay idle: its proxy may have ended, or answer nobody. Listing keys asks
 * the database each time; `/health/readiness` answers for fifteen seconds what it found last (both releases).
 */
async function isWell(lane: Lane, masterKey: string): Promise<boolean> {
  if (!lane.proxy.alive) return false;
  if (performance.now() - lane.madeAt < unseen.upTo) return true;
  try {
    const answer = await fetch(`${lane.proxy.baseUrl}/key/list?size=1`, {
      headers: { authorization: `Bearer ${masterKey}` },
      signal: AbortSignal.timeout(unseen.patience),
    });
    await answer.text();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Everything that one stack consists of, from its temporary folder to its lanes. */
export class StackOwner {
  readonly #order: StackOrder;
  readonly #folder: string;
  readonly #logs: string;
  readonly #masterKey: string;
  readonly #launcher: Launcher;
  /** The YAML file of every profile. */
  readonly #configs: Readonly<Partial<Record<LaneProfile, string>>>;
  /** By name. */
  readonly #lanes = new Map<string, Lane>();
  /** By run, profile and index. */
  readonly #loans = new Map<string, Loan>();
  /** What is left as it is, for whoever asks it by hand. */
  readonly #setAside = new Map<LaneProfile, { readonly lane: Lane; readonly what: string; readonly since: string }>();
  /** Clean lanes that nobody has borrowed, some of them still being made. */
  readonly #spare = new Map<LaneProfile, Promise<Lane>[]>();
  /** More proxies on lanes' databases, by process id. */
  readonly #extraProxies = new Map<number, { readonly lane: string; readonly proxy: Proxy }>();
  #databases: Databases | undefined;
  #contents: TemplateContents | undefined;
  #madeFrom: string | undefined;
  #ready: Promise<void> | undefined;
  #lanesMade = 0;
  #ending: Promise<void> | undefined;
  #proxiesForked = 0;
  /** Once a proxy needs it. */
  #outside: Promise<OutsideWorld> | undefined;
  /** Settles, with the reason, when the stack has lost a part that no lane can do without. */
  readonly broken: Promise<string>;
  #breaks: (why: string) => void = () => undefined;

  private constructor(order: StackOrder, folder: string) {
    this.#order = order;
    this.#folder = folder;
    this.#logs = path.join(homeFolders(order.home).logs, order.run);
    this.#masterKey = order.wish.masterKey ?? mintCleartext();
    // First of all: from here on the folder has an owner.
    this.#startGuard();
    mkdirSync(this.#logs, { recursive: true });
    const { profiles, own } = order;
    this.#configs = own === undefined ? profiles : { ...profiles, [ownProfile]: this.#writeOwn(own) };
    this.#launcher = new Launcher({
      python: order.release.python,
      engine: order.engine,
      folder: this.#madeFolder('home'),
      log: this.#logFile('launcher'),
      coverage:
        order.coverage === undefined ? undefined : { packages: order.coverage, folder: this.#madeFolder('covered') },
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
   * Resolves once lanes can be lent.
   *
   * @param progress gets a line per step that takes time
   */
  ready(progress: (line: string) => void): Promise<void> {
    this.#ready ??= this.#prepare(progress).catch((error: unknown) => {
      throw aboutFolders(error, 'Preparing the stack', this.#order.home);
    });
    return this.#ready;
  }

  async #prepare(progress: (line: string) => void): Promise<void> {
    const { home, release, wish } = this.#order;
    this.#madeFrom = this.#fingerprint();
    const shared = {
      fingerprint: this.#madeFrom,
      prefix: `behavior_${await cloneName(home)}_${randomBytes(4).toString('hex')}`,
      migrations: release.migrationsFolder,
      startProxy: (url: string) => this.#fork('template', url, 'plain'),
      masterKey: this.#masterKey,
      progress,
    };
    this.#databases =
      wish.databaseUrl === undefined
        ? await openEmbedded({ ...shared, home, folder: this.#folder, log: this.#logFile('postgres') })
        : await openExternal({ ...shared, url: wish.databaseUrl });
    void this.#databases.lost.then((why) => {
      this.#breaks(why);
    });
    this.#contents = await this.#databases.contents();
    progress(`Importing LiteLLM ${release.version}`);
    const seconds = await this.#launcher.imported;
    progress(`LiteLLM ${release.version} imported in ${seconds} s, on ${this.#databases.description}`);
    // The first worker's. What keeps a proxy from starting is told once, here, rather than by every test.
    await this.#addSpare(this.#firstProfile).catch((error: unknown) => {
      throw this.#order.own === undefined ? error : aboutOwn(error, this.#order.own);
    });
  }

  /** What a run's first lanes are of. */
  get #firstProfile(): LaneProfile {
    return this.#order.own === undefined ? 'plain' : ownProfile;
  }

  /** Writes an operator's configuration into the stack's folder, where nothing of it outlives the stack. */
  #writeOwn({ files }: OwnConfiguration): string {
    const folder = this.#madeFolder(ownProfile, 0o700);
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: 0o600 });
    }
    return path.join(folder, configFile);
  }

  /** Where the databases are, for people: no secret is in it. */
  get databases(): string {
    return this.#databases?.description ?? 'databases that are being prepared';
  }

  get release(): string {
    return this.#order.release.version;
  }

  get logs(): string {
    return this.#logs;
  }

  /** Why this stack is of no use to a wish, as the end of a sentence; undefined: it is. */
  unfitFor(wish: StackWish): string | undefined {
    const { release, engine } = this.#order;
    const lost = [release.python, release.migrationsFolder, engine, ...Object.values(this.#configs)].find(
      (file) => !existsSync(file),
    );
    if (lost !== undefined) return `${lost} is gone`;
    const differs = difference(this.#order.wish, wish);
    if (differs !== undefined) return differs;
    if (this.#madeFrom !== undefined && this.#madeFrom !== this.#fingerprint())
      return 'its template would be another one now';
    return undefined;
  }

  /** Writes the session file of a run, and returns its path. */
  async openSession(run: string): Promise<string> {
    const { release, wish, own } = this.#order;
    if (this.#databases === undefined || this.#contents === undefined) throw notReady();
    const session: Session = {
      socket: this.socket,
      run,
      release: release.version,
      curated: wish.premium && own === undefined && isCurated(release.version),
      judged: wish.premium && own === undefined,
      ...(own === undefined ? {} : { configuration: own.name }),
      masterKey: this.#masterKey,
      ...this.#contents,
      serverUrl: this.#databases.serverUrl,
      logs: this.#logs,
      ...(this.#order.coverage === undefined ? {} : { covered: path.join(this.#folder, 'covered') }),
    };
    const file = this.#sessionFile(run);
    await writeFile(file, JSON.stringify(session), { mode: 0o600 });
    return file;
  }

  /** Takes back what a run has borrowed, in whatever state, and forgets the run. */
  async endRun(run: string): Promise<void> {
    await rm(this.#sessionFile(run), { force: true });
    const ended = [...this.#loans].filter(([, loan]) => loan.run === run);
    for (const [key] of ended) this.#loans.delete(key);
    await Promise.all(
      ended.map(async ([, { profile, lane: making }]) => {
        const lane = await making.catch(() => undefined);
        if (lane === undefined) return;
        await this.#endExtraProxies(lane.name);
        if (lane.clean && lane.proxy.alive && this.#sparesOf(profile).length < keptLanes) {
          this.#sparesOf(profile).push(Promise.resolve(lane));
        } else await this.#removeLane(lane);
      }),
    );
  }

  /** Sees to it that a run's first lanes are there before it asks. */
  async makeSpares(): Promise<void> {
    const profile = this.#firstProfile;
    while (this.#sparesOf(profile).length < keptLanes) await this.#addSpare(profile);
  }

  get spareLanes(): number {
    return [...this.#spare.values()].flat().length;
  }

  lanesOf(run: string): number {
    return [...this.#loans.values()].filter((loan) => loan.run === run).length;
  }

  /** Changes whenever a template made earlier would not be the one made now. */
  #fingerprint(): string {
    const { release, profiles } = this.#order;
    // A release's folder is named after all that it contains.
    const hash = createHash('sha256').update(path.basename(release.folder));
    const sources = [
      'template/databases.ts',
      'template/effects.sql',
      'template/world.ts',
      'proxy/launcher.py',
      'proxy/server.py',
      'proxy/routes.py',
    ];
    for (const file of [...sources.map((name) => path.join(projectFolder, 'stack', name)), profiles.plain]) {
      hash.update(readFileSync(file));
    }
    return `${this.#order.release.version}-${hash.digest('hex').slice(0, 16)}`;
  }

  /**
   * Lends a run's lane with this index: the same one each time, and another one when it was not given back clean.
   *
   * @param index the worker's `parallelIndex`
   */
  async borrowLane(run: string, profile: LaneProfile, index: number): Promise<LaneFacts> {
    const key = `${run} ${profile} ${index}`;
    const before = await this.#loans.get(key)?.lane.catch(() => undefined);
    if (before?.clean !== true || !before.proxy.alive) {
      const lane = Promise.resolve(before && this.#removeLane(before)).then(() => this.#takeLane(profile));
      this.#loans.set(key, { run, profile, index, lane });
    }
    const loan = this.#loans.get(key);
    if (loan === undefined) throw new StackError('The run has ended.', 'Run again.');
    const lane = await loan.lane;
    // Until it is given back.
    lane.clean = false;
    lane.loan = key;
    const { proxy, name, databaseUrl, sessions } = lane;
    const issuerKey = (await this.#outside)?.issuerKey;
    const scenarioFile = this.#scenarioFile(name);
    return {
      ...{ ...factsOf(proxy), name, databaseUrl, sessions },
      ...(issuerKey === undefined ? {} : { issuerKey }),
      ...(scenarioFile === undefined ? {} : { scenarioFile }),
    };
  }

  returnLane(name: string, clean: boolean): void {
    // A lane that is gone needs nothing more.
    const lane = this.#lanes.get(name);
    if (lane !== undefined) lane.clean = clean;
  }

  /** Takes a lane out of its run, which can have another one, and ends it. */
  async endLane(name: string): Promise<void> {
    const lane = this.#lane(name);
    if (lane.loan !== undefined) this.#loans.delete(lane.loan);
    await this.#removeLane(lane);
  }

  /**
   * Takes a lane out of its run, which can have another one. It stays until the next of its profile is set aside, or the
   * stack ends.
   *
   * @param what what is in it, in words without secrets
   */
  async setAside(name: string, what: string): Promise<void> {
    const lane = this.#lane(name);
    if (lane.loan !== undefined) this.#loans.delete(lane.loan);
    const before = this.#setAside.get(lane.profile);
    this.#setAside.set(lane.profile, { lane, what, since: new Date().toISOString() });
    if (before !== undefined && before.lane !== lane) await this.#removeLane(before.lane);
  }

  get lanesSetAside(): LaneSetAside[] {
    return [...this.#setAside]
      .filter(([, { lane }]) => lane.proxy.alive)
      .map(([profile, { lane, what, since }]) => ({ profile, what, since, baseUrl: lane.proxy.baseUrl }));
  }

  /** The processes of more proxies on a lane's database. */
  proxiesOf(laneName: string): number[] {
    return [...this.#extraProxies].filter(([, { lane }]) => lane === laneName).map(([pid]) => pid);
  }

  async forkProxy(laneName: string, mutant?: Mutant): Promise<ProxyFacts> {
    const lane = this.#lane(laneName);
    const { databaseUrl, profile } = lane;
    const scenarioFile = this.#scenarioFile(laneName);
    const proxy = await this.#fork(`${laneName}-extra`, databaseUrl, profile, { mutant, scenarioFile });
    this.#extraProxies.set(proxy.pid, { lane: laneName, proxy });
    return factsOf(proxy);
  }

  async endProxy(pid: number): Promise<void> {
    await this.#extraProxies.get(pid)?.proxy.end();
    this.#extraProxies.delete(pid);
  }

  /** Those that nobody ended: their user is gone. */
  async #endExtraProxies(laneName: string): Promise<void> {
    await Promise.all(this.proxiesOf(laneName).map((pid) => this.endProxy(pid)));
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

  #lane(name: string): Lane {
    const lane = this.#lanes.get(name);
    if (lane === undefined) throw new StackError(`There is no lane ${name}.`, 'Borrow one first.');
    return lane;
  }

  #sparesOf(profile: LaneProfile): Promise<Lane>[] {
    const spare = this.#spare.get(profile) ?? [];
    this.#spare.set(profile, spare);
    return spare;
  }

  async #addSpare(profile: LaneProfile): Promise<void> {
    const lane = this.#makeLane(profile);
    const spare = this.#sparesOf(profile);
    spare.push(lane);
    try {
      await lane;
    } catch (error) {
      const place = spare.indexOf(lane);
      if (place >= 0) void spare.splice(place, 1);
      throw error;
    }
  }

  /** A lane that nobody has: one that is ready, or being made, before a new one. */
  async #takeLane(profile: LaneProfile): Promise<Lane> {
    const spare = this.#sparesOf(profile);
    while (spare.length > 0) {
      const [making] = spare.splice(0, 1);
      const lane = await making?.catch(() => undefined);
      if (lane === undefined) continue;
      if (await isWell(lane, this.#masterKey)) return lane;
      process.stderr.write(`the spare lane ${lane.name} is not well; it is not lent\n`);
      await this.#removeLane(lane);
    }
    return this.#makeLane(profile);
  }

  async #makeLane(profile: LaneProfile): Promise<Lane> {
    if (this.#databases === undefined) throw notReady();
    const name = `${profile}-${this.#lanesMade}`;
    this.#lanesMade += 1;
    const [databaseUrl, { world }] = await Promise.all([this.#databases.clone(name), this.#databases.contents()]);
    const scenarioFile = this.#scenarioFile(name);
    // Until somebody plays one.
    if (scenarioFile !== undefined) writeFileSync(scenarioFile, '');
    let proxy: Proxy | undefined;
    try {
      proxy = await this.#fork(name, databaseUrl, profile, { scenarioFile });
      const sessions = await openSessions({ baseUrl: proxy.baseUrl, databaseUrl, masterKey: this.#masterKey, world });
      const lane: Lane = { name, profile, databaseUrl, proxy, sessions, clean: true, madeAt: performance.now() };
      this.#lanes.set(name, lane);
      return lane;
    } catch (error) {
      await proxy?.end();
      // What was wrong first is what to tell.
      await this.#databases.drop(databaseUrl).catch(() => undefined);
      throw error;
    }
  }

  async #removeLane(lane: Lane): Promise<void> {
    this.#lanes.delete(lane.name);
    await this.#endExtraProxies(lane.name);
    await lane.proxy.end();
    await this.#databases?.drop(lane.databaseUrl);
  }

  async #fork(
    name: string,
    databaseUrl: string,
    profile: LaneProfile,
    { mutant, scenarioFile = '' }: { mutant?: Mutant | undefined; scenarioFile?: string | undefined } = {},
  ): Promise<Proxy> {
    const { environment, constants = {}, writesSpend = false } = profileOf(profile);
    if (environment !== undefined) this.#outside ??= openOutside();
    const outside = await this.#outside;
    this.#proxiesForked += 1;
    return this.#launcher.fork({
      name: `${name}-${this.#proxiesForked}`,
      log: this.#logFile(`proxy-${name}-${this.#proxiesForked}`),
      databaseUrl,
      config: this.#configOf(profile),
      masterKey: this.#masterKey,
      environment: outside === undefined ? {} : (environment?.(outside) ?? {}),
      manner: {
        ...{ premium: this.#order.wish.premium, constants, writes_spend: writesSpend },
        ...{ mutant: mutant ?? null, scenario: scenarioFile },
      },
    });
  }

  #configOf(profile: LaneProfile): string {
    const config = this.#configs[profile];
    if (config === undefined)
      throw new StackError(`This stack has no profile ${profile}.`, 'Set PROXY_CONFIG, and run again.');
    return config;
  }

  /** Where a lane's proxies read which scenario is played on it; undefined: nobody covers them. */
  #scenarioFile(lane: string): string | undefined {
    return this.#order.coverage === undefined ? undefined : path.join(this.#folder, `${lane}.scenario`);
  }

  #sessionFile(run: string): string {
    return path.join(this.#folder, `session-${run}.json`);
  }

  #logFile(name: string): string {
    return path.join(this.#logs, `${name}.log`);
  }

  #madeFolder(name: string, mode = 0o777): string {
    const folder = path.join(this.#folder, name);
    mkdirSync(folder, mode);
    return folder;
  }
}
