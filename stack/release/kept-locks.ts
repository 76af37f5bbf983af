import path from 'node:path';

import { projectFolder } from '../home';

/** Where hash-locked requirements are that come with the project. */
export const locksFolder = path.join(projectFolder, 'stack/release/locks');

/**
 * The hash-locked requirements of a release, or of a tool of ours, whether they are there or not.
 *
 * @param name a version of LiteLLM, or a `PythonTool`
 */
export const lockOf = (name: string): string => path.join(locksFolder, `${name}.txt`);
