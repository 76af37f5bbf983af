import type { Profile } from './profile';

/** The reference suite's minimal configuration. */
export const plain = {
  config: {
    general_settings: {
      master_key: 'os.environ/LITELLM_MASTER_KEY',
      // A request that authentication refuses on an information route (`/key/info`) is noted as a failed model call: ten
      // seconds later, in the middle of another test, rows of the caller's key, user, team and organization would be
      // touched, and spend logged. Nothing else asks for this (`_should_track_errors_in_db`, both releases).
      disable_error_logs: true,
    },
    litellm_settings: {
      // 1.106.0 writes audit rows by itself when premium, 1.87.0 only when told to.
      store_audit_logs: true,
    },
  },
} as const satisfies Profile;
