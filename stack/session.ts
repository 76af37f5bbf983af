import { readFileSync } from 'node:fs';

import { StackError } from './errors';
import type { World } from './template/world';

/**
 * What a started stack tells those who use it. It lies in a file that only its owner can read; the environment variable
 * `STACK_SESSION` names it, so that workers find it, restarted ones too.
 */
export interface Session {
  /** The supervisor's socket. */
  readonly socket: string;
  /** What the supervisor calls this run. */
  readonly run: string;
  readonly release: string;
  /** Whether somebody looked at this very release, in this configuration, when the expectations were written. */
  readonly curated: boolean;
  /** Whether a difference from what is expected is a failure. Where it is not, it is told all the same. */
  readonly judged: boolean;
  readonly masterKey: string;
  readonly world: World;
  /** Every route of the release's application, as `POST /key/update`. */
  readonly routes: readonly string[];
  /** The address of the server's own database, for whoever makes databases. */
  readonly serverUrl: string;
  /** The folder with this run's logs. */
  readonly logs: string;
}

/** The session that global setup announced. */
export function readSession(): Session {
  const file = process.env.STACK_SESSION;
  if (file === undefined) {
    throw new StackError('There is no stack: STACK_SESSION is not set.', 'Let `npx playwright test` start one.');
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Session;
}
