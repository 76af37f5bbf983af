import {
  adminsOfTeams,
  each,
  every,
  expect,
  extended,
  idsAt,
  loggedOut,
  matrix,
  metadataChanged,
  notProxyAdmins,
  orgAdminsOfTeams,
  organizationMatrix,
  proxyAdmins,
  refused,
  roleGate,
  shows,
  teamShown,
  teamTargets,
  inLargeParts,
  test,
  turnedAway,
  viewerGate,
  withMetadata,
  type Acting,
  type TargetTeam,
} from '../../fixtures';

inLargeParts();

// 1.87.0 has these routes on none of its lists: the gate keeps out whoever is no proxy admin (a bare Exception: 401 where 403
// is meant). 1.106.0 made the two of `…/callback` self-managed, and leaves the answer to the handler (`TeamAccess.allows`).
const noAccess = refused(403, 'You do not have access to this team');
const notTheirs = { '<=1.87.0': roleGate, '>=1.106.0': noAccess } as const;
const noSuchTeam = (status: number) => refused(status, 'does not exist');

const callback = { callback_name: 'langfuse', callback_type: 'success' };
const host = { langfuse_host: 'https://example.com' };
const hiddenHost = { langfuse_host: '***REDACTED***' };
const added = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.post(`/team/${target.teamId}/callback`, { ...callback, callback_vars: host, ...claim.body }, claim.query),
  body: ({ target }: Acting<TargetTeam>) => ({
    status: 'success',
    data: teamShown(target, { metadata: { logging: [{ ...callback, callback_vars: host }] } }),
  }),
  effects: (stage: Acting<TargetTeam>) =>
    metadataChanged(
      stage,
      [{}, { logging: [{ ...callback, callback_vars: host }] }],
      [{}, { logging: [{ ...callback, callback_vars: hiddenHost }] }],
    ),
};

for (const scenario of matrix('POST /team/{team_id:path}/callback', teamTargets, {
  ...added,
  answers: {
    ...turnedAway,
    ...adminsOfTeams(notTheirs, notTheirs, { '<=1.87.0': roleGate, '>=1.106.0': 200 }),
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchTeam(400) }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('POST /team/{team_id:path}/callback', teamTargets, {
  ...added,
  answers: orgAdminsOfTeams(notTheirs, notTheirs, { '<=1.87.0': roleGate, '>=1.106.0': 200 }),
}))
  test(scenario.title, scenario.details, scenario.run);

const registered = extended(teamTargets, withMetadata({ logging: [{ ...callback, callback_vars: host }] }));
const removed = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.send({
      method: 'DELETE',
      path: `/team/${target.teamId}/callback/${callback.callback_name}`,
      body: claim.body,
      query: claim.query,
    }),
  returned: idsAt('data.team_id'),
  returns: ({ target }: Acting<TargetTeam>) => [target.teamId],
  body: ({ target }: Acting<TargetTeam>) => ({
    status: 'success',
    message: `Callback ${callback.callback_name} removed for team ${target.teamId}`,
    data: { team_id: target.teamId, success_callbacks: [], failure_callbacks: [] },
  }),
  effects: (stage: Acting<TargetTeam>) =>
    metadataChanged(
      stage,
      [{ logging: [{ ...callback, callback_vars: host }] }, { logging: [] }],
      [{ logging: [{ ...callback, callback_vars: hiddenHost }] }, { logging: [] }],
    ),
};

for (const scenario of matrix('DELETE /team/{team_id:path}/callback/{callback_name}', registered, {
  ...removed,
  answers: {
    ...turnedAway,
    ...adminsOfTeams(noAccess, noAccess),
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchTeam(404) }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(noAccess),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('DELETE /team/{team_id:path}/callback/{callback_name}', registered, {
  ...removed,
  answers: orgAdminsOfTeams(noAccess, noAccess),
}))
  test(scenario.title, scenario.details, scenario.run);

const settings = (success: readonly string[], secret: unknown) => ({
  success_callback: success,
  failure_callback: [],
  callback_vars: { langfuse_secret_key: secret },
});
// Callbacks as they were kept before there was a list of them.
const withSecret = extended(teamTargets, withMetadata({ callback_settings: settings(['langfuse'], 'cleartext') }));

const shown = (secret: string) => shows<TargetTeam>(({ target }) => [target.teamId, 'langfuse', secret]);
const masked = shown('***REDACTED***');
// A secret that was stored in the clear is shown so.
const allShown = { '<=1.87.0': shown('cleartext'), '>=1.106.0': masked } as const;
const asked = {
  act: ({ as, target, claim }: Acting<TargetTeam>) => as.get(`/team/${target.teamId}/callback`, claim.query),
  returned: idsAt('data.team_id', 'data.success_callbacks[]', 'data.callback_vars.langfuse_secret_key'),
} as const;

for (const scenario of matrix('GET /team/{team_id:path}/callback', withSecret, {
  ...asked,
  answers: {
    ...turnedAway,
    ...adminsOfTeams<TargetTeam>(notTheirs, notTheirs, { '<=1.87.0': roleGate, '>=1.106.0': masked }),
    ...each(proxyAdmins, { ...every(teamTargets, allShown), ghost: noSuchTeam(404) }),
    // The gate lets it read everything; the handler does not know of it, nor 1.106.0 whether it may learn what exists.
    proxy_admin_viewer: {
      ...every(teamTargets, noAccess),
      own: allShown,
      ghost: { '<=1.87.0': noSuchTeam(404), '>=1.106.0': noAccess },
    },
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Nobody looks at it.
for (const scenario of organizationMatrix('GET /team/{team_id:path}/callback', withSecret, {
  ...asked,
  answers: orgAdminsOfTeams<TargetTeam>(notTheirs, notTheirs, { '<=1.87.0': roleGate, '>=1.106.0': masked }),
}))
  test(scenario.title, scenario.details, scenario.run);

const silenced = (secret: unknown) => ({ ...settings([], secret), callbacks: [] });
const disabled = (more: object) => (stage: Acting<TargetTeam>) =>
  metadataChanged(
    stage,
    [
      { callback_settings: settings(['langfuse'], 'cleartext') },
      // On this occasion the secret is encrypted.
      { callback_settings: silenced(expect.stringMatching(/^litellm_enc::/)), ...more },
    ],
    // Masked by the route, and once more by the audit log.
    [
      { callback_settings: settings(['langfuse'], '***R******D***') },
      { callback_settings: silenced('***R******D***'), ...more },
    ],
  );
const silence = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.post(`/team/${target.teamId}/disable_logging`, claim.body, claim.query),
  body: ({ target }: Acting<TargetTeam>) => ({
    status: 'success',
    message: `Logging disabled for team ${target.teamId}`,
    data: { team_id: target.teamId, success_callbacks: [], failure_callbacks: [] },
  }),
  // 1.87.0 leaves the list alone in which callbacks are kept today: they go on.
  effects: { '<=1.87.0': disabled({}), '>=1.106.0': disabled({ logging: [] }) },
} as const;

for (const scenario of matrix('POST /team/{team_id}/disable_logging', withSecret, {
  ...silence,
  answers: {
    ...turnedAway,
    ...each(notProxyAdmins, roleGate),
    ...each(proxyAdmins, { ...every(teamTargets, 200), ghost: noSuchTeam(404) }),
    proxy_admin_viewer: viewerGate,
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /team/{team_id}/disable_logging', withSecret, {
  ...silence,
  answers: { org_admin: roleGate, org_admin_member: roleGate, org_b_admin: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);
