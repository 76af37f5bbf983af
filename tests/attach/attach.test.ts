import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { mergeTests } from '@playwright/test';

import { expect } from '../../fixtures';
import { contentOf, differencesBetween } from '../../fixtures/content';
import { databaseUrl } from '../../stack/template/databases';
import { test as nesting, type NestedRun } from '../lifecycle/nested-run';
import { test as laning } from '../support/test';
import { environmentFor } from './environment';
import { fillForeign } from './foreign';

interface Target {
  readonly environment: Readonly<Record<string, string>>;
  /** What has changed since somebody else's rows were there, a line per row. */
  readonly changes: () => Promise<string[]>;
}

/** A lane, with rows of other people's, as a proxy that somebody else runs. */
const test = mergeTests(laning, nesting).extend<{ target: Target }>({
  target: async ({ lane }, use) => {
    lane.begin();
    await fillForeign(lane.db);
    // Of what a proxy writes by itself only that it lives: that requests are counted would be for others to see.
    const content = () => contentOf(lane.db, ['LiteLLM_ProxyWorkerHeartbeat']);
    const before = await content();
    await use({
      environment: await environmentFor(lane),
      changes: async () => differencesBetween(before, await content()),
    });
    await lane.undo();
  },
});

interface Seen {
  readonly id: string;
  readonly caller: string;
  readonly tags: readonly string[];
  readonly outcome: string;
  readonly effects: unknown;
  readonly observed: { readonly status: number } | null;
}

const seenBy = ({ output }: NestedRun): Seen[] =>
  (JSON.parse(readFileSync(path.join(output, 'report', 'behaviors.json'), 'utf8')) as { scenarios: Seen[] }).scenarios;

const attachedRun = (...words: readonly string[]) => ({ command: ['npx', 'playwright', 'test', ...words] });

// What they do: ask information routes, whose refusals are logged, delete teams of the world and all that hangs on them, reset
// everybody's spend, give every team permissions, show lists.
const specs = [
  'specs/keys/info.spec.ts',
  'specs/teams/delete.spec.ts',
  'specs/teams/list.spec.ts',
  'specs/spend/reset.spec.ts',
  'specs/payloads/permission-batches.spec.ts',
  'specs/revocation/members.spec.ts',
];

for (const profile of ['plain', 'ordinary'] as const) {
  // In `ordinary` the proxy logs what is refused, into sums that others share.
  test.describe(`a proxy like ${profile}`, () => {
    test.use({ profile });

    test('is tested, and nothing of anybody else’s is changed', async ({ nested, target }) => {
      const run = nested({ ...attachedRun(...specs), environment: target.environment });
      const { code } = await run.ended;
      expect(await target.changes()).toEqual([]);
      const seen = seenBy(run);
      const failed = seen.filter(({ outcome }) => !['passed', 'skipped'].includes(outcome));
      expect(failed.map(({ id }) => decodeURIComponent(id))).toEqual([]);
      expect(code).toBe(0);

      const sent = seen.filter(({ outcome }) => outcome === 'passed');
      expect(sent.length).toBeGreaterThan(300);
      // Nobody saw the whole database, so nobody says that nothing changed in it.
      expect(sent.filter(({ effects }) => effects !== null)).toEqual([]);
      expect(sent.some(({ observed }) => observed?.status === 200)).toBe(true);
      expect(sent.filter(({ tags, caller }) => tags.includes('@wide') || caller === 'master_key')).toEqual([]);
      expect(seen.some(({ tags }) => tags.includes('@wide'))).toBe(true);
      expect(run.said).toMatch(/whose names begin with behavior-pin- or scratch-/);
      expect(run.said).toMatch(
        /stays behind, in LiteLLM_DeletedVerificationToken, LiteLLM_DeletedTeamTable, LiteLLM_AuditLog/,
      );
      for (const secret of [target.environment.ATTACH_MASTER_KEY, target.environment.ATTACH_DATABASE_URL]) {
        expect(run.said).not.toContain(secret);
      }
    });
  });
}

test('a second run stops, and names the first', async ({ nested, target: { environment, changes } }) => {
  const first = nested({ ...attachedRun('specs/keys/block.spec.ts'), environment });
  await first.untilSaid('Running');
  const second = nested({ ...attachedRun('specs/keys/block.spec.ts'), environment });
  expect((await second.ended).code).toBe(1);
  expect(second.said).toMatch(/Another attached run is at this database: \S+@\S+ process \d+ since 20/);
  const [, pid] = /process (\d+) since/.exec(second.said) ?? [];
  expect(first.processes.map((process) => process.pid)).toContain(Number(pid));
  expect((await first.ended).code).toBe(0);
  expect(await changes()).toEqual([]);
});

test('what a killed run left is removed by the next one', async ({ nested, target: { environment, changes } }) => {
  const killed = nested({ ...attachedRun('specs/keys/block.spec.ts'), environment });
  await killed.untilSaid('proxy_admin_viewer @matrix');
  killed.signalGroup('SIGKILL');
  await killed.ended;
  const left = await changes();
  expect(left.filter((line) => line.includes('behavior-pin-')).length).toBeGreaterThan(30);
  const next = nested({ ...attachedRun('specs/keys/block.spec.ts', '-g', 'ghost key · owner'), environment });
  expect((await next.ended).code).toBe(0);
  expect(await changes()).toEqual([]);
});

test('whoever has not allowed it, or names what does not belong together, is refused before anything is written', async ({
  nested,
  lane,
  target: { environment, changes },
}) => {
  const spec = 'specs/keys/block.spec.ts';
  const other = `behavior_test_${randomBytes(4).toString('hex')}`;
  for (const [changed, complaint, words = []] of [
    [{ ATTACH_WRITES: '' }, 'say so with ATTACH_WRITES=allow'],
    [{ ATTACH_WRITES: 'yes' }, 'ATTACH_WRITES is "yes"'],
    [{ ATTACH_MASTER_KEY: '' }, 'ATTACH_MASTER_KEY is missing'],
    [{ ATTACH_BASE_URL: 'http://127.0.0.1:4000/v1' }, 'ATTACH_BASE_URL is "http://127.0.0.1:4000/v1"'],
    [{ ATTACH_BASE_URL: 'http://127.0.0.1:9' }, 'No LiteLLM proxy at http://127.0.0.1:9 tells its version'],
    [{ ATTACH_MASTER_KEY: 'sk-of-another-proxy' }, 'to the master key: it answers 401'],
    [{ ATTACH_DATABASE_URL: lane.session.serverUrl }, 'has no tables of LiteLLM’s'],
    [{ ATTACH_DATABASE_URL: databaseUrl(lane.session.serverUrl, other) }, `database "${other}" does not exist`],
    [{}, 'This run has 2 workers', ['--workers=2']],
  ] as const) {
    const run = nested({ ...attachedRun(spec, ...words), environment: { ...environment, ...changed } });
    expect((await run.ended).code, complaint).not.toBe(0);
    expect(run.said).toContain(complaint);
    expect(run.said).not.toContain(environment.ATTACH_MASTER_KEY);
  }
  expect(await changes()).toEqual([]);
});

test('what needs a licence is skipped where there is none, and says so', async ({ nested }) => {
  const theirs = nested({
    command: ['node', '--import', 'tsx', 'tests/attach/target.ts'],
    environment: { PREMIUM_USER: 'false' },
  });
  await theirs.untilSaid('target: ');
  const [, told = ''] = /^target: (.*)$/m.exec(theirs.said) ?? [];
  const environment = JSON.parse(told) as Record<string, string>;
  const run = nested({ ...attachedRun('specs/keys/regenerate.spec.ts', '-g', '@proxy_admin '), environment });
  expect((await run.ended).code).toBe(0);
  const seen = seenBy(run).filter(({ caller }) => caller === 'proxy_admin');
  expect(seen.map(({ outcome }) => outcome)).toContain('skipped');
  expect(seen.filter(({ outcome }) => !['passed', 'skipped'].includes(outcome))).toEqual([]);
});
