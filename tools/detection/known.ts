import { readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import type { Mutant } from './mutants';

/** Why something that no scenario finds is left so. */
const knownSchema = z.object({
  /** Mutants that change nothing that can be seen from outside. */
  mutants: z.array(
    z.object({
      file: z.string(),
      qualname: z.string(),
      operator: z.string(),
      /** As `operators.py` tells it: what is there, and what is there instead. */
      change: z.string(),
      kind: z.enum(['equivalent', 'unreachable', 'unseen']),
      reason: z.string(),
    }),
  ),
  /** Code that no request gets to. */
  lines: z.array(
    z.object({
      file: z.string(),
      /** The function that it is in. */
      qualname: z.string(),
      /** A part of a line that no earlier one of the function has: it is about the statement, or handler, of that line; left out: all of the function. */
      text: z.string().optional(),
      reason: z.string(),
    }),
  ),
});

export type Known = z.infer<typeof knownSchema>;

/** What `known.yaml` says. */
export const readKnown = (): Known =>
  knownSchema.parse(parse(readFileSync(path.join(__dirname, 'known.yaml'), 'utf8')));

/** Why a mutant is left to live, where somebody has looked at it. */
export const reasonFor = ({ mutants }: Known, { file, qualname, operator, change }: Mutant): string | undefined => {
  const found = mutants.find(
    (each) =>
      file.endsWith(each.file) && each.qualname === qualname && each.operator === operator && each.change === change,
  );
  return found === undefined ? undefined : `${found.kind}: ${found.reason}`;
};
