import { createHash } from 'node:crypto';

import type { Lane } from '../../fixtures/lane';
import type { Lanes } from '../../fixtures/lanes';
import type { Scenario } from '../../fixtures/scenario';
import { hideSecrets } from '../../fixtures/secrets';
import { messageOf } from '../../stack/errors';
import type { Mutant } from './mutants';
import { failureOf, laneFor, StillGoing } from './playing';

/** In what way a mutant was found. */
export type Killing = 'a scenario failed' | 'its proxy crashed' | 'it hung' | 'its proxy did not start';

/** What was found of one mutant. */
export interface Verdict {
  readonly id: string;
  /** `invalid`: nothing could be changed that way in this release. */
  readonly verdict: 'killed' | 'survived' | 'uncovered' | 'invalid';
  /** The id of the scenario that found it; null where none did, or none was needed. */
  readonly by: string | null;
  readonly how?: Killing;
  /** In a line: what failed, or why it is invalid. */
  readonly why?: string;
  readonly seconds: number;
  /** How many scenarios were played against it. */
  readonly played: number;
  /** Those that failed without the mutant as well, by id: nothing was concluded from them. */
  readonly unsound?: readonly string[];
}

type Found = Pick<Verdict, 'verdict' | 'by' | 'how' | 'why'>;

/**
 * Plays scenarios against a mutant until one fails.
 *
 * @param scenarios those that reach it, in the order in which they are played
 */
export async function judge(mutant: Mutant, scenarios: readonly Scenario[], seat: Lanes): Promise<Verdict> {
  const since = performance.now();
  const unsound: string[] = [];
  let played = 0;

  const against = async (those: readonly Scenario[], lane: Lane): Promise<(Found & { at: number }) | undefined> => {
    const { module, qualname, source } = mutant;
    try {
      return await lane.withMutant({ module, qualname, source }, async (mutated) => {
        for (const [at, scenario] of those.entries()) {
          played += 1;
          const failure = await failureOf(scenario, mutated);
          if (failure === undefined) continue;
          const how = await wayOf(failure, mutated);
          return { verdict: 'killed', by: scenario.id, how, why: inALine(failure), at };
        }
        return undefined;
      });
    } catch (error) {
      const why = inALine(error);
      const reason = /CannotApplyError: (.*)/.exec(why)?.[1];
      // A lane that cannot take a mutant says nothing of it.
      if (!lane.isWell) throw error;
      return reason === undefined
        ? { verdict: 'killed', by: null, how: 'its proxy did not start', why, at: 0 }
        : { verdict: 'invalid', by: null, why: reason, at: 0 };
    }
  };

  const find = async (): Promise<Found> => {
    if (mutant.invalid !== undefined) return { verdict: 'invalid', by: null, why: mutant.invalid };
    if (scenarios.length === 0) return { verdict: 'uncovered', by: null };
    for (const those of byProfile(scenarios)) {
      let left = those;
      let doubted: Scenario | undefined;
      while (left[0] !== undefined) {
        const [{ profile }] = left;
        const laneNow = () => laneFor(seat, { profile });
        const lane = await laneNow();
        const found = await against(left, lane);
        if (!lane.isWell) await seat.renew(profile);
        if (found === undefined) break;
        // A stack that is gone would be a mutant's fault: this throws then, and nothing was decided.
        if (found.verdict === 'killed') await (await laneNow()).sideChannel.untilQuiet(0);
        const { at, ...verdict } = found;
        const killer = left[at];
        if (killer === undefined || verdict.how !== 'a scenario failed') return verdict;
        if ((await failureOf(killer, await laneNow())) === undefined) return verdict;
        // It fails without the mutant. Either something is left in that proxy, or it fails by itself, and has found nothing.
        await seat.renew(profile);
        if ((await failureOf(killer, await laneNow())) !== undefined) {
          unsound.push(killer.id);
          left = left.slice(at + 1);
        } else if (doubted === killer) return verdict;
        // Who left something there, this mutant or one before it, shows in a proxy that has seen neither.
        else [doubted, left] = [killer, left.slice(at)];
      }
    }
    return { verdict: 'survived', by: null };
  };

  const found = await find();
  const seconds = Math.round((performance.now() - since) / 10) / 100;
  return { id: mutant.id, ...found, seconds, played, ...(unsound.length > 0 ? { unsound } : {}) };
}

/** Those of each profile together: each has a proxy of its own, so the mutant is put into several. `plain` first. */
function byProfile(scenarios: readonly Scenario[]): Scenario[][] {
  const groups = new Map<string, Scenario[]>();
  for (const scenario of scenarios) groups.set(scenario.profile, [...(groups.get(scenario.profile) ?? []), scenario]);
  return [...groups]
    .sort(([a], [b]) => Number(b === 'plain') - Number(a === 'plain') || (a < b ? -1 : 1))
    .map(([, group]) => group);
}

async function wayOf(failure: unknown, { sideChannel }: Lane): Promise<Killing> {
  if (failure instanceof StillGoing) return 'it hung';
  try {
    const open = await sideChannel.untilQuiet(0);
    return open.length > 0 ? 'it hung' : 'a scenario failed';
  } catch (error) {
    return /timeout|aborted/i.test(messageOf(error)) ? 'it hung' : 'its proxy crashed';
  }
}

const inALine = (error: unknown): string =>
  hideSecrets(messageOf(error))
    .replaceAll(/\u001b\[[\d;]*m/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join(' ')
    .slice(0, 300);

/**
 * The order in which scenarios are played against mutants: one of each kind after the other, so that different ones come early.
 *
 * @param seed the same one gives the same order
 */
export function inTurns(scenarios: readonly Scenario[], seed: string): Scenario[] {
  const drawn = (text: string) => createHash('sha256').update(`${seed}\0${text}`).digest('hex');
  const kinds = new Map<string, { scenario: Scenario; draw: string }[]>();
  for (const scenario of scenarios) {
    // All but its variant and its caller.
    const kind = scenario.id.split('/').slice(0, 4).join('/');
    const group = kinds.get(kind) ?? [];
    group.push({ scenario, draw: drawn(scenario.id) });
    kinds.set(kind, group);
  }
  const turns = [...kinds].flatMap(([kind, group]) =>
    group
      .sort((a, b) => (a.draw < b.draw ? -1 : 1))
      .map(({ scenario }, turn) => ({ scenario, turn, draw: drawn(kind) })),
  );
  return turns.sort((a, b) => a.turn - b.turn || (a.draw < b.draw ? -1 : 1)).map(({ scenario }) => scenario);
}
