import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { z } from 'zod';

import { homeFolders, projectFolder } from '../../stack/home';
import { curatedReleases } from '../../stack/release/curated';
import { lockOf } from '../../stack/release/kept-locks';

// What the schemas of `npm run ci:check` cannot see: that the ready workflows are about this project.

const text = (file: string) => readFileSync(path.join(projectFolder, file), 'utf8');
const relative = (file: string) => path.relative(projectFolder, file);

const matrixed = z.object({ strategy: z.object({ matrix: z.object({ release: z.array(z.string()) }).loose() }) });
const step = z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.looseObject({}).optional() });
const steps = z.object({ steps: z.array(step) });
const github = z
  .object({
    jobs: z.object({
      harness: steps,
      shards: steps.extend({
        strategy: z.object({ matrix: z.object({ release: z.array(z.string()), shard: z.array(z.number()) }) }),
      }),
      merge: steps.and(matrixed),
    }),
  })
  .parse(parse(text('.github/workflows/behavior.yml')));

const shardMatrix = z.object({ RELEASE: z.union([z.string(), z.array(z.string())]), SHARD: z.array(z.number()) });
const caches = z.array(
  z.object({ key: z.object({ prefix: z.string(), files: z.array(z.string()) }), paths: z.array(z.string()) }),
);
const parallel = z.object({ matrix: z.tuple([shardMatrix]) });
const scripted = z.object({ script: z.array(z.string()) });
const gitlabFile = parse(text('.gitlab-ci.yml'), { merge: true }) as Record<string, unknown>;
const gitlab = z
  .object({
    harness: scripted.extend({ cache: caches }),
    shards: scripted.extend({ cache: caches, parallel }),
    '.merge': scripted,
  })
  .parse(gitlabFile);
const gitlabMerges = Object.entries(gitlabFile)
  .filter(([name]) => name.startsWith('merge '))
  .map(([name, job]) => ({
    release: name.slice('merge '.length),
    needs: z.object({ needs: z.tuple([z.object({ job: z.string(), parallel })]) }).parse(job).needs[0],
  }));

const commandsOf = (job: z.infer<typeof steps>) => job.steps.flatMap(({ run }) => run ?? []);

/** How many shards a job's command speaks of. */
const totalIn = (commands: readonly string[]): number =>
  Number(/ --shard=\S.*\/(\d+) --add-reporter=blob$/m.exec(commands.join('\n'))?.[1]);

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('both workflows run the curated releases, and merge each by itself', () => {
  const curated = [...curatedReleases].sort();
  expect([...github.jobs.shards.strategy.matrix.release].sort()).toEqual(curated);
  expect([...github.jobs.merge.strategy.matrix.release].sort()).toEqual(curated);
  expect([gitlab.shards.parallel.matrix[0].RELEASE].flat().sort()).toEqual(curated);
  expect(gitlabMerges.map(({ release }) => release).sort()).toEqual(curated);
  for (const { release, needs } of gitlabMerges) {
    expect(needs.job).toBe('shards');
    expect(needs.parallel.matrix[0]).toEqual({ RELEASE: release, SHARD: gitlab.shards.parallel.matrix[0].SHARD });
  }
});

test('the shards of both workflows are all that their commands divide the suite into', () => {
  const { shards } = github.jobs;
  expect(shards.strategy.matrix.shard).toEqual(upTo(totalIn(commandsOf(shards))));
  expect(gitlab.shards.parallel.matrix[0].SHARD).toEqual(upTo(totalIn(gitlab.shards.script)));
  // Shown to people in a job's name.
  expect(text('.github/workflows/behavior.yml')).toContain(`of ${totalIn(commandsOf(shards))}\n`);
});

test('what the caches of both workflows are named after is there, and so is what they keep', () => {
  const locks = curatedReleases.map((release) => relative(lockOf(release)));
  const kept = Object.values(homeFolders('.stack'));
  const logs = homeFolders('.stack').logs;

  const githubCaches = [github.jobs.harness, github.jobs.shards].map(({ steps }) => {
    const inputs = steps.find(({ uses }) => uses?.startsWith('actions/cache@'))?.with;
    return z.object({ key: z.string(), path: z.string() }).parse(inputs);
  });
  const githubKeys = githubCaches.map(({ key }) =>
    [...key.matchAll(/hashFiles\((.*?)\)+ \}\}/g)].flatMap(([, inside = '']) =>
      [...inside.matchAll(/'([^']+)'/g)].flatMap(([, file = '']) =>
        curatedReleases.map((release) => file.replace('{0}', release)),
      ),
    ),
  );
  expect(githubKeys[1]).toEqual(expect.arrayContaining(locks));
  const [npm, stack] = gitlab.shards.cache;
  expect(npm?.key.files).toEqual(['package-lock.json']);
  expect([...(stack?.key.files ?? [])].sort()).toEqual([...locks].sort());

  const files = [
    ...githubKeys.flat(),
    ...[...gitlab.harness.cache, ...gitlab.shards.cache].flatMap((c) => c.key.files),
  ];
  for (const file of files) {
    const place = path.join(projectFolder, file.replace(/\/\*[^/]*$/, ''));
    expect(existsSync(place), `${file}, which a cache is named after`).toBe(true);
  }

  const folders = [
    ...githubCaches.flatMap((cache) => cache.path.trim().split('\n')),
    ...[gitlab.harness, gitlab.shards].flatMap(({ cache }) => cache.slice(1).flatMap(({ paths }) => paths)),
  ].map((folder) => folder.replace(/\/$/, ''));
  expect(kept).toEqual(expect.arrayContaining(folders));
  expect(folders).not.toContain(logs);
});

test('both workflows do all that `npm test` does beside the main job', () => {
  const { scripts } = z.object({ scripts: z.object({ test: z.string() }) }).parse(JSON.parse(text('package.json')));
  const checks = scripts.test.split(' && ').filter((command) => command !== 'npm run test:main');
  for (const commands of [commandsOf(github.jobs.harness), gitlab.harness.script]) {
    expect(commands.filter((command) => command.startsWith('npm run '))).toEqual(checks);
  }
});

test('what both workflows publish of a report is what a run writes', () => {
  const writers = ['reporting/behaviors-reporter.ts', 'merge.config.ts'].map(text).join('\n');
  for (const workflow of ['.github/workflows/behavior.yml', '.gitlab-ci.yml']) {
    const named = [...text(workflow).matchAll(/\breport\/([\w-]+\.\w+)/g)].map(([, name = '']) => name);
    expect(new Set(named).size, workflow).toBeGreaterThan(1);
    for (const name of named) expect(writers, `${name}, in ${workflow}`).toContain(`'${name}'`);
  }
});
