// What the behaviour page holds.

import type { Behavior, BehaviorsFile } from '../behaviors-file';
import { statusOf } from '../drift/changes';
import { noAnswer, type Mark, type PageIndex, type ScenarioDetail } from './format';
import { inColumns, type Item } from './items';
import { packed, type Content } from './packed';

/** Everything that the page of a run holds. */
export async function behaviorContent(file: BehaviorsFile): Promise<Content> {
  // Those that are opened together lie together.
  const behaviors = file.scenarios.toSorted(
    (a, b) => order(a.route, b.route) || order(a.caller, b.caller) || order(a.id, b.id),
  );
  const { release, curated, configuration, complete, filters, workers, wallSeconds } = file;
  const details = await packed(behaviors.map(detailOf));
  const index: PageIndex = {
    head: {
      ...{ kind: 'behaviors', release, curated, complete, filters, workers, wallSeconds },
      ...(configuration === undefined ? {} : { configuration }),
    },
    items: inColumns(behaviors.map(itemOf), details.starts),
  };
  return { index, chunks: details.chunks };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function itemOf(behavior: Behavior, place: number): Item {
  const { route, caller, family, profile, target, variant, observed, file, line } = behavior;
  const answer = observed === null ? noAnswer : statusOf({ observed });
  const text = observed?.detail ?? '';
  return {
    route,
    caller,
    family,
    profile,
    target,
    variant,
    answer,
    mark: markOf(behavior),
    text,
    file,
    line,
    detail: place,
  };
}

/** Where nothing is judged, a scenario passes with whatever it saw. */
function markOf({ outcome, steps }: Behavior): Mark {
  // Files of earlier versions say nothing of differences.
  const differs = steps.some((step) => (step.differs ?? null) !== null);
  return outcome === 'passed' && differs ? 'differs' : outcome;
}

/** A scenario's details, without what its item says. What a record says of the act again is left out. */
export function detailOf({ id, tags, ms, expected, steps }: Behavior): ScenarioDetail {
  return { id, tags, ms, expected, steps };
}
