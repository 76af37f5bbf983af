import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { homeFolders } from '../../stack/home';
import { ensureRelease } from '../../stack/release';
import { loadSettings } from '../../stack/settings';
import { expect, halfMade, logOf, test, theOneMessage } from './machine';

const { home: realHome, release } = loadSettings();

/** What a run on the real STACK_HOME needs to have a PostgreSQL of its own. */
const embedded = { STACK_DATABASE_URL: undefined };

test('a STACK_HOME that cannot be written to is told once', async ({ nested, machine }) => {
  const PATH = machine.namespace({ prepare: `mount -t tmpfs -o ro,mode=755 none ${machine.home}` });
  const run = nested({ specs: ['failing'], environment: { STACK_HOME: machine.home, PATH } });
  const message = await theOneMessage(run);
  // Node may call a read-only file system a folder that is not there.
  expect(message).toMatch(/^StackError: Installing LiteLLM \S+ failed: (EROFS|ENOENT)/);
  expect(message).toContain(
    `See that STACK_HOME (${machine.home}) and TMPDIR (${run.temporary}) are folders that you may write to.`,
  );
});

test('a STACK_HOME with a release in it that cannot be written to is told once', async ({ nested, machine }) => {
  const releases = path.join(realHome, 'releases');
  const PATH = machine.namespace({
    prepare: [
      `mount -t tmpfs -o mode=755 none ${machine.home}`,
      `ln -s ${releases} ${machine.home}/releases`,
      `mount -o remount,bind,ro ${machine.home}`,
    ].join('\n'),
  });
  const run = nested({ specs: ['failing'], environment: { STACK_HOME: machine.home, PATH } });
  const message = await theOneMessage(run);
  expect(message).toMatch(/^StackError: Starting the stack failed: (EROFS|ENOENT)/);
  expect(message).toContain(`See that STACK_HOME (${machine.home})`);
});

test('a temporary folder on a full disk is told once', async ({ nested, machine }) => {
  const PATH = machine.namespace({
    prepare: 'mkdir $TMPDIR/small\nTMPDIR=$TMPDIR/small\nmount -t tmpfs -o size=5m,mode=755 none $TMPDIR',
    afterwards: 'until [ -z "$(ls $TMPDIR)" ]; do sleep 0.05; done\necho "left: [$(ls $TMPDIR)]"',
  });
  const run = nested({ specs: ['failing'], environment: { PATH, ...embedded } });
  const message = await theOneMessage(run);
  expect(message).toMatch(/failed: ENOSPC: no space left on device/);
  expect(message).toMatch(/Free some disk space: .* in TMPDIR \(.*\/small\)/);
  expect(run.said).toContain('left: []');
});

test('a temporary folder with too long a path is told once', async ({ nested, machine }) => {
  const TMPDIR = path.join(machine.home, 'x'.repeat(90));
  mkdirSync(TMPDIR);
  const run = nested({ specs: ['failing'], environment: { TMPDIR, ...embedded } });
  const message = await theOneMessage(run);
  expect(message).toContain(`TMPDIR (${TMPDIR}) is too long a path`);
  expect(message).toContain('Let TMPDIR name another folder');
  logOf(message);
  expect(readdirSync(TMPDIR)).toEqual([]);
});

test('a temporary folder that is closed to PostgreSQL’s account is told once', async ({ nested, machine }) => {
  // eslint-disable-next-line playwright/no-skipped-test -- only root has PostgreSQL run as somebody else
  test.skip(process.getuid?.() !== 0, 'only root has PostgreSQL run as somebody else');
  const TMPDIR = path.join(machine.home, 'closed');
  mkdirSync(TMPDIR, { mode: 0o700 });
  const run = nested({ specs: ['failing'], environment: { TMPDIR, ...embedded } });
  const message = await theOneMessage(run);
  expect(message).toContain('PostgreSQL, which does not run as root, cannot enter');
  expect(message).toContain('Let TMPDIR name a folder that others may enter');
});

test('a PostgreSQL that refuses to start is told once, with its reason', async ({ nested, machine }) => {
  // The one that the stack around us was made from: it was touched then.
  const templates = homeFolders(realHome).templates;
  const [template = ''] = readdirSync(templates)
    .filter((name) => name.startsWith(`${release}-`) && !name.endsWith('.partial'))
    .map((name) => path.join(templates, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const damaged = path.join(machine.home, 'pg_control');
  writeFileSync(damaged, '');
  const PATH = machine.namespace({ prepare: `mount --bind ${damaged} ${template}/data/global/pg_control` });
  const run = nested({ specs: ['failing'], environment: { PATH, ...embedded } });
  const message = await theOneMessage(run);
  expect(message).toMatch(/^StackError: PostgreSQL did not start on port \d+, it ended at once:$/m);
  expect(message).toMatch(/(FATAL|PANIC): .*could not read file "global\/pg_control"/);
  expect(message).toContain(`Remove ${template} to have the template made again`);
  expect(readFileSync(logOf(message), 'utf8')).toContain('pg_control');
});

test('a STACK_DATABASE_URL that leads nowhere is told once, without its password', async ({ nested }) => {
  const STACK_DATABASE_URL = 'postgresql://somebody:hunter2@127.0.0.1:1/postgres';
  const run = nested({ specs: ['failing'], environment: { STACK_DATABASE_URL } });
  const message = await theOneMessage(run);
  expect(message).toContain(
    'STACK_DATABASE_URL is postgresql://somebody:***@127.0.0.1:1/postgres, and that server cannot be used: connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(message).toContain('Check host, port, role, password and database');
  expect(run.said).not.toContain('hunter2');
});

for (const { what, script, says } of [
  {
    what: 'fails',
    script: 'echo "libssl.so.1.1: cannot open" >&2; exit 127',
    says: 'it ended with 127: libssl.so.1.1',
  },
  { what: 'says nothing', script: 'exit 1', says: 'it ended with 1: it says nothing' },
]) {
  test(`an engine that ${what} is told once, before anything is installed`, async ({ nested, machine }) => {
    const engine = programAt(path.join(machine.home, 'engine'), script);
    const environment = { STACK_HOME: path.join(machine.home, 'empty'), PRISMA_QUERY_ENGINE_BINARY: engine };
    const run = nested({ specs: ['failing'], environment });
    const message = await theOneMessage(run);
    expect(message).toContain(`The query engine ${engine} does not run.`);
    expect(message).toContain(says);
    expect(message).toContain('PRISMA_QUERY_ENGINE_BINARY names it');
    expect(readdirSync(machine.home)).toEqual(['engine']);
  });
}

test('an engine that dies at once is told once, and no template is made with it', async ({ nested, machine }) => {
  machine.lend('releases', 'postgres');
  const engine = programAt(
    path.join(machine.home, 'engine'),
    'if [ "$1" = --version ]; then echo query-engine 0; exit; fi\necho "the engine is ill" >&2\nexit 3',
  );
  const environment = { STACK_HOME: machine.home, PRISMA_QUERY_ENGINE_BINARY: engine, ...embedded };
  const run = nested({ specs: ['failing'], environment });
  const message = await theOneMessage(run);
  expect(message).toMatch(/^StackError: The proxy template-1 did not start: \w+/);
  expect(message).toContain(`its query engine, ${engine}, is not running`);
  expect(readFileSync(logOf(message), 'utf8')).toContain('the engine is ill');
  expect(readdirSync(homeFolders(machine.home).templates)).toEqual([]);
});

test('a proxy that dies at its start is told once', async ({ nested }) => {
  const run = nested({ specs: ['failing'], environment: embedded });
  await expect.poll(() => run.having('proxy'), { intervals: [20], timeout: 90_000 }).toHaveLength(1);
  // A second one would be its engine, about to be.
  process.kill(run.first('proxy').pid, 'SIGKILL');
  const message = await theOneMessage(run);
  expect(message).toMatch(
    /^StackError: The proxy plain-0-\d did not start: its process ended by SIGKILL, as when the machine is out of memory\.$/m,
  );
  logOf(message);
});

test('a release that cannot be imported is told once, with its reason', async ({ nested, machine }) => {
  machine.lend('postgres');
  const whole = await ensureRelease({ version: release, home: realHome, progress: () => undefined });
  const damaged = path.join(homeFolders(machine.home).releases, path.basename(whole.folder));
  linkAllBut('lib', whole.folder, damaged);
  const sitePackages = path.join(damaged, path.relative(whole.folder, whole.sitePackages));
  linkAllBut('httpx', whole.sitePackages, sitePackages);
  const run = nested({ specs: ['failing'], environment: { STACK_HOME: machine.home, ...embedded } });
  const message = await theOneMessage(run);
  expect(message).toMatch(/^StackError: LiteLLM cannot be imported:$/m);
  expect(message).toContain("ModuleNotFoundError: No module named 'httpx'");
  expect(message).toContain(`Remove ${damaged} to have it installed again.`);
  expect(readFileSync(logOf(message), 'utf8')).toContain('httpx');
  expect(halfMade(homeFolders(machine.home).templates)).toEqual([]);
});

function programAt(file: string, script: string): string {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A folder with the other one's content but for one name. */
function linkAllBut(left: string, from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== left) symlinkSync(path.join(from, name), path.join(to, name));
  }
}
