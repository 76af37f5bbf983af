// What is alike among changes, so that one line tells of many.

import type { Aspect } from '../../fixtures/record';
import { grouped } from '../grouped';
import type { Behavior } from '../behaviors-file';
import { differenceOf, isRefusal, statusOf, type Change } from './changes';

/** What a change means for whoever may do what. */
export type Sense = 'opened' | 'closed' | 'other';

/** Changes of one kind: the same aspect of the same request went from the same to the same. */
export interface Group {
  readonly route: string;
  readonly step: string;
  readonly aspect: Aspect;
  /** Opened: what was refused is done now. Closed: the other way round. */
  readonly sense: Sense;
  readonly before: string;
  readonly after: string;
  /** How many scenarios were asked the same and had the same answer before; changed or not. */
  readonly of: number;
  /** Whether those are all that were refused, or all that were accepted, on this route. */
  readonly isAll: boolean;
  readonly changes: readonly Change[];
  /** Of rows, between two runs: what is done to which table there, and in which columns; none: the row as a whole. */
  readonly effect?: {
    readonly place: string;
    readonly columns: readonly string[];
    readonly direction: EffectDirection;
  };
}

type EffectDirection = NonNullable<Change['effect']>['direction'];

/**
 * Groups of changes: what was opened first, then what was closed; then by route; larger ones first.
 *
 * @param before the answers of all scenarios, also of those that did not change
 */
export function groupsOf(changes: readonly Change[], before: readonly AnswerBefore[]): Group[] {
  const byKind = grouped(changes, ({ route, step, aspect, kind }) =>
    JSON.stringify([route, step, aspect, kind.before, kind.after]),
  );
  const asked = grouped(before, (answer) => keyOf(answer));
  return columnsTogether([...byKind.values()])
    .map((alike): Group => {
      const [first] = alike as [Change, ...Change[]];
      const { route, step, aspect, kind, effect } = first;
      const answers = asked.get(keyOf(first)) ?? [];
      const changed = oneEach(alike);
      const same = answers.filter(({ status }) => aspect === 'status' && status === kind.before);
      const likeThem = answers.filter((answer) => answer.isRefused === same[0]?.isRefused);
      return {
        ...{ route, step, aspect, ...kind, changes: changed },
        ...(effect === undefined ? {} : { effect: { ...effect, columns: columnsOf(alike) } }),
        sense: senseOf(first),
        of: Math.max(same.length, changed.length),
        isAll: same.length > 0 && alike.length === likeThem.length,
      };
    })
    .toSorted(
      (a, b) =>
        senses.indexOf(a.sense) - senses.indexOf(b.sense) ||
        aspects.indexOf(a.aspect) - aspects.indexOf(b.aspect) ||
        pathOf(a.route).localeCompare(pathOf(b.route)) ||
        b.changes.length - a.changes.length,
    );
}

/** Columns of one table that change in the very same scenarios are one matter. */
function columnsTogether(kinds: readonly Change[][]): Change[][] {
  const together = grouped(kinds, (alike) => {
    const [{ route, step, aspect, kind, effect }] = alike as [Change, ...Change[]];
    if (effect === undefined || effect.column === null) return JSON.stringify([route, step, aspect, kind]);
    return JSON.stringify([route, step, effect.place, effect.direction, alike.map(({ id }) => id).toSorted()]);
  });
  return [...together.values()].map((same) => same.flat());
}

const columnsOf = (alike: readonly Change[]): string[] => [
  ...new Set(alike.flatMap(({ effect }) => effect?.column ?? [])),
];

/** The first change of each scenario: one may be there once for each of several columns. */
const oneEach = (alike: readonly Change[]): Change[] =>
  [...new Map(alike.toReversed().map((it) => [it.id, it])).values()].reverse();

const senses: readonly Sense[] = ['opened', 'closed', 'other'];
const aspects: readonly Aspect[] = ['status', 'returned', 'body', 'effects', 'guard'];

const keyOf = ({ route, step }: Pick<AnswerBefore, 'route' | 'step'>): string => JSON.stringify([route, step]);

const pathOf = (route: string): string => route.slice(route.indexOf(' ') + 1);

/** What a request was answered before. */
interface AnswerBefore {
  readonly route: string;
  readonly step: string;
  readonly status: string;
  readonly isRefused: boolean;
}

/** The answers of one of two runs. */
export const answersOf = (behaviors: readonly Behavior[]): AnswerBefore[] =>
  behaviors.flatMap(({ route, steps }) =>
    steps.map((step) => ({ route, step: step.name, status: statusOf(step), isRefused: isRefusal(step) })),
  );

/** The answers that are pinned: where nothing differs, those that were seen. */
export const answersPinned = (behaviors: readonly Behavior[]): AnswerBefore[] =>
  behaviors.flatMap(({ route, steps }) =>
    steps.map((step) => {
      const differs = differenceOf(step);
      if (differs?.aspect !== 'status')
        return { route, step: step.name, status: statusOf(step), isRefused: isRefusal(step) };
      return { route, step: step.name, status: differs.pinned, isRefused: !isOpen(differs.pinned) };
    }),
  );

const isOpen = (status: string): boolean => /^[23]\d\d$/.test(status);

/** By the status, which is a number, or a number and `with a refusal in it`. */
export function senseOf({ aspect, before, after }: Change): Sense {
  if (aspect !== 'status') return 'other';
  if (isOpen(before) === isOpen(after)) return 'other';
  return isOpen(after) ? 'opened' : 'closed';
}
