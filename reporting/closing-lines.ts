// What a run says at its end of what is not as it is pinned.

import { nearestCurated } from '../stack/release/curated';
import type { BehaviorsFile } from './behaviors-file';
import { fromPins } from './drift/changes';
import { answersPinned, groupsOf } from './drift/groups';
import { linesOf, plural } from './drift/told';

/** Lines for a terminal; none where there is nothing to say. */
export function closingLines(file: BehaviorsFile): string[] {
  const changes = fromPins(file);
  const heading = headingOf(file, changes.length);
  if (heading === undefined) return [];
  return ['', heading, '', ...linesOf(groupsOf(changes, answersPinned(file.scenarios)))];
}

/** What differs, from what, and what that means; undefined: nothing that would have to be said. */
function headingOf({ release, scenarios }: BehaviorsFile, differing: number): string | undefined {
  const answered = scenarios.filter(({ observed }) => observed !== null).length;
  const count = `${differing} of ${plural(answered, 'scenario')}`;
  if (release === null) return undefined;
  const nearest = nearestCurated(release);
  if (nearest !== release) {
    return `LiteLLM ${release} is not curated: nobody has looked at its answers. Drift against ${nearest}, the nearest release that is: ${count}.`;
  }
  if (differing === 0) return undefined;
  const isJudged = scenarios.some(({ outcome }) => outcome === 'failed' || outcome === 'flaky');
  if (!isJudged) return `What differs from what is pinned, and is not judged: ${count}.`;
  return `What is not as it is pinned: ${count}.`;
}
