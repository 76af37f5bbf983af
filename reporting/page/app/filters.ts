// Which items are shown, and the address that says so.

import type { ColumnName, Items } from '../format';

/** Columns of which one name is chosen. */
export const chosenColumns = ['route', 'caller', 'family', 'profile'] as const;
export type ChosenColumn = (typeof chosenColumns)[number];

/** Columns of which any number of names is chosen; none means all. */
export const toggledColumns = ['answer', 'mark'] as const;
export type ToggledColumn = (typeof toggledColumns)[number];

export interface Filters
  extends Readonly<Record<ChosenColumn, string>>, Readonly<Record<ToggledColumn, readonly string[]>> {
  /** Words, each of which has to be somewhere in an item. */
  readonly text: string;
}

export const noFilters: Filters = { text: '', route: '', caller: '', family: '', profile: '', answer: [], mark: [] };

export const isFiltered = (filters: Filters): boolean => addressOf(filters, null) !== '';

/** What is open: a cell's chip, a group, or all that are shown; and the scenario in it. */
export interface Opened {
  /** `route|caller|answer|mark`, `group:2` or `all`. */
  readonly what: string;
  /** An id, or empty. */
  readonly scenario: string;
}

/** The part of an address behind `#`. */
export function addressOf(filters: Filters, opened: Opened | null): string {
  const words = new URLSearchParams();
  if (filters.text !== '') words.set('text', filters.text);
  for (const column of chosenColumns) if (filters[column] !== '') words.set(column, filters[column]);
  for (const column of toggledColumns) for (const name of filters[column]) words.append(column, name);
  if (opened !== null) {
    words.set('open', opened.what);
    if (opened.scenario !== '') words.set('scenario', opened.scenario);
  }
  return words.toString();
}

/** The other way round. What an address names and the page does not know is shown as chosen, and finds nothing. */
export function readAddress(hash: string): { filters: Filters; opened: Opened | null } {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const one = (name: string): string => words.get(name) ?? '';
  const what = words.get('open');
  return {
    filters: {
      text: one('text'),
      route: one('route'),
      caller: one('caller'),
      family: one('family'),
      profile: one('profile'),
      answer: words.getAll('answer'),
      mark: words.getAll('mark'),
    },
    opened: what === null ? null : { what, scenario: one('scenario') },
  };
}

/** The columns that free text is looked for in. */
const searched: readonly ColumnName[] = ['profile', 'family', 'route', 'target', 'variant', 'caller', 'text', 'file'];

/** What an id is made of, in this order. */
const idColumns: readonly ColumnName[] = ['profile', 'family', 'route', 'target', 'variant', 'caller'];

export interface Found {
  readonly shown: readonly number[];
  /** For each name, how many items would be shown if it were the one chosen of its column. */
  readonly counts: Readonly<Record<ToggledColumn, readonly number[]>>;
}

/** Finds the items that filters leave. */
export class Search {
  readonly #items: Items;
  readonly #folded: Readonly<Record<ColumnName, readonly string[]>>;
  #ids: readonly string[] | undefined;

  constructor(items: Items) {
    this.#items = items;
    const folded = Object.entries(items.names).map(([column, names]) => [
      column,
      names.map((name) => name.toLowerCase()),
    ]);
    this.#folded = Object.fromEntries(folded) as Record<ColumnName, string[]>;
  }

  find(filters: Filters): Found {
    const { columns, names, lines } = this.#items;
    const chosen = chosenColumns
      .filter((column) => filters[column] !== '')
      .map((column) => ({ of: columns[column], place: names[column].indexOf(filters[column]) }));
    const words = filters.text
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => this.#holds(word));
    const [isAnswer, isMark] = toggledColumns.map((column) => this.#among(column, filters[column])) as [
      (item: number) => boolean,
      (item: number) => boolean,
    ];
    const counts = { answer: names.answer.map(() => 0), mark: names.mark.map(() => 0) };
    const shown: number[] = [];
    for (let item = 0; item < lines.length; item += 1) {
      if (!chosen.every(({ of, place }) => of[item] === place) || !words.every((holds) => holds(item))) continue;
      const answer = columns.answer[item] ?? 0;
      const mark = columns.mark[item] ?? 0;
      const fitsAnswer = isAnswer(item);
      const fitsMark = isMark(item);
      if (fitsMark) counts.answer[answer] = (counts.answer[answer] ?? 0) + 1;
      if (fitsAnswer) counts.mark[mark] = (counts.mark[mark] ?? 0) + 1;
      if (fitsAnswer && fitsMark) shown.push(item);
    }
    return { shown, counts };
  }

  /** The id of an item's scenario. */
  idOf(item: number): string {
    const { names, columns } = this.#items;
    return idColumns.map((column) => encodeURIComponent(names[column][columns[column][item] ?? 0] ?? '')).join('/');
  }

  #among(column: ToggledColumn, chosen: readonly string[]): (item: number) => boolean {
    if (chosen.length === 0) return () => true;
    const places = new Set(chosen.map((name) => this.#items.names[column].indexOf(name)));
    const of = this.#items.columns[column];
    return (item) => places.has(of[item] ?? -1);
  }

  /** Looks through the few thousand different texts once, and not through those of every item. */
  #holds(word: string): (item: number) => boolean {
    const { columns } = this.#items;
    const tables = searched
      .map((column) => ({
        of: columns[column],
        holds: this.#folded[column].map((text) => text.includes(word)),
      }))
      .filter(({ holds }) => holds.includes(true));
    // An id, or a part of one, goes over several columns.
    const ids = /[/%]/.test(word) ? this.#idsInLowerCase() : undefined;
    return (item) =>
      tables.some(({ of, holds }) => holds[of[item] ?? -1] === true) || (ids?.[item]?.includes(word) ?? false);
  }

  #idsInLowerCase(): readonly string[] {
    if (this.#ids === undefined) {
      const { columns } = this.#items;
      const encoded = idColumns.map((column) => ({
        of: columns[column],
        names: this.#folded[column].map((name) => encodeURIComponent(name).toLowerCase()),
      }));
      this.#ids = this.#items.lines.map((_, item) =>
        encoded.map(({ of, names }) => names[of[item] ?? -1] ?? '').join('/'),
      );
    }
    return this.#ids;
  }
}
