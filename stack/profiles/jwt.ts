import { plain } from './plain';
import type { Profile } from './profile';

/** Whom the issuer's tokens are for. */
export const audience = 'litellm-of-the-stack';

/** Callers come with tokens of an issuer, whose keys are served on this machine. */
export const jwt = {
  config: {
    ...plain.config,
    general_settings: {
      ...plain.config.general_settings,
      enable_jwt_auth: true,
      litellm_jwtauth: {
        user_id_jwt_field: 'sub',
        user_email_jwt_field: 'email',
        // Not `team_id_jwt_field`: where that is set, no token without a team gets in.
        team_ids_jwt_field: 'teams',
        org_id_jwt_field: 'org',
        user_id_upsert: true,
      },
    },
  },
  environment: ({ keySet }) => ({ JWT_PUBLIC_KEY_URL: keySet, JWT_AUDIENCE: audience }),
} as const satisfies Profile;
