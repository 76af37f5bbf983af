/**
 * Which published release changed this? `npm run bisect -- "SCENARIO" 1.87.0 1.106.0`; `--help` says all.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ParseArgsConfig } from 'node:util';

import { compare } from '@renovatebot/pep440';

import { collectScenarios } from '../fixtures/collect';
import type { Scenario } from '../fixtures/scenario';
import { StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { insistOnRelease } from '../stack/release';
import { firstOfEachMinor, inOrder, isFinal, publishedReleases } from '../stack/release/published';
import { loadSettings } from '../stack/settings';
import { askRelease } from './bisect/asking';
import type { Reply } from './bisect/reply';
import { search, type Outcome } from './bisect/search';
import { answerOf, differ, inAWord, linesOf, resultOf, withoutRoute, type Answer } from './bisect/told';
import { run, wordsOf } from './command';
import { theOne } from './named';
import { specFiles } from './spec-files';

const help = `npm run bisect -- "SCENARIO" FROM TO [options]

Which published LiteLLM release changed this? Plays one scenario on releases between FROM and TO, in stacks of their own,
and prints the first one that answers differently: status, guard, effects, whose data came back, and later uses, compared as
\`npm run drift\` does. First it asks the first final release of each minor version, then those within the step found.

SCENARIO   its id or its title, or a part of either that is in no other's
FROM, TO   the older and the newer end, as PyPI names them; releases are ordered by number

  --pre          pre-releases too; else final ones alone, besides FROM and TO
  --all          asks the first release of each minor version, so that an answer that went and came back is seen
  --only A,B,…   of the releases between the ends these alone; the registry is not asked for its list
  --refresh      has the registry asked which releases there are; else once a day
  --json FILE    writes what was found for programs
  --verbose      tells what each release is at
  --help         this

Releases that are not installed are installed below STACK_HOME (about 700 MB each) and stay there. One that cannot be installed, started or played
on is skipped, the one next to it is asked, and the end of the report says why. Two releases are asked at once.

Exit code: 0 a release was found, 1 trouble, 2 nothing differs.
`;

const options = {
  pre: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  only: { type: 'string' },
  refresh: { type: 'boolean', default: false },
  json: { type: 'string' },
  verbose: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/** Two keep two processors busy: what takes longest of each, the import of LiteLLM, is one thread's work. */
const atOnce = 2;

/** What a shell says of a command that Ctrl-C ended. */
const interrupted = 130;

async function main(): Promise<void> {
  const { values, positionals } = wordsOf({ options, allowPositionals: true }, help);
  const [text, from, to, ...rest] = positionals;
  if (text === undefined || from === undefined || to === undefined || rest.length > 0 || text.trim() === '') {
    throw new StackError(
      `This takes a scenario and two releases, not ${JSON.stringify(positionals.join(' '))}.`,
      'For example: npm run bisect -- "POST /team/update · Alpha · org_admin" 1.87.0 1.106.0; --help says more.',
    );
  }
  const only = values.only?.split(',').map((each) => each.trim());
  for (const release of [from, to, ...(only ?? [])]) insistOnRelease(release);
  if (compare(from, to) >= 0) {
    throw new StackError(
      `${from} is not older than ${to}.`,
      'Name the older release first; they are ordered by number.',
    );
  }
  const since = performance.now();
  const { home } = loadSettings();
  const publishing = only ?? publishedReleases({ home, progress, refresh: values.refresh });
  // Which scenario it is may be what is wrong, and is told first.
  if ('catch' in publishing) publishing.catch(() => undefined);
  const subject = await theSubject(text);
  const within = (await publishing).filter((release) => compare(release, from) > 0 && compare(release, to) < 0);
  const wanted = within.filter((release) => only !== undefined || values.pre || isFinal(release));
  const releases = inOrder([from, ...wanted, to]);
  progress(`${subject.title}: ${releases.length} releases from ${from} to ${to}`);

  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop.abort();
    });
  }
  const { ask, allEnded } = asker(subject, { home, stop: stop.signal, verbose: values.verbose });
  const main = firstOfEachMinor(releases);
  const found = await search<Answer>({ releases, main, differ, ask, atOnce, all: values.all })
    .catch((error: unknown) => {
      if (stop.signal.aborted) return undefined;
      throw error;
    })
    .finally(allEnded);
  if (found === undefined || stop.signal.aborted) {
    progress('interrupted; nothing of it is left');
    process.exitCode = interrupted;
    return;
  }
  if (found.answers.size < 2) {
    const reasons = [...found.skipped].map(([release, why]) => `  ${release}: ${firstLine(why)}`);
    throw new StackError(
      `Of ${releases.length} releases only ${found.answers.size} could be asked:\n${reasons.join('\n')}`,
      'Mend what keeps them from it, or choose another range.',
    );
  }
  const seconds = secondsSince(since);
  const { id, title, file } = subject;
  const lines = linesOf(found, { title, file, count: releases.length, isSelection: only !== undefined });
  process.stdout.write(`${lines.join('\n')}\n\n${seconds} s\n`);
  if (values.json !== undefined) {
    const result = { scenario: { id, title, file }, from, to, releases, seconds: Number(seconds), ...resultOf(found) };
    writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  if (found.turns.length === 0) process.exitCode = 2;
}

/** What is asked. */
interface Subject {
  readonly id: string;
  readonly title: string;
  /** Its spec file, absolute, and relative to the project. */
  readonly spec: string;
  readonly file: string;
}

/** Asks releases about a subject, and says on standard error what each answers. */
function asker({ id, spec, file }: Subject, options: { home: string; stop: AbortSignal; verbose: boolean }) {
  const { home, stop, verbose } = options;
  const processes: Promise<void>[] = [];
  const ask = async (release: string, signal: AbortSignal): Promise<Outcome<Answer>> => {
    const began = performance.now();
    progress(`${release}: asked`);
    const { reply, ended } = askRelease({
      ...{ release, home, question: { spec, id } },
      signal: AbortSignal.any([signal, stop]),
      progress: (line) => {
        if (verbose) progress(`${release}: ${line}, after ${secondsSince(began)} s`);
      },
    });
    processes.push(ended);
    const outcome = outcomeOf(await reply, id, file);
    if (stop.aborted) throw new Error('interrupted');
    const said = 'answer' in outcome ? inAWord(outcome.answer) : firstLine(outcome.skipped);
    progress(`${release}: ${signal.aborted ? 'no longer of interest' : said} (${secondsSince(began)} s)`);
    return outcome;
  };
  return { ask, allEnded: () => Promise.all(processes) };
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const secondsSince = (began: number): string => ((performance.now() - began) / 1000).toFixed(1);

function progress(line: string): void {
  process.stderr.write(`[bisect] ${line}\n`);
}

/** The scenario that a text names. */
async function theSubject(text: string): Promise<Subject> {
  const specOf = new Map<Scenario, string>();
  const scenarios = await collectScenarios(specFiles(), (scenario, spec) => specOf.set(scenario, spec));
  const scenario = theOne(text, scenarios);
  const { id, title } = scenario;
  const spec = specOf.get(scenario) ?? '';
  return { id, title, spec, file: path.relative(projectFolder, spec) };
}

function outcomeOf(reply: Reply, id: string, file: string): Outcome<Answer> {
  switch (reply.kind) {
    case 'answered':
      return { answer: answerOf(reply.record, file) };
    case 'no such route':
      return { answer: withoutRoute(id, file) };
    case 'failed':
      return { skipped: `cannot be ${reply.at}: ${reply.why}` };
  }
}

run(main);
