/**
 * Checks our own Python, in stack/proxy, stack/profiles and tools/detection: lint, format and strict types, with locked tools that lie apart from every release.
 * Types are read from the packages of the default release. `npm run python:check`
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { projectFolder } from '../stack/home';
import { ensureRelease } from '../stack/release';
import { installerEnvironment } from '../stack/release/installer';
import { ensurePythonTool } from '../stack/release/python-tools';
import { defaultRelease } from '../stack/release/curated';
import { loadSettings } from '../stack/settings';
import { run } from './command';

/** The one with the tools' settings. */
const folder = path.join(projectFolder, 'stack/proxy');
const folders = ['.', '../profiles', '../../tools/detection'];

async function main(): Promise<void> {
  const { home } = loadSettings();
  const options = { home, progress: console.error };
  const tools = await ensurePythonTool('tools', options);
  const release = await ensureRelease({ version: defaultRelease, ...options });

  const files = folders.flatMap((each) =>
    readdirSync(path.join(folder, each))
      .filter((file) => file.endsWith('.py'))
      .map((file) => path.join(each, file)),
  );
  const cache = path.join(tools.folder, 'cache');
  const checks = [
    ['ruff', 'check', '--config', 'pyproject.toml', '--cache-dir', path.join(cache, 'ruff'), ...folders],
    ['ruff', 'format', '--config', 'pyproject.toml', '--check', '--cache-dir', path.join(cache, 'ruff'), ...folders],
    ['mypy', '--python-executable', release.python, '--cache-dir', path.join(cache, 'mypy'), ...files],
  ];
  const failed = checks.filter(([name = '', ...args]) => {
    const options = { cwd: folder, env: installerEnvironment(), stdio: 'inherit' } as const;
    return spawnSync(tools.python, ['-I', '-m', name, ...args], options).status !== 0;
  });
  if (failed.length > 0) process.exitCode = 1;
}

run(main);
