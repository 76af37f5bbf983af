// Which scenario a person means: `npm run stack -- arrange` and `npm run bisect` ask for one.

import type { Scenario } from '../fixtures/scenario';
import { StackError } from '../stack/errors';

/** How many scenarios are named where a text names several, or none. */
const listed = 10;

/** What a text names: one scenario, or several, or none; then those that are nearest to it, best first. */
export type Named<S> = { readonly one: S } | { readonly several: readonly S[] } | { readonly near: readonly S[] };

type Names = Pick<Scenario, 'id' | 'title'>;

/** The one scenario that a text names: see `named`. @throws StackError that tells which ones it could be */
export function theOne<S extends Names>(text: string, scenarios: readonly S[]): S {
  const what = named(text, scenarios);
  if ('one' in what) return what.one;
  if ('several' in what) {
    throw new StackError(
      `${JSON.stringify(text)} fits ${what.several.length} scenarios:\n${list(what.several)}`,
      'Say more of its title, or its id as `report/behaviors.json` has it.',
    );
  }
  throw new StackError(
    `No scenario's title or id has ${JSON.stringify(text)} in it.${what.near.length === 0 ? '' : ` These are near:\n${list(what.near)}`}`,
    'Name one as a report does: by its title, or its id in `report/behaviors.json`.',
  );
}

/** A line each: their titles, or what tells apart those that have the same one. */
function list(scenarios: readonly Names[]): string {
  const by = new Set(scenarios.map(({ title }) => title)).size === 1 && scenarios.length > 1 ? 'id' : 'title';
  return [
    ...scenarios.slice(0, listed).map((each) => `  ${each[by]}`),
    ...(scenarios.length > listed ? [`  … and ${scenarios.length - listed} more`] : []),
  ].join('\n');
}

/** Finds the scenario that a text names: its id, its title, or a part of either that is in no other's. Case does not matter. */
export function named<S extends Names>(text: string, scenarios: readonly S[]): Named<S> {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return { near: [] };
  const exact = scenarios.filter(({ id, title }) => id.toLowerCase() === wanted || title.toLowerCase() === wanted);
  const fitting = exact.length > 0 ? exact : scenarios.filter((each) => namesOf(each).some((n) => n.includes(wanted)));
  const [first, ...others] = fitting;
  if (first === undefined) return { near: nearTo(wanted, scenarios) };
  return others.length === 0 ? { one: first } : { several: fitting };
}

/** Its title, its id, and its id as people read it. */
const namesOf = ({ id, title }: Names): string[] =>
  [title, id, id.split('/').map(decodeURIComponent).join('/')].map((name) => name.toLowerCase());

/** Those that have most of its parts, and then most of its words. */
function nearTo<S extends Names>(wanted: string, scenarios: readonly S[]): S[] {
  const parts = wanted.split('·').map((part) => part.trim());
  const words = wanted.split(/[\s·]+/).filter((word) => word !== '');
  const scored = scenarios.map((each) => {
    const title = each.title.toLowerCase();
    const own = title.split(' · ');
    const hits = [parts.filter((part) => own.includes(part)), words.filter((word) => title.includes(word))];
    return { each, score: (hits[0]?.length ?? 0) * words.length + (hits[1]?.length ?? 0) };
  });
  const best = scored.map(({ score }) => score).reduce((a, b) => Math.max(a, b), 1);
  return scored.filter(({ score }) => score === best).map(({ each }) => each);
}
