/** An effect as a record has it. */
export interface EffectRecord {
  readonly op: string;
  readonly table: string;
  readonly id: string;
  readonly columns: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

/** One row, or one column of a row, in which two lists of effects differ. */
export interface EffectChange {
  /** What is done to which table: `insert LiteLLM_AuditLog`. */
  readonly place: string;
  /** Null: the row as a whole is on one side alone. */
  readonly column: string | null;
  /** More: it is there after alone. Less: before alone. Other: with another value. */
  readonly direction: 'more' | 'less' | 'other';
  /** What stands there, in the words of reports; empty: nothing. */
  readonly before: string;
  readonly after: string;
}

/** What is not the same in two lists of effects, whatever their order. */
export function changedEffects(before: readonly EffectRecord[], after: readonly EffectRecord[]): EffectChange[] {
  const rest = [...after];
  const left = before.filter((effect) => take(rest, (other) => same(effect, other)) === undefined);
  const changed = left.flatMap((effect) => {
    const other =
      take(rest, (other) => placeOf(other) === placeOf(effect) && other.id === effect.id) ??
      take(rest, (other) => placeOf(other) === placeOf(effect));
    return other === undefined ? [wholeRow(effect, 'less')] : changedColumns(effect, other);
  });
  return [...changed, ...rest.map((effect) => wholeRow(effect, 'more'))];
}

function take<T>(items: T[], fits: (item: T) => boolean): T | undefined {
  const place = items.findIndex(fits);
  return place < 0 ? undefined : items.splice(place, 1)[0];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const placeOf = ({ op, table }: EffectRecord): string => `${op} ${table}`;

function wholeRow(effect: EffectRecord, direction: 'more' | 'less'): EffectChange {
  const { op, id, columns } = effect;
  const text = [id, ...Object.entries(columns).map(([name, values]) => `    ${name}: ${valueOf(op, values)}`)].join(
    '\n',
  );
  return {
    ...{ place: placeOf(effect), column: null, direction },
    before: direction === 'less' ? text : '',
    after: direction === 'more' ? text : '',
  };
}

function changedColumns(before: EffectRecord, after: EffectRecord): EffectChange[] {
  const names = [...new Set([...Object.keys(before.columns), ...Object.keys(after.columns)])];
  const changed = names.flatMap((name): EffectChange[] => {
    const [was, is] = [before.columns[name], after.columns[name]];
    if (same(was, is)) return [];
    return [
      {
        ...{ place: placeOf(before), column: name },
        direction: was === undefined ? 'more' : is === undefined ? 'less' : 'other',
        before: was === undefined ? '' : valueOf(before.op, was),
        after: is === undefined ? '' : valueOf(after.op, is),
      },
    ];
  });
  if (before.id === after.id) return changed;
  const which = { column: 'which row', direction: 'other', before: before.id, after: after.id } as const;
  return [{ place: placeOf(before), ...which }, ...changed];
}

/** Of an update both values, of an insert what is there now, of a deletion what was there. */
export function valueOf(op: string, [was, is]: readonly [unknown, unknown]): string {
  if (op === 'update') return `${JSON.stringify(was)} → ${JSON.stringify(is)}`;
  return JSON.stringify(op === 'insert' ? is : was);
}
