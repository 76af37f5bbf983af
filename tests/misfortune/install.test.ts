import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { pythonMinors } from '../../stack/release/curated';
import { ensureEnvironment } from '../../stack/release/environment';
import { findPython } from '../../stack/release/python';
import type { NestedRun } from '../lifecycle/nested-run';
import { sixOrder } from '../release/six';
import { npmScript } from '../support/npm-script';
import { expect, halfMade, logOf, messagesIn, test, theOneMessage, usual, uv } from './machine';

const python = async () => (await findPython({ minors: pythonMinors, venv: true, purpose: 'the test' })).executable;

/** A registry at a port that nobody listens on, and nothing kept from earlier. */
const noRegistry = (cache: string) => ({
  UV_DEFAULT_INDEX: 'http://127.0.0.1:1/simple',
  PIP_INDEX_URL: 'http://127.0.0.1:1/simple',
  NO_PROXY: '127.0.0.1',
  // Machines like those of CI have other sources in these.
  PIP_CONFIG_FILE: '/dev/null',
  PIP_EXTRA_INDEX_URL: undefined,
  UV_EXTRA_INDEX_URL: undefined,
  UV_INDEX: undefined,
  UV_INDEX_URL: undefined,
  UV_FIND_LINKS: undefined,
  // Its name is no reason to speak of packages without wheels.
  PIP_FIND_LINKS: '/nowhere/wheels',
  UV_CACHE_DIR: cache,
  PIP_CACHE_DIR: cache,
  UV_HTTP_RETRIES: '0',
  PIP_RETRIES: '0',
});

for (const { what, withUv, fails } of [
  { what: 'uv', withUv: true, fails: 'installing the packages failed (exit code 2):' },
  { what: 'pip', withUv: false, fails: 'installing uv failed (exit code 1):' },
]) {
  test(`a registry that ${what} cannot reach is told once, and nothing is installed`, async ({ nested, machine }) => {
    const PATH = machine.path({ ...usual, python3: await python(), ...(withUv ? { uv: await uv() } : {}) });
    const cache = path.join(machine.home, 'cache');
    const environment = { STACK_HOME: machine.home, PATH, ...noRegistry(cache) };
    const run = nested({ specs: ['failing'], environment });
    const message = await theOneMessage(run);
    expect(message).toContain(fails);
    expect(message).toContain('http://127.0.0.1:1/simple');
    expect(message).toContain('See that the package registry can be reached');
    logOf(message);
    expect(readdirSync(path.join(machine.home, 'releases'))).toEqual([]);
  });
}

test('a disk that is full before a release is installed is told once, and nothing of it is left', async ({
  nested,
  machine,
}) => {
  const PATH = machine.namespace({
    PATH: machine.path({ ...usual, python3: await python(), uv: await uv() }),
    prepare: `mount -t tmpfs -o size=1m,mode=755 none ${machine.home}`,
    afterwards: `echo "left: [$(ls ${machine.home}/releases)]"`,
  });
  const run = nested({ specs: ['failing'], environment: { STACK_HOME: machine.home, PATH } });
  const message = await theOneMessage(run);
  expect(message).toContain('installing the packages failed');
  expect(message).toMatch(/No space left on device/i);
  expect(message).toContain('Free some disk space:');
  expect(run.said).toContain('left: []');
});

const ctrlC = (run: NestedRun) => {
  run.signalGroup('SIGINT');
};
const sigterm = (run: NestedRun) => {
  run.signalCommand('SIGTERM');
};
const up = npmScript('stack', 'up');
for (const { name, interrupt, what } of [
  { name: 'Ctrl-C', interrupt: ctrlC, what: { specs: ['failing'] } },
  { name: 'SIGTERM', interrupt: sigterm, what: { specs: ['failing'] } },
  { name: 'Ctrl-C of a command', interrupt: ctrlC, what: { command: up } },
  { name: 'SIGTERM to a command', interrupt: sigterm, what: { command: up } },
]) {
  test(`${name} during an installation leaves nothing of it, and the next one succeeds`, async ({
    nested,
    machine,
  }) => {
    const PATH = machine.path({ ...usual, npm: undefined, python3: await python() });
    const run = nested({ ...what, environment: { STACK_HOME: machine.home, PATH } });
    // Its first step takes seconds without uv. What that has started is harder to end than itself.
    await run.untilHas('ensurepip');
    const releases = path.join(machine.home, 'releases');
    expect(readdirSync(releases)).toEqual([expect.stringMatching(/\.partial$/)]);
    const since = performance.now();
    interrupt(run);
    await run.expectNothingLeft(since);
    expect(await run.ended).not.toMatchObject({ code: 0 });
    expect(messagesIn(run.said).length, run.said).toBeLessThan(2);
    expect(halfMade(machine.home)).toEqual([]);

    // With uv that takes half a second.
    process.env.PATH = [path.dirname(await uv()), process.env.PATH].join(path.delimiter);
    const six = await ensureEnvironment(
      { ...sixOrder(machine.home), parent: releases },
      { home: machine.home, progress: () => undefined },
    );
    execFileSync(six.python, ['-I', '-c', 'import six']);
    expect(readdirSync(releases)).toEqual([path.basename(six.folder)]);
  });
}
