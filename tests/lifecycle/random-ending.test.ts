import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from './nested-run';
import type { Role } from '../../tools/processes';

/** Every process that a run consists of. */
const roles = [
  'runner',
  'worker',
  'supervisor',
  'guard',
  'launcher',
  'proxy',
  'engine',
  'postmaster',
] as const satisfies readonly Role[];

/** How long after it began a process is killed at most, in milliseconds. The run goes on for three times as long. */
const latest = 8_000;

/** Scenarios for half a minute. */
const specs = ['specs/keys/info.spec.ts', 'specs/keys/update.spec.ts', 'specs/keys/delete.spec.ts'];

/** `npm run soak -- endings` gives one for each round. */
const seed = process.env.ENDING_SEED ?? 'npm test';

test('whatever is killed at whatever moment, nothing is left and the next run is green', async ({ nested }) => {
  const drawn = createHash('sha256').update(seed).digest();
  const role = roles[drawn.readUInt32BE(0) % roles.length] ?? 'runner';
  const after = drawn.readUInt32BE(4) % latest;

  const run = nested({ command: ['npx', 'playwright', 'test', '--workers=2', ...specs] });
  await expect.poll(() => run.having(role).length, { timeout: 120_000, intervals: [20] }).toBeGreaterThan(0);
  await sleep(after);
  // Of several, whichever draw says; what was there may have been replaced meanwhile.
  await expect.poll(() => run.having(role).length, { timeout: 30_000, intervals: [20] }).toBeGreaterThan(0);
  const there = run.having(role);
  const victim = there[drawn.readUInt32BE(8) % there.length] ?? run.the(role);
  process.kill(victim.pid, 'SIGKILL');
  const since = performance.now();
  process.stdout.write(`    ${seed}: killed a ${role} after ${(after / 1000).toFixed(1)} s\n`);

  const { code } = await run.ended;
  // A guard is replaced, and nobody who tests notices.
  expect(role === 'guard' ? code : 0, run.said).toBe(0);
  await run.expectNothingLeft(role === 'runner' ? since : performance.now());

  const next = nested({ command: ['npx', 'playwright', 'test', ...specs.slice(0, 1), '-g', 'own key · owner'] });
  expect((await next.ended).code, next.said).toBe(0);
  await next.expectNothingLeft(performance.now());
});
