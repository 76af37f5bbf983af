/** The part of WebAssembly that the engine uses: TypeScript has it in its library for browsers only. */
declare namespace WebAssembly {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- opaque
  interface Module {}
  type Exports = Record<string, unknown>;
  interface Instance {
    exports: Exports;
  }
  /** A trap: the code inside reached something it had ruled out. */
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(compiled: Module, imports: Record<string, object>): Promise<Instance>;
}
