import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base, expect } from '@playwright/test';
import type { Log } from 'sarif';

import { projectFolder } from '../../stack/home';

// What a run of the suite beside this file leaves in every format: one of its scenarios throws before it has an answer, and
// another one is refused when it is repeated.

const suite = path.join(__dirname, 'suite');

interface Written {
  readonly output: string;
  readonly names: readonly string[];
  readonly summary: string;
  readonly junit: string;
  readonly sarif: Log;
}

function playwright(args: readonly string[], folder: string, environment: NodeJS.ProcessEnv): string {
  const cli = path.join(projectFolder, 'node_modules', '@playwright', 'test', 'cli.js');
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    env: { ...process.env, OUTPUT: folder, FORCE_COLOR: '0', GITHUB_WORKSPACE: projectFolder, ...environment },
    encoding: 'utf8',
  });
  return stdout + stderr;
}

function written(folder: string, output: string): Written {
  const text = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  return {
    output,
    names: readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? entry.name : [])),
    summary: text('summary.md'),
    junit: text('junit.xml'),
    sarif: JSON.parse(text('behaviors.sarif')) as Log,
  };
}

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-test-'));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

const annotationsIn = (output: string): string[] => output.split('\n').filter((line) => line.startsWith('::'));

const silent =
  '::error file=tests/reporting/suite/behaviors.sample.ts,line=9,title=1 scenario ended without an answer to judge' +
  '::ends before there is an answer%0AThe first of them: says nothing → GET /key/info · own key';

/** What the one that throws is to look like, whatever ran it. */
function expectToldAsItIs({ names, summary, junit, sarif }: Written): void {
  expect([...names].sort()).toEqual(['behaviors.json', 'behaviors.sarif', 'index.html', 'junit.xml', 'summary.md']);
  expect(summary).toContain('**❌ 1 of 3 scenarios failed.**');
  expect(summary).toContain(
    '- says nothing → GET /key/info · own key (`behaviors.sample.ts:9`)<br>ended without an answer to judge: ends before there is an answer',
  );
  expect(sarif.runs[0]?.results).toMatchObject([{ ruleId: 'no-verdict', level: 'warning' }]);
  expect(junit).toMatch(/<testcase name="says nothing"[^]*<error message="ends before there is an answer"/);
}

test('a run leaves all formats, and none hides what ended without an answer', ({ folder }) => {
  const run = written(folder, playwright(['test', '-c', suite], folder, { GITHUB_ACTIONS: 'true' }));
  expectToldAsItIs(run);
  expect(annotationsIn(run.output)).toEqual([silent]);
});

test('nobody but GitHub is told in its commands', ({ folder }) => {
  expect(annotationsIn(playwright(['test', '-c', suite], folder, { GITHUB_ACTIONS: undefined }))).toEqual([]);
});

/** Runs two shards, and merges what they leave. */
function merged(
  folder: string,
  ofSecond: NodeJS.ProcessEnv = {},
): { readonly shards: string[]; readonly whole: Written } {
  const environment = { GITHUB_ACTIONS: 'true' };
  const all = path.join(folder, 'all-blobs');
  mkdirSync(all);
  const shards = ['1/2', '2/2'].map((shard, index) => {
    const machine = path.join(folder, `machine-${index}`);
    const blobs = path.join(machine, 'blob-report');
    const words = ['test', '-c', suite, '--add-reporter=blob', `--shard=${shard}`];
    const own = { ...environment, PLAYWRIGHT_BLOB_OUTPUT_DIR: blobs, ...(index === 1 && ofSecond) };
    const output = playwright(words, machine, own);
    for (const blob of readdirSync(blobs)) copyFileSync(path.join(blobs, blob), path.join(all, blob));
    return output;
  });
  const words = ['merge-reports', '-c', path.join(suite, 'merge.config.ts'), all];
  return { shards, whole: written(folder, playwright(words, folder, environment)) };
}

test('merged shards leave the same, and it is the merged report that is annotated', ({ folder }) => {
  const { shards, whole } = merged(folder);
  expect(shards.flatMap(annotationsIn)).toEqual([]);
  expectToldAsItIs(whole);
  expect(annotationsIn(whole.output)).toEqual([silent]);
  expect(whole.summary).toContain('- **Run**: the whole suite');
  expect(whole.summary).toContain('- **Time**: 2 runs with 1 worker each');
});

test('a shard that did not start is told, and makes no whole with the others', ({ folder }) => {
  const { shards, whole } = merged(folder, { SETUP_FAILS: 'yes' });
  const told = '::error title=The run itself went wrong::It does not start.';
  expect(shards.map(annotationsIn)).toEqual([[], [told]]);
  expect(annotationsIn(whole.output)).toContain(told);
  expect(whole.summary).toContain('### What went wrong with the run itself\n\n- It does not start.');
  expect(whole.summary).toContain('- **Run**: a part of the suite, since it did not come to its end');
  expect(whole.sarif.runs[0]?.invocations).toMatchObject([{ executionSuccessful: false }]);
  expect(whole.sarif.runs[0]?.properties).toMatchObject({ complete: false });
});

test('of a scenario that is repeated the worst is told', ({ folder }) => {
  const run = written(folder, playwright(['test', '-c', suite, '--repeat-each=2'], folder, {}));
  expect(run.summary).toContain('**❌ 2 of 3 scenarios failed.**');
  // Its record has no step that could differ.
  expect(run.summary).toContain(
    '- fails → GET /key/info · own key (`behaviors.sample.ts:9`)<br>failed for another reason than its answer: expect',
  );
  expect(run.junit).toContain('<failure message=');
});

test('what goes wrong before any test is told', ({ folder }) => {
  const output = playwright(['test', '-c', suite, 'no-such-file'], folder, { GITHUB_ACTIONS: 'true' });
  expect(annotationsIn(output)).toEqual([
    expect.stringMatching(/^::error title=The run itself went wrong::No tests found\. /),
  ]);
});
