import {
  inLargeParts,
  payloads,
  refused,
  suchTeam,
  test,
  type Acting,
  type Loaded,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

// Who administers an organization and asks about a team of another one, naming the own in the query. What each route says then, to
// the letter, with different functions behind it (`_verify_team_access` in 1.87.0, `team_access_denied` in 1.106.0).
const noAccess = refused(403, 'You do not have access to this team');
const notAllowed = (route: string) =>
  refused(403, `Call not allowed. User not proxy admin OR team admin. route=${route}, team_id=<scratch>-team`);
const member = { user_id: 'anybody' };

for (const [path, sent, answer] of [
  ['/team/block', {}, noAccess],
  ['/team/unblock', {}, noAccess],
  ['/team/update', { team_alias: 'renamed' }, noAccess],
  ['/team/delete', {}, noAccess],
  ['/team/member_add', { member: { ...member, role: 'user' } }, notAllowed('/team/member_add')],
  // It names another route than the one that was asked.
  ['/team/member_update', { ...member, role: 'admin' }, notAllowed('/team/member_delete')],
  ['/team/member_delete', member, notAllowed('/team/member_delete')],
  ['/team/permissions_update', { team_member_permissions: [] }, notAllowed('/team/permissions_update')],
] as const) {
  for (const scenario of payloads<TeamWithKey>(
    {
      family: 'F6',
      route: `POST ${path}`,
      caller: 'org_b_admin',
      target: suchTeam('team in organization A', ({ world }) => ({ organization: world.organizations.a })),
      act: ({ as, target: { teamId, payload }, world }: Acting<Loaded<TeamWithKey>>) =>
        as.post(
          path,
          { ...(path === '/team/delete' ? { team_ids: [teamId] } : { team_id: teamId }), ...payload },
          { organization_id: world.organizations.b.organizationId },
        ),
    },
    { 'own organization_id in query': { sent, answer } },
  ))
    test(scenario.title, scenario.details, scenario.run);
}

// The same about looking.
for (const [path, answer] of [
  ['/team/info', refused(403, 'User=behavior-pin-org-b-admin not authorized to access this team=<scratch>-team')],
  ['/team/permissions_list', notAllowed('/team/member_add')],
  ['/team/daily/activity', refused(404, 'User does not belong to Team= <scratch>-team')],
] as const) {
  for (const scenario of payloads<TeamWithKey>(
    {
      family: 'F6',
      route: `GET ${path}`,
      caller: 'org_b_admin',
      target: suchTeam('team in organization A', ({ world }) => ({ organization: world.organizations.a })),
      act: ({ as, target: { teamId }, world }: Acting<Loaded<TeamWithKey>>) =>
        as.get(path, {
          ...(path === '/team/daily/activity'
            ? { team_ids: teamId, start_date: '2020-01-01', end_date: '2020-01-02' }
            : { team_id: teamId }),
          organization_id: world.organizations.b.organizationId,
        }),
    },
    { 'own organization_id in query': { sent: {}, answer } },
  ))
    test(scenario.title, scenario.details, scenario.run);
}
