import { homeFolders } from '../home';
import { pythonMinors } from './curated';
import { ensureEnvironment, uvLock } from './environment';
import { findUv } from './python';

/**
 * The command that runs uv: the one on the PATH, else a locked one in an environment of its own.
 *
 * @param options.home STACK_HOME, absolute
 * @param options.progress takes one line per step of an installation
 * @throws StackError
 */
export async function ensureUv(options: { home: string; progress: (line: string) => void }): Promise<string[]> {
  const uv = await findUv();
  if (uv !== undefined) return [uv];
  const { python } = await ensureEnvironment(
    {
      name: 'uv',
      title: 'uv',
      parent: homeFolders(options.home).pythonTools,
      lock: uvLock,
      pythons: pythonMinors,
      proof: ['uv'],
    },
    options,
  );
  return [python, '-m', 'uv'];
}
