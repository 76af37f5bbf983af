// What answers and marks are called, and what they look like.

import type { Mark } from '../format';
import { noAnswer } from '../format';

/** How a chip looks; page.css has a rule for each. */
export interface Look {
  readonly kind: string;
  /** On the chip. */
  readonly label: string;
  /** What that means, to somebody who hears it, or points at it; empty where the label says it. */
  readonly meaning: string;
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'created',
  204: 'no content',
  400: 'bad request',
  401: 'unauthenticated',
  402: 'payment required',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  409: 'conflict',
  413: 'too large',
  418: "I'm a teapot",
  422: 'invalid',
  429: 'too many requests',
  500: 'internal error',
  502: 'bad gateway',
  503: 'unavailable',
};

/** How an answer looks: a status, one with a refusal in it, none, or what a change is about. */
export function lookOf(answer: string): Look {
  if (answer === noAnswer) return { kind: 'none', label: 'none', meaning: noAnswer };
  const status = Number(answer.slice(0, 3));
  if (/^\d{3}$/.test(answer)) return { kind: kindOf(status), label: answer, meaning: reasons[status] ?? '' };
  if (isRefusalInside.test(answer)) return { kind: 'item', label: `${status} ⊘`, meaning: 'with a refusal in it' };
  return {
    kind: 'change',
    label: changeLabel(answer),
    meaning: answer.startsWith('later ') ? 'of a later use' : (changeWords[answer] ?? ''),
  };
}

const isRefusalInside = /^\d{3} with a refusal in it$/;

const changeWords: Readonly<Record<string, string>> = {
  guard: 'of the error',
  returned: 'that came back',
  body: 'of the answer',
};

/** Label and meaning: `403 forbidden`. */
export const told = ({ label, meaning }: Look): string => (meaning === '' ? label : `${label} ${meaning}`);

function kindOf(status: number): string {
  if (status < 300) return 'ok';
  if (status < 400) return 'moved';
  if (status >= 500) return 'broken';
  switch (status) {
    case 401:
      return 'unknown';
    case 403:
      return 'forbidden';
    case 404:
      return 'missing';
    case 402:
    case 429:
      return 'limited';
    default:
      return 'invalid';
  }
}

const changeLabel = (answer: string): string =>
  answer
    .replaceAll(' with a refusal in it', ' ⊘')
    .replace(/^later /, '↳ ')
    .replace(' → ', '→')
    .replace('guard', 'text')
    .replace('returned', 'data');

/** What marks are called, and the sign that stands before a chip that has one. */
export const markWords: Readonly<Record<Mark, { readonly word: string; readonly sign: string }>> = {
  failed: { word: 'failed', sign: '✗' },
  flaky: { word: 'flaky', sign: '~' },
  differs: { word: 'passed, but differs', sign: '≠' },
  passed: { word: 'passed', sign: '' },
  skipped: { word: 'skipped', sign: '–' },
  'not-run': { word: 'not run', sign: '…' },
  opened: { word: 'opened', sign: '!' },
  closed: { word: 'closed', sign: '' },
  other: { word: 'other changes', sign: '' },
};

export const markOf = (name: string): { readonly word: string; readonly sign: string } =>
  (markWords as Readonly<Record<string, (typeof markWords)[Mark] | undefined>>)[name] ?? { word: name, sign: '' };

const formatted = new Intl.NumberFormat('en-US');

/** `14,671`. */
export const inFull = (count: number): string => formatted.format(count);

/** `1 scenario`, `14,671 scenarios`. */
export const counted = (count: number, noun: string): string => `${inFull(count)} ${noun}${count === 1 ? '' : 's'}`;
