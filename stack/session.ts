import { readFileSync } from 'node:fs';

import { StackError } from './errors';
import { loadSettings, type AttachSettings } from './settings';
import type { World } from './template/world';

/** What a run's workers are told of its proxies, whoever runs those. */
export interface SessionFacts {
  readonly release: string;
  /** Whether somebody looked at this very release, in this configuration, when the expectations were written. */
  readonly curated: boolean;
  /** Whether a difference from what is expected is a failure. Where it is not, it is told all the same. */
  readonly judged: boolean;
  /** The name of an operator's configuration that is tried in the place of `plain`; left out: none is. */
  readonly configuration?: string;
  readonly masterKey: string;
}

/**
 * What a started stack tells those who use it. It lies in a file that only its owner can read; the environment variable
 * `STACK_SESSION` names it, so that workers find it, restarted ones too.
 */
export interface Session extends SessionFacts {
  /** The supervisor's socket. */
  readonly socket: string;
  /** What the supervisor calls this run. */
  readonly run: string;
  readonly world: World;
  /** Every route of the release's application, as `POST /key/update`. */
  readonly routes: readonly string[];
  /** The address of the server's own database, for whoever makes databases. */
  readonly serverUrl: string;
  /** The folder with this run's logs. */
  readonly logs: string;
  /** The folder with what its proxies have run so far, data files of coverage.py; left out: that is not noted. */
  readonly covered?: string;
}

/** The same of a proxy that somebody else runs. */
export interface AttachedSession extends SessionFacts {
  readonly attached: Pick<AttachSettings, 'baseUrl' | 'databaseUrl'>;
}

/** How `STACK_SESSION` begins where nothing was started, before the release of the proxy that the settings name. */
const attachedTo = 'attached to ';

/** What `STACK_SESSION` is then: no file, since nobody would be left to remove it after the runner was killed. */
export const attachedSession = (release: string): string => `${attachedTo}${release}`;

/** The session that global setup announced. */
export function readAnySession(): Session | AttachedSession {
  const named = process.env.STACK_SESSION;
  if (named === undefined) {
    throw new StackError('There is no stack: STACK_SESSION is not set.', 'Let `npx playwright test` start one.');
  }
  const { attach, judge } = loadSettings();
  if (!named.startsWith(attachedTo)) {
    const session = JSON.parse(readFileSync(named, 'utf8')) as Session;
    return { ...session, judged: session.judged && judge };
  }
  if (attach === undefined)
    throw new StackError('This run is attached, and its settings do not say to what.', 'Run again.');
  const { masterKey, ...attached } = attach;
  const release = named.slice(attachedTo.length);
  // How it is configured, nobody looked at when the expectations were written.
  return { release, curated: false, judged: judge, masterKey, attached };
}

/** The same, for who needs a stack that was started. */
export function readSession(): Session {
  const session = readAnySession();
  if ('attached' in session) throw needsOwnStack('What is asked for');
  return session;
}

/** The error of who asks too much of a proxy that somebody else runs. @param what as the beginning of a sentence */
export const needsOwnStack = (what: string): StackError =>
  new StackError(
    `${what} needs a stack that this run has started; this one is attached to somebody else’s proxy.`,
    'Leave ATTACH_BASE_URL, ATTACH_DATABASE_URL and ATTACH_MASTER_KEY out to have one started.',
  );
