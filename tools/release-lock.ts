/**
 * Writes a hash-locked requirements file: `npm run release:lock -- VERSION`, or `-- uv`, or `-- tools` (what checks our own
 * Python). One file serves every platform and Python. It is what the registry has today: run it again only to move on.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { StackError } from '../stack/errors';
import { homeFolders, projectFolder } from '../stack/home';
import { pythonToolsLock } from '../stack/python-tools';
import { lockOf, refuseCompromised } from '../stack/release';
import { pythonMinors } from '../stack/release/curated';
import { uvLock } from '../stack/release/environment';
import { runInstaller } from '../stack/release/installer';
import { findPython } from '../stack/release/python';
import { ensureUv } from '../stack/release/uv';
import { loadSettings } from '../stack/settings';

/** The database client that LiteLLM is developed against; `litellm[proxy]` does not bring it. */
const databaseClient = 'prisma==0.11.0';

/** The oldest Python that a lock is made for. */
const oldestPython = '3.10';

const [target = '', ...rest] = process.argv.slice(2);

async function main(): Promise<void> {
  const { file, requirements } = wanted();
  // A lock says what the registry has: no folder or second index of this machine has a say. A mirror of it has.
  for (const name of Object.keys(process.env)) {
    if (/^(PIP|UV)_(FIND_LINKS|EXTRA_INDEX_URL|INDEX|NO_INDEX|CONFIG_FILE)$/.test(name))
      Reflect.deleteProperty(process.env, name);
  }
  const { home } = loadSettings();
  const python = await findPython({ minors: pythonMinors, venv: false, purpose: 'making a lock' });
  const uv = await ensureUv({ home, progress: console.error });

  const folder = await mkdtemp(path.join(tmpdir(), 'release-lock-'));
  try {
    const input = path.join(folder, 'requirements.in');
    const output = path.join(folder, 'requirements.txt');
    const log = path.join(homeFolders(home).logs, `lock-${target}.log`);
    await mkdir(path.dirname(log), { recursive: true });
    await writeFile(log, '');
    await writeFile(input, `${requirements.join('\n')}\n`);
    await runInstaller(
      [
        ...[...uv, 'pip', 'compile', '--no-config', '--no-build', '--python', python.executable],
        ...['--universal', '--python-version', oldestPython, '--generate-hashes', '--no-emit-index-url'],
        ...['--no-header', '--annotation-style', 'line', '--output-file', output, input],
      ],
      { python: python.executable, log, what: `Locking ${requirements.join(' and ')}` },
    );
    const lock = (await readFile(output, 'utf8')).replaceAll(`-r ${input}`, 'asked for');
    const foreign = lock.split('\n').filter((line) => /^--|:\/\/|[ =]\//.test(line));
    if (foreign.length > 0) {
      throw new StackError(`The lock names places of this machine:\n${foreign.join('\n')}`, 'Nothing was written.');
    }
    const partial = `${file}.partial`;
    await writeFile(partial, `${header(requirements)}${lock}`);
    await rename(partial, file);
    console.error(`${path.relative(projectFolder, file)}: ${lock.match(/^\S+==/gm)?.length ?? 0} packages`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function wanted(): { file: string; requirements: readonly string[] } {
  if (rest.length === 0 && target === 'uv') return { file: uvLock, requirements: ['uv'] };
  if (rest.length === 0 && target === 'tools') return { file: pythonToolsLock, requirements: ['mypy', 'ruff'] };
  if (rest.length === 0 && /^\d+\.\d+\.\d+[\w.]*$/.test(target)) {
    refuseCompromised(target);
    return { file: lockOf(target), requirements: [`litellm[proxy]==${target}`, databaseClient] };
  }
  throw new StackError(
    `Cannot lock ${JSON.stringify(process.argv.slice(2).join(' '))}.`,
    'Name one release, as in `npm run release:lock -- 1.106.0`, or `uv`, or `tools`.',
  );
}

const header = (
  requirements: readonly string[],
): string => `# Made by \`npm run release:lock -- ${target}\`: do not edit.
# ${requirements.join(' and ')}, resolved for Python ${oldestPython} and newer on every platform, each file by its hash.
`;

main().catch((error: unknown) => {
  if (!(error instanceof StackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
