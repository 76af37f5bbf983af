// What of a run is not as it is pinned, scenario by scenario, in the order in which a person wants to know.

import { startOf } from '../fixtures/told-effects';
import type { Behavior } from './behaviors-file';
import { fromPins, type Change } from './drift/changes';
import { senseOf, type Sense } from './drift/groups';
import type { Run } from './run';

/** A scenario that is not as it is pinned, or of which nobody can say. */
export interface Amiss {
  readonly behavior: Behavior;
  /** Whether the run fails because of it; otherwise nobody judges, and it is only told. */
  readonly isJudged: boolean;
  /** What differs; undefined: nothing that could be told, and `why` tells. */
  readonly change: Change | undefined;
  readonly sense: Sense;
  /** One line of Playwright's; empty where it passed. */
  readonly why: string;
}

/** All that is amiss: what was opened first, what is only told last. */
export function amissIn({ file, failures }: Run): Amiss[] {
  return file.scenarios
    .flatMap((behavior): Amiss[] => {
      const { outcome, id, steps } = behavior;
      const isJudged = outcome === 'failed' || outcome === 'flaky';
      if (!isJudged && outcome !== 'passed') return [];
      // Beside what failed there may be a difference that nobody judges.
      const judged = steps.filter(({ expected }) => expected !== null);
      const [change] = fromPins({ scenarios: [isJudged ? { ...behavior, steps: judged } : behavior] });
      if (change === undefined && !isJudged) return [];
      const sense = change === undefined ? 'other' : senseOf(change);
      return [{ behavior, isJudged, change, sense, why: failures.get(id) ?? '' }];
    })
    .toSorted((a, b) => urgencyOf(a) - urgencyOf(b));
}

const urgencyOf = ({ isJudged, change, sense }: Amiss): number => {
  if (!isJudged) return 4;
  if (change === undefined) return 3;
  return { opened: 0, closed: 1, other: 2 }[sense];
};

/** `cross_org_user → GET /key/info · key of nobody in Beta`, without the profile `plain`. */
export function nameOf({ profile, caller, route, target, variant }: Behavior): string {
  const about = [target, variant, profile === 'plain' ? '' : profile].filter((part) => part !== '');
  return [`${caller} → ${route}`, ...about].join(' · ');
}

/** How one ended of which no difference tells. */
export function howItEnded({ outcome, observed }: Behavior): string {
  if (outcome === 'flaky') return 'passed at another attempt';
  return observed === null ? 'ended without an answer to judge' : 'failed for another reason than its answer';
}

/** What happened to it, in one sentence. */
export function whatHappened({ behavior, change, why }: Amiss): string {
  if (change === undefined) return `${howItEnded(behavior)}: ${why || 'nothing tells why'}`;
  const { aspect, step, before, after } = change;
  const what = {
    status: 'status',
    guard: 'the guard that refused',
    effects: 'effects',
    returned: 'whose data came back',
    body: 'what it answered',
  };
  const [pinned, seen] = [before, after].map((text) => inShort(text) || '(nothing)');
  return `${step === 'act' ? '' : `later use "${step}": `}${what[aspect]}: pinned ${pinned}, seen ${seen}`;
}

const inShort = (text: string): string => {
  return startOf(text.replaceAll(/\s+/g, ' '), 400);
};
