import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { z } from 'zod';

import { collectScenarios } from '../../fixtures/collect';
import type { Scenario } from '../../fixtures/scenario';
import { lastLines, messageOf, StackError } from '../../stack/errors';
import { homeFolders, projectFolder } from '../../stack/home';
import { haveInPlace } from '../../stack/place';
import { ensureRelease } from '../../stack/release';
import { installerEnvironment } from '../../stack/release/installer';
import { ensureCoverage } from '../../stack/release/python-tools';
import type { Settings } from '../../stack/settings';
import { sourcesOf } from '../../stack/wish';
import { Progress } from '../progress';
import { specFiles } from '../spec-files';
import { readKnown } from './known';
import { failureOf, laneFor, onPlayground, shared } from './playing';

/** Of coverage.py's own report, what is told. */
const totalsSchema = z.object({
  num_statements: z.number(),
  covered_lines: z.number(),
  num_branches: z.number(),
  covered_branches: z.number(),
});
export type Totals = z.infer<typeof totalsSchema>;
const coverageSchema = z.object({
  files: z.record(z.string(), z.object({ summary: totalsSchema, missing_lines: z.array(z.number()) })),
  totals: totalsSchema,
});

/** By file, as `litellm/proxy/…`; by line, the places in `contexts` of those that ran it. */
const contextsSchema = z.object({
  contexts: z.array(z.string()),
  files: z.record(z.string(), z.record(z.string(), z.array(z.number()))),
});

/** By file, and by line. */
const reasonsSchema = z.record(z.string(), z.record(z.string(), z.string()));

const aboutSchema = z.object({
  /** Of all that decides what scenarios do. */
  sources: z.string(),
  scenarios: z.number(),
  failed: z.array(z.string()),
  seconds: z.number(),
});

/** What the scenarios reached of one release. */
export interface Covered {
  readonly about: z.infer<typeof aboutSchema>;
  readonly totals: Totals;
  readonly files: ReadonlyMap<string, { readonly summary: Totals; readonly missing: readonly number[] }>;
  /**
   * Who ran a line, or any of several.
   *
   * @param file its path from `litellm/` on
   * @param last the last of several lines
   * @returns the requests, by scenario; an empty id stands for what ran for nobody, as at startup
   */
  readonly ranBy: (file: string, first: number, last?: number) => ReadonlyMap<string, readonly string[]>;
  /** Of the lines of a file that nobody ran, why it is known that no request does. */
  readonly reasons: (file: string) => ReadonlyMap<number, string>;
}

/** A digest of all that decides what scenarios do on a release. */
export const sourcesNow = (): string =>
  ['stack', 'fixtures', 'specs'].map((folder) => sourcesOf(path.join(projectFolder, folder))).join('-');

/**
 * What was kept of a release.
 *
 * @param which what all scenarios reached, or what those of the last run did, all or not
 * @returns undefined: nothing was kept
 */
export function keptCoverage(
  { home, release }: Pick<Settings, 'home' | 'release'>,
  which: 'whole' | 'last',
): Covered | undefined {
  const places = which === 'whole' ? [placeOf(home, release)] : [placeOf(home, release), partOf(home, release)];
  const [folder] = places.filter((each) => existsSync(each)).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (folder === undefined) return undefined;
  const read = <T>(schema: z.ZodType<T>, file: string): T =>
    schema.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
  try {
    const { files, totals } = read(coverageSchema, 'coverage.json');
    const { contexts, files: lines } = read(contextsSchema, 'contexts.json');
    const reasons = read(reasonsSchema, 'known.json');
    const split = contexts.map((context): readonly [string, string] => {
      const [id = '', request = ''] = context.split(' | ');
      return [id, request];
    });
    return {
      about: read(aboutSchema, 'about.json'),
      totals,
      files: new Map(
        Object.entries(files).map(([file, { summary, missing_lines: missing }]) => [named(file), { summary, missing }]),
      ),
      ranBy: (file, first, last = first) => {
        const ran = new Map<string, string[]>();
        const places = new Set<number>();
        for (let line = first; line <= last; line += 1)
          for (const place of lines[file]?.[line] ?? []) places.add(place);
        for (const place of places) {
          const [id, request] = split[place] ?? ['', ''];
          ran.set(id, [...(ran.get(id) ?? []), request]);
        }
        return ran;
      },
      reasons: (file) =>
        new Map(Object.entries(reasons[file] ?? {}).map(([line, reason]): [number, string] => [Number(line), reason])),
    };
  } catch (error) {
    throw new StackError(
      `The coverage kept in ${folder} cannot be read: ${messageOf(error)}`,
      'Remove that folder, and run `npm run coverage` again.',
    );
  }
}

const named = (file: string): string => file.slice(file.lastIndexOf('litellm/proxy/'));

const placeOf = (home: string, release: string): string => path.join(homeFolders(home).coverage, release);

/** Of a run of some of the spec files. */
const partOf = (home: string, release: string): string => `${placeOf(home, release)}-part`;

/**
 * Plays scenarios with coverage.py in their proxies, and keeps what they reached in the place of what was kept before.
 *
 * @param options.parts of spec files' paths, as Playwright takes them; none: all
 * @param options.adds whether what they reach is added to what all did, as far as that is known
 * @param options.html the folder for coverage.py's pages
 */
export async function cover(options: {
  settings: Settings;
  parts: readonly string[];
  adds?: boolean;
  html: string;
  progress: (line: string) => void;
}): Promise<Covered> {
  const { settings, parts, adds = false, html, progress } = options;
  const { home, release } = settings;
  const sources = sourcesNow();
  const since = performance.now();
  const all = await collectScenarios(specFiles(parts));
  await onPlayground({ settings, progress, covers: true }, async (playground) => {
    const { routes, clear, covered: data } = playground;
    if (data === undefined) throw new Error('a stack that was to cover does not');
    const scenarios = all.filter(({ route }) => routes.includes(route));
    const failed = await playAll(scenarios, playground);
    await clear();
    progress('Reading what was covered');
    const before = adds ? keptCoverage(settings, 'whole') : undefined;
    if (before !== undefined) copyFileSync(path.join(placeOf(home, release), 'data'), path.join(data, 'before'));
    const { python } = await ensureCoverage(await ensureRelease({ version: release, home, progress }), {
      home,
      progress,
    });
    let isMade = false;
    // Some of the spec files say nothing of the rest, unless they are added to what all did.
    const isPart = parts.length > 0 && before === undefined;
    await haveInPlace(isPart ? partOf(home, release) : placeOf(home, release), {
      // What is there is of before.
      isThere: () => Promise.resolve(isMade),
      make: async (folder) => {
        rmSync(html, { recursive: true, force: true });
        const reading = promisify(execFile)(python, ['-I', path.join(__dirname, 'covered.py'), data, folder, html], {
          env: installerEnvironment(),
        });
        reading.child.stdin?.end(JSON.stringify(readKnown().lines));
        await reading.catch((error: unknown) => {
          throw new StackError(`What was covered cannot be read:\n${lastLines(messageOf(error))}`, 'Run it again.');
        });
        const about: z.infer<typeof aboutSchema> = {
          // What was added to is as old as it was.
          sources: before?.about.sources ?? sources,
          scenarios: scenarios.length + (before?.about.scenarios ?? 0),
          failed,
          seconds: Math.round((performance.now() - since) / 1000),
        };
        writeFileSync(path.join(folder, 'about.json'), JSON.stringify(about, null, 2));
        isMade = true;
      },
    });
  });
  const covered = keptCoverage(settings, 'last');
  if (covered === undefined) throw new Error('what was just written is not there');
  return covered;
}

/** @returns what failed, as a title and the reason in a line */
async function playAll(scenarios: readonly Scenario[], playground: Parameters<typeof shared>[0]): Promise<string[]> {
  const failed: string[] = [];
  const progress = new Progress(scenarios.length);
  let done = 0;
  // Lanes of one profile after those of another: each costs a database and a proxy.
  const inOrder = [...scenarios].sort((a, b) => (a.profile < b.profile ? -1 : a.profile > b.profile ? 1 : 0));
  await shared(playground, inOrder, async (scenario, seat) => {
    const lane = await laneFor(seat, scenario);
    const failure = await failureOf(scenario, lane);
    if (failure !== undefined) {
      failed.push(`${scenario.title}: ${messageOf(failure).split('\n')[0] ?? ''}`);
      if (!lane.isWell) await seat.renew(scenario.profile);
    }
    done += 1;
    progress.tell(done, `${failed.length} failed`);
  });
  progress.end();
  return failed;
}
