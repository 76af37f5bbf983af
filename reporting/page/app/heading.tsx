// What a page says of where it comes from.

import { inMinutes } from '../../duration';
import type { BehaviorHead, DriftHead } from '../format';
import { counted, inFull } from './words';

/** Of a run. */
export function BehaviorHeading({ head }: { readonly head: BehaviorHead }) {
  const { release, curated, configuration, complete, filters, workers, wallSeconds } = head;
  const runs = wallSeconds.length;
  const longest = wallSeconds.reduce((a, b) => Math.max(a, b), 0);
  return (
    <div class="heading">
      <h1>What LiteLLM {release === null ? '' : <span class="release">{release}</span>} does</h1>
      <p class="about">
        {runs > 1
          ? `${counted(runs, 'run')} merged, the longest ${inMinutes(longest)}`
          : `${inMinutes(longest)} on ${counted(workers[0] ?? 0, 'worker')}`}
      </p>
      <ul class="badges">
        <li class={curated ? 'good' : 'warn'}>{curated ? 'curated' : 'not curated'}</li>
        {configuration === undefined ? null : (
          <li class="warn">
            <code>{configuration}</code> in the place of plain
          </li>
        )}
        <li class={complete ? 'good' : 'warn'}>{complete ? 'complete' : 'not complete'}</li>
        {filters.length === 0 ? null : (
          <li class="warn">
            filtered by <code>{filters.join(' ')}</code>
          </li>
        )}
      </ul>
    </div>
  );
}

/** Of two sides. */
export function DriftHeading({ head }: { readonly head: DriftHead }) {
  const { before, after, compared, changed, onlyBefore, onlyAfter, groups } = head;
  const sideOf = ({ label, release }: DriftHead['before']) =>
    release === null || label.includes(release) ? label : `${label} (${release})`;
  return (
    <div class="heading">
      <h1>
        Drift <span class="release">{sideOf(before)}</span> → <span class="release">{sideOf(after)}</span>
      </h1>
      <p class="about">
        {changed === 0 ? 'Nothing differs' : `${inFull(changed)} differ`} of {counted(compared, 'scenario')} that both
        answered
        {groups.length === 0 ? '' : `, in ${counted(groups.length, 'group')}`}
      </p>
      <ul class="badges">
        {missing(onlyBefore) === 0 ? null : (
          <li>
            {counted(missing(onlyBefore), 'scenario')} on {before.label} alone
          </li>
        )}
        {missing(onlyAfter) === 0 ? null : (
          <li>
            {counted(missing(onlyAfter), 'scenario')} on {after.label} alone
          </li>
        )}
      </ul>
    </div>
  );
}

const missing = (routes: DriftHead['onlyBefore']): number => routes.reduce((sum, { count }) => sum + count, 0);
