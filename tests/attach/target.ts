/**
 * Starts a stack as the settings want it, and prints `target: ` and what the environment of an attached run needs to test one of its
 * lanes. It stays until it is ended.
 */
import { Lane } from '../../fixtures/lane';
import { forgetPostgresVariables } from '../../stack/environment';
import { loadSettings } from '../../stack/settings';
import { startStack } from '../../stack/warm';
import { run } from '../../tools/command';
import { environmentFor } from './environment';
import { fillForeign } from './foreign';

run(async () => {
  forgetPostgresVariables();
  const stack = await startStack(loadSettings(), console.error);
  process.env.STACK_SESSION = stack.session;
  const lane = await Lane.borrow('plain', 0);
  await fillForeign(lane.db);
  console.log(`target: ${JSON.stringify(await environmentFor(lane))}`);
});
