/** Prints what the scenarios of all specs are called, as a JSON line each. */
import { collectScenarios } from '../../fixtures/collect';
import { specFiles } from '../../tools/spec-files';

async function main(): Promise<void> {
  for (const { id, title } of await collectScenarios(specFiles())) {
    process.stdout.write(`${JSON.stringify({ id, title })}\n`);
  }
}

void main();
