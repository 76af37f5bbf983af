/** Installs the order of environment.test.ts in a process that can be killed: `FOLDER [hang | wait]`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ensureEnvironment, type Environment } from '../../stack/release/environment';
import { runInstaller } from '../../stack/release/installer';
import { sixOrder } from './six';

const [folder = '', mode = ''] = process.argv.slice(2);

/** An installer that never ends, and one that it has started, as `venv` starts pip. Their ids are in files called after them. */
const hang = async ({ python }: Environment): Promise<void> => {
  const script = `
import os, pathlib, time
name = 'installer' if os.fork() else 'helper'
pathlib.Path(${JSON.stringify(folder)}, name).write_text(str(os.getpid()))
time.sleep(600)
`;
  await runInstaller([python, '-c', script], { python, log: `${folder}/hang.log`, what: 'hanging' });
};

/** Does not come to an end before there is a file that says so. */
const wait = async (): Promise<void> => {
  while (!existsSync(path.join(folder, 'go on'))) await sleep(20);
};

const finishes = new Map([
  ['hang', { finish: hang }],
  ['wait', { finish: wait }],
]);

ensureEnvironment({ ...sixOrder(folder), ...finishes.get(mode) }, { home: folder, progress: console.error })
  .then((environment) => {
    console.log(environment.folder);
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
