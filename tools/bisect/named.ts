import type { Scenario } from '../../fixtures/scenario';

/** What a text names: one scenario, or several, or none; then those that are nearest to it, best first. */
export type Named<S> = { readonly one: S } | { readonly several: readonly S[] } | { readonly near: readonly S[] };

type Names = Pick<Scenario, 'id' | 'title'>;

/** Finds the scenario that a text names: its id, its title, or a part of either that is in no other's. Case does not matter. */
export function named<S extends Names>(text: string, scenarios: readonly S[]): Named<S> {
  const wanted = text.trim().toLowerCase();
  const exact = scenarios.filter(({ id, title }) => id.toLowerCase() === wanted || title.toLowerCase() === wanted);
  const fitting = exact.length > 0 ? exact : scenarios.filter((each) => namesOf(each).some((n) => n.includes(wanted)));
  const [first, ...others] = fitting;
  if (first !== undefined) return others.length === 0 ? { one: first } : { several: fitting };
  const words = wanted.split(/[\s·]+/).filter((word) => word !== '');
  const scored = scenarios
    .map((each) => ({ each, score: words.filter((word) => namesOf(each).some((name) => name.includes(word))).length }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return { near: scored.filter(({ score }) => score === scored[0]?.score).map(({ each }) => each) };
}

const namesOf = ({ id, title }: Names): string[] =>
  [title, id, id.split('/').map(decodeURIComponent).join('/')].map((name) => name.toLowerCase());
