import { test as base } from '../../fixtures';
import { Lane } from '../../fixtures/lane';
import { needsOwnStack } from '../../stack/session';

/** The project's own `test`, for what only a lane of ours can show. */
export const test = base.extend<{ lane: Lane }>({
  lane: async ({ lane }, use) => {
    if (!(lane instanceof Lane)) throw needsOwnStack('This test');
    await use(lane);
  },
});
