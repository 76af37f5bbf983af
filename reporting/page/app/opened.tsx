// What a chip, a group or the list of all opens.

import { useMemo } from 'preact/hooks';

import type { Items, PageIndex, PairDetail, ScenarioDetail } from '../format';
import type { Details } from './data';
import type { Found, Opened, Search } from './filters';
import { PairView } from './pair';
import { Panel, type Entry } from './panel';
import { ScenarioView } from './scenario';
import { lookOf, told } from './words';

interface OpenedProps {
  readonly index: PageIndex;
  readonly search: Search;
  readonly found: Found;
  readonly opened: Opened;
  readonly details: { readonly scenarios: Details<ScenarioDetail>; readonly pairs: Details<PairDetail> };
  readonly onScenario: (id: string) => void;
  readonly onClose: () => void;
}

/** A panel of those scenarios. */
export function OpenedPanel({ index, search, found, opened, details, onScenario, onClose }: OpenedProps) {
  const { head, items } = index;
  const { title, isMixed, entries } = useMemo(
    () => openedIn(index, search, found.shown, opened.what),
    [index, search, found, opened.what],
  );
  const isDrift = head.kind === 'drift';
  const common = { items, title, isMixed, isDrift, entries, scenario: opened.scenario, onScenario, onClose };
  return head.kind === 'drift' ? (
    <Panel
      {...common}
      read={(detail) => details.pairs.read(detail)}
      show={(detail) => <PairView detail={detail} head={head} />}
      tagsOf={({ after }) => after.tags}
    />
  ) : (
    <Panel
      {...common}
      read={(detail) => details.scenarios.read(detail)}
      show={(detail) => <ScenarioView detail={detail} />}
      tagsOf={({ tags }) => tags}
    />
  );
}

/** The entries of what is open, and what it is called. */
function openedIn({ head, items }: PageIndex, search: Search, shown: readonly number[], what: string) {
  const group = head.kind === 'drift' ? head.groups[Number(/^group:(\d+)$/.exec(what)?.[1] ?? NaN)] : undefined;
  if (group !== undefined && head.kind === 'drift') {
    return {
      title: (
        <>
          <code>{group.route}</code> {group.headline}
        </>
      ),
      isMixed: true,
      entries: entriesOf(items, search, group.items, true),
    };
  }
  if (what === 'all') {
    return {
      title: 'All that the filters leave',
      isMixed: true,
      entries: entriesOf(items, search, shown, head.kind === 'drift'),
    };
  }
  const names = what.split('|').map(decoded);
  const columns = (['route', 'caller', 'answer', 'mark'] as const).map((column, i) => ({
    of: items.columns[column],
    place: items.names[column].indexOf(names[i] ?? ''),
  }));
  const [route = '', caller = '', answer = '', mark = ''] = names;
  return {
    title: (
      <>
        <code>{route}</code> <span class="by">{caller}</span>{' '}
        <span class={`chip still k-${lookOf(answer).kind} m-${mark}`}>{told(lookOf(answer))}</span>
      </>
    ),
    isMixed: false,
    entries: entriesOf(
      items,
      search,
      shown.filter((item) => columns.every(({ of, place }) => of[item] === place)),
      head.kind === 'drift',
    ),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An entry per scenario, by its first item. Of two sides the profile is none of the id: it may be what differs. */
function entriesOf(items: Items, search: Search, list: readonly number[], isDrift: boolean): Entry[] {
  const byDetail = new Map<number, Entry>();
  for (const item of list) {
    const detail = items.detail[item] ?? 0;
    const id = search.idOf(item);
    if (!byDetail.has(detail)) byDetail.set(detail, { item, detail, id: isDrift ? id.slice(id.indexOf('/') + 1) : id });
  }
  return [...byDetail.values()];
}
