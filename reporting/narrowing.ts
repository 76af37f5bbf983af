// What of the suite a run is about, as its command line says.

import { parseArgs } from 'node:util';

import type { FullConfig } from '@playwright/test/reporter';

/** What one run leaves out, and which part of the rest is its own. */
interface Narrowing {
  readonly filters: readonly string[];
  /** `2/4`; null: it is not one of several. */
  readonly shard: string | null;
}

/** How the names of a run's entries in a configuration's metadata begin. */
const entryName = 'behavior run ';

/**
 * What a run's configuration says of it, for `narrowingsOf`: a merged report knows nothing else of the runs that it is made of.
 * Playwright merges the metadata of blobs by name, so each run of a suite has an entry of its own.
 */
export function narrowingMetadata(args: readonly string[] = process.argv): Record<string, Narrowing> {
  const narrowing = narrowingIn(args);
  return { [entryName + JSON.stringify(narrowing)]: narrowing };
}

/** What the runs of a report leave out. More than one: they were merged. */
export function narrowingsOf(config: FullConfig): Narrowing[] {
  const entries = Object.entries(config.metadata).filter(([name]) => name.startsWith(entryName));
  // A configuration of somebody else's has none, and UI and editor runs lose them.
  return entries.length > 0 ? entries.map(([, narrowing]) => narrowing as Narrowing) : [narrowingIn(process.argv)];
}

/** The filters of runs together; shards count as filters where some are missing. */
export function filtersOf(runs: readonly Narrowing[]): string[] {
  const shards = runs.flatMap(({ shard }) => shard ?? []);
  const totals = new Set(shards.map((shard) => Number(shard.split('/')[1])));
  const isWhole = shards.length === runs.length && totals.size === 1 && totals.has(new Set(shards).size);
  return [
    ...new Set([
      ...runs.flatMap(({ filters }) => filters),
      ...(isWhole ? [] : shards.map((shard) => `--shard=${shard}`)),
    ]),
  ];
}

function narrowingIn(args: readonly string[]): Narrowing {
  const { tokens } = parseArgs({
    args: args.includes('test') ? args.slice(args.indexOf('test') + 1) : [],
    options: Object.fromEntries(
      Object.entries(optionsWithValue).map(([name, short]) => [name, { type: 'string', ...(short && { short }) }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  let shard: string | null = null;
  const filters = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value];
    if (token.kind !== 'option') return [];
    if (token.name === 'shard') shard = token.value ?? null;
    return narrowing.has(token.name) ? [`--${token.name}${token.value === undefined ? '' : `=${token.value}`}`] : [];
  });
  return { filters, shard };
}

/** Playwright's options that take a value, with their short forms: what follows them is no file to filter by. */
const optionsWithValue = {
  'add-reporter': '',
  browser: '',
  config: 'c',
  'global-timeout': '',
  'last-failed-file': '',
  grep: 'g',
  'grep-invert': 'G',
  'max-failures': '',
  output: '',
  project: '',
  'repeat-each': '',
  reporter: '',
  retries: '',
  shard: '',
  'test-list': '',
  'test-list-invert': '',
  timeout: '',
  trace: '',
  tsconfig: '',
  'ui-host': '',
  'ui-port': '',
  workers: 'j',
};

/** Those of all options that leave tests out. One that merely stops early shows in tests that did not run. */
const narrowing = new Set([
  'grep',
  'grep-invert',
  'last-failed',
  'only-changed',
  'project',
  'test-list',
  'test-list-invert',
]);
