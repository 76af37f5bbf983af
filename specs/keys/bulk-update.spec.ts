import {
  audited,
  believed,
  each,
  every,
  idsAt,
  keyShown,
  keyTargets,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  refusedInItem,
  roleGate,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const change = { max_budget: 7 };

// `bulk_update_keys` asks nothing but the user role, and that before it looks at any key.
const noProxyAdmin = refused(403, 'Only proxy admins can perform bulk key updates');
const noSuchKey = {
  ...refusedInItem('Key not found'),
  body: ({ target }: Acting<ScratchKey>) => ({
    total_requested: 1,
    successful_updates: [],
    failed_updates: [{ key: target.cleartext, key_info: null }],
  }),
};
const ofProxyAdmin = { ...every(keyTargets, 200), ghost: noSuchKey } as const;

const changed = (key: ScratchKey) => ({
  total_requested: 1,
  successful_updates: [{ key: key.cleartext, key_info: keyShown(key, change) }],
  failed_updates: [],
});

const asked = {
  act: ({ as, target, claim }: Acting<ScratchKey>) =>
    as.post('/key/bulk_update', { keys: [{ key: target.cleartext, ...change }], ...claim.body }, claim.query),
  refusals: idsAt('failed_updates[].failed_reason'),
  returned: idsAt('successful_updates[].key', 'successful_updates[].key_info.key_alias', 'failed_updates[].key'),
  // As it was sent, cleartext included.
  returns: ({ target }: Acting<ScratchKey>) => [target.cleartext, target.alias],
  body: {
    '<=1.87.0': (stage: Acting<ScratchKey>) => changed({ ...stage.target, teamId: null }),
    '>=1.106.0': ({ target }: Acting<ScratchKey>) => changed(target),
  },
  effects: {
    // It makes every field that an item does not name a null that was sent: who changes a budget takes the key out of its
    // team, and the audit row does not tell. As /key/update does, it writes the key as it was sent into that row.
    '<=1.87.0': (stage: Acting<ScratchKey>) => [
      updated(stage.target.row, {
        max_budget: [null, change.max_budget],
        ...(stage.target.teamId === null ? {} : { team_id: [stage.target.teamId, null] }),
      }),
      audited(stage.target.row, stage.caller, change, stage.target.cleartext),
    ],
    '>=1.106.0': ({ target, caller }: Acting<ScratchKey>) => [
      updated(target.row, { max_budget: [null, change.max_budget] }),
      audited(target.row, caller, change),
    ],
  },
} as const;

for (const scenario of matrix('POST /key/bulk_update', keyTargets, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, ofProxyAdmin),
    proxy_admin_viewer: viewerGate,
    ...each(orgAdmins, roleGate),
    org_admin_member: noProxyAdmin,
    team_admin: noProxyAdmin,
    ...each(plainMembersOfAlpha, noProxyAdmin),
    internal_user_viewer: roleGate,
    cross_org_user: noProxyAdmin,
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(noProxyAdmin),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/bulk_update', keyTargets, {
  ...asked,
  answers: { ...each(orgAdmins, believed(noProxyAdmin)), org_admin_member: noProxyAdmin },
}))
  test(scenario.title, scenario.details, scenario.run);
