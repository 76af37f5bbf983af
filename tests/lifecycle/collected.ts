/** Prints what the scenarios of all specs are called, as a JSON line each. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { collectScenarios } from '../../fixtures/collect';
import { projectFolder } from '../../stack/home';

async function main(): Promise<void> {
  const specs = path.join(projectFolder, 'specs');
  const files = readdirSync(specs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.spec.ts'));
  for (const { id, title } of await collectScenarios(files.sort().map((name) => path.join(specs, name)))) {
    process.stdout.write(`${JSON.stringify({ id, title })}\n`);
  }
}

void main();
