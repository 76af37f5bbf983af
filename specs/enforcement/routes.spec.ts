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
const x = refused(403, 'not allowed');
const allowedRoutes = (...routes: string[]) => ({ key: { allowed_routes: routes }, user: {} });
const past = new Date(Date.UTC(2020, 0, 1));
const future = new Date(Date.UTC(2100, 0, 1));

for (const [whose, cases] of Object.entries({
  key: {
    ...apart('no allowed_routes', { user: {} }, all(200, 200, 200, 200)),
    ...apart('allowed_routes [llm_api_routes]', allowedRoutes('llm_api_routes'), all(200, x, x, 200)),
    ...apart('allowed_routes [management_routes]', allowedRoutes('management_routes'), all(x, 200, 200, x)),
    ...apart('allowed_routes [info_routes]', allowedRoutes('info_routes'), all(x, x, 200, x)),
    ...apart('allowed_routes [/v1/chat/completions]', allowedRoutes('/v1/chat/completions'), all(200, x, x, x)),
    ...apart('allowed_routes [/key/*]', allowedRoutes('/key/*'), all(x, 200, 200, x)),
    ...apart('allowed_routes [/v1]', allowedRoutes('/v1'), all(200, x, x, 200)),
    ...apart('allowed_routes [ghost_routes]', allowedRoutes('ghost_routes'), all(x, x, x, x)),
    ...apart('blocked', { key: { blocked: true }, user: {} }, all(x, x, x, x)),
    ...apart('expired in 2020', { key: { expires: past }, user: {} }, all(x, x, x, x)),
    ...apart('expires in 2100', { key: { expires: future }, user: {} }, all(200, 200, 200, 200).slice(0, 1)),
  },
  team: {
    ...apart('blocked', { team: { blocked: true }, user: {} }, all(x, x, x, x)),
  },
  user: {
    ...apart('role internal_user_viewer', { user: { user_role: 'internal_user_viewer' } }, all(200, x, 200, 200)),
    ...apart('role proxy_admin_viewer', { user: { user_role: 'proxy_admin_viewer' } }, all(200, x, 200, 200)),
    ...apart('deactivated by SCIM', { user: { metadata: { scim_active: false } } }, all(x, x, x, x)),
  },
})) {
  for (const one of enforced({ ...serving, whose }, cases)) test(one.title, one.details, one.run);
}
