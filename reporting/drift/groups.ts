// What is alike among changes, so that one line tells of many.

import type { Aspect } from '../../fixtures/record';
import { grouped } from '../grouped';
import { isRefusal, statusOf, type Change, type Comparison } from './changes';

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
}

/** Groups of changes: what was opened first, then what was closed; then by route; larger ones first. */
export function groupsOf(changes: readonly Change[], compared: Comparison['compared'] = []): Group[] {
  const byKind = grouped(changes, ({ route, step, aspect, kind }) =>
    JSON.stringify([route, step, aspect, kind.before, kind.after]),
  );
  const answersOf = answersBefore(compared);
  return [...byKind.values()]
    .map((alike): Group => {
      const [first] = alike as [Change, ...Change[]];
      const { route, step, aspect, kind } = first;
      const answers = answersOf(route, step);
      const same = answers.filter(({ status }) => aspect === 'status' && status === kind.before);
      const likeThem = answers.filter((answer) => answer.isRefused === same[0]?.isRefused);
      return {
        ...{ route, step, aspect, ...kind, changes: alike },
        sense: senseOf(first),
        of: Math.max(same.length, alike.length),
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

const senses: readonly Sense[] = ['opened', 'closed', 'other'];
const aspects: readonly Aspect[] = ['status', 'returned', 'effects', 'guard'];

const pathOf = (route: string): string => route.slice(route.indexOf(' ') + 1);

interface AnswerBefore {
  readonly status: string;
  readonly isRefused: boolean;
}

function answersBefore(compared: Comparison['compared']) {
  const answers = grouped(
    compared.flatMap(({ before }) =>
      before.steps.map((step) => ({
        key: `${before.route} ${step.name}`,
        status: statusOf(step),
        isRefused: isRefusal(step),
      })),
    ),
    ({ key }) => key,
  );
  return (route: string, step: string): readonly AnswerBefore[] => answers.get(`${route} ${step}`) ?? [];
}

/** By the status, which is a number, or a number and `with a refusal in it`. */
export function senseOf({ aspect, before, after }: Change): Sense {
  if (aspect !== 'status') return 'other';
  const isOpen = (status: string) => /^[23]\d\d$/.test(status);
  if (isOpen(before) === isOpen(after)) return 'other';
  return isOpen(after) ? 'opened' : 'closed';
}
