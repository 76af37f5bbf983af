// What is not the same on two sides: in two runs, or in one run and what is pinned. Nothing here needs Node: pages tell it too.

import type { Aspect, Difference, StepRecord } from '../../fixtures/record';
import type { EffectRecord } from '../../fixtures/told-effects';
import type { Behavior, BehaviorsFile } from '../behaviors-file';
import { changedEffects, type EffectChange } from './effects';

/** One thing about one request that is not the same on both sides. */
export interface Change {
  /** The scenario's; one under an operator's own configuration is known as that of `plain`. */
  readonly id: string;
  readonly route: string;
  readonly caller: string;
  readonly target: string;
  readonly variant: string;
  readonly family: string;
  /** `act`, or the later use. */
  readonly step: string;
  readonly aspect: Aspect;
  /** In the words of reports. */
  readonly before: string;
  readonly after: string;
  /** The same without what is this scenario's own, such as its caller's name: what is alike there is one kind of change. */
  readonly kind: { readonly before: string; readonly after: string };
  /** Of a row, or a column of one, between two runs. */
  readonly effect?: Pick<EffectChange, 'place' | 'column' | 'direction'>;
}

/** What two sides have in common, and what one of them lacks. */
export interface Comparison {
  /** Scenarios that got an answer on both sides. */
  readonly compared: readonly Pair[];
  readonly changes: readonly Change[];
  /** Scenarios with an answer on one side alone: a release lacks the route, or a run was narrower. */
  readonly onlyBefore: readonly Behavior[];
  readonly onlyAfter: readonly Behavior[];
}

/** One scenario on both sides. */
export interface Pair {
  readonly id: string;
  readonly before: Behavior;
  readonly after: Behavior;
}

/** What differs between two runs, scenario by scenario. */
export function compare(before: Pick<BehaviorsFile, 'scenarios'>, after: Pick<BehaviorsFile, 'scenarios'>): Comparison {
  const others = new Map(after.scenarios.map((behavior) => [asOfPlain(behavior.id), behavior]));
  const compared: Pair[] = [];
  const onlyBefore: Behavior[] = [];
  for (const behavior of before.scenarios) {
    const id = asOfPlain(behavior.id);
    const other = others.get(id);
    if (other === undefined || other.observed === null) {
      if (behavior.observed !== null) onlyBefore.push(behavior);
      continue;
    }
    if (behavior.observed === null) continue;
    compared.push({ id, before: behavior, after: other });
    others.delete(id);
  }
  return {
    compared,
    changes: compared.flatMap((pair) => changesOf(pair)),
    onlyBefore,
    onlyAfter: [...others.values()].filter(({ observed }) => observed !== null),
  };
}

/** What differs in a run from what is pinned, as the run itself has found. */
export function fromPins({ scenarios }: Pick<BehaviorsFile, 'scenarios'>): Change[] {
  return scenarios.flatMap((behavior) => {
    const index = behavior.steps.findIndex(({ differs }) => (differs ?? null) !== null);
    const step = behavior.steps[index];
    const differs = step && differenceOf(step);
    if (step === undefined || differs === undefined) return [];
    const { aspect, pinned, seen } = differs;
    const change = changeOf(behavior, step.name, aspect, pinned, seen);
    if (aspect !== 'effects') return [change];
    return [{ ...change, kind: { before: columnsOf(pinned), after: columnsOf(seen) } }];
  });
}

/**
 * What of a step differs from what is pinned. A refusal in an item of a success that is none any more is told by the status, as
 * it is between two runs: whoever judged it missed its guard. (A refusal by status has a text of some sort.)
 */
export function differenceOf(step: StepRecord): Difference | undefined {
  const { observed, differs } = step;
  const isOpenedItem = differs?.aspect === 'guard' && observed.status < 400 && observed.detail === '';
  if (!isOpenedItem) return differs ?? undefined;
  const pinned = statusOf({ observed: { ...observed, detail: differs.pinned } });
  return { aspect: 'status', pinned, seen: statusOf(step) };
}

/** Rows and columns as `toHaveEffects` tells them, without what is each scenario's own: ids and values. */
const columnsOf = (told: string): string =>
  told.replaceAll(/^(insert|update|delete) (\S+) .*$/gm, '$1 $2').replaceAll(/^( +[^:]+): .*$/gm, '$1');

/** What a scenario under an operator's own configuration is to be held against: the same under `plain`. */
const asOfPlain = (id: string): string => id.replace(/^own\//, 'plain/');

function changesOf({ before, after }: Pair): Change[] {
  const [act] = before.steps;
  const [otherAct] = after.steps;
  if (act === undefined || otherAct === undefined) return [];
  // What was refused on one side was of no use there.
  if (isRefusal(act) !== isRefusal(otherAct)) return stepChanges(after, act, otherAct);
  return pairsOf(before.steps, after.steps).flatMap(([step, other]) =>
    step === undefined || other === undefined ? [] : stepChanges(after, step, other),
  );
}

/**
 * Steps of two sides by name; of a use that is made several times, the first is held against the first. Undefined: that side did
 * not come to it.
 */
export function pairsOf<Step extends Pick<StepRecord, 'name'>>(
  before: readonly Step[],
  after: readonly Step[],
): (readonly [Step | undefined, Step | undefined])[] {
  const left = [...after];
  const pairs = before.map((step) => {
    const place = left.findIndex(({ name }) => name === step.name);
    const [other] = place < 0 ? [] : left.splice(place, 1);
    return [step, other] as const;
  });
  return [...pairs, ...left.map((step) => [undefined, step] as const)];
}

function stepChanges(behavior: Behavior, before: StepRecord, after: StepRecord): Change[] {
  const change = (aspect: Aspect, was: string, is: string): Change[] =>
    was === is ? [] : [changeOf(behavior, before.name, aspect, was, is)];
  // Everything else follows from that.
  const status = change('status', statusOf(before), statusOf(after));
  if (status.length > 0) return status;
  return [
    ...change('guard', before.observed.detail, after.observed.detail),
    ...effectChanges(behavior, before, after),
    ...change('returned', ...ofEither(idsOf(before), idsOf(after))),
  ];
}

/** The status; a refusal inside a success is told from the success. */
export const statusOf = (step: Answered): string =>
  step.observed.status < 400 && step.observed.detail !== ''
    ? `${step.observed.status} with a refusal in it`
    : String(step.observed.status);

/** Whether a step was refused, by its status or in an item. */
export const isRefusal = (step: Answered): boolean => step.observed.status >= 400 || step.observed.detail !== '';

/** A step, or whatever else tells how it was answered. */
interface Answered {
  readonly observed: Pick<StepRecord['observed'], 'status' | 'detail'>;
}

const idsOf = ({ observed: { returned } }: StepRecord): readonly string[] =>
  Array.isArray(returned) ? returned.map(String) : [];

/** What is on one side alone of two lists. Where only the order or the count of equal ones differs, the whole of both. */
function ofEither(before: readonly string[], after: readonly string[]): [string, string] {
  const told = (ids: readonly string[]) => ids.join(', ') || '(nothing)';
  if (JSON.stringify(before) === JSON.stringify(after)) return ['', ''];
  const onlyBefore = before.filter((id) => !after.includes(id));
  const onlyAfter = after.filter((id) => !before.includes(id));
  return onlyBefore.length + onlyAfter.length > 0 ? [told(onlyBefore), told(onlyAfter)] : [told(before), told(after)];
}

function changeOf(behavior: Behavior, step: string, aspect: Aspect, before: string, after: string): Change {
  const { id, route, caller, target, variant, family } = behavior;
  const own = `behavior-pin-${caller.replaceAll('_', '-')}`;
  const shared = (text: string) => text.replaceAll(own, '<caller>');
  return {
    ...{ id: asOfPlain(id), route, caller, target, variant, family, step, aspect, before, after },
    kind: { before: shared(before), after: shared(after) },
  };
}

/** Where a side was not observed, nothing is known to differ. What many scenarios have alike is a column, not its value. */
function effectChanges(behavior: Behavior, before: StepRecord, after: StepRecord): Change[] {
  if (before.effects === null || after.effects === null) return [];
  const changed = changedEffects(before.effects as readonly EffectRecord[], after.effects as readonly EffectRecord[]);
  return changed.map(({ before: was, after: is, ...effect }) => {
    const name = effect.column === null ? effect.place : `${effect.place}: ${effect.column}`;
    const kindOf = (text: string) => (text === '' ? '' : name);
    const change = changeOf(behavior, before.name, 'effects', was, is);
    return { ...change, kind: { before: kindOf(was), after: kindOf(is) }, effect };
  });
}
