import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { engineVersion } from './engine/version';
import { homeFolders, projectFolder } from './home';
import { haveInPlace } from './place';
import { quoted } from './shell';

/** The programs of ours that run outside Playwright, and the file each starts from. */
const entries = {
  'query-engine': 'stack/engine/main.ts',
  supervisor: 'stack/supervisor/main.ts',
} as const;

export type ProgramName = keyof typeof entries;

/**
 * What `node` is told. The engine runs once per proxy and holds little for long: half of its memory would be room that the
 * garbage collector and the C library's allocator keep for themselves.
 */
const nodeSettings: Partial<Record<ProgramName, { environment: string; flags: string }>> = {
  'query-engine': { environment: 'MALLOC_ARENA_MAX=1', flags: '--max-semi-space-size=2 --v8-pool-size=1' },
};

/** What a program answers before `node` is started: the Python client asks for the version at each connect. */
const shortcuts: Partial<Record<ProgramName, string>> = {
  'query-engine': `if [ "$1" = --version ]; then echo 'query-engine ${engineVersion}'; exit; fi`,
};

/**
 * Bundles one of our TypeScript programs into a single JavaScript file, so that it starts in the time `node` needs, and
 * returns an executable that runs it with this very `node`. Files are named after their content, so a running program
 * is never written over, and are in place only when whole.
 *
 * @param home STACK_HOME, absolute
 */
export async function buildProgram(name: ProgramName, home: string): Promise<string> {
  // Only here: a run on a warm stack builds nothing.
  const { build } = await import('esbuild');
  const bundle = await build({
    entryPoints: [path.join(projectFolder, entries[name])],
    absWorkingDir: projectFolder,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // pg asks for it and does without.
    external: ['pg-native'],
    minifySyntax: true,
    minifyWhitespace: true,
    define: {
      BUNDLED_PROJECT_FOLDER: JSON.stringify(projectFolder),
      // pg asks for it to know Cloudflare by, and `node` would load all of `fetch`, for 20 ms.
      ...(name === 'query-engine' ? { Response: 'undefined' } : {}),
    },
    logLevel: 'silent',
  });
  const script = bundle.outputFiles[0];
  if (script === undefined) throw new Error(`esbuild made no file for ${name}`);
  const shortcut = shortcuts[name];
  const settings = nodeSettings[name];
  const environment = settings === undefined ? '' : `export ${settings.environment}\n`;
  const flags = settings === undefined ? '' : `${settings.flags} `;
  const launcher = (scriptPath: string) =>
    [
      '#!/bin/sh',
      ...(shortcut === undefined ? [] : [shortcut]),
      // A parent that ends while `node` starts would not be missed without its id.
      'export STACK_PARENT_PID=$PPID',
      `${environment}exec ${quoted(process.execPath)} ${flags}${quoted(scriptPath)} "$@"`,
      '',
    ].join('\n');
  const { programs } = homeFolders(home);
  // The launcher names its script by its path, so what another home made (this one may be a link to it) will not do.
  const hash = createHash('sha256').update(script.contents).update(launcher(programs)).digest('hex').slice(0, 16);
  const folder = path.join(programs, `${name}-${hash}`);
  const executable = path.join(folder, name);
  await haveInPlace(folder, {
    make: async (partial) => {
      await writeFile(path.join(partial, `${name}.js`), script.contents);
      await writeFile(path.join(partial, name), launcher(path.join(folder, `${name}.js`)), { mode: 0o755 });
    },
  });
  return executable;
}
