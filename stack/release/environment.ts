import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { aboutFolders } from '../errors';
import { homeFolders } from '../home';
import { haveInPlace } from '../place';
import { distanceBetween, type PythonMinor } from './curated';
import { runInstaller } from './installer';
import { lockOf } from './kept-locks';
import { requireSupportedPlatform } from './platform';
import { findPython, findUv, type Python } from './python';

/** Raise it when the same lock has to be installed differently from before. */
const recipeVersion = 1;

/** The last file written into an environment: its presence says that everything before it was done. */
const completeFile = 'complete.json';

/** What to install. */
export interface Order {
  /** What the folder is called, before its fingerprint: letters, digits, dots and hyphens. */
  readonly name: string;
  /** What people call it, as in "Installing …". */
  readonly title: string;
  /** Folder that the environment's folder is made in. */
  readonly parent: string;
  /** A requirements file in which every package has its hashes. */
  readonly lock: string;
  /** Versions of Python that will do, best first. */
  readonly pythons: readonly PythonMinor[];
  /** Files and folders, relative to site-packages, without which the environment is of no use. */
  readonly proof: readonly string[];
  /** What is left to do once the packages are there. */
  readonly finish?: (environment: Environment, step: Step) => Promise<void>;
}

/** An installed Python environment. */
export interface Environment {
  /** All paths are absolute. */
  readonly folder: string;
  readonly python: string;
  readonly sitePackages: string;
}

/** Does one step of an installation and reports it with the seconds it took. */
export type Step = (what: string, work: () => Promise<void>) => Promise<void>;

/**
 * Gives the environment that the lock describes, and installs it first where it is not there yet.
 *
 * It is made in a folder beside its place and renamed into it when complete, so that a place is either empty or whole.
 * A second run that wants the same waits for the first. Folders that killed runs left behind are removed.
 *
 * @param home STACK_HOME, absolute; logs go there
 * @param progress takes one line per step
 * @throws StackError; then nothing is left but the log
 */
export async function ensureEnvironment(
  order: Order,
  options: { home: string; progress: (line: string) => void },
): Promise<Environment> {
  const lock = await readFile(order.lock, 'utf8');
  for (const minor of order.pythons) {
    const place = placeOf(order, lock, minor);
    if (await isComplete(order, place, minor)) return environmentAt(place, minor);
  }
  return install(order, lock, options).catch((error: unknown) => {
    throw aboutFolders(error, `Installing ${order.title}`, options.home);
  });
}

async function install(
  order: Order,
  lock: string,
  { home, progress }: { home: string; progress: (line: string) => void },
): Promise<Environment> {
  const { title } = order;
  requireSupportedPlatform();
  const uv = await findUv();
  const python = await findPython({ minors: order.pythons, venv: uv === undefined, purpose: title });
  const place = placeOf(order, lock, python.minor);
  await haveInPlace(place, {
    isThere: () => isComplete(order, place, python.minor),
    waiting: (owner) => {
      progress(`${title}: process ${owner} is installing it, waiting`);
    },
    make: (folder) => fill(environmentAt(folder, python.minor), order, { uv, python, home, progress }),
  });
  return environmentAt(place, python.minor);
}

/** Makes an environment in an empty folder. */
async function fill(
  environment: Environment,
  order: Order,
  tools: {
    readonly uv: string | undefined;
    readonly python: Python;
    readonly home: string;
    readonly progress: (line: string) => void;
  },
): Promise<void> {
  const { title } = order;
  const { uv, python, home, progress } = tools;
  const { folder } = environment;
  const logs = homeFolders(home).logs;
  const log = path.join(logs, `install-${order.name}.log`);
  await mkdir(logs, { recursive: true });
  await writeFile(log, '');

  const step: Step = async (what, work) => {
    const start = performance.now();
    await work();
    progress(`${title}: ${what} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  };
  const run: Run = (what, command, input = '') =>
    runInstaller(command, { python: python.executable, log, what: `${title}: ${what}`, input });

  progress(`${title}: installing with Python ${python.version} (${python.executable}), log in ${log}`);
  await step('environment made', () =>
    run(
      'making an environment',
      uv === undefined
        ? [python.executable, '-m', 'venv', folder]
        : [uv, 'venv', '--no-project', '--allow-existing', '--relocatable', '--python', python.executable, folder],
    ),
  );
  if (uv === undefined) {
    await step('uv installed, there was none on the PATH', () =>
      run('installing uv', [
        ...[environment.python, '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check'],
        ...['--only-binary', ':all:', '--require-hashes', '-r', lockOf('uv')],
      ]),
    );
  }
  const installer = uv === undefined ? [environment.python, '-m', 'uv'] : [uv];
  await step('packages installed', () =>
    run('installing the packages', [
      ...[...installer, 'pip', 'install', '--no-progress', '--python', environment.python],
      ...['--no-build', '--require-hashes', '-r', order.lock],
    ]),
  );
  await order.finish?.(environment, step);
  await step('compiled to bytecode', () => compile(environment, order.name, run));
  await writeFile(
    path.join(folder, completeFile),
    JSON.stringify({ name: order.name, python: python.version, made: new Date().toISOString() }, null, 2),
  );
}

type Run = (what: string, command: readonly string[], input?: string) => Promise<void>;

/** The fingerprint covers all that decides what an environment contains. */
function placeOf(order: Order, lock: string, minor: PythonMinor): string {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([recipeVersion, lock, minor, process.platform, process.arch]))
    .digest('hex')
    .slice(0, 12);
  return path.join(order.parent, `${order.name}-${fingerprint}`);
}

const environmentAt = (folder: string, minor: PythonMinor): Environment => ({
  folder,
  python: path.join(folder, 'bin', 'python'),
  sitePackages: path.join(folder, 'lib', `python${minor}`, 'site-packages'),
});

/** Whether an environment is in its place, its interpreter still exists, and nobody took its main files away. */
async function isComplete(order: Order, place: string, minor: PythonMinor): Promise<boolean> {
  const { folder, python, sitePackages } = environmentAt(place, minor);
  const needed = [path.join(folder, completeFile), python, ...order.proof.map((file) => path.join(sitePackages, file))];
  return Promise.all(needed.map((file) => stat(file))).then(
    () => true,
    () => false,
  );
}

/**
 * Compiles the files named on standard input. What is no Python to this interpreter, as a template or a file for another
 * version, is only told of: if anybody imports it, that fails by itself. A disk that is full is another matter.
 *
 * What another environment has compiled of the same text is taken from there: of two releases most is the same. Python
 * knows bytecode by its source's time and size, which the first 16 bytes hold, and looks for the file's name elsewhere.
 */
const compiler = `
import importlib.util, os, py_compile, sys

own, *others = sys.argv[1:]
pyc = importlib.util.cache_from_source

def header(facts):
    numbers = [0, int(facts.st_mtime), facts.st_size]
    return importlib.util.MAGIC_NUMBER + b''.join((n & 0xFFFFFFFF).to_bytes(4, 'little') for n in numbers)

def text(file):
    with open(file, 'rb') as opened:
        return opened.read()

def is_same(source, facts, twin, other):
    if (facts.st_dev, facts.st_ino) == (other.st_dev, other.st_ino):
        return True
    return facts.st_size == other.st_size and text(source) == text(twin)

def is_taken(source):
    for site in others:
        twin = site + source[len(own):]
        try:
            facts, other = os.stat(source), os.stat(twin)
            if not is_same(source, facts, twin, other):
                continue
            code = text(pyc(twin))
        except OSError:
            continue
        if code[:16] != header(other):
            continue
        os.makedirs(os.path.dirname(pyc(source)), exist_ok=True)
        with open(pyc(source), 'wb') as opened:
            opened.write(header(facts) + code[16:])
        return True
    return False

taken = compiled = 0
for line in sys.stdin:
    source = line.rstrip(chr(10))
    if is_taken(source):
        taken += 1
        continue
    try:
        py_compile.compile(source, doraise=True)
        compiled += 1
    except py_compile.PyCompileError as error:
        print('left uncompiled:', error.msg.strip(), flush=True)
print('files compiled:', compiled, 'and taken from other environments:', taken, flush=True)
`;

/** How many other environments are looked into for what they have compiled. */
const lookedInto = 4;

/** The packages of other environments beside this one, for the same Python; of releases the nearest ones first. */
async function siblingsOf({ folder, sitePackages }: Environment, name: string): Promise<string[]> {
  const parent = path.dirname(folder);
  const found = await Promise.all(
    (await readdir(parent))
      .filter((sibling) => !sibling.endsWith('.partial'))
      .map(async (sibling) => {
        const place = path.join(parent, sibling);
        const site = path.join(place, path.relative(folder, sitePackages));
        const distance = distanceBetween(name, sibling.slice(0, sibling.lastIndexOf('-')));
        const isWhole = await Promise.all([stat(path.join(place, completeFile)), stat(site)]).then(
          () => true,
          () => false,
        );
        return isWhole ? [{ site, distance }] : [];
      }),
  );
  const nearest = found.flat().sort((a, b) => a.distance - b.distance);
  return nearest.slice(0, lookedInto).map(({ site }) => site);
}

/**
 * Writes the bytecode of everything, on all processors. Python would do it on first import, at 8 s a process, or not at
 * all where PYTHONDONTWRITEBYTECODE is set. Without site (`-S`), whose `.pth` files may run code of the packages.
 * (`compileall -j` leaves its workers behind when it is killed.)
 */
async function compile(environment: Environment, name: string, run: Run): Promise<void> {
  const { sitePackages, python } = environment;
  const siblings = await siblingsOf(environment, name);
  const entries = await readdir(sitePackages, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => path.join(entry.parentPath, entry.name));
  const sized = await Promise.all(sources.map(async (file) => ({ file, size: (await stat(file)).size })));
  const shares = Array.from({ length: availableParallelism() }, () => ({ size: 0, files: [] as string[] }));
  for (const { file, size } of sized.sort((a, b) => b.size - a.size)) {
    const smallest = shares.reduce((least, share) => (share.size < least.size ? share : least));
    smallest.size += size;
    smallest.files.push(file);
  }
  const command = [python, '-I', '-S', '-c', compiler, sitePackages, ...siblings];
  await Promise.all(
    shares
      .filter((share) => share.files.length > 0)
      .map(({ files }) => run('compiling to bytecode', command, files.join('\n'))),
  );
}
