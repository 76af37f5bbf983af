/**
 * The query engine: what `PRISMA_QUERY_ENGINE_BINARY` names. Run like Prisma's native one, as `FILE --version` or as
 * `FILE -p PORT …`, with `PRISMA_DML_PATH` and the variable that the schema takes its URL from.
 */

/** The build of Prisma's engine inside `@prisma/query-engine-wasm`. */
const engineVersion = '605197351a3c8bdd595af2d2a9bc3025bca48ea2';

if (process.argv.includes('--version')) console.log(`query-engine ${engineVersion}`);
// Everything else is loaded after this, so that the client's version check costs the start of `node` only.
else void import('./run').then(({ run }) => run(process.argv.slice(2), process.env));
