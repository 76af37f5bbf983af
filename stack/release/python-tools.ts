import path from 'node:path';

import { homeFolders } from '../home';
import { pythonMinors, type PythonMinor } from './curated';
import { ensureEnvironment, type Environment } from './environment';
import { lockOf } from './kept-locks';
import { findUv } from './python';

/**
 * Python programs that we use, each hash-locked and in an environment of its own, apart from every release. They are called
 * as `npm run release:lock` takes them: their locks and folders are too.
 */
export const pythonTools = {
  uv: { title: 'uv', requirements: ['uv'], proof: ['uv'] },
  pip: { title: 'pip', requirements: ['pip'], proof: ['pip'] },
  coverage: { title: 'coverage.py', requirements: ['coverage'], proof: ['coverage'] },
  /** What checks our own Python, and the workflows. */
  tools: {
    title: 'Python tools',
    requirements: ['mypy', 'ruff', 'check-jsonschema'],
    proof: ['mypy', 'ruff', 'check_jsonschema'],
  },
} as const satisfies Record<string, { title: string; requirements: readonly string[]; proof: readonly string[] }>;

export type PythonTool = keyof typeof pythonTools;

export const isPythonTool = (name: string): name is PythonTool => Object.hasOwn(pythonTools, name);

/**
 * Gives the environment of a tool, and installs it first where that has not been done.
 *
 * @param options.home STACK_HOME, absolute
 * @param options.pythons versions of Python that will do, best first
 * @param options.progress takes one line per step of an installation
 * @throws StackError
 */
export function ensurePythonTool(
  name: PythonTool,
  options: { home: string; progress: (line: string) => void; pythons?: readonly PythonMinor[] },
): Promise<Environment> {
  const { home, progress, pythons = pythonMinors } = options;
  const { title, proof } = pythonTools[name];
  const order = { name, title, parent: homeFolders(home).pythonTools, lock: lockOf(name), pythons, proof };
  return ensureEnvironment(order, { home, progress });
}

/** coverage.py for the Python of an environment, which is to import it: what is compiled has to fit. */
export const ensureCoverage = (
  { sitePackages }: Pick<Environment, 'sitePackages'>,
  options: { home: string; progress: (line: string) => void },
): Promise<Environment> =>
  ensurePythonTool('coverage', {
    ...options,
    pythons: pythonMinors.filter((minor) => sitePackages.includes(`python${minor}${path.sep}`)),
  });

/**
 * The command that runs uv: the one on the PATH, else the locked one.
 *
 * @throws StackError
 */
export async function ensureUv(options: { home: string; progress: (line: string) => void }): Promise<string[]> {
  const uv = await findUv();
  if (uv !== undefined) return [uv];
  const { python } = await ensurePythonTool('uv', options);
  return [python, '-m', 'uv'];
}
