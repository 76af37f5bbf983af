// What a drift report tells, in one value: what the drift page is drawn from.

import type { Behavior, BehaviorsFile } from '../behaviors-file';
import { grouped } from '../grouped';
import { compare, type Pair } from './changes';
import { answersOf, groupsOf, type Group } from './groups';

/** Where one of the two sides comes from. */
export interface Side {
  /** As a person names it: `1.87.0`, `my.yaml`. */
  readonly label: string;
  /** Null: nothing that ran could tell. */
  readonly release: string | null;
}

/** Scenarios of a route that only one side answered. */
export interface Missing {
  readonly route: string;
  readonly count: number;
}

/** What differs between two sides. */
export interface Drift {
  readonly before: Side;
  readonly after: Side;
  /** As `groupsOf` makes and orders them. */
  readonly groups: readonly Group[];
  /** How many scenarios got an answer on both sides, those that changed and the others. */
  readonly compared: number;
  readonly onlyBefore: readonly Missing[];
  readonly onlyAfter: readonly Missing[];
  /** Both sides of every scenario that a change of `groups` belongs to; others may be there and are not shown. */
  readonly pairs: readonly Pair[];
}

/** What differs between two runs. */
export function driftBetween(
  before: { readonly label: string; readonly file: BehaviorsFile },
  after: { readonly label: string; readonly file: BehaviorsFile },
): Drift {
  const { compared, changes, onlyBefore, onlyAfter } = compare(before.file, after.file);
  const changed = new Set(changes.map(({ id }) => id));
  return {
    before: { label: before.label, release: before.file.release },
    after: { label: after.label, release: after.file.release },
    groups: groupsOf(changes, answersOf(compared.map((pair) => pair.before))),
    compared: compared.length,
    onlyBefore: missingIn(onlyBefore),
    onlyAfter: missingIn(onlyAfter),
    pairs: compared.filter(({ id }) => changed.has(id)),
  };
}

const missingIn = (behaviors: readonly Behavior[]): Missing[] =>
  [...grouped(behaviors, ({ route }) => route)].map(([route, missing]) => ({ route, count: missing.length }));
