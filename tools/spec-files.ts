import { readdirSync } from 'node:fs';
import path from 'node:path';

import { StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';

/**
 * The spec files of the main job, absolute, in the order of their names.
 *
 * @param among paths as Playwright takes them, files or folders, or parts of either; none: all
 * @throws StackError where one of them names nothing
 */
export function specFiles(among: readonly string[] = []): string[] {
  const specs = path.join(projectFolder, 'specs');
  const all = readdirSync(specs, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts'))
    .map((name) => path.join(specs, name))
    .sort();
  for (const part of among) {
    if (all.some((file) => file.includes(part))) continue;
    throw new StackError(`No spec file is named ${JSON.stringify(part)}.`, 'Say a file or a folder of specs/.');
  }
  return among.length === 0 ? all : all.filter((file) => among.some((part) => file.includes(part)));
}
