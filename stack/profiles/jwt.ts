import { plain } from './plain';
import type { Profile } from './profile';

/** Callers come with tokens of an issuer, whose keys are served on this machine. */
export const jwt = {
  config: {
    ...plain.config,
    general_settings: {
      ...plain.config.general_settings,
      enable_jwt_auth: true,
      litellm_jwtauth: { user_id_jwt_field: 'sub', team_id_jwt_field: 'team', org_id_jwt_field: 'org' },
    },
  },
  environment: ({ keySet }) => ({ JWT_PUBLIC_KEY_URL: keySet }),
} as const satisfies Profile;
