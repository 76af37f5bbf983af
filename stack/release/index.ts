import path from 'node:path';

import { generateClient } from '../engine/generate';
import { stackEnvironment } from '../environment';
import { StackError } from '../errors';
import { homeFolders } from '../home';
import { isCompromised, isReleaseName, pythonsOf } from './curated';
import { ensureEnvironment } from './environment';
import { ensureLock } from './lock';

/** An installed LiteLLM release. All paths are absolute. */
export interface Release {
  readonly version: string;
  readonly folder: string;
  /** Its interpreter. */
  readonly python: string;
  readonly sitePackages: string;
  /** The Prisma schema that the release's client was generated from. */
  readonly schemaPath: string;
  /** One folder per migration, to be applied in the order of their names. */
  readonly migrationsFolder: string;
}

const schema = 'litellm/proxy/schema.prisma';
const migrations = 'litellm_proxy_extras/migrations';

/**
 * Gives an installed release, and resolves and installs it first where that has not been done: about 20 s with the
 * packages in uv's cache. Client generated, everything compiled. Safe to call from several processes at once.
 *
 * @param options.version for example `1.106.0`
 * @param options.home STACK_HOME, absolute
 * @param options.progress takes one line per step of an installation; nothing is said where nothing is done
 * @throws StackError where there is no such release, no Python, no such platform, or a step fails; then nothing is in place
 */
export async function ensureRelease(options: {
  version: string;
  home: string;
  progress: (line: string) => void;
}): Promise<Release> {
  const { version, home, progress } = options;
  refuseCompromised(version);
  const lock = await ensureLock(version, { home, progress });
  const environment = await ensureEnvironment(
    {
      name: version,
      title: `LiteLLM ${version}`,
      parent: homeFolders(home).releases,
      lock,
      pythons: pythonsOf(version),
      proof: [schema, migrations, 'prisma/client.py'],
      // The client carries a copy of the schema in its own package, so it minds no rename.
      finish: ({ python, sitePackages }, step) =>
        step('database client generated', () =>
          generateClient({ python, schemaPath: path.join(sitePackages, schema), env: stackEnvironment() }),
        ),
    },
    { home, progress },
  );
  return {
    version,
    ...environment,
    schemaPath: path.join(environment.sitePackages, schema),
    migrationsFolder: path.join(environment.sitePackages, migrations),
  };
}

/**
 * Stops at what is no release's name, and at releases that must never be installed.
 *
 * @throws StackError
 */
export function insistOnRelease(text: string): void {
  if (!isReleaseName(text))
    throw new StackError(`${JSON.stringify(text)} is no release.`, 'Name them as PyPI does, such as 1.87.0.');
  refuseCompromised(text);
}

/**
 * Stops at releases that must never be installed.
 *
 * @throws StackError
 */
export function refuseCompromised(version: string): void {
  if (!isCompromised(version)) return;
  throw new StackError(
    `LiteLLM ${version} carried malicious code on PyPI and is refused.`,
    'Choose another release. Where it has ever been installed, change every credential of that machine.',
  );
}
