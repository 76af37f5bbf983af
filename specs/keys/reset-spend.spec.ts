import {
  believed,
  each,
  every,
  extended,
  idsAt,
  keyTargets,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  roleGate,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  updated,
  viewerGate,
  withRow,
  type Acting,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// `_check_proxy_or_team_admin_for_key`. The admins of the key's organization have no branch in it; /key/block has one.
const notItsAdmin = refused(403, 'must be a proxy admin or team admin to reset key spend');
// Before anybody looks who asks.
const noSuchKey = refused(404, 'not found');

const ofNobody = { ...every(keyTargets, notItsAdmin), ghost: noSuchKey } as const;

const spent = extended(keyTargets, withRow({ spend: 5 }));
const asked = {
  // By its hash: a path is not the place for a secret.
  act: ({ as, target, claim }: Acting<ScratchKey>) =>
    as.post(`/key/${target.hashed}/reset_spend`, { reset_to: 0, ...claim.body }, claim.query),
  returned: idsAt('key_hash'),
  returns: ({ target }: Acting<ScratchKey>) => [target.hashed],
  body: ({ target }: Acting<ScratchKey>) => ({ key_hash: target.hashed, spend: 0, previous_spend: 5 }),
  // No audit row: what was spent is gone, and nobody knows who said so.
  effects: ({ target }: Acting<ScratchKey>) => [updated(target.row, { spend: [5, 0] })],
} as const;

for (const scenario of matrix('POST /key/{key:path}/reset_spend', spent, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, { ...every(keyTargets, 200), ghost: noSuchKey }),
    proxy_admin_viewer: viewerGate,
    ...each(orgAdmins, roleGate),
    org_admin_member: ofNobody,
    team_admin: { ...ofNobody, ofOwnerInAlpha: 200 },
    ...each(plainMembersOfAlpha, ofNobody),
    internal_user_viewer: roleGate,
    cross_org_user: ofNobody,
    ...each(teamsKeys, roleGate),
    logged_out_session: loggedOut(notItsAdmin),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of organizationMatrix('POST /key/{key:path}/reset_spend', spent, {
  ...asked,
  answers: { ...each(orgAdmins, believed(ofNobody)), org_admin_member: ofNobody },
}))
  test(scenario.title, scenario.details, scenario.run);
