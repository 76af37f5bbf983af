import { started } from './global-setup';

/** Lets go of the stack; its supervisor ends it. Runs even after setup threw. */
export default async function globalTeardown(): Promise<void> {
  await started.stack?.letGo();
}
