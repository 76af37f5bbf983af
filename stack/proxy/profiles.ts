import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { stringify } from 'yaml';

import { homeFolders } from '../home';

/**
 * The proxy configurations by name. No secret stands in one, nor the address of a database: LiteLLM takes both from the
 * environment that its launcher gives it.
 */
const profiles = {
  /** The reference suite's minimal configuration. */
  plain: {
    general_settings: {
      master_key: 'os.environ/LITELLM_MASTER_KEY',
      // A request that authentication refuses on an information route (`/key/info`) is noted as a failed model call: ten
      // seconds later, in the middle of another test, rows of the caller's key, user, team and organization would be
      // touched, and spend logged. Nothing else asks for this (`_should_track_errors_in_db`, both releases).
      disable_error_logs: true,
    },
    litellm_settings: {
      // 1.106.0 writes audit rows by itself when premium, 1.87.0 only when told to.
      store_audit_logs: true,
    },
  },
} as const;

export type ProfileName = keyof typeof profiles;
const profileNames = Object.keys(profiles) as ProfileName[];

/**
 * Writes every profile as the YAML file that LiteLLM reads. Files are named after their content: one in use is never
 * written over.
 *
 * @param home STACK_HOME, absolute
 */
export async function writeProfiles(home: string): Promise<Record<ProfileName, string>> {
  const folder = homeFolders(home).profiles;
  await mkdir(folder, { recursive: true });
  const written = await Promise.all(
    profileNames.map(async (name) => {
      const text = stringify(profiles[name]);
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
      const file = path.join(folder, `${name}-${hash}.yaml`);
      const partial = `${file}.${process.pid}.partial`;
      await writeFile(partial, text);
      await rename(partial, file);
      return [name, file] as const;
    }),
  );
  return Object.fromEntries(written) as Record<ProfileName, string>;
}
