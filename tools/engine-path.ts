import path from 'node:path';

import { buildProgram } from '../stack/programs';

/** Prints the query engine's executable, for `PRISMA_QUERY_ENGINE_BINARY` of a LiteLLM of one's own. */
async function main(): Promise<void> {
  console.log(await buildProgram('query-engine', path.resolve(process.env.STACK_HOME ?? '.stack')));
}

void main();
