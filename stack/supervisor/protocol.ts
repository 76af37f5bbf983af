import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';

import type { ProfileName } from '../proxy/profiles';
import type { Release } from '../release';
import type { Sessions } from '../template/sessions';

/** What a supervisor is told when it is started, on its standard input. It holds a secret, so it is no argument. */
export interface StackOrder {
  /** STACK_HOME, absolute. */
  readonly home: string;
  /** A name for the logs, without a path. */
  readonly run: string;
  readonly release: Release;
  /** The query engine's executable. */
  readonly engine: string;
  /** The YAML file of every profile. */
  readonly profiles: Readonly<Record<ProfileName, string>>;
  /** Undefined: a random one. */
  readonly masterKey: string | undefined;
  readonly premium: boolean;
  /** A server of the user's own; undefined: one of ours. */
  readonly databaseUrl: string | undefined;
}

/** A proxy that serves, as its user sees it. */
export interface ProxyFacts {
  readonly pid: number;
  readonly baseUrl: string;
  readonly log: string;
}

/** A lane: a database cloned from the template, and a proxy on it. */
export interface LaneFacts extends ProxyFacts {
  readonly name: string;
  readonly databaseUrl: string;
  readonly sessions: Sessions;
}

/**
 * What can be asked of a supervisor. It lives as long as somebody is connected to it, and ends when the runner that
 * started it is gone.
 */
export const requests = {
  /** Waits until lanes can be lent; answers with the path of the session file. Makes the asker the runner. */
  start: new RequestType0<string, void>('start'),
  borrowLane: new RequestType<{ profile: ProfileName; index: number }, LaneFacts, void>('borrowLane'),
  /** Gives a lane back. One that is not given back, or not clean, is made anew for the next who asks. */
  returnLane: new RequestType<{ name: string; clean: boolean }, void, void>('returnLane'),
  /** One more proxy on a lane's database, for whoever needs one that has not seen a request. */
  forkProxy: new RequestType<{ lane: string }, ProxyFacts, void>('forkProxy'),
  endProxy: new RequestType<{ pid: number }, void, void>('endProxy'),
} as const;

/** A line for the person who waits. */
export const progress = new NotificationType<string>('progress');
