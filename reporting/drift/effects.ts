import { rowOf, valueOf, type EffectRecord } from '../../fixtures/told-effects';

/**
 * What is not the same in two lists of effects, a line per row and, below it, per column.
 *
 * @param before null: not observed, and then nothing is said
 */
export function changedEffects(
  before: readonly EffectRecord[] | null,
  after: readonly EffectRecord[] | null,
): { readonly before: string; readonly after: string } {
  if (before === null || after === null) return { before: '', after: '' };
  const rest = [...after];
  const left = before.filter((effect) => take(rest, (other) => same(effect, other)) === undefined);
  const lines: { readonly before: string[]; readonly after: string[] } = { before: [], after: [] };
  for (const effect of left) {
    const other =
      take(rest, (other) => rowOf(other) === rowOf(effect)) ??
      take(rest, (other) => other.op === effect.op && other.table === effect.table);
    lines.before.push(...linesOf(effect, other));
    if (other !== undefined) lines.after.push(...linesOf(other, effect));
  }
  lines.after.push(...rest.flatMap((effect) => linesOf(effect, undefined)));
  if (lines.before.length + lines.after.length === 0) return { before: '', after: '' };
  const told = (side: readonly string[]) => side.join('\n') || '(nothing)';
  return { before: told(lines.before), after: told(lines.after) };
}

function take<T>(items: T[], fits: (item: T) => boolean): T | undefined {
  const place = items.findIndex(fits);
  return place < 0 ? undefined : items.splice(place, 1)[0];
}

const same = (a: EffectRecord, b: EffectRecord): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A row, and those of its columns that are not the same in its counterpart. */
const linesOf = (effect: EffectRecord, other: EffectRecord | undefined): string[] => [
  rowOf(effect),
  ...Object.entries(effect.columns)
    .filter(([name, values]) => JSON.stringify(values) !== JSON.stringify(other?.columns[name]))
    .map(([name, values]) => `    ${name}: ${valueOf(effect.op, values)}`),
];
