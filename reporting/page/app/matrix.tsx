import { Component } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { areaOf, type Items } from '../format';
import type { Chip, Grid, Row } from './grid';
import { counted, lookOf, markOf, inFull } from './words';

/** A chip of the matrix, by the places of its names. */
export interface ChipPlace {
  readonly route: number;
  readonly caller: number;
  readonly answer: number;
  readonly mark: number;
}

interface MatrixProps {
  readonly items: Items;
  readonly grid: Grid;
  /** What is counted: `scenario` or `change`. */
  readonly noun: string;
  readonly route: string;
  readonly caller: string;
  readonly onOpen: (chip: ChipPlace) => void;
  readonly onRoute: (route: string) => void;
  readonly onCaller: (caller: string) => void;
}

/** Rows that are drawn at once; the others, which nobody sees yet, right after. Filters then answer in a third of the time. */
const atOnce = 18;

/**
 * Routes and callers, and in each cell a chip per answer. A grid with one tab stop: arrow keys, Home, End, Page Up and Page Down move
 * in it, Enter opens.
 */
export function Matrix({ items, grid, noun, route, caller, onOpen, onRoute, onCaller }: MatrixProps) {
  const table = useRef<HTMLTableElement>(null);
  useLayoutEffect(() => {
    if (table.current !== null) keepOneTabStop(table.current);
  });
  const [settled, settle] = useState<Grid>();
  useEffect(() => {
    settle(grid);
  }, [grid]);
  const clicked = (event: Event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (button === null) return;
    const { route, caller, chip } = button.dataset;
    if (chip !== undefined) onOpen(placeIn(chip));
    else if (route !== undefined) onRoute(items.names.route[Number(route)] ?? '');
    else if (caller !== undefined) onCaller(items.names.caller[Number(caller)] ?? '');
  };
  const width = grid.callers.length;
  return (
    <div class={`scroller ${noun}s${width <= 3 ? ' few' : ''}`}>
      <table
        ref={table}
        role="grid"
        aria-label={`Routes and callers, ${counted(grid.rows.length, 'row')}`}
        style={{ '--n': String(width) }}
        onClick={clicked}
        onKeyDown={(event) => {
          if (!event.altKey && !event.metaKey && move(event.currentTarget, event)) event.preventDefault();
        }}
        onFocusIn={(event) => {
          takeTabStop(event.currentTarget, event.target);
        }}
      >
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="corner">
              Route ╲ caller
            </th>
            {grid.callers.map((place) => {
              const name = items.names.caller[place] ?? '';
              return (
                <th key={place} role="columnheader" scope="col">
                  <button
                    type="button"
                    tabIndex={-1}
                    data-caller={place}
                    aria-pressed={name === caller}
                    title={name === caller ? 'Show all callers' : `Show ${name} alone`}
                  >
                    {breakable(name)}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {grid.rows.map((row, i) => (
            <RowView
              key={row.route}
              row={row}
              items={items}
              callers={grid.callers}
              isLater={i >= atOnce && settled !== grid}
              isChosen={items.names.route[row.route] === route}
              isFirstOfArea={i > 0 && areaIn(items, row) !== areaIn(items, grid.rows[i - 1])}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function placeIn(chip: string): ChipPlace {
  const [route = 0, caller = 0, answer = 0, mark = 0] = chip.split(' ').map(Number);
  return { route, caller, answer, mark };
}

interface RowProps {
  readonly row: Row;
  readonly items: Items;
  readonly callers: readonly number[];
  /** It keeps what it shows for now. */
  readonly isLater: boolean;
  readonly isChosen: boolean;
  readonly isFirstOfArea: boolean;
}

/** A row is drawn anew when something in it is another: while somebody types, most are not. */
class RowView extends Component<RowProps> {
  /** What it looks like. */
  #drawn = '';

  override shouldComponentUpdate(next: RowProps): boolean {
    return !next.isLater && lookOfRow(next) !== this.#drawn;
  }

  override render() {
    const { row, items, callers, isLater, isChosen, isFirstOfArea } = this.props;
    if (isLater) return <tr role="row" />;
    this.#drawn = lookOfRow(this.props);
    const name = items.names.route[row.route] ?? '';
    const [method = '', path = ''] = name.split(' ');
    return (
      <tr role="row" class={isFirstOfArea ? 'area' : undefined}>
        <th role="rowheader" scope="row">
          <button
            type="button"
            tabIndex={-1}
            data-route={row.route}
            aria-pressed={isChosen}
            title={isChosen ? 'Show all routes' : `Show ${name} alone`}
          >
            <span class="method">{method}</span> <span class="path">{breakable(path, /(?=\/)/)}</span>
          </button>
          <span class="total" aria-hidden="true">
            {inFull(row.count)}
          </span>
        </th>
        {row.cells.map((chips, i) =>
          chips.length === 0 ? (
            <td key={callers[i]} role="gridcell" tabIndex={-1} class="empty" />
          ) : (
            <td key={callers[i]} role="gridcell">
              {chips.map((chip) => chipView(chip, items, row.route, callers[i] ?? 0))}
            </td>
          ),
        )}
      </tr>
    );
  }
}

const lookOfRow = ({ row, isChosen, isFirstOfArea }: RowProps): string =>
  `${row.signature} ${isChosen} ${isFirstOfArea}`;

function chipView({ answer, mark, count }: Chip, items: Items, route: number, caller: number) {
  const { kind, label, meaning } = lookOf(items.names.answer[answer] ?? '');
  const markName = items.names.mark[mark] ?? '';
  const { word, sign } = markOf(markName);
  const shown = sign === '' ? label : `${sign} ${label}`;
  const times = count === 1 ? '' : ` ×${inFull(count)}`;
  const spoken = [shown + times, meaning, markName === 'passed' ? '' : word].filter((part) => part !== '');
  return (
    <button
      key={`${answer} ${mark}`}
      tabIndex={-1}
      class={`chip k-${kind} m-${markName}`}
      data-chip={`${route} ${caller} ${answer} ${mark}`}
      aria-label={spoken.join(', ')}
    >
      {shown}
      {times === '' ? null : <span class="n">{times}</span>}
    </button>
  );
}

const areaIn = ({ names }: Items, row: Row | undefined): string => areaOf(names.route[row?.route ?? -1] ?? '');

/** A name that may be broken between its parts. */
function breakable(name: string, between = /(?<=_)/) {
  return name.split(between).flatMap((part, i) => (i === 0 ? [part] : [<wbr key={i} />, part]));
}

const stops = 'button, td.empty';

function keepOneTabStop(table: HTMLTableElement): void {
  if (table.querySelector('[tabindex="0"]') === null) {
    const first = table.querySelector<HTMLElement>('tbody .chip');
    if (first !== null) first.tabIndex = 0;
  }
}

function takeTabStop(table: HTMLTableElement, target: EventTarget | null): void {
  if (!(target instanceof HTMLElement) || !target.matches(stops)) return;
  for (const other of table.querySelectorAll<HTMLElement>('[tabindex="0"]')) other.tabIndex = -1;
  target.tabIndex = 0;
}

/** Rows that Page Up and Page Down pass. */
const pageOfRows = 10;

/** Goes where a key says; false: this key says nothing here. */
function move(table: HTMLTableElement, event: KeyboardEvent): boolean {
  const from = event.target instanceof Element ? event.target.closest('th, td') : null;
  const row = from?.closest('tr');
  if (!(from instanceof HTMLTableCellElement) || row === null || row === undefined) return false;
  const { key, ctrlKey } = event;
  const x = from.cellIndex;
  const y = row.rowIndex;
  const last = { x: row.cells.length - 1, y: table.rows.length - 1 };
  const within = [...from.querySelectorAll<HTMLElement>('button')];
  const place = within.findIndex((button) => button === event.target);
  switch (key) {
    // Chips of one cell stand below each other.
    case 'ArrowDown':
      return place + 1 < within.length ? focus(within[place + 1]) : goTo(table, x, y + 1, 'first');
    case 'ArrowUp':
      return place > 0 ? focus(within[place - 1]) : goTo(table, x, y - 1, 'last');
    case 'ArrowRight':
      return goTo(table, x + 1, y, 'first');
    case 'ArrowLeft':
      return goTo(table, x - 1, y, 'first');
    case 'Home':
      return goTo(table, ctrlKey ? 1 : 0, ctrlKey ? 1 : y, 'first');
    case 'End':
      return goTo(table, last.x, ctrlKey ? last.y : y, 'first');
    case 'PageDown':
      return goTo(table, x, Math.min(y + pageOfRows, last.y), 'first');
    case 'PageUp':
      return goTo(table, x, Math.max(y - pageOfRows, 1), 'first');
    default:
      return false;
  }
}

function goTo(table: HTMLTableElement, x: number, y: number, which: 'first' | 'last'): boolean {
  const cell = table.rows[y]?.cells[x];
  if (cell === undefined) return true;
  const inside = [...cell.querySelectorAll<HTMLElement>('button')];
  const target = inside.at(which === 'first' ? 0 : -1) ?? (cell.matches('td') ? cell : undefined);
  return focus(target);
}

function focus(target: HTMLElement | undefined): true {
  target?.focus();
  return true;
}
