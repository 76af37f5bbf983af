import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { projectFolder } from '../../stack/home';
import { loadSettings } from '../../stack/settings';
import { expect, test as base } from './nested-run';

/** Folders of a project of its own, which a person's files may be put around. */
export interface Copy {
  readonly project: string;
  readonly parent: string;
  /** Somewhere else, to start from. */
  readonly elsewhere: string;
  /** The copy's STACK_HOME: what is installed is shared, everything else is made anew. */
  readonly home: string;
}

/** `copy` makes one. */
export const test = base.extend<{ copy: Copy }>({
  copy: async ({}, use) => {
    const root = await mkdtemp(path.join(tmpdir(), 'behavior-copy-'));
    const parent = path.join(root, 'parent');
    const project = path.join(parent, 'project');
    const elsewhere = path.join(root, 'elsewhere');
    const home = path.join(project, 'home');
    await mkdir(home, { recursive: true });
    await mkdir(elsewhere);
    for (const name of ['package.json', 'tsconfig.json', 'global-setup.ts', 'global-teardown.ts']) {
      await cp(path.join(projectFolder, name), path.join(project, name));
    }
    for (const name of ['fixtures', 'reporting', 'stack', 'tools', 'tests/lifecycle']) {
      await cp(path.join(projectFolder, name), path.join(project, name), { recursive: true });
    }
    await symlink(path.join(projectFolder, 'node_modules'), path.join(project, 'node_modules'));
    for (const name of ['releases', 'postgres']) {
      await symlink(path.join(loadSettings().home, name), path.join(home, name));
    }
    await use({ project, parent, elsewhere, home });
    await rm(root, { recursive: true });
  },
});

export { expect };
