import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { replayed } from './bench/bare';
import { command, measured, type Measured } from './bench/main-job';
import { watchUsage } from './bench/usage';
import { withTemporary } from './children';
import { circumstances } from './circumstances';
import { run, wordsOf } from './command';

const help = `Measures this project: \`npm run bench -- [--only PART …] [--out FILE]\`. PART is one of

first    seconds to the first scenario, with everything installed: without a warm stack, and with one
suite    the whole main job with two workers: milliseconds a scenario, memory, and whose work the time is
tables   some tables of requests at one and at two workers, and the same requests sent bare, without Playwright, undo or judgement
curve    some tables ten times over in one run: whether later scenarios cost more than earlier ones
mutants  seconds that a mutant takes; where no coverage is kept, that is made first, and takes longer than the suite

Everything takes about 20 minutes. Prints what came out beside what is wanted, and keeps it, with the machine and the commit, as JSON in
bench/ or in FILE; with --only, in FILE alone. On a machine that does something else, the numbers are of that.
`;

const parts = ['first', 'suite', 'tables', 'curve', 'mutants'] as const;
type Part = (typeof parts)[number];

/** Tables of requests, as most of the suite is. */
const tables = [
  'specs/keys/info.spec.ts',
  'specs/keys/update.spec.ts',
  'specs/teams/info.spec.ts',
  'specs/teams/update.spec.ts',
];

/** Played ten times over for the curve: some five hundred scenarios, so from 500 to 5,000. */
const curveTables = tables.slice(1);
const repeats = 10;

/** What has to be installed or made is none of what is measured. */
const oneScenario = ['specs/keys/info.spec.ts', '-g', 'own key · owner '];

const warmed = async <T>(work: () => Promise<T>): Promise<T> => {
  await command('npm', ['run', '-s', 'stack', '--', 'up']);
  try {
    return await work();
  } finally {
    await command('npm', ['run', '-s', 'stack', '--', 'down'], { isCleanUp: true });
  }
};

const measurements = {
  first: async (folder: string) => {
    const cold = await measured(folder, oneScenario);
    const warm = await warmed(() => measured(folder, oneScenario));
    return { coldSeconds: rounded(cold.firstMs / 1000), warmSeconds: rounded(warm.firstMs / 1000) };
  },
  suite: async (folder: string) => {
    const usage = watchUsage(folder);
    const whole = await measured(folder, ['--workers=2']);
    const { cpuMs, peakBytes } = usage();
    const shares = Object.entries(cpuMs).map(([role, ms]) => [role, rounded(ms / whole.count)]);
    return {
      scenarios: whole.count,
      wallMs: rounded(whole.wallMs / whole.count),
      /** Milliseconds of work a scenario, by the kind of process that did it. */
      cpuMs: Object.fromEntries(shares) as Record<string, number>,
      peakGB: rounded(peakBytes / 1e9),
    };
  },
  tables: (folder: string) =>
    warmed(async () => {
      const one = await measured(folder, oneScenario);
      const [single, double] = [
        await measured(folder, [...tables, '--workers=1']),
        await measured(folder, [...tables, '--workers=2']),
      ];
      const bare = await replayed(tables);
      const perScenario = ({ wallMs, cpuMs, count }: Measured) => ({
        wallMs: rounded(wallMs / count),
        // What every run costs, whatever it runs, is in the run of one scenario too.
        cpuMs: rounded((cpuMs - one.cpuMs) / (count - 1)),
      });
      return {
        scenarios: double.count,
        oneWorker: perScenario(single),
        twoWorkers: perScenario(double),
        bareRequestMs: { oneLane: rounded(bare.one), twoLanes: rounded(bare.two) },
        overhead: rounded(double.wallMs / double.count / bare.two),
        scaling: rounded(single.wallMs / double.wallMs),
      };
    }),
  curve: async (folder: string) => {
    const { begins, count, wallMs } = await measured(folder, [
      ...curveTables,
      '--workers=2',
      `--repeat-each=${repeats}`,
    ]);
    const edges = Array.from({ length: repeats + 1 }, (_, nth) => Math.round((count * nth) / repeats));
    const timeAt = (edge: number) => begins[edge] ?? wallMs;
    const wallMsByTenth = edges
      .slice(1)
      .map((edge, nth) => rounded((timeAt(edge) - timeAt(edges[nth] ?? 0)) / (edge - (edges[nth] ?? 0))));
    return {
      scenarios: count,
      wallMsByTenth,
      lastToFirst: rounded((wallMsByTenth.at(-1) ?? 0) / (wallMsByTenth[0] ?? 1)),
    };
  },
  mutants: async (folder: string) => {
    const out = path.join(folder, 'mutants.json');
    await command('npm', [
      'run',
      '-s',
      'mutate',
      '--',
      '--count=100',
      '--seed=bench',
      '--kept-coverage',
      '--fresh',
      `--out=${out}`,
    ]);
    const verdictSchema = z.object({ verdict: z.string(), seconds: z.number() });
    const { mutants } = z.object({ mutants: z.array(verdictSchema) }).parse(JSON.parse(readFileSync(out, 'utf8')));
    const seconds = mutants.map((each) => each.seconds);
    const mean = (of: readonly number[]) => rounded(of.reduce((sum, each) => sum + each, 0) / of.length);
    return {
      mutants: mutants.length,
      killed: mutants.filter(({ verdict }) => verdict === 'killed').length,
      /** Two are decided side by side. */
      wallSeconds: mean(seconds.map((each) => each / 2)),
      killedLaneSeconds: mean(mutants.filter(({ verdict }) => verdict === 'killed').map((each) => each.seconds)),
    };
  },
} satisfies Record<Part, (folder: string) => Promise<unknown>>;

type Results = { [Name in Part]?: Awaited<ReturnType<(typeof measurements)[Name]>> };

/** What is wanted of each, on two cores. */
const wanted: readonly { what: string; of: (results: Results) => number | undefined; limit: number; atLeast?: true }[] =
  [
    { what: 'seconds to the first scenario, no warm stack', of: ({ first }) => first?.coldSeconds, limit: 12 },
    { what: 'seconds to the first scenario, warm', of: ({ first }) => first?.warmSeconds, limit: 2 },
    { what: 'ms a scenario, the whole suite, two workers', of: ({ suite }) => suite?.wallMs, limit: 18 },
    { what: 'GB, all processes, at most at once', of: ({ suite }) => suite?.peakGB, limit: 1.2 },
    { what: 'times the same requests sent bare', of: ({ tables }) => tables?.overhead, limit: 1.4 },
    { what: 'times faster with two workers', of: ({ tables }) => tables?.scaling, limit: 1.5, atLeast: true },
    { what: 'last tenth beside the first, ms a scenario', of: ({ curve }) => curve?.lastToFirst, limit: 1.1 },
    { what: 'seconds a mutant', of: ({ mutants }) => mutants?.wallSeconds, limit: 2 },
  ];

async function main(): Promise<void> {
  const { values } = wordsOf({ options: { out: { type: 'string' }, only: { type: 'string', multiple: true } } }, help);
  const chosen = (values.only ?? parts).map((name) => {
    const part = parts.find((each) => each === name);
    if (part !== undefined) return part;
    throw new StackError(`There is no part ${JSON.stringify(name)} of the bench.`, `Say one of: ${parts.join(', ')}.`);
  });
  const where = circumstances();
  const results = await withTemporary('bench', async (folder) => {
    // Processes are known by their TMPDIR: these are nobody else's.
    process.env.TMPDIR = folder;
    await measured(folder, oneScenario);
    const found: Results = {};
    for (const part of chosen) {
      console.error(`${part} …`);
      Object.assign(found, { [part]: await measurements[part](folder) });
      console.error(JSON.stringify(found[part], null, 2));
    }
    return found;
  });
  for (const { what, of, limit, atLeast } of wanted) {
    const value = of(results);
    if (value === undefined) continue;
    const isReached = atLeast === true ? value >= limit : value <= limit;
    const bound = `${atLeast === true ? 'at least' : 'at most'} ${limit}`;
    console.log(`${isReached ? '✓' : '✗'} ${String(value).padStart(6)}  ${what}, wanted ${bound}`);
  }
  const kept = path.join('bench', `${where.date.slice(0, 10)}-${where.commit.slice(0, 7)}.json`);
  const file = values.out ?? (values.only === undefined ? path.join(projectFolder, kept) : undefined);
  if (file === undefined) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...where, ...results }, null, 2)}\n`);
  console.log(path.relative(process.cwd(), file));
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

run(main);
