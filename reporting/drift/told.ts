// Groups of changes as lines: for a terminal, and for a comment on a pull request.

import { grouped } from '../grouped';
import type { Change } from './changes';
import type { Group } from './groups';

/** How many names a line lists before it counts the rest. */
const named = 6;

/** Characters of an error text in a line. */
const quotedAtMost = 160;

/** One line that says what became of what, without its route. */
export function headlineOf(group: Group): string {
  const { aspect, sense, before, after, changes, of, isAll, step } = group;
  const later = step === 'act' ? '' : `, later use "${step}"`;
  const count = changes.length;
  switch (aspect) {
    case 'status': {
      const what = /^[23]\d\d$/.test(before) ? 'successes' : 'refusals';
      const who = isAll ? `all ${count} ${what}` : count === of ? `all ${count} with ${before}` : `${count} of ${of}`;
      const note = { opened: '  OPENED', closed: '  closed', other: '' }[sense];
      return `${who} went ${before} → ${after}${later}${note}`;
    }
    case 'guard':
      return `${plural(count, 'error text')} changed${later}: ${quotedChange(before, after)}`;
    case 'effects':
      return `${plural(count, 'scenario')}${later}: ${effectOf(group)}`;
    case 'returned':
      return `${plural(count, 'answer')} with other data${later}: ${quotedChange(before, after)}`;
  }
}

/** What became of rows. */
function effectOf({ effect, before, after }: Group): string {
  if (effect === undefined) return `${inOneLine(before) || '(nothing)'} → ${inOneLine(after) || '(nothing)'}`;
  const { place, columns, direction } = effect;
  if (columns.length === 0) return `${direction === 'more' ? 'now' : 'no longer'} ${place}`;
  const what = { more: 'also in', less: 'no longer in', other: 'another value in' }[direction];
  return `${place}: ${what} ${columns.join(', ')}`;
}

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

/** Routes with the lines of their groups, in the order of the groups. */
export function byRoute(groups: readonly Group[]): Map<string, Group[]> {
  return grouped(groups, ({ route }) => route);
}

/** All groups as lines for a terminal; what was opened stands first. */
export function linesOf(groups: readonly Group[]): string[] {
  return [...byRoute(groups)].flatMap(([route, ofRoute]) => [
    `  ${route}`,
    ...ofRoute.flatMap((group) => [`    ${headlineOf(group)}`, `        ${aboutWhom(group)}`]),
  ]);
}

/** The same as Markdown. */
export function markdownOf(groups: readonly Group[]): string[] {
  return [...byRoute(groups)].flatMap(([route, ofRoute]) => [
    `- \`${route}\``,
    ...ofRoute.map((group) => `  - ${escaped(headlineOf(group))}<br>${escaped(aboutWhom(group))}`),
  ]);
}

/** `1 scenario`, `2 scenarios`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Two texts from where they part, a few words earlier. */
function quotedChange(before: string, after: string): string {
  const [was, is] = [printable(before), printable(after)];
  let parting = 0;
  while (parting < was.length && was[parting] === is[parting]) parting += 1;
  const from = parting < quotedAtMost / 2 ? 0 : was.lastIndexOf(' ', parting - quotedAtMost / 4) + 1;
  const quoted = (text: string) =>
    `"${from > 0 ? '…' : ''}${text.slice(from, from + quotedAtMost)}${text.length > from + quotedAtMost ? '…' : ''}"`;
  return `${quoted(was)} → ${quoted(is)}`;
}

/** What a request carried may come back in an error text, and would move a terminal's cursor. */
const printable = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

const inOneLine = (text: string): string => {
  const line = text.replaceAll(/\n {4}/g, ' · ').replaceAll('\n', '; ');
  return line.length > quotedAtMost ? `${line.slice(0, quotedAtMost)}…` : line;
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

/** Text in which Markdown finds nothing of its own. */
export const escaped = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>()#|~]/g, String.raw`\$&`);
