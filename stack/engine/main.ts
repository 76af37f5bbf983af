/**
 * The query engine: what `PRISMA_QUERY_ENGINE_BINARY` names. Run like Prisma's native one, as `FILE --version` or as
 * `FILE -p PORT …`, with `PRISMA_DML_PATH` and the variable that the schema takes its URL from.
 */
import { run } from './run';
import { engineVersion } from './version';

// The launcher script answers this one by itself; a copy of the program alone need not have it.
if (process.argv.includes('--version')) console.log(`query-engine ${engineVersion}`);
else void run(process.argv.slice(2), process.env);
