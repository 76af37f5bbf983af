import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { compare, explain, valid } from '@renovatebot/pep440';
import { z } from 'zod';

import { messageOf, StackError } from '../errors';
import { homeFolders } from '../home';
import { withFolderBeside, writeWhole } from '../place';
import { isCompromised } from './curated';
import { installerEnvironment, runInstaller } from './installer';
import { locksFolder } from './kept-locks';
import { ensurePythonTool } from './python-tools';

/** How long a list is taken for what the registry has, in milliseconds. */
const freshFor = 24 * 3600 * 1000;

const keptSchema = z.object({ asked: z.iso.datetime(), registry: z.string(), versions: z.array(z.string()) });

/** How pip tells what there is; yanked releases, and those that this Python is too old or too new for, are not in it. */
const answerSchema = z.object({ versions: z.array(z.string()) });

/**
 * The releases of LiteLLM that the registry has, oldest first by number, pre-releases and all; yanked and compromised ones are left out. They are
 * asked for once a day. Where the registry does not answer, an older list will do, and at the worst what has been resolved here.
 *
 * @param options.home STACK_HOME, absolute
 * @param options.progress is told where the list is not what the registry has today
 * @param options.refresh asks in any case
 * @throws StackError where nobody knows of any release
 */
export async function publishedReleases(options: {
  home: string;
  progress: (line: string) => void;
  refresh?: boolean;
}): Promise<string[]> {
  const { home, progress, refresh = false } = options;
  const file = path.join(home, 'published.json');
  const registry = markOf(mirrorIn(installerEnvironment()));
  const kept = await keptIn(file);
  const isFresh = kept?.registry === registry && Date.now() - Date.parse(kept.asked) < freshFor;
  if (kept !== undefined && isFresh && !refresh) return inOrder(kept.versions);
  try {
    const versions = await askRegistry(options);
    await writeWhole(file, JSON.stringify({ asked: new Date().toISOString(), registry, versions }));
    return inOrder(versions);
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    const [why = ''] = messageOf(error).split('\n');
    if (kept !== undefined) {
      progress(`The registry could not be asked which releases there are; this is its list of ${kept.asked}. (${why})`);
      return inOrder(kept.versions);
    }
    const here = resolvedHere(home);
    if (here.length === 0) throw error;
    progress(
      `The registry could not be asked which releases there are; only those are known that have a lock here: ${here.join(', ')}. (${why})`,
    );
    return here;
  }
}

/** Versions of LiteLLM, oldest first by number; what is none, and what must never be installed, is left out. */
export const inOrder = (versions: readonly string[]): string[] =>
  [...new Set(versions)].filter((version) => valid(version) !== null && !isCompromised(version)).sort(compare);

/** Whether a release is meant for everybody: no release candidate, nothing in development. */
export const isFinal = (version: string): boolean => explain(version)?.is_prerelease === false;

/** Of releases in order the first final one of each minor version: most often x.y.0. */
export function firstOfEachMinor(releases: readonly string[]): string[] {
  const seen = new Set<string>();
  return releases.filter((release) => {
    const minor = (explain(release)?.release ?? []).slice(0, 2).join('.');
    if (!isFinal(release) || seen.has(minor)) return false;
    seen.add(minor);
    return true;
  });
}

async function keptIn(file: string): Promise<z.infer<typeof keptSchema> | undefined> {
  try {
    return keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function askRegistry(options: { home: string; progress: (line: string) => void }): Promise<string[]> {
  const { home } = options;
  // uv has no command for that.
  const { python } = await ensurePythonTool('pip', options);
  const log = path.join(homeFolders(home).logs, 'published.log');
  return withFolderBeside(log, async (folder) => {
    await writeFile(log, '');
    const output = path.join(folder, 'versions.json');
    const environment = installerEnvironment();
    const mirror = mirrorIn(environment);
    const certificates = environment.SSL_CERT_FILE;
    await runInstaller(
      [
        // What this machine's configuration of pip says, uv does not hear of either, and uv is what installs.
        ...['/usr/bin/env', 'PIP_CONFIG_FILE=/dev/null', python, '-I', '-m', 'pip', 'index', 'versions', 'litellm'],
        ...['--pre', '--json', '--no-input', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'],
        ...(mirror === undefined ? [] : ['--index-url', mirror]),
        ...(certificates === undefined ? [] : ['--cert', certificates]),
      ],
      {
        python,
        log,
        output,
        what: 'Asking the registry which releases there are',
        without: /^PIP_(FIND_LINKS|EXTRA_INDEX_URL|NO_INDEX|CONFIG_FILE|RETRIES|TIMEOUT|DEFAULT_TIMEOUT)$/,
      },
    );
    const { versions } = answerSchema.parse(JSON.parse(await readFile(output, 'utf8')));
    return versions;
  });
}

/** The mirror that packages come from; undefined: PyPI itself. */
const mirrorIn = (environment: Readonly<Record<string, string>>): string | undefined => environment.UV_DEFAULT_INDEX;

/** What a mirror is known by in a file: its address may have a password in it. */
const markOf = (mirror: string | undefined): string =>
  createHash('sha256')
    .update(mirror ?? 'PyPI')
    .digest('hex')
    .slice(0, 12);

/** Releases that have a lock in the project or on this machine. */
function resolvedHere(home: string): string[] {
  const folders = [locksFolder, homeFolders(home).locks];
  return inOrder(
    folders
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder))
      .flatMap((name) => /^(\d.*)\.txt$/.exec(name)?.[1] ?? []),
  );
}
