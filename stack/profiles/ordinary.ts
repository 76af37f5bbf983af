import type { Profile } from './profile';
import { serving } from './serving';

const { disable_error_logs: _, ...general } = serving.config.general_settings;

/**
 * As most people's proxies are, who never set `disable_error_logs`: what was refused is logged as well, into the rows of whoever
 * asked and into sums that others share. No scenario is about it; runs that attach to somebody else's proxy are tried on it.
 */
export const ordinary = {
  ...serving,
  config: { ...serving.config, general_settings: general },
} as const satisfies Profile;
