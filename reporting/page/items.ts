// Items as a page has them: columns of numbers, and lists of names.

import { admittedNames, turnedAwayNames } from '../../fixtures/callers';
import { grouped } from '../grouped';
import { areaOf, columnNames, type ColumnName, type Items, type Mark } from './format';

/** One scenario, or one change of one. */
export interface Item extends Readonly<Record<ColumnName, string>> {
  readonly mark: Mark;
  readonly line: number;
  /** Which of the details is about it. */
  readonly detail: number;
}

/** The items in columns. */
export function inColumns(items: readonly Item[], chunks: readonly number[]): Items {
  const names = recordOf((column) => {
    const found = [...new Set(items.map((item) => item[column]))];
    const order = column === 'route' ? byArea(items) : orders[column];
    return order === undefined ? found.toSorted() : found.toSorted(order);
  });
  return {
    names,
    columns: recordOf((column) => {
      const places = new Map(names[column].map((name, place) => [name, place]));
      return items.map((item) => places.get(item[column]) ?? -1);
    }),
    lines: items.map(({ line }) => line),
    detail: items.map(({ detail }) => detail),
    chunks,
  };
}

/** Marks, what has to be looked at first. */
const marks: readonly string[] = [
  'failed',
  'flaky',
  'differs',
  'opened',
  'closed',
  'other',
  'passed',
  'skipped',
  'not-run',
] satisfies Mark[];

/** From the most powerful to those whom nobody lets in; callers of somebody else's suite come last. */
const callers: readonly string[] = [...admittedNames, ...turnedAwayNames];

type Order = (a: string, b: string) => number;

const byPlace =
  (places: readonly string[]): Order =>
  (a, b) =>
    placeIn(places, a) - placeIn(places, b) || (a < b ? -1 : 1);

const placeIn = (places: readonly string[], name: string): number => {
  const place = places.indexOf(name);
  return place < 0 ? places.length : place;
};

/** `plain` is the usual profile, `matrix` the first axis. */
const orders: Partial<Record<ColumnName, Order>> = {
  caller: byPlace(callers),
  mark: byPlace(marks),
  profile: byPlace(['plain']),
  family: byPlace(['matrix']),
};

/** Routes by the first part of their path, what most is known of first; in it by path, then by method. */
function byArea(items: readonly Item[]): Order {
  const areas = grouped(items, ({ route }) => areaOf(route));
  const size = (route: string): number => areas.get(areaOf(route))?.length ?? 0;
  const sortable = (route: string): string => {
    const [method = '', path = ''] = route.split(' ');
    return `${path} ${method}`;
  };
  return (a, b) => size(b) - size(a) || (sortable(a) < sortable(b) ? -1 : 1);
}

const recordOf = <T>(valueOf: (column: ColumnName) => T): Record<ColumnName, T> =>
  Object.fromEntries(columnNames.map((column) => [column, valueOf(column)])) as Record<ColumnName, T>;
