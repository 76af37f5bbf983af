/** How many statements that came once are remembered, per statement that may be prepared. */
const memory = 4;

/**
 * Decides which statements every connection keeps prepared: PostgreSQL then parses and plans them once. As in the native
 * engine, `statement_cache_size` of the URL says how many; here the first that come a second time are chosen.
 */
export class Preparation {
  private readonly prepared = new Map<string, string>();
  private readonly once = new Set<string>();
  private given = 0;

  /** @param limit how many statements may be prepared; 0 is none */
  constructor(private readonly limit: number) {}

  /** @returns what the statement is called, or undefined where it is to be sent without a name */
  nameOf(sql: string, parameters: number): string | undefined {
    // `BEGIN` and its kin are no work to parse, and without a name they take fewer messages.
    if (parameters === 0) return undefined;
    const name = this.prepared.get(sql);
    if (name !== undefined || this.given >= this.limit) return name;
    if (!this.once.has(sql)) {
      if (this.once.size >= this.limit * memory) this.once.clear();
      this.once.add(sql);
      return undefined;
    }
    this.once.delete(sql);
    const fresh = `statement_${++this.given}`;
    this.prepared.set(sql, fresh);
    return fresh;
  }

  /** Forgets a name that is of no use any more. If the statement comes again twice, it gets another one. */
  giveUp(sql: string): void {
    this.prepared.delete(sql);
  }
}
