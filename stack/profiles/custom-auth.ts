import { plain } from './plain';
import type { Profile } from './profile';

/** The operator's own Python says who a caller is, and what a key may be made or changed into. */
export const customAuth = {
  config: {
    ...plain.config,
    general_settings: {
      ...plain.config.general_settings,
      custom_auth: 'custom_auth.user_api_key_auth',
      custom_key_generate: 'custom_auth.may_generate',
      custom_key_update: 'custom_auth.may_update',
      // 1.87.0 does not know it.
      custom_key_policy: 'custom_auth.may_become',
    },
    litellm_settings: {
      ...plain.config.litellm_settings,
      key_generation_settings: {
        personal_key_generation: { allowed_user_roles: ['proxy_admin', 'internal_user', 'internal_user_viewer'] },
      },
    },
  },
  modules: ['custom_auth'],
} as const satisfies Profile;
