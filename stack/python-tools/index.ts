import path from 'node:path';

import { homeFolders, projectFolder } from '../home';
import type { Release } from '../release';
import { pythonMinors } from '../release/curated';
import { ensureEnvironment, type Environment } from '../release/environment';

/** The hash-locked tools that check our own Python, and the workflows. */
export const pythonToolsLock = path.join(projectFolder, 'stack/python-tools/requirements.txt');

/**
 * Gives an environment with mypy, ruff and check-jsonschema, apart from every release, and installs it first where that has not been done.
 *
 * @param options.home STACK_HOME, absolute
 * @param options.progress takes one line per step of an installation
 * @throws StackError
 */
export const ensurePythonTools = (options: { home: string; progress: (line: string) => void }): Promise<Environment> =>
  ensureEnvironment(
    {
      name: 'tools',
      title: 'Python tools',
      parent: homeFolders(options.home).pythonTools,
      lock: pythonToolsLock,
      pythons: pythonMinors,
      proof: ['mypy', 'ruff', 'check_jsonschema'],
    },
    options,
  );

/** coverage.py, hash-locked. */
export const coverageLock = path.join(projectFolder, 'stack/python-tools/coverage.txt');

/**
 * Gives an environment with coverage.py for the Python of a release, and nothing else in it: what is compiled has to fit.
 *
 * @param options.home STACK_HOME, absolute
 * @param options.progress takes one line per step of an installation
 * @throws StackError
 */
export const ensureCoverage = (options: {
  release: Release;
  home: string;
  progress: (line: string) => void;
}): Promise<Environment> =>
  ensureEnvironment(
    {
      name: 'coverage',
      title: 'coverage.py',
      parent: homeFolders(options.home).pythonTools,
      lock: coverageLock,
      pythons: pythonMinors.filter((minor) => options.release.sitePackages.includes(`python${minor}${path.sep}`)),
      proof: ['coverage'],
    },
    options,
  );
