/**
 * Checks the two ready workflows against the schemas of their formats, which the linter brings along: no network is needed.
 * What a schema cannot see is in tests/harness/workflows.test.ts. `npm run ci:check`
 */
import { spawnSync } from 'node:child_process';

import { projectFolder } from '../stack/home';
import { installerEnvironment } from '../stack/release/installer';
import { ensurePythonTool } from '../stack/release/python-tools';
import { loadSettings } from '../stack/settings';
import { run } from './command';

const checks = [
  ['--builtin-schema', 'vendor.github-workflows', '.github/workflows/behavior.yml'],
  ['--builtin-schema', 'vendor.gitlab-ci', '--regex-variant', 'nonunicode', '.gitlab-ci.yml'],
];

async function main(): Promise<void> {
  const { python } = await ensurePythonTool('tools', { home: loadSettings().home, progress: console.error });
  const failed = checks.filter((words) => {
    const options = { cwd: projectFolder, env: installerEnvironment(), stdio: 'inherit' } as const;
    return spawnSync(python, ['-I', '-m', 'check_jsonschema', ...words], options).status !== 0;
  });
  if (failed.length > 0) process.exitCode = 1;
}

run(main);
