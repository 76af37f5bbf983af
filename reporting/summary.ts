// `report/summary.md`: what a run saw, for a comment on a pull request or the summary of a job.

import { amissIn, howItEnded, nameOf, type Amiss } from './amiss';
import type { BehaviorsFile, Outcome } from './behaviors-file';
import { answersPinned, groupsOf, type Group } from './drift/groups';
import { itemOf, plural, sectionsOf } from './drift/told';
import { inMinutes } from './duration';
import { inMarkdown } from './escaped';
import { grouped } from './grouped';
import type { Run } from './run';

/** A comment of GitHub’s may have 65,536 characters; whoever posts it may want to say something too. */
const charactersAtMost = 60_000;

/** Of what is listed one by one. */
const listedAtMost = 20;

/** @returns GitHub’s Markdown, of 60,000 characters at most */
export function summaryOf(run: Run): string {
  const { file, errors } = run;
  const amiss = amissIn(run);
  const judged = amiss.filter(({ isJudged }) => isJudged);
  const noVerdict = judged.filter(({ change }) => change === undefined);
  const head = [
    `## Behaviour of LiteLLM ${file.release ?? '(no release)'}`,
    '',
    ...verdictOf(run, judged),
    '',
    ...factsOf(file),
    ...(file.curated || file.release === null ? [] : ['', notCurated]),
  ];
  const unheard = [
    ...section('What went wrong with the run itself', errors.map(inMarkdown)),
    ...section('Without a verdict', noVerdict.map(lineOf)),
  ];
  const foot = ['', whereMoreIs, ''];
  const room = charactersAtMost - [...head, ...unheard, ...foot].join('\n').length;
  const told = differences(
    file,
    judged,
    amiss.filter(({ isJudged }) => !isJudged),
  );
  return [...head, ...within(room, told), ...unheard, ...foot].join('\n');
}

const notCurated =
  '> Nobody has decided what this release is to answer in this configuration: it is held against what is pinned of the nearest release that was looked at.';

const whereMoreIs =
  'Requests, answers and effects of all: `report/index.html` of this run. To see some of it again: `npx playwright test -g "POST /key/update"`.';

function verdictOf({ file: { scenarios, complete }, errors }: Run, judged: readonly Amiss[]): string[] {
  const opened = judged.filter(({ sense }) => sense === 'opened').length;
  const asked = scenarios.filter(({ outcome }) => outcome !== 'not-run' && outcome !== 'skipped').length;
  const lines: string[] = [];
  if (opened > 0) lines.push(`**⚠ ${plural(opened, 'refusal')} became ${opened === 1 ? 'a success' : 'successes'}.**`);
  if (judged.length > 0) lines.push(`**❌ ${number(judged.length)} of ${plural(asked, 'scenario')} failed.**`);
  if (errors.length > 0) lines.push('**❌ The run itself went wrong.**');
  // Each a paragraph of its own, in a comment and in a file alike.
  if (lines.length > 0) return lines.flatMap((line, index) => (index === 0 ? [line] : ['', line]));
  if (asked === 0) return ['**❌ No scenario was asked.**'];
  const all = `**✅ ${plural(asked, 'scenario')} asked, and nothing failed.**`;
  return [complete ? all : `${all} That is not the whole suite.`];
}

function factsOf(file: BehaviorsFile): string[] {
  const { release, curated, configuration, complete, filters, scenarios } = file;
  const byOutcome = grouped(scenarios, ({ outcome }) => outcome);
  const outcomes = outcomeNames
    .map(([outcome, name]) => [byOutcome.get(outcome)?.length ?? 0, name] as const)
    .filter(([count, name]) => count > 0 || name === 'passed' || name === 'failed')
    .map(([count, name]) => `${number(count)} ${name}`);
  const narrowed = filters.length > 0 ? `: ${filters.map(code).join(' ')}` : ', since it did not come to its end';
  return [
    `- **Release**: ${release ?? 'none'}${curated ? ', curated' : ', not curated'}`,
    ...(configuration === undefined ? [] : [`- **Configuration**: ${code(configuration)} in the place of plain`]),
    `- **Run**: ${complete ? 'the whole suite' : `a part of the suite${narrowed}`}`,
    `- **Scenarios**: ${outcomes.join(', ')}`,
    `- **Refusals seen**: ${refusalsIn(file)}`,
    `- **Time**: ${timeOf(file)}`,
  ];
}

const outcomeNames: readonly (readonly [Outcome, string])[] = [
  ['passed', 'passed'],
  ['failed', 'failed'],
  ['flaky', 'flaky'],
  ['skipped', 'skipped'],
  ['not-run', 'not run'],
];

/** By status, and those that stand in an item of a success, which no status tells. */
function refusalsIn({ scenarios }: BehaviorsFile): string {
  const observed = scenarios.flatMap((one) => (one.observed === null ? [] : [{ ...one, observed: one.observed }]));
  const byStatus = grouped(
    observed.filter(({ observed: { status } }) => status >= 400),
    ({ observed: { status } }) => String(status),
  );
  const statuses = [...byStatus]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([status, those]) => `${number(those.length)} with ${status}`);
  const inItems = observed.filter(
    ({ expected, observed: { status, detail } }) => status < 400 && detail !== '' && expected?.inItem === true,
  );
  return [...statuses, `${number(inItems.length)} inside a success`].join(', ');
}

function timeOf({ workers, wallSeconds }: BehaviorsFile): string {
  const time = inMinutes(wallSeconds.reduce((a, b) => Math.max(a, b), 0));
  const each = [...new Set(workers)].toSorted((a, b) => a - b).join(' or ');
  if (workers.length === 1) return `${time} with ${plural(workers[0] ?? 0, 'worker')}`;
  return `${workers.length} runs with ${each} ${each === '1' ? 'worker' : 'workers'} each, the longest ${time}`;
}

/** A line, and how many scenarios it tells of. */
interface Told {
  readonly text: string;
  readonly scenarios: number;
}

/** What was opened stands first, or there might be no room for it. */
function differences({ scenarios }: BehaviorsFile, judged: readonly Amiss[], unjudged: readonly Amiss[]): Told[] {
  const pinned = answersPinned(scenarios);
  const groupsIn = (those: readonly Amiss[]) =>
    groupsOf(
      those.flatMap(({ change }) => change ?? []),
      pinned,
    );
  return [
    ...sectionsIn(groupsIn(judged), '###'),
    ...(unjudged.length === 0 ? [] : around('### What differs and is not judged')),
    ...sectionsIn(groupsIn(unjudged), '####'),
  ];
}

/** As `markdownOf` tells them. */
const sectionsIn = (groups: readonly Group[], level: string): Told[] =>
  sectionsOf(groups).flatMap(({ title, routes }) => [
    ...around(`${level} ${title.startsWith('OPENED') ? '⚠ ' : ''}${title}`),
    ...[...routes].flatMap(([route, ofRoute]) => [
      { text: `- \`${route}\``, scenarios: 0 },
      ...ofRoute.map((group) => ({ text: itemOf(group), scenarios: group.changes.length })),
    ]),
  ]);

const around = (title: string): Told[] => ['', title, ''].map((text) => ({ text, scenarios: 0 }));

/** The lines that there is room for, and how much the others tell of. */
function within(room: number, lines: readonly Told[]): string[] {
  const kept: string[] = [];
  // For the last line itself.
  let left = room - 200;
  for (const [index, { text }] of lines.entries()) {
    left -= text.length + 1;
    if (left < 0) {
      const rest = lines.slice(index).reduce((sum, { scenarios }) => sum + scenarios, 0);
      const groups = lines.slice(index).filter(({ scenarios }) => scenarios > 0).length;
      return [...kept, '', `… and ${plural(groups, 'line')} more, about ${plural(rest, 'scenario')}, left out here.`];
    }
    kept.push(text);
  }
  return kept;
}

function section(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const rest = items.length - listedAtMost;
  return [
    '',
    `### ${title}`,
    '',
    ...items.slice(0, listedAtMost).map((item) => `- ${item}`),
    ...(rest > 0 ? [`- … and ${number(rest)} more`] : []),
  ];
}

function lineOf({ behavior, why }: Amiss): string {
  const { file, line } = behavior;
  const told = inMarkdown(why || 'nothing tells why');
  return `${inMarkdown(nameOf(behavior))} (${code(`${file}:${line}`)})<br>${howItEnded(behavior)}: ${told}`;
}

/** Text as code, which may hold backticks of its own. */
function code(text: string): string {
  const ticks = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return ticks.length > 1 ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
}

const number = (count: number): string => count.toLocaleString('en');
