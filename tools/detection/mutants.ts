import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { lastLines, messageOf, StackError } from '../../stack/errors';
import type { Release } from '../../stack/release';
import { installerEnvironment } from '../../stack/release/installer';

/** What may be said of any mutant. */
const anySchema = z.object({
  id: z.string().min(1),
  /** The only scenarios to be played against it, in this order, by id; left out: those that reach it. */
  scenarios: z.array(z.string()).optional(),
  /** What it has to come to. */
  verdict: z.enum(['killed', 'survived', 'uncovered']).optional(),
});

/** A mutant as somebody may give it: see `mutantsFileSchema`. */
const givenSchema = z.object({
  ...anySchema.shape,
  /** As in `litellm.proxy.management_endpoints.team_endpoints`. */
  module: z.string().regex(/^[A-Za-z_][\w.]*$/),
  file: z.string().optional(),
  /** Of the function, as Python names it. */
  qualname: z.string().min(1),
  /** What is changed stands in it, of the file. */
  line: z.int().positive(),
  operator: z.string().default('given'),
  /** The whole changed function, without its decorators. */
  source: z.string().min(1),
});

/** One that a sample of the release may have, by its id. */
const ownSchema = z.strictObject({ ...anySchema.shape, file: z.string() });

const isOwn = (mutant: z.infer<typeof ownSchema | typeof givenSchema>): mutant is z.infer<typeof ownSchema> =>
  !('source' in mutant);

/** What `--mutants` takes. */
const mutantsFileSchema = z.object({ mutants: z.array(z.union([ownSchema, givenSchema])).min(1) });

const knownSchema = z.object({
  file: z.string(),
  diff: z.string(),
  span: z.tuple([z.number(), z.number()]),
});

/** One changed function, and all that is to be known of it. */
export interface Mutant extends z.infer<typeof givenSchema> {
  /** Its path from `litellm/` on. */
  readonly file: string;
  /** As a unified diff. */
  readonly diff: string;
  /** The lines of the statement that is changed, first to last. */
  readonly span: readonly [number, number];
  /** What is there, and what is there instead; left out: whoever gave it did not say. */
  readonly change?: string;
  /** Why it is not one of this release. */
  readonly invalid?: string;
}

const sampledSchema = z.object({ ...givenSchema.shape, ...knownSchema.shape, change: z.string() });

const sampleSchema = z.object({ population: z.number(), leftOut: z.number(), mutants: z.array(sampledSchema) });

/** Mutants that a seed chose. */
export interface Sample {
  readonly mutants: readonly Mutant[];
  /** How many there are to choose from. */
  readonly population: number;
  /** How many more there would be in calls that only log. */
  readonly leftOut: number;
}

/**
 * Chooses mutants of a release.
 *
 * @param options.files their paths from `litellm/` on
 */
export function sampled(
  release: Release,
  options: { readonly files: readonly string[]; readonly seed: string; readonly count: number },
): Sample {
  return sampleSchema.parse(operators(release, options));
}

/**
 * Reads the mutants that a file gives.
 *
 * @throws StackError that names what is wrong with it, all of it
 */
export function mutantsIn(file: string, release: Release): Mutant[] {
  let given: z.infer<typeof mutantsFileSchema>;
  try {
    given = mutantsFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new StackError(
      `${file} holds no mutants: ${error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)}`,
      'It takes `{"mutants": [{"id", "module", "file", "qualname", "line", "operator", "source"}]}`, the source being the whole changed function; or `{"id", "file"}` as `--keep` writes it.',
    );
  }
  const ids = given.mutants.map(({ id }) => id);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw new StackError(`${file} has two mutants ${twice}.`, 'Give each an id of its own.');
  const { mutants: known } = z
    .object({ mutants: z.array(z.union([sampledSchema, knownSchema, z.object({ error: z.string() })])) })
    .parse(operators(release, given));
  return given.mutants.map((mutant, place): Mutant => {
    const more = known[place] ?? { error: 'nothing is known of it' };
    if (isOwn(mutant)) {
      if (!('error' in more)) return { ...sampledSchema.parse(more), ...mutant };
      throw new StackError(more.error, `Name one of this release, ${release.version}, or give its source.`);
    }
    const { file: named = mutant.module, line, source } = mutant;
    return 'error' in more
      ? { ...mutant, file: named, diff: source, span: [line, line], invalid: more.error }
      : { ...mutant, file: more.file, diff: more.diff, span: more.span };
  });
}

/** Asks `operators.py`, with the release's own Python: its syntax is what counts. */
function operators({ python, sitePackages }: Release, question: object): unknown {
  const asked = spawnSync(python, ['-I', path.join(__dirname, 'operators.py')], {
    input: JSON.stringify({ root: sitePackages, ...question }),
    env: installerEnvironment(),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (asked.status === 0) return JSON.parse(asked.stdout);
  throw new StackError(
    `The mutants cannot be made: ${lastLines(asked.stderr)}`,
    'See that `--files` names files from `litellm/` on.',
  );
}
