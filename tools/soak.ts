/**
 * The long proofs, by name: `npm run soak -- NAME [--rounds N] [--seed TEXT] [-- what to give Playwright]`. A proof of full
 * length keeps what it saw in docs/soak/NAME.json; a shorter one only prints it. Exits with 1 where anything was found.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import { lastLines, StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { circumstances } from './circumstances';
import { run } from './command';

/** A proof: something that is to go well many times. */
interface Soak {
  /** What it proves, for people. */
  readonly proves: string;
  /** How many rounds it has at its full length. */
  readonly rounds: number;
  /** What `npx playwright` is given in one round. */
  readonly command: (seed: string) => readonly string[];
}

const soaks: Readonly<Record<string, Soak>> = {
  shuffled: {
    proves: 'the main job passes in whatever order, and no test leaves anything to another',
    rounds: 20,
    command: (seed) => ['test', '--workers=2', `--shuffle=${seed}`],
  },
  payloads: {
    proves: 'the same of what payloads may carry and of privileges',
    rounds: 20,
    command: (seed) => [
      ...['test', '--workers=2', `--shuffle=${seed}`],
      ...['specs/payloads', 'specs/beyond', 'specs/boundary', 'specs/privilege'],
    ],
  },
};

/** What the counts reporter writes of one run. */
const countsSchema = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  flaky: z.number(),
  /** Failures of no test: above all, lanes that did not come back as they were lent. */
  errors: z.number(),
});

interface Round extends z.infer<typeof countsSchema> {
  readonly seed: string;
  readonly exitCode: number;
  readonly wallSeconds: number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const [name = '', ...rest] = positionals;
  const soak = soaks[name];
  const rounds = Number(values.rounds ?? soak?.rounds);
  if (soak === undefined || !Number.isInteger(rounds) || rounds < 1) {
    throw new StackError(
      `There is no soak ${JSON.stringify(process.argv.slice(2).join(' '))}.`,
      `Say one of: ${Object.keys(soaks).join(', ')}; \`--rounds\` takes a whole number.`,
    );
  }
  const seed = values.seed ?? randomBytes(4).toString('hex');
  console.log(`${name}: ${soak.proves}; ${rounds} rounds, seed ${seed}`);
  const seen: Round[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const round = await play(soak, `${seed}-${number}`, rest);
    seen.push(round);
    const { passed, failed, flaky, errors, wallSeconds } = round;
    console.log(
      `round ${number}: ${passed} passed, ${failed - errors} failed, ${flaky} flaky, ${errors} leaks or errors, ${wallSeconds} s`,
    );
  }
  const found = seen.filter(
    ({ failed, flaky, exitCode, passed }) => failed + flaky + exitCode > 0 || passed === 0,
  ).length;
  const summary = { soak: name, proves: soak.proves, ...circumstances(), found, rounds: seen };
  if (rounds >= soak.rounds && rest.length === 0) {
    const file = path.join(projectFolder, 'docs', 'soak', `${name}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
    console.log(`Kept in ${path.relative(projectFolder, file)}.`);
  }
  console.log(found === 0 ? `Nothing was found in ${rounds} rounds.` : `Rounds that found something: ${found}.`);
  if (found > 0) process.exitCode = 1;
}

/** One round, with reports of its own; those of a round that found something stay. */
async function play(soak: Soak, seed: string, rest: readonly string[]): Promise<Round> {
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-soak-'));
  const counts = path.join(folder, 'counts');
  const log = path.join(folder, 'output.log');
  const output = createWriteStream(log);
  const since = performance.now();
  const command = spawn('npx', ['playwright', ...soak.command(seed), ...rest], {
    cwd: projectFolder,
    env: { ...process.env, RUN_DIR: folder, RUN_COUNTS: counts },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  command.stdout.pipe(output, { end: false });
  command.stderr.pipe(output, { end: false });
  const exitCode = await new Promise<number>((resolve, reject) => {
    command.once('error', reject);
    command.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  await new Promise<void>((resolve) => {
    output.end(resolve);
  });
  const wallSeconds = Math.round(performance.now() - since) / 1000;
  const counted = countsIn(counts);
  if (counted === undefined) {
    throw new StackError(`Nothing was counted:\n${lastLines(readFileSync(log, 'utf8'))}`, 'Mend that first.', log);
  }
  if (exitCode === 0) rmSync(folder, { recursive: true });
  else console.log(`The reports of this round: ${folder}`);
  return { seed, exitCode, wallSeconds, ...counted };
}

function countsIn(file: string): z.infer<typeof countsSchema> | undefined {
  try {
    return countsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

run(main);
