// What the process that asks one release and the command that started it tell each other.

import type { ScenarioRecord } from '../../fixtures/record';

/** Which scenario to play: its spec file, absolute, and its id. */
export interface Question {
  readonly spec: string;
  readonly id: string;
}

/** What came of it. */
export type Reply =
  | { readonly kind: 'answered'; readonly record: ScenarioRecord }
  /** LiteLLM has no such route: an answer of its own. */
  | { readonly kind: 'no such route' }
  | { readonly kind: 'failed'; readonly at: Stage; readonly why: string };

/** How far it has come, in words that follow "cannot be". */
export type Stage = 'installed' | 'started' | 'played';

/** What the process says while it is at it. */
export type Said = { readonly reply: Reply } | { readonly progress: string };
