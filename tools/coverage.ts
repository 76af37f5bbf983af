import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { loadSettings, type Settings } from '../stack/settings';
import { run, wordsOf } from './command';
import { cover, keptCoverage, sourcesNow, type Covered, type Totals } from './detection/covered';

const help = `What the scenarios reach of LiteLLM's management endpoints: \`npm run coverage -- [--release R] [spec files]\` plays them with
coverage.py in their proxies, and tells lines and branches of each file. \`npm run coverage -- --line FILE:LINE\` tells who ran
a line then. With \`--add\`, what some spec files reach is added to what all did: \`npm run mutate\` goes by that. Exits with 1 where a scenario failed, or nobody ran that line.
`;

async function main(): Promise<void> {
  const { values, positionals } = wordsOf(
    {
      options: { release: { type: 'string' }, line: { type: 'string' }, add: { type: 'boolean', default: false } },
      allowPositionals: true,
    },
    help,
  );
  if (values.release !== undefined) process.env.LITELLM_RELEASE = values.release;
  const settings = loadSettings();
  if (values.line !== undefined) {
    tellLine(settings, values.line);
    return;
  }
  const reports = path.join(settings.runFolder, 'report', 'coverage');
  mkdirSync(reports, { recursive: true });
  const covered = await cover({
    settings,
    parts: positionals,
    adds: values.add,
    html: path.join(reports, 'html'),
    progress: console.error,
  });
  writeFileSync(path.join(reports, 'coverage.json'), `${JSON.stringify(toldOf(settings.release, covered), null, 2)}\n`);
  console.log(tableOf(covered));
  console.log('known: of those missed, lines that no request gets to; tools/detection/known.yaml says why');
  const { scenarios, failed, seconds } = covered.about;
  for (const each of failed) console.log(`failed: ${each}`);
  console.log(
    `LiteLLM ${settings.release}: ${scenarios} scenarios in ${seconds} s, ${failed.length} failed. ` +
      `Pages: ${path.relative(projectFolder, path.join(reports, 'html', 'index.html'))}`,
  );
  if (failed.length > 0) process.exitCode = 1;
}

/** Who ran one line of a file, which may be named by the end of its path. */
function tellLine(settings: Settings, asked: string): void {
  const [, file = '', line = ''] = /^(.+):(\d+)$/.exec(asked) ?? [];
  const covered = keptCoverage(settings, 'last');
  if (covered === undefined) {
    throw new StackError(
      `Nothing is known of what scenarios reach of LiteLLM ${settings.release}.`,
      'Run `npm run coverage` first.',
    );
  }
  const named = [...covered.files.keys()].filter((each) => each === file || each.endsWith(`/${file}`));
  const [one, ...others] = named;
  if (one === undefined || others.length > 0) {
    throw new StackError(
      one === undefined
        ? `No file of the management endpoints is named ${JSON.stringify(asked)}.`
        : `Several files are named ${JSON.stringify(file)}: ${named.join(', ')}`,
      'Say it as in `key_management_endpoints.py:1234`.',
    );
  }
  if (covered.about.sources !== sourcesNow()) {
    console.error(
      'What follows is of before the last change to stack/, fixtures/ or specs/: `npm run coverage` renews it.',
    );
  }
  const ran = covered.ranBy(one, Number(line));
  const scenarios = [...ran].filter(([id]) => id !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [id, requests] of scenarios) console.log(`${id}  (${requests.join(', ')})`);
  const reason = covered.reasons(one).get(Number(line));
  console.log(
    `${one}:${line}: ${scenarios.length} scenarios ran it${ran.has('') ? ', and it runs at startup' : ''}.` +
      (covered.files.get(one)?.missing.includes(Number(line)) === true ? ' Nothing else did.' : '') +
      (reason === undefined ? '' : ` That is known: ${reason}`),
  );
  if (scenarios.length === 0) process.exitCode = 1;
}

const percent = (part: number, whole: number): string => (whole === 0 ? '' : ((part / whole) * 100).toFixed(1));

function tableOf({ files, totals, reasons }: Covered): string {
  const row = (
    name: string,
    { num_statements, covered_lines, num_branches, covered_branches }: Totals,
    known: number,
  ): string[] => [
    name,
    String(num_statements),
    percent(covered_lines, num_statements),
    String(num_branches),
    percent(covered_branches, num_branches),
    String(num_statements - covered_lines),
    known === 0 ? '' : String(known),
  ];
  const known = [...files.keys()].map((name) => reasons(name).size);
  const rows = [
    ['file', 'lines', '%', 'branches', '%', 'missed', 'known'],
    ...[...files].map(([name, { summary }], place) =>
      row(path.posix.relative(prefix, name), summary, known[place] ?? 0),
    ),
    row(
      'all',
      totals,
      known.reduce((sum, each) => sum + each, 0),
    ),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((each) => each[column]?.length ?? 0))) ?? [];
  return rows
    .map((each) =>
      each
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

const prefix = 'litellm/proxy/management_endpoints';

/** For programs: of each file, how much was reached, which lines nobody ran, and of which of them it is known why. */
const toldOf = (release: string, { about, totals, files, reasons }: Covered) => ({
  release,
  ...about,
  totals,
  files: Object.fromEntries(
    [...files].map(([name, { summary, missing }]) => [
      name,
      { ...summary, missing, known: Object.fromEntries(reasons(name)) },
    ]),
  ),
});

run(main);
