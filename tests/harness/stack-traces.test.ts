import { expect } from '@playwright/test';

import { test } from '../../fixtures/test';

/** The lines of a trace that name this file. */
const ownLines = (stack = ''): string[] => stack.split('\n').filter((line) => line.includes('stack-traces.test.ts'));

test('a stack trace names lines of the source, the same ones every time', () => {
  const thrown = (): Error => new TypeError('two\nlines');
  const traces = [1, 2].map(() => thrown());
  for (const { stack } of traces) expect(stack).toMatch(/^TypeError: two\nlines\n {4}at thrown \(.*:9:31\)\n/);
  const [first, second] = traces.map(({ stack }) => ownLines(stack));
  expect(first?.length).toBeGreaterThan(1);
  expect(second).toEqual(first);
  // Foreign frames are there, too.
  expect(traces[0]?.stack).toMatch(/node_modules\/playwright/);
});
