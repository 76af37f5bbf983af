import type { StackError } from './errors';
import type { SupervisorClient } from './supervisor/client';

/** A stack that runs, from the point of view of the runner that uses it. */
export interface StartedStack {
  /** What `STACK_SESSION` is to be: see `Session`. */
  readonly session: string;
  /** Settles, with what to tell, when the stack is gone before it was let go of. */
  readonly lost: Promise<StackError>;
  /** Lets go of the stack, which then ends by itself unless it is kept. */
  letGo(): void;
}

/** A stack that one has been admitted to. */
export const startedStack = (client: SupervisorClient, session: string): StartedStack => ({
  session,
  lost: client.lost,
  letGo: () => {
    client.close();
  },
});
