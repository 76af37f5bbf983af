// Which routes a key may ask for, and when it may ask for nothing.

import {
  apart,
  asks,
  enforced,
  generates,
  inLargeParts,
  inProfile,
  reads,
  refused,
  test,
  type Asked,
  type Cell,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');

const all = (
  chat: Cell<ScratchKey>,
  generate: Cell<ScratchKey>,
  info: Cell<ScratchKey>,
  models: Cell<ScratchKey>,
): Asked[] => [
  [asks('priced'), chat],
  [generates, generate],
  [reads('/key/info'), info],
  [reads('/v1/models'), models],
];
/** The key's row names other routes. */
const notAllowed = refused(403, 'Virtual key is not allowed to call this route');
/** Whose role it is not. */
const onlyAdmins = refused(
  401,
  'Only proxy admin can be used to generate, delete, update info for new keys/users/teams',
);
const notARoute = refused(403, 'user not allowed to access this route, role= proxy_admin_viewer');
const nothing = (guard: string) => {
  const cell = refused(401, guard);
  return all(cell, cell, cell, cell);
};
const allowedRoutes = (...routes: string[]) => ({ key: { allowed_routes: routes }, user: {} });
const past = new Date(Date.UTC(2020, 0, 1));
const future = new Date(Date.UTC(2100, 0, 1));

for (const one of enforced(serving, {
  key: {
    ...apart('no allowed_routes', { user: {} }, all(200, 200, 200, 200)),
    // What `key_type` llm_api, management and read_only are stored as.
    ...apart('allowed_routes [llm_api_routes]', allowedRoutes('llm_api_routes'), all(200, notAllowed, notAllowed, 200)),
    ...apart(
      'allowed_routes [management_routes]',
      allowedRoutes('management_routes'),
      all(notAllowed, 200, 200, notAllowed),
    ),
    // Models are read, so they are among what is to be read.
    ...apart('allowed_routes [info_routes]', allowedRoutes('info_routes'), all(notAllowed, notAllowed, 200, 200)),
    ...apart(
      'allowed_routes [/v1/chat/completions]',
      allowedRoutes('/v1/chat/completions'),
      all(200, notAllowed, notAllowed, notAllowed),
    ),
    ...apart('allowed_routes [/key/*]', allowedRoutes('/key/*'), all(notAllowed, 200, 200, notAllowed)),
    // A path without an asterisk stands for all below it, too.
    ...apart('allowed_routes [/v1]', allowedRoutes('/v1'), all(200, notAllowed, notAllowed, 200)),
    ...apart(
      'allowed_routes [ghost_routes]',
      allowedRoutes('ghost_routes'),
      all(notAllowed, notAllowed, notAllowed, notAllowed),
    ),
    ...apart('blocked', { key: { blocked: true }, user: {} }, nothing('Key is blocked')),
    ...apart('expired in 2020', { key: { expires: past }, user: {} }, nothing('Expired Key')),
    ...apart('expires in 2100', { key: { expires: future }, user: {} }, all(200, 200, 200, 200)),
  },
  team: {
    ...apart(
      'blocked, key of a user',
      { team: { blocked: true }, user: {} },
      nothing('is blocked. Update via `/team/unblock`'),
    ),
    ...apart('blocked, key of nobody', { team: { blocked: true } }, nothing('is blocked. Update via `/team/unblock`')),
  },
  user: {
    // A viewer views, and spends.
    ...apart(
      'role internal_user_viewer',
      { user: { user_role: 'internal_user_viewer' } },
      all(200, onlyAdmins, 200, 200),
    ),
    ...apart('role proxy_admin_viewer', { user: { user_role: 'proxy_admin_viewer' } }, all(200, notARoute, 200, 200)),
    ...apart(
      'deactivated by SCIM',
      { user: { metadata: { scim_active: false } } },
      nothing('has been deactivated via SCIM'),
    ),
  },
})) {
  test(one.title, one.details, one.run);
}
