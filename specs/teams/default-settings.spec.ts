import {
  auditedAs,
  each,
  idsAt,
  inserted,
  loggedOut,
  matrix,
  noTarget,
  notProxyAdmins,
  organizationMatrix,
  orgAdmins,
  proxyAdmins,
  refused,
  roleGate,
  scenario,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  type Acting,
} from '../../fixtures';

inLargeParts();

// On none of the role gate's lists, and so for proxy admins, and its viewers where they only look.
const look = {
  act: ({ as, claim }: Acting<undefined>) => as.get('/get/default_team_settings', claim.query),
  returned: idsAt('values.models[]', 'values.budget_duration'),
  returns: () => [null],
} as const;

for (const scenario of matrix('GET /get/default_team_settings', noTarget, {
  ...look,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, 200),
    proxy_admin_viewer: 200,
    ...each(notProxyAdmins, roleGate),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('GET /get/default_team_settings', noTarget, {
  ...look,
  answers: { ...each(orgAdmins, roleGate), org_admin_member: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);

// Where settings are not kept in the database the handler changes nothing, and says so with the status of a mishap.
const notStored = refused(500, 'STORE_MODEL_IN_DB');
const change = {
  wide: 'what every new team starts with',
  act: ({ as, claim }: Acting<undefined>) =>
    as.send({
      method: 'PATCH',
      path: '/update/default_team_settings',
      body: { budget_duration: '7d', ...claim.body },
      query: claim.query,
    }),
};

for (const scenario of matrix('PATCH /update/default_team_settings', noTarget, {
  ...change,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, notStored),
    proxy_admin_viewer: viewerGate,
    ...each(notProxyAdmins, roleGate),
    logged_out_session: loggedOut(roleGate),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('PATCH /update/default_team_settings', noTarget, {
  ...change,
  answers: { ...each(orgAdmins, roleGate), org_admin_member: roleGate },
}))
  test(scenario.title, scenario.details, scenario.run);

const settingsRow = (id: string) => ({ table: 'LiteLLM_Config', id });
const settings = { budget_duration: '7d', models: [] };

for (const caller of proxyAdmins) {
  const stored = scenario({
    family: 'matrix',
    route: 'PATCH /update/default_team_settings',
    target: '',
    variant: 'settings kept in the database',
    caller,
    storesSettings: true,
    arrange: () => undefined,
    ...change,
    expected: { status: 200 },
    effects: {
      // All that the configuration file says goes into the database: the master key as well, which the file itself does not
      // tell, taken from the environment and in the clear. No audit row tells who changed what.
      '<=1.87.0': () => [
        updated(settingsRow('general_settings'), {
          param_value: [
            { store_model_in_db: true },
            { store_model_in_db: true, disable_error_logs: true, master_key: '<master key>' },
          ],
        }),
        inserted(settingsRow('litellm_settings'), {
          param_name: 'litellm_settings',
          param_value: { default_team_params: settings, store_audit_logs: true },
        }),
      ],
      '>=1.106.0': ({ caller }) => [
        inserted(settingsRow('litellm_settings'), {
          param_name: 'litellm_settings',
          param_value: { default_team_params: settings },
          reload_revision: 0,
        }),
        auditedAs('updated', settingsRow('default_team_params'), caller, { before: null, after: settings }),
      ],
    },
    returned: idsAt('settings.budget_duration'),
    returns: () => [settings.budget_duration],
  });
  test(stored.title, stored.details, stored.run);
}
