/**
 * Writes a hash-locked requirements file: `npm run release:lock -- VERSION`, or `-- uv`, `-- pip`, `-- coverage`, or `-- tools` (what checks our
 * own Python and the workflows). One file serves every platform and Python. It is what the registry has today: run it again only to move on.
 */
import path from 'node:path';

import { StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { refuseCompromised } from '../stack/release';
import { isReleaseName } from '../stack/release/curated';
import { requirementsOf, writeLock } from '../stack/release/lock';
import { lockOf } from '../stack/release/kept-locks';
import { isPythonTool, pythonTools } from '../stack/release/python-tools';
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
  if (rest.length === 0 && isPythonTool(target)) {
    return { file: lockOf(target), requirements: pythonTools[target].requirements };
  }
  if (rest.length === 0 && isReleaseName(target)) {
    refuseCompromised(target);
    return { file: lockOf(target), requirements: requirementsOf(target) };
  }
  throw new StackError(
    `Cannot lock ${JSON.stringify(process.argv.slice(2).join(' '))}.`,
    `Name one release, as in \`npm run release:lock -- 1.106.0\`, or one of ${Object.keys(pythonTools).join(', ')}.`,
  );
}

run(main);
