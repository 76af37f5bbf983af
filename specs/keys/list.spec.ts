import {
  allKeys,
  each,
  every,
  extended,
  idsAt,
  inAnyOrder,
  loggedOut,
  matrix,
  organizationMatrix,
  orgAdmins,
  plainMembersOfAlpha,
  proxyAdmins,
  refused,
  shows,
  teamTargets,
  teamsKeys,
  inLargeParts,
  test,
  turnedAway,
  withKeys,
  type Acting,
  type ListedKey,
  type TargetTeam,
  type TeamWithKeys,
} from '../../fixtures';

inLargeParts();

// An "info route": the gate lets everybody in, and `validate_key_list_check` decides. It needs a user id.
const noUser = refused(403, "No 'user_id' is associated with your API key");

type Listing = Acting<readonly ListedKey[]>;
const hashesOf = (keys: readonly ListedKey[]) => inAnyOrder(keys.map(({ hashed }) => hashed));
const ownOf = ({ target, caller }: Listing) => target.filter(({ userId }) => userId === caller.userId);

// Of a team's other keys nothing, not even to its admin, unless one asks for `include_team_keys`.
const own = shows((stage: Listing) => hashesOf(ownOf(stage)));
const all = shows(({ target }: Listing) => hashesOf(target));

const asked = {
  // All that there are fit on one page; the default is ten.
  act: ({ as, claim }: Listing) => as.get('/key/list', { size: '100', ...claim.query }),
  returned: idsAt('keys[]'),
} as const;

for (const scenario of matrix('GET /key/list', allKeys, {
  ...asked,
  answers: {
    ...turnedAway,
    ...each(proxyAdmins, all),
    proxy_admin_viewer: all,
    // An organization that one administers shows none of its keys here.
    ...each(orgAdmins, own),
    org_admin_member: own,
    team_admin: own,
    ...each(plainMembersOfAlpha, own),
    internal_user_viewer: own,
    cross_org_user: own,
    ...each(teamsKeys, noUser),
    logged_out_session: loggedOut(own),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// It narrows what is shown: to the own keys in that organization.
const ownInIt = shows((stage: Listing) =>
  hashesOf(ownOf(stage).filter(({ organizationId }) => organizationId === stage.claim.query.organization_id)),
);
const notItsMember = refused(403, "not authorized to check this organization's keys");
const claimed = { ownInBody: own, foreignInBody: own, ownInQuery: ownInIt, foreignInQuery: notItsMember } as const;

for (const scenario of organizationMatrix('GET /key/list', allKeys, {
  ...asked,
  answers: { ...each(orgAdmins, claimed), org_admin_member: claimed },
}))
  test(scenario.title, scenario.details, scenario.run);

// A team that is asked for has to be in the list of teams on the user's own row, which /team/new writes and a row that was
// inserted does not: so of the targets it knows Delta alone. It is no way to others' keys, for what is shown is one's own.
const notInItsTeam = refused(403, "not authorized to check this team's keys");
const ofAll = shows(({ target }: Acting<TeamWithKeys>) => inAnyOrder(target.hashes));
const ofNobody = every(teamTargets, notInItsTeam);
const ofMemberOfAlpha = { ...ofNobody, delta: shows(() => []) } as const;

const teams = extended(teamTargets, withKeys);
const askedOfTeam = {
  act: ({ as, target, claim }: Acting<TargetTeam>) =>
    as.get('/key/list', { team_id: target.teamId, size: '100', ...claim.query }),
  returned: idsAt('keys[]'),
} as const;

for (const scenario of matrix('GET /key/list', teams, {
  ...askedOfTeam,
  variant: 'team_id',
  answers: {
    ...each(proxyAdmins, ofAll),
    // 1.87.0 asks for the user role proxy_admin, and here it means it.
    proxy_admin_viewer: { '<=1.87.0': notInItsTeam, '>=1.106.0': ofAll },
    ...each(orgAdmins, notInItsTeam),
    org_admin_member: notInItsTeam,
    team_admin: ofMemberOfAlpha,
    ...each(plainMembersOfAlpha, ofMemberOfAlpha),
    internal_user_viewer: ofMemberOfAlpha,
    cross_org_user: notInItsTeam,
    ...each(teamsKeys, noUser),
  },
}))
  test(scenario.title, scenario.details, scenario.run);

// Without being in the team there is nothing to narrow.
for (const scenario of organizationMatrix('GET /key/list', teams, {
  ...askedOfTeam,
  answers: { ...each(orgAdmins, notInItsTeam), org_admin_member: notInItsTeam },
}))
  test(scenario.title, scenario.details, scenario.run);
