// What a page holds, and how it is packed: written by Node, read by the browser.

import type { Aspect, RequestRecord, ScenarioRecord, StepRecord } from '../../fixtures/record';
import type { Outcome } from '../behaviors-file';
import type { Sense } from '../drift/groups';
import type { Missing, Side } from '../drift/drift';

/** What is known of every item at once: a number each, into a list of names. Items are scenarios, or changes of some. */
export const columnNames = [
  'route',
  'caller',
  'family',
  'profile',
  'target',
  'variant',
  'answer',
  'mark',
  'text',
  'file',
] as const;
export type ColumnName = (typeof columnNames)[number];

/** What an item is marked with: how a scenario ended, or what a change means. */
export type Mark = Outcome | 'differs' | Sense;

/** What stands in the column `answer` where there is none. */
export const noAnswer = 'no answer';

/** The first part of a route's path: routes of one area stand together. */
export const areaOf = (route: string): string => /\/[^/]*/.exec(route)?.[0] ?? '';

/** Items of a page, and what the matrix and its filters need of them. */
export interface Items {
  /** Column → its different texts, in the order in which they are shown. */
  readonly names: Readonly<Record<ColumnName, readonly string[]>>;
  /** Column → for each item, which of the names. */
  readonly columns: Readonly<Record<ColumnName, readonly number[]>>;
  readonly lines: readonly number[];
  /** For each item, which of the details is about it. */
  readonly detail: readonly number[];
  /** For each chunk of details, which is the first in it. */
  readonly chunks: readonly number[];
}

/** What the behaviour page says of its run. */
export interface BehaviorHead {
  readonly kind: 'behaviors';
  readonly release: string | null;
  readonly curated: boolean;
  /** The name of the operator's configuration that was tried in the place of `plain`; left out: none was. */
  readonly configuration?: string;
  readonly complete: boolean;
  readonly filters: readonly string[];
  readonly workers: readonly number[];
  readonly wallSeconds: readonly number[];
}

/** What the drift page says of its sides. */
export interface DriftHead {
  readonly kind: 'drift';
  readonly before: Side;
  readonly after: Side;
  readonly compared: number;
  readonly changed: number;
  readonly onlyBefore: readonly Missing[];
  readonly onlyAfter: readonly Missing[];
  readonly groups: readonly ToldGroup[];
}

/** A group of changes as the page tells it. */
export interface ToldGroup {
  readonly route: string;
  readonly sense: Sense;
  readonly aspect: Aspect;
  readonly headline: string;
  readonly about: string;
  readonly items: readonly number[];
}

export interface PageIndex {
  readonly head: BehaviorHead | DriftHead;
  readonly items: Items;
}

/** A step as a page has it: files of earlier versions lack some of it. */
export type ToldStep = Omit<StepRecord, 'request' | 'differs'> & {
  readonly request: Omit<RequestRecord, 'headers'> & Partial<Pick<RequestRecord, 'headers'>>;
  readonly differs?: StepRecord['differs'];
};

/** What is shown of a scenario when it is opened, and its item does not say. */
export interface ScenarioDetail {
  readonly id: string;
  readonly tags: readonly string[];
  readonly ms: number;
  readonly expected: ScenarioRecord['expected'];
  readonly steps: readonly ToldStep[];
}

/** One thing that is not the same on both sides. */
export interface ToldChange {
  readonly step: string;
  readonly aspect: Aspect;
  readonly sense: Sense;
  readonly before: string;
  readonly after: string;
}

/** What is shown of a scenario of which something is not the same on both sides. */
export interface PairDetail {
  readonly id: string;
  readonly changes: readonly ToldChange[];
  readonly before: ScenarioDetail;
  readonly after: ScenarioDetail;
}
