import { setTimeout as sleep } from 'node:timers/promises';

import type { Lane } from '../../fixtures/lane';
import type { Lanes } from '../../fixtures/lanes';
import type { Scenario } from '../../fixtures/scenario';
import { forgetPostgresVariables } from '../../stack/environment';
import { readSession } from '../../stack/session';
import type { Settings } from '../../stack/settings';
import { startOwnStack } from '../../stack/start';

/** How many scenarios are played side by side, as in the main job. */
const lanesAtOnce = 2;

/** How long one may take, in milliseconds: what hangs further in than a request does. Ten attempts in vain take half of it. */
const patience = 60_000;

/** How long a stack takes at most to be gone after a part of it is, in milliseconds: PostgreSQL is shut down in order. */
const lastMomentsMs = 15_000;

/** A stack that scenarios are played on in this process, as the values that they are: no runner, no reports. */
export interface Playground {
  /** Every route of its release. */
  readonly routes: readonly string[];
  /** One for each that plays beside the others. */
  readonly seats: readonly Lanes[];
  /** The folder with what its proxies have run so far; undefined: that is not noted. */
  readonly covered: string | undefined;
  /** Gives all lanes back, before `work` is over. */
  readonly clear: () => Promise<void>;
  /** Rejects, with what to tell, when the stack is gone in the middle. */
  readonly gone: Promise<never>;
}

/**
 * Has a stack for as long as `work` takes.
 *
 * @param options.covers whether what its proxies run is noted
 */
export async function onPlayground<T>(
  options: { settings: Settings; progress: (line: string) => void; covers?: boolean },
  work: (playground: Playground) => Promise<T>,
): Promise<T> {
  forgetPostgresVariables();
  const stack = await startOwnStack(options.settings, options.progress, options);
  process.env.STACK_SESSION = stack.session;
  const gone = stack.lost.then((error) => {
    throw error;
  });
  gone.catch(() => undefined);
  try {
    // Only now: a session is looked for as soon as it is loaded.
    const { Lanes } = await import('../../fixtures/lanes');
    const seats = Array.from({ length: lanesAtOnce }, (_, index) => new Lanes(index));
    const { routes, covered } = readSession();
    const clear = async () => {
      await Promise.all(seats.map((seat) => seat.giveBack()));
    };
    const result = await work({ routes, seats, covered, clear, gone });
    await clear();
    return result;
  } catch (error) {
    // A stack that is about to be gone fails in many ways first, none of which tells why.
    await Promise.race([gone, sleep(lastMomentsMs, undefined, { ref: false })]);
    throw error;
  } finally {
    stack.letGo();
  }
}

/** Does all of `tasks`, in their order, each on whichever seat is free; without a stack none of them means anything. */
export async function shared<T>(
  { seats, gone }: Playground,
  tasks: readonly T[],
  work: (task: T, seat: Lanes) => Promise<void>,
): Promise<void> {
  const waiting = [...tasks];
  await Promise.all(
    seats.map(async (seat) => {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
        await Promise.race([work(task, seat), gone]);
    }),
  );
}

/** The seat's lane for a scenario. */
export async function laneFor(seat: Lanes, { profile }: Pick<Scenario, 'profile'>): Promise<Lane> {
  const { Lane } = await import('../../fixtures/lane');
  const lane = await seat.of(profile);
  if (!(lane instanceof Lane)) throw new Error('a stack that was started here is somebody else’s');
  return lane;
}

/** What one scenario came to; undefined: it passed. */
export async function failureOf(scenario: Scenario, lane: Lane): Promise<unknown> {
  const { CannotHold } = await import('../../fixtures/play');
  const tooLong = new AbortController();
  try {
    await Promise.race([
      scenario.play(lane, () => undefined),
      sleep(patience, undefined, { signal: tooLong.signal }).then(() => {
        throw new StillGoing(`${scenario.title} was not over after ${patience / 1000} s.`);
      }),
    ]);
    return undefined;
  } catch (error) {
    return error instanceof CannotHold ? undefined : (error ?? new Error('it failed without a reason'));
  } finally {
    tooLong.abort();
  }
}

/** A scenario that did not end. Its lane is of no further use. */
export class StillGoing extends Error {}
