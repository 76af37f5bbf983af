// What the drift page holds.

import type { Behavior } from '../behaviors-file';
import type { Change } from '../drift/changes';
import type { Drift } from '../drift/drift';
import type { Sense } from '../drift/groups';
import { aboutWhom, headlineOf } from '../drift/told';
import { detailOf } from './behavior-content';
import type { PageIndex, PairDetail, ToldChange, ToldGroup } from './format';
import { inColumns, type Item } from './items';
import { packed, type Content } from './packed';

/** Everything that the page of a drift holds. */
export async function driftContent(drift: Drift): Promise<Content> {
  const changesById = new Map<string, ToldChange[]>();
  for (const { sense, changes } of drift.groups)
    for (const change of changes) {
      const ofOne = changesById.get(change.id);
      if (ofOne === undefined) changesById.set(change.id, [toldChange(change, sense)]);
      else ofOne.push(toldChange(change, sense));
    }
  const pairs = drift.pairs.filter(({ id }) => changesById.has(id));
  const details = await packed(
    pairs.map(({ id, before, after }): PairDetail => ({
      id,
      changes: changesById.get(id) ?? [],
      before: detailOf(before),
      after: detailOf(after),
    })),
  );
  const places = new Map(pairs.map(({ id, after }, place) => [id, { place, after }]));
  const items: Item[] = [];
  const groups = drift.groups.map((group): ToldGroup => {
    const first = items.length;
    for (const change of group.changes) {
      const pair = places.get(change.id);
      if (pair !== undefined) items.push(itemOf(change, group.sense, pair.place, pair.after));
    }
    const { route, sense, aspect } = group;
    return {
      ...{ route, sense, aspect, headline: headlineOf(group), about: aboutWhom(group) },
      items: Array.from({ length: items.length - first }, (_, i) => first + i),
    };
  });
  const { before, after, compared, onlyBefore, onlyAfter } = drift;
  const index: PageIndex = {
    head: { kind: 'drift', before, after, compared, changed: changesById.size, onlyBefore, onlyAfter, groups },
    items: inColumns(items, details.starts),
  };
  return { index, chunks: details.chunks };
}

const toldChange = ({ step, aspect, before, after }: Change, sense: Sense): ToldChange => ({
  ...{ step, aspect, sense, before, after },
});

function itemOf(change: Change, sense: Sense, detail: number, { profile, file, line }: Behavior): Item {
  const { route, caller, family, target, variant, aspect, before, after, step } = change;
  const what = aspect === 'status' ? `${before} → ${after}` : aspect;
  return {
    ...{ route, caller, family, profile, target, variant, file, line, detail },
    answer: step === 'act' ? what : `later ${what}`,
    mark: sense,
    text: `${step} ${before} ${after}`,
  };
}
