import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import type { Items } from '../format';
import { Copy } from './scenario';
import { counted, lookOf, markOf } from './words';

/** How many entries are listed at once. */
const listed = 50;

/** An entry of the panel: a scenario, and the item that it was found by. */
export interface Entry {
  readonly item: number;
  readonly detail: number;
  readonly id: string;
}

interface PanelProps<Detail> {
  readonly items: Items;
  readonly title: ComponentChildren;
  readonly entries: readonly Entry[];
  /** They are of several routes, callers or answers. */
  readonly isMixed: boolean;
  readonly isDrift: boolean;
  /** An id; the entry that is open from the start. */
  readonly scenario: string;
  readonly read: (detail: number) => Promise<Detail>;
  readonly show: (detail: Detail) => ComponentChildren;
  readonly tagsOf: (detail: Detail) => readonly string[];
  readonly onScenario: (id: string) => void;
  readonly onClose: () => void;
}

/** Scenarios, each of which opens. A modal dialog: what is behind it rests, Escape closes it, and focus goes back to where it was. */
export function Panel<Detail>(props: PanelProps<Detail>) {
  const { items, title, entries, scenario, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const place = entries.findIndex(({ id }) => id === scenario);
  const [limit, setLimit] = useState(Math.max(listed, place + 1));
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('h2')?.focus();
    return () => {
      // That gives focus back to what opened it; where an address did, nothing had it.
      element?.close();
      const focused = document.activeElement;
      if (focused === document.body || element?.contains(focused) === true)
        document.querySelector<HTMLElement>('[role="grid"] [tabindex="0"]')?.focus();
    };
  }, []);
  useEffect(() => {
    if (place > 0) dialog.current?.querySelector('details[open]')?.scrollIntoView();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="panel"
      aria-labelledby="panel-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="sheet">
        <header>
          <h2 id="panel-title" tabIndex={-1}>
            {title} <span class="count">{counted(entries.length, 'scenario')}</span>
          </h2>
          <button type="button" class="close" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        </header>
        {entries.length === 0 ? (
          <p class="note">Nothing in this page is called that, or the filters leave it out.</p>
        ) : null}
        <ul class="entries">
          {entries.slice(0, limit).map((entry) => (
            <li key={entry.id}>
              <EntryView
                {...props}
                entry={entry}
                items={items}
                isOpen={entries.length === 1 || entry.id === scenario}
              />
            </li>
          ))}
        </ul>
        {entries.length > limit ? (
          <button
            type="button"
            class="more"
            onClick={() => {
              setLimit(limit + listed);
            }}
          >
            Show {Math.min(listed, entries.length - limit)} more of {entries.length - limit}
          </button>
        ) : null}
      </div>
    </dialog>
  );
}

function EntryView<Detail>({
  entry,
  items,
  isOpen,
  isMixed,
  isDrift,
  read,
  show,
  tagsOf,
  onScenario,
}: Pick<PanelProps<Detail>, 'items' | 'isMixed' | 'isDrift' | 'read' | 'show' | 'tagsOf' | 'onScenario'> & {
  readonly entry: Entry;
  readonly isOpen: boolean;
}) {
  const [detail, setDetail] = useState<Detail>();
  const [failure, setFailure] = useState('');
  const { item, id } = entry;
  const name = (column: keyof Items['names']): string => items.names[column][items.columns[column][item] ?? -1] ?? '';
  const profile = name('profile');
  const hint = isDrift ? '' : name('text');
  const look = lookOf(name('answer'));
  const mark = name('mark');
  const { sign, word } = markOf(mark);
  const line = `${name('file')}:${items.lines[item] ?? 0}`;
  const opened = (element: HTMLDetailsElement) => {
    if (!element.open) return;
    onScenario(id);
    if (detail === undefined)
      read(entry.detail).then(setDetail, (error: unknown) => {
        setFailure(error instanceof Error ? error.message : String(error));
      });
  };
  return (
    <details
      class="entry"
      open={isOpen}
      onToggle={(event) => {
        opened(event.currentTarget);
      }}
    >
      <summary>
        {isMixed || mark !== 'passed' ? (
          <span class={`chip still k-${look.kind} m-${mark}`}>
            {sign === '' ? look.label : `${sign} ${look.label}`}
          </span>
        ) : null}
        <span class="what">
          {isMixed ? (
            <span class="where">
              <code>{name('route')}</code> {name('caller')}
            </span>
          ) : null}
          <span>
            <span class="target">{name('target') || (isMixed ? '' : name('route'))}</span>{' '}
            <span class="variant">{name('variant')}</span>
          </span>
          {hint === '' ? null : <span class="hint">{hint}</span>}
        </span>
        {mark === 'passed' || isDrift ? null : <span class="aside">{word}</span>}
        {profile === 'plain' ? null : <span class="aside">{profile}</span>}
      </summary>
      <p class="spec">
        <code>{line}</code> <Copy text={line} what="the place in the spec" />
      </p>
      {failure === '' ? null : <p class="differs">It cannot be shown: {failure}</p>}
      {detail === undefined ? <p class="note">…</p> : show(detail)}
      <dl class="facts">
        <div>
          <dt>Family</dt>
          <dd>{name('family')}</dd>
        </div>
        <div>
          <dt>Profile</dt>
          <dd>{profile}</dd>
        </div>
        {detail === undefined ? null : (
          <div>
            <dt>Tags</dt>
            <dd>{tagsOf(detail).join(' ')}</dd>
          </div>
        )}
        <div class="wide">
          <dt>Id</dt>
          <dd>
            <code class="id">{id}</code> <Copy text={id} what="the id" />
          </dd>
        </div>
      </dl>
    </details>
  );
}
