// What `report/behaviors.json` holds, and how it is read by whoever makes something of it.

import { readFileSync } from 'node:fs';

import { z } from 'zod';

import type { ScenarioRecord } from '../fixtures/record';
import { messageOf, StackError } from '../stack/errors';

/** How a scenario ended; from best to worst, so that repeats fold into their worst. */
export const outcomes = ['passed', 'skipped', 'not-run', 'flaky', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** One entry of the behaviours file. `file` is relative to the folder of the configuration. */
export type Behavior = Omit<ScenarioRecord, 'release' | 'curated' | 'configuration'> & {
  readonly file: string;
  readonly line: number;
  readonly outcome: Outcome;
  readonly ms: number;
};

/** What is known of a scenario that was never played to the point of an answer: what its id says. */
export function unseen(id: string, tags: readonly string[] = []): Omit<Behavior, 'file' | 'line' | 'outcome' | 'ms'> {
  const [profile = '', family = '', route = '', target = '', variant = '', caller = ''] = id
    .split('/')
    .map(decodeURIComponent);
  const nothing = { expected: null, observed: null, effects: null, steps: [] };
  return { id, profile, family, route, caller, target, variant, tags, ...nothing };
}

/** `report/behaviors.json`: what one run saw of one release. */
export interface BehaviorsFile {
  /** Changes when a reader of this file has to. */
  readonly schema: 1;
  readonly release: string | null;
  readonly curated: boolean;
  /** The name of the operator's configuration that was tried in the place of `plain`; left out: none was. */
  readonly configuration?: string;
  /** Whether the whole suite ran to its end. */
  readonly complete: boolean;
  /** What narrowed the run, as given on the command line. */
  readonly filters: readonly string[];
  /** One number per run that is merged into this file. */
  readonly workers: readonly number[];
  readonly wallSeconds: readonly number[];
  /** In the order of their ids. */
  readonly scenarios: readonly Behavior[];
}

/** What a file has to look like to be taken for one: whoever wrote the rest wrote it as its type says. */
const schema = z.object({
  schema: z.literal(1),
  release: z.string().nullable(),
  scenarios: z.array(z.object({ id: z.string(), outcome: z.enum(outcomes), steps: z.array(z.unknown()) })),
});

/**
 * Reads the behaviours file of an earlier run.
 *
 * @throws StackError where there is none, or something else
 */
export function readBehaviors(file: string): BehaviorsFile {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    schema.parse(read);
    return read as BehaviorsFile;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).slice(0, 500) : messageOf(error);
    throw new StackError(
      `${file} is no behaviours file: ${why}`,
      'Name the `report/behaviors.json` of a run, as it was written.',
    );
  }
}
