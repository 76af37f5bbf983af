/** Prints the ids of a spec file's scenarios, the same once more, and those of it and another file: arguments are the two files. */
import { collectScenarios } from '../../fixtures/collect';

async function main(files: string[]): Promise<void> {
  const asked = [files.slice(0, 1), files.slice(0, 1), files];
  const ids: string[][] = [];
  for (const each of asked) ids.push((await collectScenarios(each)).map(({ id }) => id));
  process.stdout.write(JSON.stringify(ids));
}

void main(process.argv.slice(2));
