// One scenario's answers on several releases, compared as drift compares them, and in its words.

import type { ScenarioRecord, StepRecord } from '../../fixtures/record';
import { startOf, type EffectRecord } from '../../fixtures/told-effects';
import { unseen, type Behavior } from '../../reporting/behaviors-file';
import { compare, statusOf, type Change } from '../../reporting/drift/changes';
import { plural, printable } from '../../reporting/drift/told';
import type { Found, Turn } from './search';

/** What one release answers. Without a step: it has no such route. */
export type Answer = Behavior;

/** What was observed, as an entry of a behaviours file. */
export function answerOf({ release, curated, ...record }: ScenarioRecord, file: string): Answer {
  return { ...record, file, line: 0, outcome: 'passed', ms: 0 };
}

/** The answer of a release that lacks the route, to the scenario with this id. */
export function withoutRoute(id: string, file: string): Answer {
  return { ...unseen(id), file, line: 0, outcome: 'skipped', ms: 0 };
}

/** What drift would say of two answers. */
function difference(before: Answer, after: Answer): { readonly changes: readonly Change[]; readonly route: boolean } {
  const { changes, onlyBefore, onlyAfter } = compare({ scenarios: [before] }, { scenarios: [after] });
  return { changes, route: onlyBefore.length + onlyAfter.length > 0 };
}

export function differ(before: Answer, after: Answer): boolean {
  const { changes, route } = difference(before, after);
  return route || changes.length > 0;
}

/** An answer by its statuses: the act's, then those of later uses. */
export const inAWord = ({ observed, steps }: Answer): string =>
  observed === null ? '(no such route)' : steps.map((step) => statusOf(step)).join(', then ');

/** A letter per kind of answer, in the order of the releases. */
export function lettersOf(answers: Found<Answer>['answers']): Map<string, string> {
  const kinds: Answer[] = [];
  return new Map(
    [...answers].map(([release, answer]) => {
      const known = kinds.findIndex((kind) => !differ(kind, answer));
      if (known < 0) kinds.push(answer);
      return [release, String.fromCodePoint(65 + (known < 0 ? kinds.length - 1 : known))];
    }),
  );
}

/** All that was found, as lines for a terminal. */
export function linesOf(
  found: Found<Answer>,
  of: { readonly title: string; readonly file: string; readonly count: number; readonly isSelection: boolean },
): string[] {
  const { answers, skipped, turns } = found;
  const letters = lettersOf(answers);
  const asked = [...answers.keys()];
  const wide = Math.max(...[...asked, ...skipped.keys()].map((release) => release.length));
  return [
    of.title,
    `  ${of.file}`,
    '',
    ...(turns.length === 0 ? [nothingDiffers(found, of.count), ''] : []),
    ...(turns.length > 1 ? [`The answer changes ${turns.length} times: ${sequenceOf(letters)}.`, ''] : []),
    ...turns.flatMap((turn, index) => {
      const isTold = turns[index - 1]?.after === turn.before;
      return [...turnLines(found, turn, { letters, isTold, isSelection: of.isSelection }), ''];
    }),
    `Asked, ${answers.size + skipped.size} of ${plural(of.count, 'release')}${of.isSelection ? ' named' : ''}:`,
    ...asked.map((release) => `  ${release.padEnd(wide)}  ${letters.get(release) ?? ''}  ${wordOf(answers, release)}`),
    ...(skipped.size === 0 ? [] : ['', 'Skipped:']),
    ...[...skipped].map(([release, why]) => `  ${release.padEnd(wide)}  ${inOneLine(why)}`),
  ];
}

function nothingDiffers({ answers }: Found<Answer>, count: number): string {
  const releases = [...answers.keys()];
  const [first = '', last = ''] = [releases[0], releases.at(-1)];
  const between = releases.length - 2;
  const more =
    between > 0
      ? `So does ${between === 1 ? 'the one' : `each of the ${between}`} between them that ${between === 1 ? 'was' : 'were'} asked.`
      : count > 2
        ? 'Those between them were not asked; --all asks the first of each minor version.'
        : '';
  return `Nothing differs: ${last} answers as ${first} does, ${wordOf(answers, first)}. ${more}`.trim();
}

/** `A (1.87.0) → B (1.92.1) → A (1.99.0)`: the first release of each. */
function sequenceOf(letters: ReadonlyMap<string, string>): string {
  const all = [...letters];
  const firsts = all.filter(([, letter], index) => letter !== all[index - 1]?.[1]);
  return firsts.map(([release, letter]) => `${letter} (${release})`).join(' → ');
}

function turnLines(
  { answers }: Found<Answer>,
  { before, after, unknown }: Turn,
  of: { readonly letters: ReadonlyMap<string, string>; readonly isTold: boolean; readonly isSelection: boolean },
): string[] {
  const [old, young] = [answers.get(before), answers.get(after)];
  if (old === undefined || young === undefined) return [];
  const heading = (release: string) => `${of.letters.get(release) ?? ''}  ${release}`;
  return [
    `${after} is the first${of.isSelection ? ' of those named' : ''} that answers differently; ${before} is the last with the old answer.`,
    ...(unknown.length === 0 ? [] : [`  It may have been an earlier one: ${unknown.join(', ')} could not be asked.`]),
    ...difference(old, young).changes.map((change) => `  ${changeLine(change)}`),
    ...(of.isTold ? [] : answerLines(heading(before), old)),
    ...answerLines(heading(after), young),
  ];
}

/** What is not the same, in the order of the reports' words. */
function changeLine({ step, aspect, before, after, effect }: Change): string {
  const later = step === 'act' ? '' : `later use "${step}", `;
  const sides = `${inOneLine(before) || '(nothing)'} → ${inOneLine(after) || '(nothing)'}`;
  switch (aspect) {
    case 'status':
      return `${later}status: ${sides}`;
    case 'guard':
      return `${later}error text: ${sides}`;
    case 'returned':
      return `${later}data that came back: ${sides}`;
    case 'body':
      return `${later}what the answer says: ${sides}`;
    case 'effects': {
      if (effect === undefined) return `${later}effects: ${sides}`;
      if (effect.column !== null) return `${later}${effect.place}, ${effect.column}: ${sides}`;
      return `${later}${effect.direction === 'more' ? 'now' : 'no longer'} ${effect.place}`;
    }
  }
}

function answerLines(heading: string, { observed, steps }: Answer): string[] {
  if (observed === null) return [`  ${heading}: (no such route)`];
  return [`  ${heading}:`, ...steps.flatMap(stepLines)];
}

function stepLines(step: StepRecord): string[] {
  const { name, request, observed } = step;
  const returned = Array.isArray(observed.returned) ? observed.returned.map(String) : [];
  const effects = (step.effects as readonly EffectRecord[] | null) ?? [];
  return [
    `       ${name === 'act' ? '' : `${name}: `}${request.method} ${request.path} → ${statusOf(step)}${observed.detail === '' ? '' : ` ${quoted(observed.detail)}`}`,
    ...effects.map(
      ({ op, table, columns }) => `         ${op} ${table} (${inOneLine(Object.keys(columns).join(', '))})`,
    ),
    ...(returned.length === 0 ? [] : [`         came back: ${inOneLine(returned.join(', '))}`]),
  ];
}

const wordOf = (answers: Found<Answer>['answers'], release: string): string => {
  const answer = answers.get(release);
  return answer === undefined ? '' : inAWord(answer);
};

/** Characters of a text in a line. */
const toldAtMost = 300;

const inOneLine = (text: string): string => startOf(printable(text.trim()), toldAtMost);

const quoted = (text: string): string => `"${inOneLine(text)}"`;

/** The same for programs. */
export function resultOf(found: Found<Answer>) {
  const letters = lettersOf(found.answers);
  return {
    turns: found.turns.map(({ before, after, unknown }) => {
      const [old, young] = [found.answers.get(before), found.answers.get(after)];
      const changes = old === undefined || young === undefined ? [] : difference(old, young).changes;
      return {
        ...{ before, after, unknown },
        changes: changes.map(({ step, aspect, before: was, after: is, effect }) => ({
          ...{ step, aspect, before: was, after: is },
          ...(effect === undefined ? {} : { effect }),
        })),
      };
    }),
    answers: [...found.answers].map(([release, { observed, effects, steps }]) => ({
      release,
      kind: letters.get(release) ?? '',
      ...{ observed, effects, steps },
    })),
    skipped: [...found.skipped].map(([release, why]) => ({ release, why })),
  };
}
