import { plain } from './plain';
import type { Profile } from './profile';

/** What operators configure around keys and teams. */
export const tuned = {
  config: {
    general_settings: { ...plain.config.general_settings },
    litellm_settings: { ...plain.config.litellm_settings },
  },
} as const satisfies Profile;
