/**
 * Writes a hash-locked requirements file: `npm run release:lock -- VERSION`, or `-- uv`, `-- pip`, `-- coverage`, or `-- tools` (what checks our
 * own Python and the workflows). One file serves every platform and Python. It is what the registry has today: run it again only to move on.
 */
import path from 'node:path';

import { StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { coverageLock, pythonToolsLock } from '../stack/python-tools';
import { refuseCompromised } from '../stack/release';
import { isReleaseName } from '../stack/release/curated';
import { uvLock } from '../stack/release/environment';
import { lockOf, requirementsOf, writeLock } from '../stack/release/lock';
import { pipLock } from '../stack/release/published';
import { loadSettings } from '../stack/settings';
import { run } from './command';

const [target = '', ...rest] = process.argv.slice(2);

async function main(): Promise<void> {
  const { file, requirements } = wanted();
  const { home } = loadSettings();
  const count = await writeLock({ file, requirements, target, home, progress: console.error });
  console.error(`${path.relative(projectFolder, file)}: ${count} packages`);
}

function wanted(): { file: string; requirements: readonly string[] } {
  if (rest.length === 0 && target === 'uv') return { file: uvLock, requirements: ['uv'] };
  if (rest.length === 0 && target === 'pip') return { file: pipLock, requirements: ['pip'] };
  if (rest.length === 0 && target === 'tools')
    return { file: pythonToolsLock, requirements: ['mypy', 'ruff', 'check-jsonschema'] };
  if (rest.length === 0 && target === 'coverage') return { file: coverageLock, requirements: ['coverage'] };
  if (rest.length === 0 && isReleaseName(target)) {
    refuseCompromised(target);
    return { file: lockOf(target), requirements: requirementsOf(target) };
  }
  throw new StackError(
    `Cannot lock ${JSON.stringify(process.argv.slice(2).join(' '))}.`,
    'Name one release, as in `npm run release:lock -- 1.106.0`, or `uv`, `pip`, `coverage` or `tools`.',
  );
}

run(main);
