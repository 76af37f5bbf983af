import type { Aspect } from '../../fixtures/record';
import type { Behavior, BehaviorsFile } from '../../reporting/behaviors-file';
import type { Run } from '../../reporting/run';

/** What a test says of a scenario; the rest is as it does not matter. */
export interface Said extends Partial<Omit<Behavior, 'expected' | 'observed' | 'steps'>> {
  /** A status; with `guard`, a refusal in a success where the status is one. */
  readonly pinned?: number;
  readonly guard?: string;
  readonly seen?: number;
  readonly detail?: string;
  readonly differs?: readonly [Aspect, pinned: string, seen: string];
  /** What differs in a later use, named so, whose own status is pinned. */
  readonly use?: {
    readonly name: string;
    readonly pinned: number;
    readonly differs: readonly [Aspect, string, string];
  };
}

/** A scenario as the behaviours file has it. @param said where it says nothing of it, it is pinned as 200, and that was seen */
export function behavior(said: Said): Behavior {
  const { pinned = 200, guard, seen = pinned, detail = '', differs, use, ...more } = said;
  const { profile = 'plain', family = 'matrix', route = 'GET /key/info', target = '', variant = '' } = more;
  const { caller = 'owner' } = more;
  const inItem = guard !== undefined && pinned < 400;
  const expected = { status: pinned, ...(guard !== undefined && { guard }), ...(inItem && { inItem }) };
  const observed = { status: seen, detail };
  const difference = (from: Said['differs']) =>
    from === undefined ? null : { aspect: from[0], pinned: from[1], seen: from[2] };
  const [method = '', path = ''] = route.split(' ');
  const request = { method, path, query: {}, body: null, headers: {} };
  const answer = { ...observed, returned: null, body: null };
  const act = { name: 'act', request, expected, observed: answer, effects: [], differs: difference(differs) };
  const later = use && {
    ...act,
    name: use.name,
    expected: { status: use.pinned },
    differs: difference(use.differs),
  };
  return {
    id: [profile, family, route, target, variant, caller].map(encodeURIComponent).join('/'),
    ...{ profile, family, route, target, variant, caller, tags: [], file: 'specs/keys/info.spec.ts', line: 67, ms: 1 },
    ...{ expected, observed, effects: [], steps: later === undefined ? [act] : [act, later] },
    outcome: differs === undefined && use === undefined ? 'passed' : 'failed',
    ...more,
  };
}

/** One that ended before it had an answer. */
export const unanswered = (said: Said): Behavior => ({
  ...behavior(said),
  ...{ expected: null, observed: null, effects: null, steps: [], outcome: said.outcome ?? 'failed' },
});

/** A run of these scenarios. @param why what Playwright says of those that failed */
export function run(
  scenarios: readonly Behavior[],
  said: Partial<Omit<Run, 'file'>> & { readonly file?: Partial<BehaviorsFile> } = {},
): Run {
  return {
    failures: new Map(),
    errors: [],
    ...said,
    file: {
      ...{
        schema: 1,
        release: '1.106.0',
        curated: true,
        complete: true,
        filters: [],
        workers: [2],
        wallSeconds: [449.2],
      },
      ...said.file,
      scenarios,
    },
  };
}
