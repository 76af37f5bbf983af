import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { satisfies } from '@renovatebot/pep440';

import { StackError } from '../errors';
import { homeFolders } from '../home';
import { withFolderBeside, writeWhole } from '../place';
import { pythonMinors } from './curated';
import { runInstaller } from './installer';
import { lockOf } from './kept-locks';
import { findPython } from './python';
import { ensureUv } from './python-tools';

/** The database client that LiteLLM is developed against; `litellm[proxy]` does not bring it. */
const databaseClient = 'prisma==0.11.0';

/** The oldest Python that a lock is made for. */
const oldestPython = '3.10';

/** Releases that cannot be imported with the newest of what they say they run on, and what they need instead. */
const corrections: readonly (readonly [releases: string, requirement: string])[] = [
  // They import `get_flat_dependant`, which that version of FastAPI took away.
  ['>=1.95.0,<1.98.0', 'fastapi<0.140.7'],
];

/** What a release consists of, before it is resolved. */
export const requirementsOf = (version: string): string[] => [
  `litellm[proxy]==${version}`,
  databaseClient,
  ...corrections.filter(([releases]) => satisfies(version, releases)).map(([, requirement]) => requirement),
];

/**
 * Finds the lock of a release: the project's own, or one that was resolved on this machine, which is made now if need be.
 * The latter is what the registry had on that day; it is kept, so that the release stays what it was.
 *
 * @param options.progress is told when a release has no lock in the project
 * @throws StackError where the release cannot be resolved
 */
export async function ensureLock(
  version: string,
  options: { home: string; progress: (line: string) => void },
): Promise<string> {
  const kept = lockOf(version);
  if (existsSync(kept)) return kept;
  const resolved = path.join(homeFolders(options.home).locks, `${version}.txt`);
  options.progress(
    `LiteLLM ${version} is not curated: nobody looked at its answers, and its packages are not locked in the project`,
  );
  if (!existsSync(resolved)) {
    options.progress(`LiteLLM ${version}: resolving its packages`);
    await mkdir(path.dirname(resolved), { recursive: true });
    await writeLock({ file: resolved, requirements: requirementsOf(version), target: version, ...options });
  }
  return resolved;
}

/**
 * Resolves requirements to a file in which every package has its version and hashes, for all platforms and Pythons.
 *
 * @param options.target what the file is of, as `npm run release:lock` takes it
 * @returns how many packages there are
 * @throws StackError; then nothing was written
 */
export async function writeLock(options: {
  readonly file: string;
  readonly requirements: readonly string[];
  readonly target: string;
  readonly home: string;
  readonly progress: (line: string) => void;
}): Promise<number> {
  const { file, requirements, target, home, progress } = options;
  const python = await findPython({ minors: pythonMinors, venv: false, purpose: 'making a lock' });
  const uv = await ensureUv({ home, progress });
  const log = path.join(homeFolders(home).logs, `lock-${target}.log`);
  return withFolderBeside(log, async (folder) => {
    const input = path.join(folder, 'requirements.in');
    const output = path.join(folder, 'requirements.txt');
    await writeFile(log, '');
    await writeFile(input, `${requirements.join('\n')}\n`);
    await runInstaller(
      [
        ...[...uv, 'pip', 'compile', '--no-config', '--no-build', '--python', python.executable],
        ...['--universal', '--python-version', oldestPython, '--generate-hashes', '--no-emit-index-url'],
        ...['--no-header', '--annotation-style', 'line', '--output-file', output, input],
      ],
      // A lock says what the registry has: no folder or second index of this machine has a say. A mirror of it has.
      {
        python: python.executable,
        log,
        what: `Locking ${requirements.join(' and ')}`,
        without: /^(PIP|UV)_(FIND_LINKS|EXTRA_INDEX_URL|INDEX|NO_INDEX|CONFIG_FILE)$/,
      },
    );
    const lock = (await readFile(output, 'utf8')).replaceAll(`-r ${input}`, 'asked for');
    const foreign = lock.split('\n').filter((line) => /^--|:\/\/|[ =]\//.test(line));
    if (foreign.length > 0) {
      throw new StackError(`The lock names places of this machine:\n${foreign.join('\n')}`, 'Nothing was written.');
    }
    await writeWhole(file, `${header(target, requirements)}${lock}`);
    return lock.match(/^\S+==/gm)?.length ?? 0;
  });
}

const header = (target: string, requirements: readonly string[]): string =>
  `# Made by \`npm run release:lock -- ${target}\`: do not edit.
# ${requirements.join(' and ')}, resolved for Python ${oldestPython} and newer on every platform, each file by its hash.
`;
