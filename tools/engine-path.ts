/**
 * Prints the query engine's executable, for `PRISMA_QUERY_ENGINE_BINARY` of a LiteLLM of one's own, and builds it first
 * where it is not there: `npm run -s engine:path`.
 */
import { buildProgram } from '../stack/programs';
import { loadSettings } from '../stack/settings';
import { run } from './command';

async function main(): Promise<void> {
  console.log(await buildProgram('query-engine', loadSettings().home));
}

run(main);
