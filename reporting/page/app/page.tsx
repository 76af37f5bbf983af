// A head, filters, a matrix, and what opens from it.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { PageIndex, PairDetail, ScenarioDetail } from '../format';
import { Details } from './data';
import { FilterBar, Toggles } from './filter-bar';
import {
  addressOf,
  isFiltered,
  noFilters,
  readAddress,
  Search,
  type Filters,
  type Opened,
  type ToggledColumn,
} from './filters';
import { gridOf } from './grid';
import { Groups } from './groups';
import { BehaviorHeading, DriftHeading } from './heading';
import { Matrix, type ChipPlace } from './matrix';
import { OpenedPanel } from './opened';
import { counted, inFull } from './words';

/** Milliseconds after which the address follows the filters: browsers let it change so often and no more. */
const addressAfter = 250;

/** All of a page. */
export function Page({ index }: { readonly index: PageIndex }) {
  const { head, items } = index;
  const [filters, setFilters] = useState<Filters>(() => readAddress(location.hash).filters);
  const [opened, setOpened] = useState<Opened | null>(() => readAddress(location.hash).opened);
  const search = useMemo(() => new Search(items), [items]);
  const found = useMemo(() => search.find(filters), [search, filters]);
  const grid = useMemo(() => gridOf(items, found.shown), [items, found]);
  const details = useMemo(
    () => ({ scenarios: new Details<ScenarioDetail>(items.chunks), pairs: new Details<PairDetail>(items.chunks) }),
    [items],
  );
  const noun = head.kind === 'drift' ? 'change' : 'scenario';

  const address = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    clearTimeout(address.current);
    address.current = setTimeout(() => {
      history.replaceState(null, '', `#${addressOf(filters, opened)}`);
    }, addressAfter);
  }, [filters, opened]);
  useEffect(() => {
    const follow = () => {
      const read = readAddress(location.hash);
      setFilters(read.filters);
      setOpened(read.opened);
    };
    addEventListener('popstate', follow);
    return () => {
      removeEventListener('popstate', follow);
    };
  }, []);

  const change = (changed: Partial<Filters>) => {
    setFilters({ ...filters, ...changed });
  };
  const toggle = (column: ToggledColumn, name: string) => {
    const chosen = filters[column];
    change({ [column]: chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name] });
  };
  const open = (what: string) => {
    // One step back closes it again, and leaves the filters.
    history.replaceState(null, '', `#${addressOf(filters, null)}`);
    history.pushState(null, '', `#${addressOf(filters, { what, scenario: '' })}`);
    setOpened({ what, scenario: '' });
  };
  const openChip = ({ route, caller, answer, mark }: ChipPlace) => {
    const { names } = items;
    open(whatOf([names.route[route], names.caller[caller], names.answer[answer], names.mark[mark]]));
  };

  return (
    <>
      <a class="skip" href="#matrix" onClick={skipToMatrix}>
        Skip to the matrix
      </a>
      <header class="top">
        {head.kind === 'drift' ? <DriftHeading head={head} /> : <BehaviorHeading head={head} />}
        <Toggles
          {...{ index, found, filters }}
          column="mark"
          label={head.kind === 'drift' ? 'What it means' : 'Outcome'}
          onToggle={toggle}
        />
      </header>
      <main>
        {head.kind === 'drift' ? (
          <Groups
            head={head}
            shown={found.shown}
            onOpen={(group) => {
              open(`group:${group}`);
            }}
          />
        ) : null}
        <FilterBar {...{ index, found, filters }} onChange={change} onToggle={toggle} />
        <div class="count">
          <p role="status">
            {found.shown.length === items.lines.length ? '' : `${inFull(found.shown.length)} of `}
            {counted(items.lines.length, noun)}, {counted(grid.rows.length, 'route')} ×{' '}
            {counted(grid.callers.length, 'caller')}
          </p>
          <button
            type="button"
            class="small"
            aria-label={`List these ${noun}s`}
            disabled={found.shown.length === 0}
            onClick={() => {
              open('all');
            }}
          >
            List
          </button>
          {isFiltered(filters) ? (
            <button
              type="button"
              class="small"
              onClick={() => {
                setFilters(noFilters);
                document.querySelector<HTMLElement>('#text')?.focus();
              }}
            >
              Clear filters
            </button>
          ) : null}
        </div>
        <div id="matrix">
          {grid.rows.length === 0 ? (
            <p class="nothing">
              {items.lines.length === 0 ? `There are no ${noun}s.` : 'Nothing matches these filters.'}
            </p>
          ) : (
            <Matrix
              {...{ items, grid, noun, route: filters.route, caller: filters.caller }}
              onOpen={openChip}
              onRoute={(route) => {
                change({ route: route === filters.route ? '' : route });
              }}
              onCaller={(caller) => {
                change({ caller: caller === filters.caller ? '' : caller });
              }}
            />
          )}
        </div>
      </main>
      {opened === null ? null : (
        <OpenedPanel
          key={opened.what}
          {...{ index, search, found, opened, details }}
          onScenario={(scenario) => {
            setOpened({ what: opened.what, scenario });
          }}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </>
  );
}

function skipToMatrix(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus();
}

const whatOf = (names: readonly (string | undefined)[]): string =>
  names.map((name) => (name ?? '').replaceAll(/[%|]/g, encodeURIComponent)).join('|');
