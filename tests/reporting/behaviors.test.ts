import { spawnSync } from 'node:child_process';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';

import { projectFolder } from '../../stack/home';

interface Written {
  release: string;
  complete: boolean;
  filters: string[];
  workers: number[];
  wallSeconds: number[];
  scenarios: {
    caller: string;
    file: string;
    line: number;
    outcome: string;
    ms: number;
    observed: { status: number } | null;
  }[];
}

interface Outcome {
  code: number | null;
  output: string;
  /** Undefined where no file was written. */
  written: Written | undefined;
  /** The behaviour page; undefined where none was written. */
  page: string | undefined;
}

/** One of the machines that runs are spread over. */
interface Machine {
  args: string[];
  releases?: string | undefined;
}

interface Commands {
  /** Runs the suite beside this file, and reads the behaviours file that comes of it. */
  run: (args: string[], releases?: string) => Outcome;
  /** Runs it on several machines, merges the reports that they leave, and reads what comes of that. */
  merged: (...machines: Machine[]) => Outcome;
}

const suite = path.join(__dirname, 'suite');

function playwright(args: string[], folder: string, environment: NodeJS.ProcessEnv): Outcome {
  const cli = path.join(projectFolder, 'node_modules', '@playwright', 'test', 'cli.js');
  const answer = spawnSync(process.execPath, [cli, ...args], {
    env: { ...process.env, OUTPUT: folder, FORCE_COLOR: '0', ...environment },
    encoding: 'utf8',
  });
  const file = path.join(folder, 'behaviors.json');
  const written = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Written) : undefined;
  const shown = path.join(folder, 'index.html');
  const page = existsSync(shown) ? readFileSync(shown, 'utf8') : undefined;
  return { code: answer.status, output: answer.stdout + answer.stderr, written, page };
}

const test = base.extend<Commands & { folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
  run: async ({ folder }, use) => {
    await use((args, releases = '1.106.0') =>
      playwright(['test', '-c', suite, ...args], folder, { RELEASES: releases }),
    );
  },
  merged: async ({ folder }, use) => {
    await use((...machines) => {
      const all = path.join(folder, 'all-blobs');
      mkdirSync(all);
      machines.forEach(({ args, releases = '1.106.0' }, i) => {
        const machine = path.join(folder, `machine-${i}`);
        const blobs = path.join(machine, 'blob-report');
        const words = ['test', '-c', suite, '--add-reporter=blob', ...args];
        playwright(words, machine, { RELEASES: releases, PLAYWRIGHT_BLOB_OUTPUT_DIR: blobs });
        for (const blob of readdirSync(blobs)) {
          // Machines that are told apart by nothing but their shard may not replace each other's.
          copyFileSync(path.join(blobs, blob), path.join(all, blob), constants.COPYFILE_EXCL);
        }
      });
      return playwright(['merge-reports', '-c', path.join(suite, 'merge.config.ts'), all], folder, {});
    });
  },
});

const outcomesOf = (written: Written | undefined) =>
  Object.fromEntries((written?.scenarios ?? []).map(({ caller, outcome }) => [caller, outcome]));

test('a whole run is complete; what ended before its answer is known by its id', ({ run }) => {
  const { written, page } = run([]);
  expect(page).toContain('<title>What LiteLLM 1.106.0 does</title>');
  expect(written).toMatchObject({
    schema: 1,
    release: '1.106.0',
    curated: true,
    complete: true,
    filters: [],
    workers: [1],
  });
  expect(written?.wallSeconds[0]).toBeGreaterThan(0);
  expect(outcomesOf(written)).toEqual({ passes: 'passed', fails: 'passed', 'says nothing': 'failed' });
  expect(written?.scenarios.find(({ caller }) => caller === 'says nothing')).toMatchObject({
    id: 'plain/matrix/GET%20%2Fkey%2Finfo/own%20key//says%20nothing',
    route: 'GET /key/info',
    target: 'own key',
    file: 'behaviors.sample.ts',
    line: 9,
    observed: null,
    expected: null,
  });
});

test('repeats are one behaviour, and the worst of them counts', ({ run }) => {
  const { written } = run(['--repeat-each=2']);
  expect(outcomesOf(written)).toEqual({ passes: 'passed', fails: 'failed', 'says nothing': 'failed' });
  expect(written?.scenarios.find(({ caller }) => caller === 'fails')?.observed).toMatchObject({ status: 403 });
});

test('a filtered run is not complete, and says what filtered it', ({ run }) => {
  const { written } = run(['-g', 'passes', '--quiet']);
  expect(written).toMatchObject({ complete: false, filters: ['--grep=passes'] });
  expect(Object.keys(outcomesOf(written))).toEqual(['passes']);
});

test('what a stopped run did not come to is not-run', ({ run }) => {
  const { written } = run(['-x', '--repeat-each=2']);
  expect(written?.complete).toBe(false);
  expect(Object.values(outcomesOf(written))).toContain('not-run');
});

test('listing writes nothing', ({ run }) => {
  const { output, written, page } = run(['--list']);
  expect(output).toContain('Total: 3 tests');
  expect({ written, page }).toEqual({ written: undefined, page: undefined });
});

test('results of two releases are not written into one file', ({ run }) => {
  const { output, written } = run([], '1.87.0,1.106.0');
  expect(output).toContain('These results come from several releases: 1.87.0, 1.106.0.');
  expect(written).toBeUndefined();
});

/** All of a file but what is another number in every run. */
const withoutTimes = ({ workers: _workers, wallSeconds: _wallSeconds, scenarios, ...rest }: Written) => ({
  ...rest,
  scenarios: scenarios.map(({ ms: _ms, ...scenario }) => scenario),
});

test('merged shards are one whole run', ({ run, merged }) => {
  const single = run([]).written;
  const { code, written, page } = merged({ args: ['--shard=1/2'] }, { args: ['--shard=2/2'] });
  expect(code).toBe(0);
  expect(page).toContain('<title>What LiteLLM 1.106.0 does</title>');
  expect(written && withoutTimes(written)).toEqual(single && withoutTimes(single));
  expect(written).toMatchObject({ complete: true, filters: [], workers: [1, 1] });
  expect(written?.wallSeconds).toEqual([expect.any(Number), expect.any(Number)]);
  expect(outcomesOf(written)).toEqual({ passes: 'passed', fails: 'passed', 'says nothing': 'failed' });
});

test('a shard that is missing shows', ({ merged }) => {
  const { written } = merged({ args: ['--shard=1/2'] });
  expect(written).toMatchObject({ complete: false, filters: ['--shard=1/2'] });
  expect(written?.scenarios.length).toBeLessThan(3);
});

/** Two shards with a scenario each that gets an answer. */
const answered = ['1/2', '2/2'].map((shard) => ['-g', 'passes|fails', `--shard=${shard}`]);

test('shards of a filtered run keep its filter', ({ merged }) => {
  const { written } = merged(...answered.map((args) => ({ args })));
  expect(written).toMatchObject({ complete: false, filters: ['--grep=passes|fails'] });
  expect(outcomesOf(written)).toEqual({ passes: 'passed', fails: 'passed' });
});

test('shards of two releases are not merged', ({ merged }) => {
  const releases = ['1.106.0', '1.87.0'];
  const { code, output, written } = merged(...answered.map((args, i) => ({ args, releases: releases[i] })));
  expect(code).toBe(1);
  expect(output).toContain('These results come from several releases: 1.106.0, 1.87.0.');
  expect(written).toBeUndefined();
});
