/**
 * Prints the query engine's executable, for `PRISMA_QUERY_ENGINE_BINARY` of a LiteLLM of one's own, and builds it first
 * where it is not there: `npm run -s engine:path`.
 */
import { StackError } from '../stack/errors';
import { buildProgram } from '../stack/programs';
import { loadSettings } from '../stack/settings';

async function main(): Promise<void> {
  console.log(await buildProgram('query-engine', loadSettings().home));
}

main().catch((error: unknown) => {
  if (!(error instanceof StackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
