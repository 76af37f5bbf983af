// Items as rows of cells: what the matrix draws.

import type { Items } from '../format';

/** Items of one cell that have the same answer and the same mark. */
export interface Chip {
  readonly answer: number;
  readonly mark: number;
  readonly count: number;
}

export interface Row {
  readonly route: number;
  /** A list for each of the grid's callers. */
  readonly cells: readonly (readonly Chip[])[];
  readonly count: number;
  /** The same for rows that look the same. */
  readonly signature: string;
}

export interface Grid {
  readonly callers: readonly number[];
  readonly rows: readonly Row[];
}

/** The grid of those items. Routes and callers of none of them are left out. */
export function gridOf(items: Items, shown: readonly number[]): Grid {
  const { names, columns } = items;
  const [routes, callers, answers, marks] = [names.route, names.caller, names.answer, names.mark].map(
    ({ length }) => length,
  ) as [number, number, number, number];
  const chips = answers * marks;
  const counts = new Map<number, number>();
  const isCaller = new Uint8Array(callers);
  for (const item of shown) {
    const caller = columns.caller[item] ?? 0;
    isCaller[caller] = 1;
    const cell = (columns.route[item] ?? 0) * callers + caller;
    // Marks first: what has to be looked at stands first in its cell.
    const key = cell * chips + (columns.mark[item] ?? 0) * answers + (columns.answer[item] ?? 0);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const shownCallers = names.caller.map((_, place) => place).filter((place) => isCaller[place] === 1);
  const placeOf = new Map(shownCallers.map((caller, place) => [caller, place]));
  const rows: { route: number; cells: Chip[][]; count: number; keys: string[] }[] = [];
  const byRoute = new Array<(typeof rows)[number] | undefined>(routes);
  for (const key of [...counts.keys()].sort((a, b) => a - b)) {
    const count = counts.get(key) ?? 0;
    const cell = Math.floor(key / chips);
    const route = Math.floor(cell / callers);
    let row = byRoute[route];
    if (row === undefined) {
      row = { route, cells: shownCallers.map(() => []), count: 0, keys: [] };
      byRoute[route] = row;
      rows.push(row);
    }
    const chip = key % chips;
    row.cells[placeOf.get(cell % callers) ?? 0]?.push({
      answer: chip % answers,
      mark: Math.floor(chip / answers),
      count,
    });
    row.count += count;
    row.keys.push(`${key}=${count}`);
  }
  const columnsShown = shownCallers.join();
  return {
    callers: shownCallers,
    rows: rows.map(({ route, cells, count, keys }) => ({
      ...{ route, cells, count },
      signature: `${columnsShown} ${keys.join()}`,
    })),
  };
}
