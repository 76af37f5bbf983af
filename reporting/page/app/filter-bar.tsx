// What leaves items out.

import type { PageIndex } from '../format';
import { chosenColumns, type ChosenColumn, type Filters, type Found, type ToggledColumn } from './filters';
import { inFull, lookOf, markOf, type Look } from './words';

interface FilterProps {
  readonly index: PageIndex;
  readonly found: Found;
  readonly filters: Filters;
}

/** One button per name, pressed or not, each with how many items it would show. */
export function Toggles({
  index,
  found,
  filters,
  column,
  label,
  onToggle,
}: FilterProps & {
  readonly column: ToggledColumn;
  readonly label: string;
  readonly onToggle: (column: ToggledColumn, name: string) => void;
}) {
  const { names } = index.items;
  return (
    <div role="group" aria-label={label} class={`toggles ${column}`}>
      {names[column].map((name, place) => {
        const count = found.counts[column][place] ?? 0;
        const { kind, label, meaning } = column === 'answer' ? lookOf(name) : lookOfMark(name);
        return (
          <button
            key={name}
            type="button"
            class={`toggle k-${kind} m-${column === 'mark' ? name : 'passed'}`}
            aria-pressed={filters[column].includes(name)}
            title={meaning}
            onClick={() => {
              onToggle(column, name);
            }}
          >
            {kind === 'item' ? `${label} refused inside` : label} <span class="n">{inFull(count)}</span>
          </button>
        );
      })}
    </div>
  );
}

function lookOfMark(name: string): Look {
  const { word, sign } = markOf(name);
  return { kind: 'mark', label: sign === '' ? word : `${sign} ${word}`, meaning: '' };
}

const labels: Readonly<Record<ChosenColumn, readonly [one: string, all: string]>> = {
  route: ['Route', 'All routes'],
  caller: ['Caller', 'All callers'],
  family: ['Family', 'All families'],
  profile: ['Profile', 'All profiles'],
};

/** Text, one choice per column, and the answers. */
export function FilterBar({
  index,
  found,
  filters,
  onChange,
  onToggle,
}: FilterProps & {
  readonly onChange: (changed: Partial<Filters>) => void;
  readonly onToggle: (column: ToggledColumn, name: string) => void;
}) {
  const chosen = chosenColumns.filter((column) => filters[column] !== '').length;
  return (
    <search class="filters">
      <div class="fields">
        <label class="text" for="text">
          <span class="hidden">Text</span>
          <input
            id="text"
            type="search"
            placeholder="Search targets, variants, error texts, ids…"
            value={filters.text}
            onInput={(event) => {
              onChange({ text: event.currentTarget.value });
            }}
          />
        </label>
        <details class="choices" open={chosen > 0 || matchMedia('(min-width: 48rem)').matches}>
          <summary>Filters{chosen === 0 ? '' : ` (${chosen})`}</summary>
          <div class="selects">
            {chosenColumns.map((column) => (
              <Choice
                key={column}
                column={column}
                names={index.items.names[column]}
                value={filters[column]}
                onChange={(name) => {
                  onChange({ [column]: name });
                }}
              />
            ))}
          </div>
        </details>
      </div>
      <Toggles
        {...{ index, found, filters, onToggle }}
        column="answer"
        label={index.head.kind === 'drift' ? 'What changed' : 'Status'}
      />
    </search>
  );
}

function Choice({
  column,
  names,
  value,
  onChange,
}: {
  readonly column: ChosenColumn;
  readonly names: readonly string[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const [one, all] = labels[column];
  return (
    <div class={value === '' ? '' : 'chosen'}>
      <select
        aria-label={one}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      >
        <option value="">{all}</option>
        {value === '' || names.includes(value) ? null : <option value={value}>{value} (none here)</option>}
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
