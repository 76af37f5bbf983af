import type { Scenario } from '../../fixtures/scenario';
import { inHtml } from '../../reporting/escaped';
import type { Verdict } from './judging';
import type { Mutant } from './mutants';

/** A mutant that was decided. */
export interface Decided {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  /** Those that reach it. */
  readonly scenarios: readonly Scenario[];
  /** Why it is left to live. */
  readonly reason: string | undefined;
}

/** What `--out` writes. */
export const outOf = (release: string, decided: readonly Decided[]) => {
  const count = (verdict: Verdict['verdict']) => decided.filter((each) => each.verdict.verdict === verdict).length;
  const invalid = count('invalid');
  return {
    release,
    ...{ killed: count('killed'), survived: count('survived'), uncovered: count('uncovered') },
    ...(invalid > 0 ? { invalid } : {}),
    mutants: decided.map(({ mutant, verdict, reason }) => ({
      ...verdict,
      ...{ file: mutant.file, qualname: mutant.qualname, line: mutant.line, operator: mutant.operator },
      ...(reason === undefined ? {} : { reason }),
    })),
  };
};

/** Of some mutants, as a line: `killed 8 of 10 (80.0 %); of those that are reached, 8 of 9 (88.9 %)`. */
export function figuresOf(decided: readonly Decided[]): string {
  const { killed, survived, uncovered } = outOf('', decided);
  const share = (whole: number) => (whole === 0 ? '' : ` (${((killed / whole) * 100).toFixed(1)} %)`);
  const all = killed + survived + uncovered;
  const reached = killed + survived;
  return `killed ${killed} of ${all}${share(all)}; of those that are reached, ${killed} of ${reached}${share(reached)}`;
}

/** How many scenarios are named of those that were played against a survivor, on a terminal. */
const namedAtMost = 5;

/** A survivor, or one that nobody reaches, for a terminal. */
export function toldOf({ mutant, verdict, scenarios, reason }: Decided): string {
  const named = scenarios.slice(0, namedAtMost).map(({ title }) => `  ${title}`);
  const rest = scenarios.length - named.length;
  return [
    `${verdict.verdict}: ${mutant.id} in ${mutant.qualname}${reason === undefined ? '' : ` (${reason})`}`,
    mutant.diff.trimEnd(),
    verdict.verdict === 'uncovered'
      ? 'no scenario reaches it'
      : `played against it: ${verdict.played} scenarios${named.length === 0 ? '' : ', of'}`,
    ...named,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ].join('\n');
}

/** The report, as one page that needs nothing else. */
export function pageOf(facts: {
  readonly release: string;
  readonly chosen: string;
  readonly decided: readonly Decided[];
}): string {
  const { release, chosen, decided } = facts;
  const of = (verdict: Verdict['verdict']) => decided.filter((each) => each.verdict.verdict === verdict);
  const byFile = new Map<string, Decided[]>();
  for (const each of decided) byFile.set(each.mutant.file, [...(byFile.get(each.mutant.file) ?? []), each]);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mutants of LiteLLM ${inHtml(release)}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
  pre { overflow-x: auto; background: #f6f8fa; padding: .75rem; border-radius: 6px; font-size: 13px; }
  ins { background: #d2f4d9; text-decoration: none; } del { background: #ffdcd8; text-decoration: none; }
  table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
  summary { cursor: pointer; } article { border-top: 1px solid #d0d7de; padding: .5rem 0; }
  h3 { font-size: 1rem; margin: .5rem 0; }
  @media (prefers-color-scheme: dark) {
    body { color: #e6edf3; background: #0d1117; } pre { background: #161b22; } ins { background: #12361f; } del { background: #4b1a17; }
    article { border-color: #30363d; }
  }
</style>
<h1>Mutants of LiteLLM ${inHtml(release)}</h1>
<p>${inHtml(chosen)}: ${inHtml(figuresOf(decided))}.</p>
<table>${[...byFile].map(([file, those]) => `<tr><th>${inHtml(file)}<td>${inHtml(figuresOf(those))}`).join('\n')}</table>
<h2>Survived: ${of('survived').length}</h2>
${of('survived').map(article).join('\n')}
<h2>Reached by no scenario: ${of('uncovered').length}</h2>
${of('uncovered').map(article).join('\n')}
${of('invalid').length === 0 ? '' : `<h2>Not of this release: ${of('invalid').length}</h2>\n${of('invalid').map(article).join('\n')}`}
<h2>Killed: ${of('killed').length}</h2>
${of('killed').map(article).join('\n')}
</html>
`;
}

function article({ mutant, verdict, scenarios, reason }: Decided): string {
  const facts = [
    ...(reason === undefined ? [] : [reason]),
    ...(verdict.how === undefined ? [] : [`${verdict.how}${verdict.by === null ? '' : `: ${verdict.by}`}`]),
    ...(verdict.why === undefined ? [] : [verdict.why]),
    `${verdict.played} scenarios played, ${verdict.seconds} s`,
  ];
  const ran =
    verdict.verdict === 'survived'
      ? `<details><summary>The scenarios that ran: ${scenarios.length}</summary><ul>${scenarios.map(({ title }) => `<li>${inHtml(title)}`).join('\n')}</ul></details>`
      : '';
  const diff = mutant.diff
    .split('\n')
    .map((line) => {
      const text = inHtml(line);
      return line.startsWith('+') ? `<ins>${text}</ins>` : line.startsWith('-') ? `<del>${text}</del>` : text;
    })
    .join('\n');
  const body = `<p>${facts.map(inHtml).join('<br>')}</p><pre>${diff}</pre>${ran}`;
  const title = `${inHtml(mutant.id)} in ${inHtml(mutant.qualname)}`;
  return verdict.verdict === 'killed'
    ? `<details><summary>${title}</summary>${body}</details>`
    : `<article><h3>${title}</h3>${body}</article>`;
}
