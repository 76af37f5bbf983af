// What GitHub shows beside the lines of a pull request: commands on standard output, which its runners read.
//
// Playwright's own reporter `github` prints one per failed test, in the order of the run and without a line, since nothing of
// the spec is on a scenario's stack. GitHub shows ten errors of a step: so alike ones are told together, and the worst first.

import { amissIn, howItEnded, nameOf, type Amiss } from './amiss';
import { answersPinned, groupsOf } from './drift/groups';
import { aboutWhom, headlineOf, plural } from './drift/told';
import { grouped } from './grouped';
import type { Run } from './run';

/** What GitHub shows of one step, of each level. */
const shownOfAStep = 10;

interface Annotation {
  readonly title: string;
  readonly message: string;
  /** Left out: it is about no line. */
  readonly about?: Amiss;
  readonly scenarios: number;
}

/**
 * The commands, a line each; at most ten errors, and a notice where something is told that nobody judges.
 *
 * @param placeOf the path of a spec as GitHub knows it
 * @param options.isShard its scenarios are told by whoever merges all shards, or one mistake would be told by each of them
 */
export function annotationsOf(
  run: Run,
  placeOf: (file: string) => string,
  { isShard }: { readonly isShard: boolean },
): string[] {
  const errors = run.errors.map((message) => ({ title: 'The run itself went wrong', message, scenarios: 0 }));
  const amiss = isShard ? [] : amissIn(run);
  const judged = amiss.filter(({ isJudged }) => isJudged);
  const all: Annotation[] = [...errors, ...differences(run, judged), ...withoutVerdict(judged)];
  const shown = all.length > shownOfAStep ? all.slice(0, shownOfAStep - 1) : all;
  const rest = all.slice(shown.length);
  const told = amiss.length - judged.length;
  return [
    ...shown.map((one) => commandOf('error', one, placeOf)),
    ...(rest.length === 0 ? [] : [commandOf('error', summedUp(rest), placeOf)]),
    ...(told === 0 ? [] : [commandOf('notice', notJudged(told), placeOf)]),
  ];
}

function differences(run: Run, judged: readonly Amiss[]): Annotation[] {
  const changed = new Map(judged.flatMap((one) => (one.change === undefined ? [] : [[one.change, one] as const])));
  return groupsOf([...changed.keys()], answersPinned(run.file.scenarios)).map((group) => {
    const [first] = group.changes;
    const about = first && changed.get(first);
    return {
      title: `${group.sense === 'opened' ? '⚠ OPENED: ' : ''}${group.route}: ${headlineOf(group)}`,
      message: `${aboutWhom(group)}\nThe first of them: ${about ? nameOf(about.behavior) : ''}`,
      scenarios: group.changes.length,
      ...(about && { about }),
    };
  });
}

function withoutVerdict(judged: readonly Amiss[]): Annotation[] {
  const byReason = grouped(
    judged.filter(({ change }) => change === undefined),
    ({ behavior, why }) => JSON.stringify([howItEnded(behavior), why]),
  );
  return [...byReason.values()].flatMap((alike) => {
    const [about] = alike;
    if (about === undefined) return [];
    const { behavior, why } = about;
    const title = `${plural(alike.length, 'scenario')} ${howItEnded(behavior)}`;
    return [{ title, message: `${why}\nThe first of them: ${nameOf(behavior)}`, scenarios: alike.length, about }];
  });
}

function summedUp(rest: readonly Annotation[]): Annotation {
  const scenarios = rest.reduce((sum, one) => sum + one.scenarios, 0);
  return {
    title: `${plural(scenarios, 'more scenario')} failed, in ${plural(rest.length, 'other way')}`,
    message: 'report/index.html and report/summary.md of this run tell of all.',
    scenarios,
  };
}

const notJudged = (scenarios: number): Annotation => ({
  title: `${plural(scenarios, 'scenario')} not as pinned, and not judged`,
  message: 'report/summary.md of this run tells of them.',
  scenarios,
});

function commandOf(
  level: 'error' | 'notice',
  { title, message, about }: Annotation,
  placeOf: (file: string) => string,
) {
  const properties = {
    ...(about && { file: placeOf(about.behavior.file), line: String(about.behavior.line) }),
    title,
  };
  const told = Object.entries(properties).map(([name, value]) => `${name}=${inProperty(value)}`);
  return `::${level} ${told.join(',')}::${inMessage(message)}`;
}

const inMessage = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const inProperty = (text: string): string => inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
