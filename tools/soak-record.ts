import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

/** What the counts reporter writes of one run. */
export const countsSchema = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  flaky: z.number(),
  /** Failures of no test: above all, lanes that did not come back as they were lent. */
  errors: z.number(),
});

const roundSchema = countsSchema.extend({ seed: z.string(), exitCode: z.number(), wallSeconds: z.number() });
export type Round = z.infer<typeof roundSchema>;

/** As it is kept, a round says when, of what and on what it was as well: see `circumstances`. */
const recordSchema = z.object({ rounds: z.array(roundSchema.loose()) });

export const foundNothing = ({ failed, flaky, exitCode, passed }: Round): boolean =>
  failed + flaky + exitCode === 0 && passed > 0;

/**
 * Keeps a round beside the earlier ones, back to the last that found something.
 *
 * @param file the record, JSON with a line per round; made where it is not there
 * @param head what the record says of the proof
 * @returns how many rounds in a row have found nothing now
 */
export function keepRound(file: string, head: Readonly<Record<string, unknown>>, round: Round): number {
  const before = existsSync(file) ? recordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).rounds : [];
  const all = [...before, round];
  const last = all.findLastIndex((each) => !foundNothing(each));
  const inARow = all.length - 1 - last;
  const facts = Object.entries({ ...head, inARow }).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},`);
  const rounds = all.slice(Math.max(last, 0)).map((each) => `    ${JSON.stringify(each)}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, ['{', ...facts, '  "rounds": [', rounds.join(',\n'), '  ]', '}', ''].join('\n'));
  return inARow;
}
