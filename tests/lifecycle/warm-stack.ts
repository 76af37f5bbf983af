import { npmScript } from '../support/npm-script';
import { expect, NestedRun, test as base } from './nested-run';

const stack = (word: string) => npmScript('stack', word);

/** `warm` is a warm stack that serves all tests of a file in one worker, so that each of their runs takes a moment. */
export const test = base.extend<object, { warm: NestedRun }>({
  warm: [
    async ({}, use) => {
      const warm = new NestedRun({ command: stack('up') });
      try {
        expect(await warm.ended, warm.said).toMatchObject({ code: 0 });
        await use(warm);
        const down = new NestedRun({ command: stack('down'), beside: warm });
        expect(await down.ended, down.said).toMatchObject({ code: 0 });
      } finally {
        warm.clear();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

export { expect };
