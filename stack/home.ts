import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Set where this file is part of a bundle, which lies elsewhere. */
declare const BUNDLED_PROJECT_FOLDER: string | undefined;

/** The project's folder, wherever the working directory is. */
export const projectFolder =
  typeof BUNDLED_PROJECT_FOLDER === 'string' ? BUNDLED_PROJECT_FOLDER : path.resolve(__dirname, '..');

/** Where everything that can be made again lies: `STACK_HOME`, one folder per kind of thing. */
export const homeFolders = (home: string) => ({
  releases: path.join(home, 'releases'),
  locks: path.join(home, 'locks'),
  pythonTools: path.join(home, 'python-tools'),
  programs: path.join(home, 'programs'),
  postgres: path.join(home, 'postgres'),
  profiles: path.join(home, 'profiles'),
  templates: path.join(home, 'templates'),
  coverage: path.join(home, 'coverage'),
  mutation: path.join(home, 'mutation'),
  logs: path.join(home, 'logs'),
  stacks: path.join(home, 'stacks'),
});

/** How long something is kept that nobody uses, in milliseconds. */
const keptUnused = 7 * 24 * 3600 * 1000;

/** Removes what has lain in a folder for a week unused: templates of older code, logs, what interrupted makers left. */
export async function removeUnused(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const place = path.join(folder, name);
    const facts = await stat(place).catch(() => undefined);
    if (facts !== undefined && Date.now() - facts.mtimeMs > keptUnused)
      await rm(place, { recursive: true, force: true });
  }
}
