// Groups of changes, what was opened first.

import { useState } from 'preact/hooks';

import type { DriftHead } from '../format';
import { counted, markWords, inFull } from './words';

/** How many groups that opened nothing are listed at once. */
const listed = 12;

/** Each group a line that opens its scenarios; those of which the filters leave nothing are left out. */
export function Groups({
  head,
  shown,
  onOpen,
}: {
  readonly head: DriftHead;
  readonly shown: readonly number[];
  readonly onOpen: (group: number) => void;
}) {
  const [isWhole, setWhole] = useState(false);
  const isShown = new Set(shown);
  const groups = head.groups
    .map((group, place) => ({ ...group, place, left: group.items.filter((item) => isShown.has(item)).length }))
    .filter(({ left }) => left > 0);
  // However many there are: whoever may do more than before is never folded away.
  const loud = groups.filter(({ sense }) => sense === 'opened').length;
  const limit = isWhole ? groups.length : Math.max(loud, listed);
  return (
    <section class="groups" aria-labelledby="groups-title">
      <h2 id="groups-title">What differs</h2>
      {groups.length === 0 ? (
        <p class="note">{head.groups.length === 0 ? 'Nothing.' : 'Nothing of what the filters leave.'}</p>
      ) : null}
      <ol>
        {groups.slice(0, limit).map(({ place, sense, route, headline, about, items, left }) => (
          <li key={place} class={`group s-${sense}`}>
            <button
              type="button"
              onClick={() => {
                onOpen(place);
              }}
            >
              <span class="where">
                <span class="sense">{sense === 'other' ? 'changed' : markWords[sense].word}</span> <code>{route}</code>
              </span>{' '}
              <span class="headline">{headline}</span>{' '}
              <span class="who">
                {about}
                {left === items.length ? '' : ` (${inFull(left)} of ${counted(items.length, 'change')} shown)`}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {groups.length > limit ? (
        <button
          type="button"
          class="small"
          onClick={() => {
            setWhole(true);
          }}
        >
          Show all {inFull(groups.length)} groups
        </button>
      ) : null}
      <Alone label={head.before.label} routes={head.onlyBefore} />
      <Alone label={head.after.label} routes={head.onlyAfter} />
    </section>
  );
}

function Alone({ label, routes }: { readonly label: string; readonly routes: DriftHead['onlyBefore'] }) {
  if (routes.length === 0) return null;
  return (
    <details class="alone">
      <summary>
        {counted(routes.length, 'route')} with scenarios that {label} alone answered
      </summary>
      <ul>
        {routes.map(({ route, count }) => (
          <li key={route}>
            <code>{route}</code> ×{inFull(count)}
          </li>
        ))}
      </ul>
    </details>
  );
}
