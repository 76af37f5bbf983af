import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { parseArgs } from 'node:util';

import { collectScenarios } from '../fixtures/collect';
import type { Scenario } from '../fixtures/scenario';
import { StackError } from '../stack/errors';
import { homeFolders, projectFolder } from '../stack/home';
import { ensureRelease } from '../stack/release';
import { loadSettings, type Settings } from '../stack/settings';
import { run, wordsOf } from './command';
import { cover, keptCoverage, sourcesNow, type Covered } from './detection/covered';
import { inTurns, judge, type Verdict } from './detection/judging';
import { Journal } from './detection/journal';
import { readKnown, reasonFor } from './detection/known';
import { mutantsIn, sampled, type Mutant } from './detection/mutants';
import { onPlayground, shared } from './detection/playing';
import { figuresOf, outOf, pageOf, toldOf, type Decided } from './detection/told';
import { Progress } from './progress';
import { specFiles } from './spec-files';

const help = `How much of a changed LiteLLM the scenarios notice: \`npm run mutate -- [--release R] [--count N] [--seed S] [--files …]\` changes
one function after the other in a proxy's memory, and plays the scenarios that reach the change until one fails.

--count N    how many of them; left out: 100
--seed S     which; left out: 1
--files F    a file from \`litellm/\` on; may be repeated; left out: the handlers of keys and of teams
--mutants F  those of a file instead: {"mutants": [{id, module, file, qualname, line, operator, source}]}, \`source\` being the
             whole changed function, or {id, file}, as --keep writes those of a sample; \`scenarios\`, ids, restricts what is
             played, and \`verdict\` is what has to come out
--out F      writes {release, killed, survived, uncovered, mutants: [{id, verdict, by, seconds, …}]}
--keep F     writes the mutants and what came out in the form that --mutants takes
--kept-coverage  goes on with what was covered before the last change to the specs
--fresh      begins anew what was interrupted

Exits with 1 where a verdict is another one than it had to be, or a mutant could not be put in.
`;

/** The handlers that the project is about. */
const handlers = ['key_management_endpoints.py', 'team_endpoints.py'].map(
  (file) => `litellm/proxy/management_endpoints/${file}`,
);

/** How many of the scenarios that were played against a survivor are kept with it. */
const keptPerSurvivor = 25;

const options = {
  release: { type: 'string' },
  count: { type: 'string', default: '100' },
  seed: { type: 'string', default: '1' },
  files: { type: 'string', multiple: true },
  mutants: { type: 'string' },
  out: { type: 'string' },
  keep: { type: 'string' },
  'kept-coverage': { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = wordsOf({ options }, help);
  const count = Number(values.count);
  if (!Number.isInteger(count) || count < 1)
    throw new StackError(`--count is ${JSON.stringify(values.count)}.`, 'It takes a whole number.');
  if (values.release !== undefined) process.env.LITELLM_RELEASE = values.release;
  const settings = loadSettings();
  const { home, release: version } = settings;
  const progress = console.error;
  const release = await ensureRelease({ version, home, progress });

  const { mutants, chosen } = chosenOf(values, release, count);
  progress(chosen);
  const all = await collectScenarios(specFiles());
  const covered = mutants.every(({ scenarios }) => scenarios !== undefined)
    ? undefined
    : await coverageFor(settings, values['kept-coverage']);
  const reaching = scenariosFor(mutants, all, { covered, seed: values.seed });

  const parts = mutants.map((mutant) => [mutant.id, mutant.source, reaching(mutant).map(({ id }) => id)]);
  const key = JSON.stringify([version, parts, values.seed, sourcesNow()]);
  const journal = new Journal(
    path.join(homeFolders(home).mutation, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.jsonl`),
  );
  if (values.fresh) journal.end();
  const verdicts = await decide(mutants, reaching, {
    settings,
    before: values.fresh ? new Map() : journal.verdicts,
    journal,
  });

  const known = readKnown();
  const decided = mutants.map((mutant): Decided => {
    const verdict = verdicts.get(mutant.id);
    if (verdict === undefined) throw new Error(`nothing was decided about ${mutant.id}`);
    const unreached = verdict.verdict === 'uncovered' ? covered?.reasons(mutant.file).get(mutant.span[0]) : undefined;
    return { mutant, verdict, scenarios: reaching(mutant), reason: reasonFor(known, mutant) ?? unreached };
  });
  tell({ values, version, chosen, decided, settings });
  journal.end();
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function chosenOf(
  { mutants: file, files = handlers, seed }: Values,
  release: Awaited<ReturnType<typeof ensureRelease>>,
  count: number,
): { mutants: readonly Mutant[]; chosen: string } {
  if (file !== undefined) {
    const mutants = mutantsIn(path.resolve(file), release);
    return { mutants, chosen: `${mutants.length} mutants of ${file}` };
  }
  const { mutants, population, leftOut } = sampled(release, { files, seed, count });
  return {
    mutants,
    chosen: `${mutants.length} of ${population} mutants of ${files.map((each) => path.basename(each)).join(' and ')}, seed ${seed}; ${leftOut} more only log`,
  };
}

/** What reaches which line. Where that is not known, it is found out first. @param keep whether what was known before a change will do */
async function coverageFor(settings: Settings, keep: boolean): Promise<Covered> {
  const kept = keptCoverage(settings, 'whole');
  if (kept !== undefined && (keep || kept.about.sources === sourcesNow())) return kept;
  console.error(
    kept === undefined
      ? 'Which scenarios reach which line is not known: all are played first'
      : 'What was covered is of before the last change: all is played again (--kept-coverage goes on with it as it is)',
  );
  return cover({
    ...{ settings, parts: [], progress: console.error },
    html: path.join(settings.runFolder, 'report', 'coverage', 'html'),
  });
}

/** Tells which scenarios are played against a mutant, and in which order. */
function scenariosFor(
  mutants: readonly Mutant[],
  all: readonly Scenario[],
  { covered, seed }: { covered: Covered | undefined; seed: string },
): (mutant: Mutant) => readonly Scenario[] {
  const byId = new Map(all.map((scenario) => [scenario.id, scenario]));
  const named = ({ id, scenarios }: Mutant): Scenario[] | undefined =>
    scenarios?.map((each) => {
      const scenario = byId.get(each);
      if (scenario !== undefined) return scenario;
      throw new StackError(`${id} is to be tried with a scenario that does not exist: ${each}`, 'Name another one.');
    });
  const reached = ({ file, span }: Mutant): Scenario[] =>
    inTurns(
      [...(covered?.ranBy(file, ...span).keys() ?? [])].flatMap((id) => byId.get(id) ?? []),
      seed,
    );
  const found = new Map(mutants.map((mutant) => [mutant.id, named(mutant) ?? reached(mutant)]));
  return ({ id }) => found.get(id) ?? [];
}

/** Finds a verdict for each that has none yet. */
async function decide(
  mutants: readonly Mutant[],
  reaching: (mutant: Mutant) => readonly Scenario[],
  { settings, before, journal }: { settings: Settings; before: ReadonlyMap<string, Verdict>; journal: Journal },
): Promise<ReadonlyMap<string, Verdict>> {
  const verdicts = new Map(before);
  const left = mutants.filter(({ id }) => !verdicts.has(id));
  if (left.length < mutants.length) console.error(`${mutants.length - left.length} were decided before`);
  if (left.length === 0) return verdicts;
  await onPlayground({ settings, progress: console.error }, async (playground) => {
    const progress = new Progress(left.length);
    const tally = { killed: 0, survived: 0, uncovered: 0, invalid: 0 };
    let done = 0;
    await shared(playground, left, async (mutant, seat) => {
      const verdict = await judge(mutant, reaching(mutant), seat);
      verdicts.set(mutant.id, verdict);
      journal.add(verdict);
      tally[verdict.verdict] += 1;
      done += 1;
      const { killed, survived, uncovered } = tally;
      progress.tell(done, `${killed} killed, ${survived} survived, ${uncovered} uncovered`);
    });
    progress.end();
  });
  return verdicts;
}

function tell(facts: {
  readonly values: Values;
  readonly version: string;
  readonly chosen: string;
  readonly decided: readonly Decided[];
  readonly settings: Settings;
}): void {
  const { values, version, chosen, decided, settings } = facts;
  const reports = path.join(settings.runFolder, 'report', 'mutants');
  mkdirSync(reports, { recursive: true });
  const out = `${JSON.stringify(outOf(version, decided), null, 2)}\n`;
  for (const file of [path.join(reports, 'mutants.json'), ...(values.out === undefined ? [] : [values.out])])
    writeFileSync(file, out);
  const page = path.join(reports, 'index.html');
  writeFileSync(page, pageOf({ release: version, chosen, decided }));
  if (values.keep !== undefined) writeFileSync(values.keep, kept(version, decided));

  const due = decided.filter(({ mutant, verdict }) => (mutant.verdict ?? verdict.verdict) !== verdict.verdict);
  const invalid = decided.filter(({ verdict }) => verdict.verdict === 'invalid');
  const shown = decided.filter(({ verdict }) => verdict.verdict === 'survived' || verdict.verdict === 'uncovered');
  for (const each of shown) console.log(`${toldOf(each)}\n`);
  for (const { mutant, verdict } of invalid) console.log(`cannot be put in: ${mutant.id}: ${verdict.why ?? ''}`);
  for (const { mutant, verdict } of due)
    console.log(`${mutant.id} is ${verdict.verdict}, and was to be ${String(mutant.verdict)}`);
  const seconds = decided.reduce((sum, { verdict }) => sum + verdict.seconds, 0) / decided.length;
  console.log(`LiteLLM ${version}, ${chosen}: ${figuresOf(decided)}; ${seconds.toFixed(2)} s each on its lane.`);
  console.log(`All of them: ${path.relative(projectFolder, page)}`);
  if (due.length + invalid.length > 0) process.exitCode = 1;
}

/** In the form that `--mutants` takes, with what is needed to see the same again. */
function kept(release: string, decided: readonly Decided[]): string {
  const mutants = decided.map(({ mutant, verdict, scenarios }) => ({
    ...(mutant.change === undefined ? given(mutant) : { id: mutant.id, file: mutant.file }),
    verdict: verdict.verdict,
    scenarios: verdict.by === null ? scenarios.slice(0, keptPerSurvivor).map(({ id }) => id) : [verdict.by],
  }));
  return `${JSON.stringify({ release, mutants }, null, 2)}\n`;
}

const given = ({ id, module, file, qualname, line, operator, source }: Mutant) => ({
  ...{ id, module, file, qualname, line, operator, source },
});

run(main);
