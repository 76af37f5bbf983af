import type { Profile } from './profile';
import { serving } from './serving';

/** Seconds for which a proxy of this profile goes by what it has once read. */
export const shortCacheSeconds = 1;

/**
 * `serving`, whose proxies keep keys, users, teams and organizations in memory for a second instead of a minute. The setting
 * `user_api_key_cache_ttl` decides that for 1.106.0; 1.87.0 keeps them for as long as the constant says, whatever the
 * setting is (`_cache_management_object`).
 */
export const shortCache = {
  ...serving,
  config: {
    ...serving.config,
    general_settings: { ...serving.config.general_settings, user_api_key_cache_ttl: shortCacheSeconds },
  },
  constants: { DEFAULT_MANAGEMENT_OBJECT_IN_MEMORY_CACHE_TTL: String(shortCacheSeconds) },
} as const satisfies Profile;
