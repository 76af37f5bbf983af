import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { homeFolders, projectFolder } from './home';
import { processSpace } from './pulse';

const recordSchema = z.object({
  /** The supervisor's. */
  socket: z.string(),
  pid: z.number(),
  /** ISO 8601. */
  since: z.string(),
  release: z.string(),
  /** The folder with its logs. */
  logs: z.string(),
  idleMs: z.number(),
  /** Why it ended, where that was nobody's wish. */
  ended: z.string().optional(),
});

/** Where a clone's warm stack is. No secret is in it. */
export type WarmRecord = z.infer<typeof recordSchema>;

const recordFile = (place: string): string => path.join(place, 'stack.json');

/**
 * The folder with the record of this clone's warm stack. Clones that share a STACK_HOME have one each, and so has every
 * TMPDIR, where a stack's own files are, and every machine and container.
 *
 * @param home STACK_HOME, absolute
 */
export function warmPlace(home: string): string {
  const key = [realpathSync(projectFolder), tmpdir(), processSpace].join('\0');
  return path.join(homeFolders(home).stacks, createHash('sha256').update(key).digest('hex').slice(0, 12));
}

/** The record in a place; undefined: nobody left one that can be read. */
export function readRecord(place: string): WarmRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordFile(place), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeRecord(place: string, record: WarmRecord): void {
  writeFileSync(recordFile(place), `${JSON.stringify(record, null, 1)}\n`, { mode: 0o600 });
}

/**
 * What a supervisor leaves of its place when it ends: nothing, or, for the next run to tell, why it broke. Another one's
 * record stays.
 */
export function leavePlace(place: string, why: string | undefined): void {
  const record = readRecord(place);
  if (record?.pid !== process.pid) return;
  if (why === undefined) rmSync(place, { recursive: true, force: true });
  else writeRecord(place, { ...record, ended: why });
}
