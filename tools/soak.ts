import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { z } from 'zod';

import { lastLines, StackError } from '../stack/errors';
import { projectFolder } from '../stack/home';
import { isInterrupted, onOwnStack, start } from './children';
import { circumstances } from './circumstances';
import { run, wordsOf } from './command';
import { countsSchema, foundNothing, keepRound, type Round } from './soak-record';

const help = `The long proofs, by name: \`npm run soak -- NAME [--rounds N] [--seed TEXT] [-- what to give Playwright]\`. Each round is kept
in docs/soak/NAME.json as soon as it is over, beside those of earlier sittings: a proof that takes hours may be done in several,
and is whole when enough rounds in a row found nothing. Rounds of something else than the whole proof are only printed.
Exits with 1 where anything was found.
`;

/** A proof: something that is to go well many times. */
interface Soak {
  /** What it proves, for people. */
  readonly proves: string;
  /** How many rounds in a row that find nothing make it whole. */
  readonly rounds: number;
  /** What `npx playwright` is given in one round. */
  readonly command: (seed: string) => readonly string[];
  /** What it finds in its environment; left out: nothing. */
  readonly environment?: (seed: string) => NodeJS.ProcessEnv;
}

const soaks: Readonly<Record<string, Soak>> = {
  shuffled: {
    proves: 'the main job passes in whatever order, and no test leaves anything to another',
    rounds: 50,
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
  power: {
    proves: 'the same of power over time and under other configurations',
    rounds: 20,
    command: (seed) => [
      ...['test', '--workers=2', `--shuffle=${seed}`],
      ...['specs/revocation', 'specs/enforcement', 'specs/configuration'],
    ],
  },
  endings: {
    proves: 'whichever of its processes is killed at whatever moment, a run leaves nothing, and the next one is green',
    rounds: 30,
    command: () => ['test', '-c', 'playwright.tests.config.ts', 'tests/lifecycle/random-ending.test.ts'],
    environment: (seed) => ({ ENDING_SEED: seed }),
  },
};

async function main(): Promise<void> {
  const { values, positionals } = wordsOf(
    {
      options: { rounds: { type: 'string' }, seed: { type: 'string' } },
      allowPositionals: true,
    },
    help,
  );
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
  let found = 0;
  for (let number = 1; number <= rounds; number += 1) {
    const surroundings = circumstances();
    const round = await play(soak, `${seed}-${number}`, rest);
    if (!foundNothing(round)) found += 1;
    const { passed, failed, flaky, errors, wallSeconds } = round;
    console.log(
      `round ${number}: ${passed} passed, ${failed - errors} failed, ${flaky} flaky, ${errors} leaks or errors, ${wallSeconds} s`,
    );
    if (rest.length > 0) continue;
    const file = path.join(projectFolder, 'docs', 'soak', `${name}.json`);
    const inARow = keepRound(
      file,
      { soak: name, proves: soak.proves, enough: soak.rounds },
      { ...surroundings, ...round },
    );
    console.log(`${inARow} in a row, of ${soak.rounds}: ${path.relative(projectFolder, file)}`);
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
  const command = start('npx', ['playwright', ...soak.command(seed), ...rest], {
    cwd: projectFolder,
    env: { ...process.env, ...onOwnStack, ...soak.environment?.(seed), RUN_DIR: folder, RUN_COUNTS: counts },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  command.stdout?.pipe(output, { end: false });
  command.stderr?.pipe(output, { end: false });
  const exitCode = await new Promise<number>((resolve, reject) => {
    command.once('error', reject);
    command.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  await new Promise<void>((resolve) => {
    output.end(resolve);
  });
  if (isInterrupted()) {
    rmSync(folder, { recursive: true });
    throw new StackError(
      'The round was interrupted: it is not kept.',
      'Those before it are; the same command goes on after them.',
    );
  }
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
