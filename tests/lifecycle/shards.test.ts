import { copyFileSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test, type NestedRun } from './nested-run';

/** A few scenarios of the main job, refused ones and such as change rows. */
const few = ['specs/keys/block.spec.ts', '-g', 'POST /key/block .* · team_admin '];

interface Written {
  readonly complete: boolean;
  readonly filters: string[];
  readonly workers: number[];
  readonly wallSeconds: number[];
  readonly scenarios: {
    readonly outcome: string;
    readonly effects: object[] | null;
    readonly ms: number;
  }[];
}

const writtenBy = (run: NestedRun) =>
  JSON.parse(readFileSync(path.join(run.output, 'report', 'behaviors.json'), 'utf8')) as Written;

/** What is the same in every run. */
const comparable = ({ workers: _workers, wallSeconds: _wallSeconds, scenarios, ...rest }: Written) => ({
  ...rest,
  scenarios: scenarios.map(({ ms: _ms, ...scenario }) => scenario),
});

test('two shards, each on a stack of its own, merge into the reports of one run', async ({ nested }) => {
  const run = (...options: string[]) =>
    nested({ command: ['npx', 'playwright', 'test', ...few, '--workers=1', '--add-reporter=blob', ...options] });
  // All at once: each has a TMPDIR and a RUN_DIR of its own, as on a machine of its own.
  const [whole, ...shards] = [run(), run('--shard=1/2'), run('--shard=2/2')] as const;
  for (const each of [whole, ...shards]) expect(await each.ended, each.said).toMatchObject({ code: 0 });

  const blobs = path.join(whole.temporary, 'all-blobs');
  mkdirSync(blobs);
  for (const shard of shards) {
    const folder = path.join(shard.output, 'blob-report');
    for (const blob of readdirSync(folder)) {
      copyFileSync(path.join(folder, blob), path.join(blobs, blob), constants.COPYFILE_EXCL);
    }
  }
  const merge = nested({
    command: ['npx', 'playwright', 'merge-reports', '-c', 'merge.config.ts', blobs],
    // No run would start with it, and to merge none has to.
    environment: { LITELLM_RELEASE: 'nonsense', RUN_COUNTS: 'counts.txt' },
  });
  expect(await merge.ended, merge.said).toMatchObject({ code: 0 });

  const [single, merged] = [writtenBy(whole), writtenBy(merge)];
  expect(comparable(merged)).toEqual(comparable(single));
  expect(merged).toMatchObject({ complete: false, filters: [few[0], `--grep=${few[2]}`] });
  expect(merged.scenarios.map(({ outcome }) => outcome)).toEqual(single.scenarios.map(() => 'passed'));
  expect(merged.scenarios.some(({ effects }) => (effects ?? []).length > 0)).toBe(true);
  // Each shard had a part in it.
  for (const shard of shards) expect(writtenBy(shard).scenarios.length).toBeLessThan(single.scenarios.length);
  expect(merged.workers).toEqual([1, 1]);
  expect(merged.wallSeconds).toHaveLength(2);
  for (const seconds of merged.wallSeconds) expect(seconds).toBeGreaterThan(0);

  expect(existsSync(path.join(merge.output, 'playwright-report', 'index.html'))).toBe(true);
  expect(JSON.parse(readFileSync(path.join(merge.output, 'counts.txt'), 'utf8'))).toMatchObject({
    passed: single.scenarios.length,
    failed: 0,
  });
});
