import { setImmediate as tick } from 'node:timers/promises';

import { expect, test } from '@playwright/test';
import fc from 'fast-check';

import { firstOfEachMinor } from '../../stack/release/published';
import { search, type Found } from '../../tools/bisect/search';

/** Releases `1.<minor>.<patch>`, so many patches of each minor version. */
const releasesOf = (minors: number, patches: number): string[] =>
  Array.from({ length: minors * patches }, (_, nth) => `1.${Math.floor(nth / patches)}.${nth % patches}`);

interface Asking {
  readonly releases: readonly string[];
  /** What each answers; undefined: it cannot be asked. */
  readonly answer: (release: string) => string | undefined;
  readonly atOnce?: number;
  readonly all?: boolean;
  /** How long each takes. */
  readonly ticks?: (release: string) => number;
}

interface Run extends Found<string> {
  /** In the order in which they were asked. */
  readonly asked: readonly string[];
  /** Those whose answer was not waited for. */
  readonly aborted: readonly string[];
}

async function run({ releases, answer, atOnce = 1, all = false, ticks = () => 1 }: Asking): Promise<Run> {
  const asked: string[] = [];
  const aborted: string[] = [];
  let atWork = 0;
  const found = await search<string>({
    releases,
    main: firstOfEachMinor(releases),
    atOnce,
    all,
    differ: (before, after) => before !== after,
    ask: async (release, signal) => {
      if (asked.filter((other) => other === release).length > aborted.filter((other) => other === release).length) {
        throw new Error(`${release} is asked twice, and its first answer was waited for`);
      }
      asked.push(release);
      atWork += 1;
      if (atWork > atOnce) throw new Error(`${atWork} are asked at once`);
      for (let left = ticks(release); left > 0 && !signal.aborted; left -= 1) await tick();
      atWork -= 1;
      if (signal.aborted) aborted.push(release);
      const said = answer(release);
      return said === undefined ? { skipped: `${release} does not start` } : { answer: said };
    },
  });
  return { ...found, asked, aborted };
}

/** An answer that becomes another one at each of these releases. */
const changingAt =
  (releases: readonly string[], ...changes: readonly string[]) =>
  (release: string): string =>
    String(changes.filter((change) => releases.indexOf(change) <= releases.indexOf(release)).length);

/** `b` of those that a pattern fits, `a` of all others. */
const bWhere =
  (pattern: RegExp) =>
  (release: string): string =>
    pattern.test(release) ? 'b' : 'a';

/** The same, but for some that cannot be asked. */
const allBut =
  (cannot: readonly string[], answer: (release: string) => string) =>
  (release: string): string | undefined =>
    cannot.includes(release) ? undefined : answer(release);

const many = releasesOf(21, 8);

test('one change: the ends, the first of each minor version, then the patches of the step, by halves', async () => {
  const found = await run({ releases: many, answer: changingAt(many, '1.13.5') });
  expect(found.turns).toEqual([{ before: '1.13.4', after: '1.13.5', unknown: [] }]);
  expect(found.asked.slice(0, 2)).toEqual(['1.0.0', '1.20.7']);
  const minors = found.asked.slice(2).filter((release) => release.endsWith('.0'));
  expect(found.asked.slice(2, 2 + minors.length), 'minor versions before patches').toEqual(minors);
  expect(minors.length).toBeLessThanOrEqual(5);
  expect(found.asked.length - 2 - minors.length).toBeLessThanOrEqual(3);
  expect([...found.answers.keys()], 'oldest first').toEqual(many.filter((release) => found.asked.includes(release)));
});

for (const change of ['1.0.1', '1.7.0', '1.8.0', '1.20.0', '1.20.7']) {
  for (const atOnce of [1, 2, 3]) {
    test(`a change in ${change} is found there, ${atOnce} at once`, async () => {
      const found = await run({ releases: many, answer: changingAt(many, change), atOnce });
      const before = many[many.indexOf(change) - 1];
      expect(found.turns).toEqual([{ before, after: change, unknown: [] }]);
      expect(found.asked.length).toBeLessThanOrEqual(2 + atOnce * 8);
    });
  }
}

test('equal ends: nothing differs, and nothing else is asked', async () => {
  const found = await run({ releases: many, answer: bWhere(/^1\.9\.3$/) });
  expect(found.turns).toEqual([]);
  expect(found.asked).toEqual(['1.0.0', '1.20.7']);
});

test('neighbours: the newer end is the one', async () => {
  const found = await run({ releases: ['1.87.0', '1.87.1'], answer: (release) => release });
  expect(found.turns).toEqual([{ before: '1.87.0', after: '1.87.1', unknown: [] }]);
});

test('a third answer in the middle makes two changes', async () => {
  const found = await run({ releases: many, answer: changingAt(many, '1.5.2', '1.10.0') });
  expect(found.turns).toEqual([
    { before: '1.5.1', after: '1.5.2', unknown: [] },
    { before: '1.9.7', after: '1.10.0', unknown: [] },
  ]);
});

test('an answer that comes back between different ends is seen where a half meets it', async () => {
  // a b a … b: the middle is an a, and so is everything before it that is asked.
  const found = await run({ releases: many, answer: bWhere(/^1\.(2|1[5-9]|20)\./) });
  expect(found.turns).toEqual([{ before: '1.14.7', after: '1.15.0', unknown: [] }]);
});

test('with all, an answer that came and went is seen, be the ends equal or not', async () => {
  const found = await run({ releases: many, answer: bWhere(/^1\.(2|3)\./), all: true, atOnce: 2 });
  expect(found.turns).toEqual([
    { before: '1.1.7', after: '1.2.0', unknown: [] },
    { before: '1.3.7', after: '1.4.0', unknown: [] },
  ]);
  expect(found.asked).toEqual(expect.arrayContaining(firstOfEachMinor(many)));
});

test('a change within a patch line that is taken back in it is found between the next ones', async () => {
  const releases = ['1.1.0', '1.1.1', '1.1.2', '1.1.3', '1.2.0'];
  const answers: Record<string, string> = { '1.1.1': 'b', '1.2.0': 'c' };
  const found = await run({ releases, answer: (release) => answers[release] ?? 'a', all: true });
  expect(found.turns).toEqual([{ before: '1.1.3', after: '1.2.0', unknown: [] }]);
});

test('where a release cannot be asked, the one next to it is, and why is told', async () => {
  const cannot = ['1.10.0', '1.11.0'];
  const answer = allBut(cannot, changingAt(many, '1.13.5'));
  const found = await run({ releases: many, answer });
  expect(found.turns).toEqual([{ before: '1.13.4', after: '1.13.5', unknown: [] }]);
  expect([...found.skipped]).toEqual(cannot.map((release) => [release, `${release} does not start`]));
  expect(found.asked.slice(2, 5)).toEqual(['1.11.0', '1.10.0', '1.12.0']);
});

test('all between cannot be asked: the step is told with what is unknown', async () => {
  const releases = ['1.1.0', '1.1.1', '1.2.0', '1.2.1', '1.3.0'];
  const found = await run({ releases, answer: (release) => ({ '1.1.0': 'a', '1.3.0': 'b' })[release] });
  expect(found.turns).toEqual([{ before: '1.1.0', after: '1.3.0', unknown: ['1.1.1', '1.2.0', '1.2.1'] }]);
  expect(found.skipped.size).toBe(3);
});

test('the first of a minor version cannot be asked: its patches stand in', async () => {
  const releases = ['1.1.0', '1.1.1', '1.2.0', '1.2.1', '1.2.2', '1.3.0'];
  const answers: Record<string, string | undefined> = { '1.2.0': undefined, '1.2.2': 'b', '1.3.0': 'b' };
  const found = await run({ releases, answer: (release) => (release in answers ? answers[release] : 'a') });
  expect(found.turns).toEqual([{ before: '1.2.1', after: '1.2.2', unknown: [] }]);
});

test('an end that cannot be asked is replaced by the one next to it', async () => {
  const releases = ['1.1.0', '1.1.1', '1.2.0', '1.2.1', '1.3.0'];
  const cannot = ['1.1.0', '1.3.0'];
  const answer = allBut(cannot, bWhere(/^1\.[23]\./));
  const found = await run({ releases, answer, atOnce: 2 });
  expect(found.turns).toEqual([{ before: '1.1.1', after: '1.2.0', unknown: [] }]);
  expect([...found.skipped.keys()]).toEqual(cannot);
  expect([...found.answers.keys()]).toEqual(['1.1.1', '1.2.0', '1.2.1']);
});

test('nothing can be asked: everything was tried, once', async () => {
  const releases = releasesOf(2, 2);
  const found = await run({ releases, answer: () => undefined, atOnce: 2 });
  expect(found.answers.size).toBe(0);
  expect([...found.skipped.keys()]).toEqual(releases);
  expect(found.asked.toSorted()).toEqual(releases);
});

test('two at once cut into thirds, and what is of no interest any more is ended', async () => {
  // The one in the second third is slow; the first says that the change is before both.
  const ticks = (release: string) => 2 + 1000 * Number(release === '1.14.0');
  const found = await run({ releases: many, answer: changingAt(many, '1.3.0'), atOnce: 2, ticks });
  expect(found.asked.slice(2, 4)).toEqual(['1.7.0', '1.14.0']);
  expect(found.aborted).toContain('1.14.0');
  expect(found.answers.has('1.14.0'), 'an answer that nobody waited for').toBe(false);
  expect(found.turns).toEqual([{ before: '1.2.7', after: '1.3.0', unknown: [] }]);
});

test('an error ends the search, and all that is being asked', async () => {
  let ended = 0;
  const work = search<string>({
    releases: many,
    main: many,
    atOnce: 2,
    all: false,
    differ: (before, after) => before !== after,
    ask: async (release, signal) => {
      if (release === many[0]) throw new Error('the disk is full');
      while (!signal.aborted) await tick();
      ended += 1;
      return { skipped: 'ended' };
    },
  });
  await expect(work).rejects.toThrow('the disk is full');
  expect(ended).toBe(1);
});

/** Where everything was asked that had to be, and all that is told of it is so. */
function check(releases: readonly string[], answer: Asking['answer'], found: Run, all: boolean): void {
  const known = [...found.answers];
  for (const [release, said] of known) expect(said).toBe(answer(release));
  for (const release of found.skipped.keys()) expect(answer(release)).toBeUndefined();
  const able = releases.filter((release) => answer(release) !== undefined);
  expect([known[0]?.[0], known.at(-1)?.[0]], 'the ends').toEqual([able[0], able.at(-1)]);
  for (const { before, after, unknown } of found.turns) {
    expect(unknown).toEqual(releases.slice(releases.indexOf(before) + 1, releases.indexOf(after)));
    for (const release of unknown) expect(found.skipped.has(release)).toBe(true);
  }
  const changed = known.slice(1).filter(([, said], index) => said !== known[index]?.[1]);
  expect(found.turns.map(({ after }) => after)).toEqual(changed.map(([release]) => release));
  if (new Set([known[0]?.[1], known.at(-1)?.[1]]).size > 1) expect(found.turns).not.toEqual([]);
  if (all) expect(found.asked).toEqual(expect.arrayContaining(firstOfEachMinor(releases)));
}

test('whatever the answers are, each change that is told is one, and no neighbour was left out', async () => {
  const worlds = fc.record({
    minors: fc.integer({ min: 1, max: 12 }),
    patches: fc.integer({ min: 1, max: 5 }),
    answers: fc.array(fc.constantFrom('a', 'a', 'b', 'c', undefined), { minLength: 60, maxLength: 60 }),
    ticks: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 60, maxLength: 60 }),
    atOnce: fc.integer({ min: 1, max: 3 }),
    all: fc.boolean(),
  });
  const asserted = fc.assert(
    fc.asyncProperty(worlds, async ({ minors, patches, answers, ticks, atOnce, all }) => {
      const releases = releasesOf(minors, patches);
      const placed =
        <T>(values: readonly T[]) =>
        (release: string) =>
          values[releases.indexOf(release)];
      const answer = placed(answers);
      const ticksOf = placed(ticks);
      const found = await run({ releases, answer, atOnce, all, ticks: (release) => ticksOf(release) ?? 0 });
      check(releases, answer, found, all);
    }),
    { numRuns: 150 },
  );
  await expect(asserted).resolves.toBeUndefined();
});
