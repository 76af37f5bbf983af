import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { readBehaviors, type BehaviorsFile } from '../reporting/behaviors-file';
import { driftBetween, type Drift, type Missing } from '../reporting/drift/drift';
import { writeDriftPage } from '../reporting/page/page';
import { headingOf, linesOf, markdownOf, plural } from '../reporting/drift/told';
import { lastLines, StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { insistOnRelease } from '../stack/release';
import { loadSettings } from '../stack/settings';
import { onOwnStack, start, withTemporary } from './children';
import { run, wordsOf } from './command';

const help = `What differs between two releases: \`npm run drift -- 1.87.0 1.106.0 [-- what to give Playwright]\`. Each side is a release,
which is run, or the \`report/behaviors.json\` of an earlier run; \`npm run drift -- 1.106.0 --against FILE\` says the latter
of the first side. Nothing is judged meanwhile: each scenario reports what it saw. What differs is printed, and written
into the folder \`drift/\` (below RUN_DIR; \`--out FOLDER\` names another): \`index.html\` for people, \`drift.md\` for a pull
request, \`drift.json\` for programs, and a folder with the reports of each run. Ends with 0 where nothing differs, with 1
where something does, and with 2 where it could not be found out.
`;

/** What a side is called, and what it saw. */
interface Seen {
  readonly label: string;
  readonly file: BehaviorsFile;
}

const usage = 'Say for example: npm run drift -- 1.87.0 1.106.0';

async function main(): Promise<void> {
  const { values, positionals, tokens } = wordsOf(
    {
      options: { against: { type: 'string' }, out: { type: 'string' } },
      allowPositionals: true,
      tokens: true,
    },
    help,
  );
  const end = tokens.find(({ kind }) => kind === 'option-terminator');
  const rest = end === undefined ? [] : process.argv.slice(2).slice(end.index + 1);
  const named = positionals.slice(0, positionals.length - rest.length);
  const [before, after, ...more] = values.against === undefined ? named : [values.against, ...named];
  if (before === undefined || after === undefined || more.length > 0) {
    throw new StackError('A drift is between two sides: releases, or files of earlier runs.', usage);
  }
  const { runFolder } = loadSettings();
  const out = path.resolve(runFolder, values.out ?? 'drift');
  // Its folder is emptied before a run.
  for (const side of [before, after]) if (!isFile(side)) insistOnRelease(side);
  const sides: Seen[] = [];
  for (const [place, side] of [before, after].entries()) {
    // Two runs of one release are two sides as well.
    const label = place === 1 && side === before ? `${side} again` : side;
    if (isFile(side)) {
      const file = readBehaviors(side);
      sides.push({ label: `${file.release ?? 'no release'} in ${side}`, file });
    } else sides.push({ label, file: await played(side, path.join(out, label), rest) });
  }
  const [first, second] = sides as [Seen, Seen];
  for (const { label, file } of sides) noteWhatIsMissing(label, file);
  const drift = driftBetween(first, second);
  await tell(drift, out);
  process.exitCode = drift.groups.length > 0 ? 1 : 0;
}

/** A release is never a file's name. */
const isFile = (side: string): boolean => side.endsWith('.json') || (side.includes(path.sep) && existsSync(side));

/** Runs the scenarios on a release, in a folder of reports of its own. */
async function played(release: string, folder: string, rest: readonly string[]): Promise<BehaviorsFile> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const log = path.join(folder, 'output.log');
  return withTemporary('drift', async (temporary) => {
    process.stderr.write(`[drift] ${release}: running\n`);
    const runner = start('npx', ['playwright', 'test', ...rest], {
      cwd: projectFolder,
      env: {
        ...process.env,
        ...onOwnStack,
        LITELLM_RELEASE: release,
        JUDGE: 'off',
        RUN_DIR: folder,
        TMPDIR: temporary,
        FORCE_COLOR: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (runner.stdout === null) throw new Error('the runner has no output');
    runner.stdout.pipe(createWriteStream(log));
    const counting = countTests(runner.stdout, release);
    const code = await new Promise<number | null>((resolve, reject) => {
      runner.once('error', reject);
      runner.once('close', resolve);
    }).finally(counting);
    const report = path.join(folder, 'report', 'behaviors.json');
    if (existsSync(report)) return readBehaviors(report);
    throw new StackError(
      `${release} was not seen (exit code ${String(code)}):\n${lastLines(readFileSync(log, 'utf8'))}`,
      'Mend that, and run again.',
      log,
    );
  });
}

/** Says every ten seconds how far a run is. @returns ends it, with the last count */
function countTests(output: NodeJS.ReadableStream, release: string): () => void {
  let tests = 0;
  createInterface({ input: output }).on('line', (line) => {
    if (/^\s+(✓|✘|-|ok|x)\s+\d+ /.test(line)) tests += 1;
  });
  const say = () => process.stderr.write(`[drift] ${release}: ${plural(tests, 'scenario')}\n`);
  const timer = setInterval(say, 10_000);
  return () => {
    clearInterval(timer);
    say();
  };
}

/** Scenarios that ended before an answer cannot be compared. */
function noteWhatIsMissing(label: string, { scenarios, complete, filters }: BehaviorsFile): void {
  const unanswered = scenarios.filter(({ outcome, observed }) => observed === null && outcome !== 'skipped').length;
  if (unanswered > 0) console.log(`${label}: ${plural(unanswered, 'scenario')} got no answer, and cannot be compared.`);
  if (!complete) console.log(`${label}: not the whole suite${filters.length > 0 ? ` (${filters.join(' ')})` : ''}.`);
}

async function tell(drift: Drift, out: string): Promise<void> {
  const { before, after, groups, onlyBefore, onlyAfter } = drift;
  const heading = headingOf(drift);
  console.log(`\n${heading}\n`);
  for (const line of linesOf(groups)) console.log(line);
  const missing = [missingIn(after.label, onlyBefore), missingIn(before.label, onlyAfter)].flat();
  for (const line of missing) console.log(line);
  mkdirSync(out, { recursive: true });
  const markdown = [`# ${heading}`, '', ...markdownOf(groups), '', ...missing.map((line) => `- ${line.trim()}`), ''];
  writeFileSync(path.join(out, 'drift.md'), markdown.join('\n'));
  writeFileSync(
    path.join(out, 'drift.json'),
    `${JSON.stringify({ schema: 1, ...drift, pairs: undefined }, null, 1)}\n`,
  );
  await writeDriftPage(path.join(out, 'index.html'), drift);
  console.log(`\nFor people: ${path.relative(process.cwd(), path.join(out, 'index.html'))}`);
}

const missingIn = (label: string, routes: readonly Missing[]): string[] =>
  routes.length === 0
    ? []
    : [`  Not answered by ${label}: ${routes.map(({ route, count }) => `${route} (${count})`).join(', ')}`];

run(main, 2);
