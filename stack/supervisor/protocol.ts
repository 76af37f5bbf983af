import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';

import type { LaneProfile, ProfileName } from '../profiles';
import type { OwnConfiguration } from '../profiles/own';
import type { Mutant } from '../proxy/launcher';
import type { Release } from '../release';
import type { Sessions } from '../template/sessions';

/** What a run wants of a stack. One that was made for another wish is of no use to it. */
export interface StackWish {
  /** The version under test. */
  readonly release: string;
  /** Undefined: a random one. */
  readonly masterKey: string | undefined;
  readonly premium: boolean;
  /** A server of the user's own; undefined: one of ours. */
  readonly databaseUrl: string | undefined;
  /** A query engine of the user's own, and since when it is as it is; undefined: ours. */
  readonly engine: string | undefined;
  /** An operator's own configuration, and a digest of it and what goes with it; undefined: none. */
  readonly configuration: { readonly file: string; readonly digest: string } | undefined;
  /** Changes with the project's own sources and what they are run with. */
  readonly sources: string;
}

/** What a supervisor is told when it is started, on its standard input. It holds a secret, so it is no argument. */
export interface StackOrder {
  /** STACK_HOME, absolute. */
  readonly home: string;
  /** A name for the logs, without a path. */
  readonly run: string;
  readonly wish: StackWish;
  readonly release: Release;
  /** The query engine's executable. */
  readonly engine: string;
  /** The YAML file of every profile. */
  readonly profiles: Readonly<Record<ProfileName, string>>;
  /** What is tried in the place of `plain`; left out: nothing. There may be secrets in it. */
  readonly own?: OwnConfiguration;
  /** The folder that coverage.py is in, where what the proxies run is to be noted; left out: it is not. */
  readonly coverage?: string;
}

/** Who uses a stack. */
export interface RunFacts {
  /** The runner's process. */
  readonly pid: number;
  /** Its command line. */
  readonly command: string;
}

/** A run's way in: its session file; or why this stack will not do, as the rest of a sentence. */
export type Admission =
  { readonly session: string } | { readonly unfit: string; readonly users: readonly (RunFacts & { since: string })[] };

/** How a stack is kept for later runs. */
export interface Keeping {
  /** The folder that says where the stack is: see `warm.ts`. It goes when the stack ends on purpose. */
  readonly place: string;
  /** How long it stays when nobody uses it, in milliseconds. */
  readonly idleMs: number;
}

/** What a stack is and does. */
export interface StackStatus {
  readonly pid: number;
  readonly release: string;
  /** Where its databases are, without secrets. */
  readonly databases: string;
  /** ISO 8601. */
  readonly since: string;
  readonly logs: string;
  readonly idleMs: number | undefined;
  /** Why it would not do for the wish that was named; undefined: it does. */
  readonly unfit: string | undefined;
  readonly users: readonly (RunFacts & { since: string; lanes: number })[];
  /** Lanes that nobody has borrowed. */
  readonly spareLanes: number;
  /** Lanes that are left as they are, for whoever asks them by hand. */
  readonly setAside: readonly LaneSetAside[];
}

/** A lane that belongs to no run any more, and is lent to none. */
export interface LaneSetAside {
  readonly profile: LaneProfile;
  /** What is in it, in words without secrets. */
  readonly what: string;
  /** Its proxy's address, without a path. */
  readonly baseUrl: string;
  /** ISO 8601. */
  readonly since: string;
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
  /** What the issuer of tokens signs with, as PEM, where any profile of the stack has one. */
  readonly issuerKey?: string;
  /** Where its proxies are covered: the file that they read the name of the scenario from. */
  readonly scenarioFile?: string;
}

/**
 * What can be asked of a supervisor. Unless it is kept, it ends when the runner that started it is gone, or nobody is
 * connected.
 */
export const requests = {
  /** Waits until lanes can be lent. Makes the asker a runner: its run lasts as long as this connection, at most. */
  start: new RequestType<{ wish: StackWish; run: RunFacts }, Admission, void>('start'),
  /** Lends the lane of a run with this `parallelIndex`. Makes the asker one of the run's. */
  borrowLane: new RequestType<{ run: string; profile: LaneProfile; index: number }, LaneFacts, void>('borrowLane'),
  /** Gives a lane back. One that is not given back, or not clean, is made anew for the next who asks. */
  returnLane: new RequestType<{ name: string; clean: boolean }, void, void>('returnLane'),
  /** Gives a lane back that its run has no more use for, or not soon. It ends, and with it what it takes of memory. */
  endLane: new RequestType<{ lane: string }, void, void>('endLane'),
  /** Takes a lane out of its run as it is, with all of its proxies. It stays until another one of its profile is set aside. */
  setAside: new RequestType<{ lane: string; what: string }, void, void>('setAside'),
  /** One more proxy on a lane's database, for whoever needs one that has not seen a request, or is a mutant. */
  forkProxy: new RequestType<{ lane: string; mutant?: Mutant }, ProxyFacts, void>('forkProxy'),
  endProxy: new RequestType<{ pid: number }, void, void>('endProxy'),
  /** From here on the stack outlives its runs. Waits until their first lanes are ready. */
  keep: new RequestType<Keeping, void, void>('keep'),
  status: new RequestType<{ wish?: StackWish }, StackStatus, void>('status'),
  /** Ends the stack, unless somebody uses it; answers with whether it ends. */
  end: new RequestType0<boolean, void>('end'),
} as const;

/** A line for the person who waits. */
export const progress = new NotificationType<string>('progress');
