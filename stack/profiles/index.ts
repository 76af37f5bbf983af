import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { stringify } from 'yaml';

import { homeFolders, projectFolder } from '../home';
import { haveInPlace } from '../place';
import { customAuth } from './custom-auth';
import { jwt } from './jwt';
import { configFile, ownProfile } from './own';
import { ordinary } from './ordinary';
import { plain } from './plain';
import type { Profile } from './profile';
import { serving } from './serving';
import { shortCache } from './short-cache';
import { tuned } from './tuned';

/** The proxy configurations by name. */
const profiles = {
  plain,
  tuned,
  jwt,
  'custom-auth': customAuth,
  serving,
  'short-cache': shortCache,
  ordinary,
} as const;

export type ProfileName = keyof typeof profiles;
const profileNames = Object.keys(profiles) as ProfileName[];

/** What a lane can be of: one of those, or an operator's own configuration. */
export type LaneProfile = ProfileName | typeof ownProfile;

/** What goes with a configuration. With an operator's own nothing does. */
export const profileOf = (name: LaneProfile): Partial<Profile> => (name === ownProfile ? {} : profiles[name]);

/**
 * Writes every profile as the YAML file that LiteLLM reads, each in a folder with the modules that it names. Folders are
 * named after their content: one in use is never written over.
 *
 * @param home STACK_HOME, absolute
 * @returns the YAML files
 */
export async function writeProfiles(home: string): Promise<Record<ProfileName, string>> {
  const folder = homeFolders(home).profiles;
  await mkdir(folder, { recursive: true });
  const written = await Promise.all(
    profileNames.map(async (name) => {
      const files = await filesOf(profiles[name]);
      const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
      const place = path.join(folder, `${name}-${hash}`);
      await haveInPlace(place, {
        make: async (partial) => {
          await Promise.all(Object.entries(files).map(([file, text]) => writeFile(path.join(partial, file), text)));
        },
      });
      return [name, path.join(place, configFile)] as const;
    }),
  );
  return Object.fromEntries(written) as Record<ProfileName, string>;
}

/** Name → content. */
async function filesOf({ config, modules = [] }: Profile): Promise<Record<string, string>> {
  const sources = modules.map(async (module) => {
    const file = `${module}.py`;
    return [file, await readFile(path.join(projectFolder, 'stack', 'profiles', file), 'utf8')] as const;
  });
  return { [configFile]: stringify(config), ...Object.fromEntries(await Promise.all(sources)) };
}
