// What a run has to tell beside its behaviours: how scenarios ended of which no answer tells, and what went wrong with no scenario.

import { stripVTControlCharacters } from 'node:util';

import type { TestCase, TestError } from '@playwright/test/reporter';

import { Placeholders } from '../fixtures/secrets';
import { startOf } from '../fixtures/told-effects';
import type { BehaviorsFile } from './behaviors-file';

/** One run, or several that were merged, for whoever tells people of it. */
export interface Run {
  readonly file: BehaviorsFile;
  /** What Playwright says of a scenario that failed or was flaky, by id: one line, of the first attempt that did not pass. */
  readonly failures: ReadonlyMap<string, string>;
  /** Likewise what went wrong outside of the scenarios: before them, after them, or with a test that is none. */
  readonly errors: readonly string[];
}

/**
 * @param tests all of the run
 * @param errors those that belong to no test
 */
export function runOf(file: BehaviorsFile, tests: readonly TestCase[], errors: readonly TestError[]): Run {
  const failures = new Map<string, string>();
  const others: string[] = [];
  for (const test of tests) {
    const failed = test.results.find(({ status }) => status === 'failed' || status === 'timedOut');
    if (failed === undefined) continue;
    const why = inOneLine(failed.error ?? { message: `It ended as ${failed.status}.` });
    const id = test.annotations.find(({ type }) => type === 'scenario')?.description;
    if (id === undefined) others.push(`${test.title}: ${why}`);
    else if (!failures.has(id)) failures.set(id, why);
  }
  return { file, failures, errors: [...errors.map(inOneLine), ...others] };
}

/** Characters of an error in a line. */
const toldOfAnError = 500;

const placeholders = new Placeholders();

/** The first paragraph of an error, without what could be a secret. */
export function inOneLine({ message, value }: TestError): string {
  const text = stripVTControlCharacters(message ?? value ?? 'It says nothing.');
  const [first = ''] = text.trim().split(/\n\s*\n/);
  const line = placeholders.inText(first.replace(/^(Stack)?Error: /, '').replaceAll(/\s+/g, ' '));
  return startOf(line, toldOfAnError);
}
