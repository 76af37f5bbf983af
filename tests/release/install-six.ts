/** Installs the order of environment.test.ts in a process that can be killed: `FOLDER [hang]`. */
import { ensureEnvironment } from '../../stack/release/environment';
import { runInstaller } from '../../stack/release/installer';
import { sixOrder } from './six';

const [folder = '', mode] = process.argv.slice(2);

/** An installer that never ends, and one that it has started, as `venv` starts pip. Their ids are in files called after them. */
const hang = async (python: string): Promise<void> => {
  const script = `
import os, pathlib, time
name = 'installer' if os.fork() else 'helper'
pathlib.Path(${JSON.stringify(folder)}, name).write_text(str(os.getpid()))
time.sleep(600)
`;
  await runInstaller([python, '-c', script], { python, log: `${folder}/hang.log`, what: 'hanging' });
};

ensureEnvironment(
  { ...sixOrder(folder), ...(mode === 'hang' ? { finish: ({ python }) => hang(python) } : {}) },
  { home: folder, progress: console.error },
)
  .then((environment) => {
    console.log(environment.folder);
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
