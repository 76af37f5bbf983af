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
  const { aspect, sense, before, after, changes, step } = group;
  const later = step === 'act' ? '' : `, later use "${step}"`;
  const count = changes.length;
  switch (aspect) {
    case 'status': {
      const mark = { opened: '⚠ OPENED: ', closed: 'closed: ', other: '' }[sense];
      return `${mark}${howMany(group)} went ${before} → ${after}${later}`;
    }
    case 'guard':
      return `${plural(count, 'error text')} changed${later}: ${quoted(before)} → ${quoted(after)}`;
    case 'effects': {
      const who = `${plural(count, 'scenario')} with other effects${later}`;
      const [first] = changes;
      // Where they are alike but for their own values, nothing but those is different; of one alone they are told.
      if (count === 1 && first) return `${who}: ${inOneLine(first.after)} — instead of: ${inOneLine(first.before)}`;
      if (before === after) return `${who}, in the values of: ${inOneLine(after)}`;
      return `${who}: ${inOneLine(after)} — instead of: ${inOneLine(before)}`;
    }
    case 'returned':
      return `${plural(count, 'answer')} with other data${later}: ${quoted(before)} → ${quoted(after)}`;
  }
}

/** Of how many: of all that were refused or accepted, or of those with that status. */
function howMany({ before, changes: { length: count }, of, isAll }: Group): string {
  const noun = /^[23]\d\d$/.test(before) ? 'success' : 'refusal';
  const nouns = noun === 'success' ? 'successes' : 'refusals';
  if (isAll) return count === 1 ? `the only ${noun}` : `all ${count} ${nouns}`;
  if (count < of) return `${count} of ${of} ${nouns}`;
  return `${count} ${count === 1 ? noun : nouns}`;
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
    ...ofRoute.map((group) => `  - ${bold(group, escaped(headlineOf(group)))}<br>${escaped(aboutWhom(group))}`),
  ]);
}

const bold = ({ sense }: Group, text: string): string => (sense === 'opened' ? `**${text}**` : text);

/** `1 scenario`, `2 scenarios`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const quoted = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return `"${line.length > quotedAtMost ? `${line.slice(0, quotedAtMost)}…` : line}"`;
};

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

/** Text in which Markdown finds nothing of its own, and GitHub nobody to tell of it. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>()#|~$&]/g, String.raw`\$&`).replaceAll('@', '@<!-- -->');
