import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Verdict } from './judging';

/** Verdicts so far, a line each, so that what was interrupted goes on where it was. */
export class Journal {
  readonly #file: string;
  /** By the mutant's id. */
  readonly verdicts: ReadonlyMap<string, Verdict>;

  /** @param file whose name tells everything that a verdict depends on */
  constructor(file: string) {
    this.#file = file;
    mkdirSync(path.dirname(file), { recursive: true });
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    this.verdicts = new Map(
      lines.flatMap((line) => {
        try {
          const verdict = JSON.parse(line) as Verdict;
          return [[verdict.id, verdict] as const];
        } catch {
          // The last one, of a process that was killed while it wrote; or nothing.
          return [];
        }
      }),
    );
  }

  add(verdict: Verdict): void {
    // On a line of its own, whatever was left of another one.
    appendFileSync(this.#file, `\n${JSON.stringify(verdict)}`);
  }

  /** Forgets all: everything was decided, or is to be decided anew. */
  end(): void {
    rmSync(this.#file, { force: true });
  }
}
