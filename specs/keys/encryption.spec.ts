import {
  allowed,
  each,
  inLargeParts,
  loggedOut,
  matrix,
  notProxyAdmins,
  proxyAdmins,
  refused,
  roleGate,
  test,
  turnedAway,
  viewerGate,
  type Acting,
} from '../../fixtures';

inLargeParts();

// Everything at rest that LiteLLM keeps encrypted: how much of it is in the older format, and writing it anew. There is
// one of it, and it is nobody's.
const everything = { all: { what: '', arrange: () => ({}) } } as const;

const routes = {
  'GET /credentials/migrate-encryption/check': {
    act: ({ as }: Acting<object>) => as.get('/credentials/migrate-encryption/check'),
    ofAdmins: allowed({
      body: () => ({ status: 'success', report: { residual_legacy: 0, total_undecryptable: 0 } }),
    }),
    // It only reads, so the gate lets a viewer in; the handler does not (`_require_proxy_admin`).
    ofViewer: refused(403, 'Admin-only endpoint'),
  },
  'POST /credentials/migrate-encryption': {
    act: ({ as }: Acting<object>) => as.post('/credentials/migrate-encryption', {}),
    // `_assert_aes_gate_enabled` raises what nobody handles where the configuration does not ask for the newer format.
    ofAdmins: refused(500, 'Internal server error'),
    ofViewer: viewerGate,
  },
} as const;

for (const [route, { act, ofAdmins, ofViewer }] of Object.entries(routes)) {
  for (const scenario of matrix(route, everything, {
    act,
    wide: 'everything that is kept encrypted',
    answers: {
      ...turnedAway,
      ...each(notProxyAdmins, roleGate),
      ...each(proxyAdmins, ofAdmins),
      proxy_admin_viewer: ofViewer,
      logged_out_session: loggedOut(roleGate),
    },
  }))
    test(scenario.title, scenario.details, scenario.run);
}
