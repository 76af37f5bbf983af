// Groups of changes as lines: for a terminal, and for a comment on a pull request.

import { startOf } from '../../fixtures/told-effects';
import { inMarkdown } from '../escaped';
import { grouped } from '../grouped';
import type { Change } from './changes';
import type { Drift } from './drift';
import type { Group } from './groups';

/** How many names a line lists before it counts the rest. */
const named = 6;

/** Characters of an error text in a line. */
const quotedAtMost = 160;

/** One line that says what became of what, without its route. */
export function headlineOf(group: Group): string {
  const { aspect, before, after, changes, of, isAll, step } = group;
  const later = step === 'act' ? '' : `, later use "${step}"`;
  const count = changes.length;
  switch (aspect) {
    case 'status': {
      const [one, many] = /^[23]\d\d$/.test(before) ? ['success', 'successes'] : ['refusal', 'refusals'];
      const all = count === 1 ? `the only ${one}` : `all ${count} ${many}`;
      const same = count === 1 ? `the only ${before}` : `all ${count} with ${before}`;
      const who = isAll ? all : count === of ? same : `${count} of ${of}`;
      return `${who} went ${before} → ${after}${later}`;
    }
    case 'guard':
      return `${plural(count, 'error text')} changed${later}: ${quotedChange(ownSides(group))}`;
    case 'effects':
      return `${plural(count, 'scenario')}${later}: ${effectOf(group)}`;
    case 'returned':
      return `${plural(count, 'answer')} with other data${later}: ${quotedChange(ownSides(group))}`;
    case 'body':
      return `${plural(count, 'answer')} with another body${later}: ${quotedChange(ownSides(group))}`;
  }
}

/** What became of rows. */
function effectOf(group: Group): string {
  const { effect } = group;
  if (effect === undefined) {
    // Of one alone its values are told as well, which have arrows of their own.
    const { before, after } = ownSides(group);
    if (before === after) return `other values in ${inOneLine(after)}`;
    return `${inOneLine(after) || '(nothing)'} instead of ${inOneLine(before) || '(nothing)'}`;
  }
  const { place, columns, direction } = effect;
  if (columns.length === 0) return `${direction === 'more' ? 'now' : 'no longer'} ${place}`;
  const what = { more: 'also in', less: 'no longer in', other: 'another value in' }[direction];
  return `${place}: ${what} ${columns.join(', ')}`;
}

/** What is not the same: of one scenario alone with what is its own. */
const ownSides = ({ before, after, changes }: Group): { readonly before: string; readonly after: string } =>
  changes.length === 1 && changes[0] !== undefined ? changes[0] : { before, after };

/** Whom and what a group is about. */
export function aboutWhom({ changes }: Group): string {
  return [
    listOf('callers', changes, ({ caller }) => caller),
    listOf('targets', changes, ({ target }) => target),
    listOf('variants', changes, ({ variant }) => variant),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What a drift comes to, in one line. */
export function headingOf({ before, after, groups, compared, pairs }: Drift): string {
  const sides = `${before.label} → ${after.label}`;
  if (groups.length === 0) return `${sides}: no drift in ${plural(compared, 'scenario')}`;
  const scenariosOf = (sense: Group['sense']) =>
    new Set(groups.filter((group) => group.sense === sense).flatMap(({ changes }) => changes.map(({ id }) => id))).size;
  const [opened, closed] = [scenariosOf('opened'), scenariosOf('closed')];
  const senses = [...(opened > 0 ? [`${opened} opened`] : []), ...(closed > 0 ? [`${closed} closed`] : [])];
  const what = `${pairs.length} of ${plural(compared, 'scenario')} differ`;
  return `${sides}: ${[what, ...senses].join(', ')}`;
}

/** The parts of a report, in its order: what each is about, and which groups belong there. */
const sections: readonly (readonly [title: string, has: (group: Group) => boolean])[] = [
  ['OPENED: what was refused is done now', ({ sense }) => sense === 'opened'],
  ['Closed: what was done is refused now', ({ sense }) => sense === 'closed'],
  ['Other statuses', ({ aspect, sense }) => aspect === 'status' && sense === 'other'],
  ['Other data came back', ({ aspect }) => aspect === 'returned'],
  ['Other bodies of answers', ({ aspect }) => aspect === 'body'],
  ['Other rows or columns changed', ({ aspect }) => aspect === 'effects'],
  ['Other error texts', ({ aspect }) => aspect === 'guard'],
];

interface Section {
  readonly title: string;
  readonly routes: ReadonlyMap<string, readonly Group[]>;
}

/** Groups by what they are about, and there by route. */
export function sectionsOf(groups: readonly Group[]): Section[] {
  return sections
    .map(([title, has]) => ({ title, routes: grouped(groups.filter(has), ({ route }) => route) }))
    .filter(({ routes }) => routes.size > 0);
}

/** All groups as lines for a terminal; what was opened stands first. */
export function linesOf(groups: readonly Group[]): string[] {
  return sectionsOf(groups).flatMap(({ title, routes }) => [
    title,
    ...[...routes].flatMap(([route, ofRoute]) => [
      `  ${route}`,
      ...ofRoute.flatMap((group) => [`    ${headlineOf(group)}`, `        ${aboutWhom(group)}`]),
    ]),
    '',
  ]);
}

/** The same as Markdown. */
export function markdownOf(groups: readonly Group[]): string[] {
  return sectionsOf(groups).flatMap(({ title, routes }) => [
    `### ${title}`,
    '',
    ...[...routes].flatMap(([route, ofRoute]) => [`- \`${route}\``, ...ofRoute.map(itemOf)]),
    '',
  ]);
}

/** A group in Markdown, below its route. */
export const itemOf = (group: Group): string =>
  `  - ${inMarkdown(headlineOf(group))}<br>${inMarkdown(aboutWhom(group))}`;

/** `1 scenario`, `2 scenarios`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Two texts from where they part, a few words earlier. */
function quotedChange({ before, after }: Pick<Group, 'before' | 'after'>): string {
  const [was, is] = [printable(before), printable(after)];
  let parting = 0;
  while (parting < was.length && was[parting] === is[parting]) parting += 1;
  const from = parting < quotedAtMost / 2 ? 0 : was.lastIndexOf(' ', parting - quotedAtMost / 4) + 1;
  const quoted = (text: string) =>
    `"${from > 0 ? '…' : ''}${text.slice(from, from + quotedAtMost)}${text.length > from + quotedAtMost ? '…' : ''}"`;
  return `${quoted(was)} → ${quoted(is)}`;
}

/** What a request carried may come back in an error text, and would move a terminal's cursor. */
export const printable = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const inOneLine = (text: string): string => {
  const line = text.replaceAll(/\n {4}/g, ' · ').replaceAll('\n', '; ');
  return startOf(line, quotedAtMost);
};

function listOf(noun: string, changes: readonly Change[], of: (change: Change) => string): string {
  const names = [...new Set(changes.map(of))].filter((name) => name !== '');
  if (names.length === 0) return '';
  const [first = ''] = names;
  if (names.length === 1) return first;
  const listed = names.slice(0, named).join(', ');
  return names.length > named
    ? `${names.length} ${noun}: ${listed} and ${names.length - named} more`
    : `${noun}: ${listed}`;
}
