import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

import { projectFolder } from '../stack/home';
import { loadSettings } from '../stack/settings';

/** When, of what and on what: without it a number says little. */
export function circumstances() {
  const git = (...words: string[]) => spawnSync('git', words, { cwd: projectFolder, encoding: 'utf8' }).stdout.trim();
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    // What a soak writes while it goes on says nothing against it.
    isEdited: git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!docs/soak') !== '',
    release: loadSettings().release,
    /** Of the last minute, before anything began: a busy machine measures itself. */
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    machine: {
      cpus: cpus().length,
      model: cpu?.model ?? 'unknown',
      memoryGB: Math.round(totalmem() / 1e9),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
  };
}
