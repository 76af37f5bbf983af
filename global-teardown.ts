import { giveUpOnSilentWorkers, started } from './global-setup';

/** Lets go of the stack; its supervisor ends it. Runs even after setup threw. */
export default async function globalTeardown(): Promise<void> {
  // Whoever serves a report after this is ended by Ctrl-C as if we had never listened.
  process.off('SIGINT', giveUpOnSilentWorkers);
  await started.stack?.letGo();
}
