import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { QueryEngine } from '@prisma/query-engine-wasm/postgresql/query_engine';

import { projectFolder } from '../home';

export type WasmEngine = QueryEngine;

/** An engine, and the way to be rid of it. */
export interface RunningWasm {
  engine: WasmEngine;
  /** Makes everything that it still gets called with, such as timers of its own, come to nothing. */
  retire: () => void;
}

/** What wasm-bindgen wrote around the engine; the package has types for its exports only. */
interface Glue {
  QueryEngine: typeof QueryEngine;
  __wbg_set_wasm: (exports: WebAssembly.Exports) => void;
}

const packageFile = (name: string): string =>
  createRequire(path.join(projectFolder, 'package.json')).resolve(`@prisma/query-engine-wasm/postgresql/${name}`);

/** Compiles the engine's WASM part, off the main thread. The file is read from the installed package, not bundled. */
export const compileEngine = async (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(packageFile('query_engine_bg.wasm')));

let generation = 0;

/**
 * Makes an engine with glue of its own: the glue holds its instance in a variable, and an engine that panicked may still
 * be called by timers of its own.
 *
 * @param schemaText the Prisma schema
 */
export async function startEngine(
  compiled: WebAssembly.Module,
  schemaText: string,
  adapter: object,
): Promise<RunningWasm> {
  const url = `${pathToFileURL(packageFile('query_engine_bg.js')).href}?${generation++}`;
  const glue = (await import(url)) as Glue;
  const instance = await WebAssembly.instantiate(compiled, { './query_engine_bg.js': { ...glue } });
  glue.__wbg_set_wasm(instance.exports);
  const options = { datamodel: schemaText, logLevel: 'error', logQueries: false };
  // Its log lines would hold values of queries.
  const engine = new glue.QueryEngine(options, () => undefined, adapter);
  await engine.connect('{}');
  const retire = (): void => {
    const nothing = Object.entries(instance.exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? () => 0 : value,
    ]);
    glue.__wbg_set_wasm(Object.fromEntries(nothing) as WebAssembly.Exports);
  };
  return { engine, retire };
}
