/**
 * Plays scenarios of a spec file in a process without Playwright's runner, and prints what was observed as a JSON line
 * each. Arguments: the spec file, and how many of its scenarios, from the first.
 */
import { collectScenarios } from '../../fixtures/collect';

async function main([spec, count]: string[]): Promise<void> {
  if (spec === undefined) throw new Error('which spec?');
  const scenarios = await collectScenarios([spec]);
  const { Lane } = await import('../../fixtures/lane');
  const lane = await Lane.borrow('plain', 103);
  try {
    for (const scenario of scenarios.slice(0, Number(count))) {
      await scenario.play(lane, (record) => {
        process.stdout.write(`${JSON.stringify(record)}\n`);
      });
    }
  } finally {
    await lane.giveBack();
  }
}

void main(process.argv.slice(2));
