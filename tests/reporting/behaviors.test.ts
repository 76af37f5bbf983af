import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  scenarios: { caller: string; file: string; line: number; outcome: string; observed: { status: number } | null }[];
}

interface Outcome {
  output: string;
  /** Undefined where no file was written. */
  written: Written | undefined;
}

/** Runs the suite beside this file, and reads the behaviours file that comes of it. */
const test = base.extend<{ run: (args: string[], releases?: string) => Outcome }>({
  run: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    await use((args, releases = '1.106.0') => {
      const cli = path.join(projectFolder, 'node_modules', '@playwright', 'test', 'cli.js');
      const answer = spawnSync(process.execPath, [cli, 'test', '-c', path.join(__dirname, 'suite'), ...args], {
        env: { ...process.env, OUTPUT: folder, RELEASES: releases, FORCE_COLOR: '0' },
        encoding: 'utf8',
      });
      const file = path.join(folder, 'behaviors.json');
      const written = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Written) : undefined;
      return { output: answer.stdout + answer.stderr, written };
    });
    rmSync(folder, { recursive: true });
  },
});

const outcomesOf = (written: Written | undefined) =>
  Object.fromEntries((written?.scenarios ?? []).map(({ caller, outcome }) => [caller, outcome]));

test('a whole run is complete; what ended before its answer is known by its id', ({ run }) => {
  const { written } = run([]);
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
  const { output, written } = run(['--list']);
  expect(output).toContain('Total: 3 tests');
  expect(written).toBeUndefined();
});

test('results of two releases are not written into one file', ({ run }) => {
  const { output, written } = run([], '1.87.0,1.106.0');
  expect(output).toContain('These results come from several releases: 1.87.0, 1.106.0.');
  expect(written).toBeUndefined();
});
