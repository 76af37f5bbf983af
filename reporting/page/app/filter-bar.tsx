// What leaves items out.

import type { PageIndex } from '../format';
import { chosenColumns, type ChosenColumn, type Filters, type Found, type ToggledColumn } from './filters';
import { lookOf, markOf, told } from './words';

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
        const look =
          column === 'answer' ? lookOf(name) : { kind: 'mark', label: markOf(name).word, spoken: markOf(name).word };
        const { sign } = column === 'mark' ? markOf(name) : { sign: '' };
        return (
          <button
            key={name}
            type="button"
            class={`toggle k-${look.kind} m-${column === 'mark' ? name : 'passed'}`}
            aria-pressed={filters[column].includes(name)}
            aria-label={`${look.spoken}, ${told(count)}`}
            title={look.spoken}
            onClick={() => {
              onToggle(column, name);
            }}
          >
            {sign === '' ? '' : `${sign} `}
            {look.kind === 'item' ? `${look.label} refused inside` : look.label} <span class="n">{told(count)}</span>
          </button>
        );
      })}
    </div>
  );
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
    <label class={value === '' ? '' : 'chosen'}>
      <span class="hidden">{one}</span>
      <select
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
    </label>
  );
}
