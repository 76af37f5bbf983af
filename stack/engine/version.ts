/** The build of Prisma's engine inside `@prisma/query-engine-wasm`. */
export const engineVersion = '605197351a3c8bdd595af2d2a9bc3025bca48ea2';
