import { started } from './global-setup';

/** Lets go of the stack; its supervisor ends it. Runs even after setup threw. */
export default function globalTeardown(): void {
  started.stack?.release();
}
