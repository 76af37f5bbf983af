// Which release to ask next, and what the answers say. Nothing here knows what a release or an answer is.

/** What came of asking one release. */
export type Outcome<A> = { readonly answer: A } | { readonly skipped: string };

/** What is searched, and how. */
export interface Search<A> {
  /** Oldest first; the first and the last are the ends of the range. */
  readonly releases: readonly string[];
  /** Those that are asked first; the others only between two of these whose answers differ. */
  readonly main: readonly string[];
  readonly differ: (before: A, after: A) => boolean;
  /**
   * Asks one release. The signal says that its answer is no longer of interest; what is returned then is not looked at.
   *
   * @throws what ends the whole search
   */
  readonly ask: (release: string, signal: AbortSignal) => Promise<Outcome<A>>;
  /** How many may be asked at the same time. */
  readonly atOnce: number;
  /** All of the main ones are asked, whatever the ends say: an answer that went and came back is seen too. */
  readonly all: boolean;
}

/** A release from which on the answer is another one. */
export interface Turn {
  /** The last one with the old answer. */
  readonly before: string;
  /** The first one with the new answer. */
  readonly after: string;
  /** Those between them, none of which could be asked. */
  readonly unknown: readonly string[];
}

export interface Found<A> {
  /** Of those that answered, oldest first. */
  readonly answers: ReadonlyMap<string, A>;
  /** Why each of the others that were tried did not, oldest first. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Oldest first. */
  readonly turns: readonly Turn[];
}

/**
 * Finds where the answer changes. It asks both ends, and then in the middle of whatever two neighbours have different
 * answers; a third answer there makes two such pairs. Where a release cannot be asked, the one next to it is, and that goes for
 * the ends too.
 */
export async function search<A>(options: Search<A>): Promise<Found<A>> {
  const { releases, ask, atOnce } = options;
  const outcomes = new Map<string, Outcome<A>>();
  const pending = new Map<string, { readonly over: Promise<void>; readonly abort: AbortController }>();
  const start = (release: string): void => {
    const abort = new AbortController();
    const over = ask(release, abort.signal).then((outcome) => {
      if (!abort.signal.aborted) outcomes.set(release, outcome);
      pending.delete(release);
    });
    pending.set(release, { over, abort });
  };
  try {
    for (;;) {
      const of = gapsIn(options, outcomes);
      for (const [release, { abort }] of pending) {
        if (!of.some((gap) => gap.includes(release))) abort.abort();
      }
      // What is being ended takes its place until it has.
      const free = atOnce - pending.size;
      for (const release of chosen(of, new Set(pending.keys()), free)) start(release);
      if (pending.size === 0) break;
      await Promise.race([...pending.values()].map(({ over }) => over));
    }
  } finally {
    for (const { abort } of pending.values()) abort.abort();
    await Promise.allSettled([...pending.values()].map(({ over }) => over));
  }
  const tried = releases.flatMap((release) => {
    const outcome = outcomes.get(release);
    return outcome === undefined ? [] : [[release, outcome] as const];
  });
  return {
    answers: new Map(tried.flatMap(([release, outcome]) => ('answer' in outcome ? [[release, outcome.answer]] : []))),
    skipped: new Map(tried.flatMap(([release, outcome]) => ('skipped' in outcome ? [[release, outcome.skipped]] : []))),
    turns: turnsIn(options, outcomes),
  };
}

type Outcomes<A> = ReadonlyMap<string, Outcome<A>>;

/** Two neighbours among those that answered. */
interface Neighbours<A> {
  readonly before: string;
  readonly after: string;
  readonly differ: boolean;
  readonly between: readonly string[];
  readonly answers: readonly [A, A];
}

function neighboursIn<A>({ releases, differ }: Search<A>, outcomes: Outcomes<A>): Neighbours<A>[] {
  const answered = releases.flatMap((release, place) => {
    const outcome = outcomes.get(release);
    return outcome !== undefined && 'answer' in outcome ? [{ release, place, answer: outcome.answer }] : [];
  });
  return answered.slice(1).map((after, index) => {
    const before = answered[index] ?? after;
    return {
      before: before.release,
      after: after.release,
      differ: differ(before.answer, after.answer),
      between: releases.slice(before.place + 1, after.place),
      answers: [before.answer, after.answer],
    };
  });
}

/** The releases that are worth asking: a list for each place where something is not known yet. */
function gapsIn<A>(options: Search<A>, outcomes: Outcomes<A>): string[][] {
  const { releases, main, all } = options;
  const unasked = (names: readonly string[]) => names.filter((name) => !outcomes.has(name));
  const isAnswered = (release: string) => {
    const outcome = outcomes.get(release);
    return outcome !== undefined && 'answer' in outcome;
  };
  const ends = [releases, releases.toReversed()].flatMap((fromAnEnd) => {
    const [nearest] = fromAnEnd.filter((release) => !outcomes.has(release) || isAnswered(release));
    return nearest === undefined || isAnswered(nearest) ? [] : [[nearest]];
  });
  if (ends.length > 0) return ends;
  const everywhere = all ? unasked(main).map((release) => [release]) : [];
  const between = neighboursIn(options, outcomes)
    .filter(({ differ }) => differ)
    .flatMap((neighbours) => {
      const left = unasked(neighbours.between);
      const leftOfMain = left.filter((release) => main.includes(release));
      return [leftOfMain.length > 0 ? leftOfMain : left];
    });
  return [...everywhere, ...between.filter((gap) => gap.length > 0)];
}

/** At most so many releases whose answers cut the gaps into the smallest pieces, beside those that are being asked. */
function chosen(gaps: readonly (readonly string[])[], pending: ReadonlySet<string>, count: number): string[] {
  const chosenOnes: string[] = [];
  for (const [index, gap] of gaps.entries()) {
    const free = count - chosenOnes.length;
    if (free <= 0) break;
    // Gaps share what can be asked at once; the first take what is left over.
    const share = Math.ceil(free / (gaps.length - index));
    chosenOnes.push(...cutsOf(gap, pending, share).filter((release) => !chosenOnes.includes(release)));
  }
  return chosenOnes;
}

function cutsOf(gap: readonly string[], pending: ReadonlySet<string>, count: number): string[] {
  const pieces: (readonly string[])[] = [];
  let piece: string[] = [];
  for (const release of gap) {
    if (!pending.has(release)) piece.push(release);
    else {
      pieces.push(piece);
      piece = [];
    }
  }
  pieces.push(piece);
  const longest = pieces.reduce((longest, other) => (other.length > longest.length ? other : longest));
  const places = Array.from({ length: count }, (_, nth) => Math.floor(((nth + 1) * longest.length) / (count + 1)));
  return [...new Set(places)].flatMap((place) => longest[place] ?? []);
}

function turnsIn<A>(options: Search<A>, outcomes: Outcomes<A>): Turn[] {
  return neighboursIn(options, outcomes)
    .filter(({ differ }) => differ)
    .map(({ before, after, between }) => ({ before, after, unknown: between }));
}
