import {
  allowed,
  inLargeParts,
  notTheirTeam,
  payloads,
  refused,
  suchTeam,
  teamAsAsked,
  teamChanged,
  teamsKeyAsks,
  test,
  wrapped,
  type Acting,
  type Loaded,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

const noSuchTeam = refused(404, 'Team not found, passed team_id=<scratch>-ghost-team');

type Values = Readonly<Record<string, unknown>>;

// The handler of /team/update, with metadata merged as RFC 7386 has it, and the id in the path. 1.87.0 does not have the route.
const kept = { note: 'old', nested: { one: 1, two: 2 }, guardrails: ['another'] };
const merged = (metadata: Values) =>
  allowed<Loaded<TeamWithKey>>({
    effects: ({ target, caller }) => teamChanged(target, { metadata }, caller),
  });

for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'PATCH /team/{team_id}',
    caller: 'proxy_admin',
    target: suchTeam('team with metadata', () => ({ metadata: kept, maxBudget: 10 })),
    act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
      as.send({ method: 'PATCH', path: `/team/${target.teamId}`, body: target.payload }),
    effects: teamAsAsked,
    uses: [teamsKeyAsks],
  },
  {
    'one of its metadata': { sent: { metadata: { note: 'new' } }, answer: merged({ ...kept, note: 'new' }) },
    'one more': { sent: { metadata: { more: [1] } }, answer: merged({ ...kept, more: [1] }) },
    'one taken away': {
      sent: { metadata: { note: null } },
      answer: merged({ nested: kept.nested, guardrails: kept.guardrails }),
    },
    'one within another': {
      sent: { metadata: { nested: { two: null, three: 3 } } },
      answer: merged({ ...kept, nested: { one: 1, three: 3 } }),
    },
    'a list, which is replaced': {
      sent: { metadata: { guardrails: ['one'] } },
      answer: merged({ ...kept, guardrails: ['one'] }),
    },
    'no metadata': {
      sent: { metadata: {} },
      answer: allowed({ effects: ({ target, caller }) => teamChanged(target, {}, caller) }),
    },
    'metadata of null': { sent: { metadata: null }, answer: wrapped('data.metadata') },
    'another setting': { sent: { tags: ['red'] }, answer: merged({ ...kept, tags: ['red'] }) },
    'max_budget of null': { sent: { max_budget: null }, answer: 200 },
    'negative max_budget': { sent: { max_budget: -1 }, answer: refused(400, 'max_budget must be a non-negative') },
    'its own team_id': {
      sent: ({ target }) => ({ team_id: target.teamId, team_alias: 'renamed' }),
      answer: allowed({ effects: ({ target, caller }) => teamChanged(target, { team_alias: 'renamed' }, caller) }),
    },
    'another team_id': {
      sent: ({ world }) => ({ team_id: world.teams.gamma.teamId, team_alias: 'renamed' }),
      answer: refused(400, 'does not match team_id in path'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// An organization's admin, whom the gate lets in for naming the own one, learns from this route alone whether a team is there: metadata
// are looked up before anybody asks whose it is. /team/update answers both in the same words.
interface Named {
  readonly teamId: string;
}
const ghost: Target<Named> = {
  what: 'team that nobody made',
  arrange: ({ scratch }) => ({ teamId: scratch.tag('ghost-team') }),
};
const patching = {
  family: 'beyond',
  route: 'PATCH /team/{team_id}',
  caller: 'org_b_admin',
  act: ({ as, target, world }: Acting<Loaded<Named>>) =>
    as.send({
      method: 'PATCH',
      path: `/team/${target.teamId}`,
      body: target.payload,
      query: { organization_id: world.organizations.b.organizationId },
    }),
} as const;
const metadata = { metadata: { note: 'new' } };
const renamed = { team_alias: 'renamed' };

for (const scenario of [
  ...payloads<Named>(
    { ...patching, target: ghost },
    {
      metadata: { sent: metadata, answer: noSuchTeam },
      'another name': { sent: renamed, answer: notTheirTeam },
      'metadata, by a proxy admin': { caller: 'proxy_admin', sent: metadata, answer: noSuchTeam },
      'another name, by a proxy admin': { caller: 'proxy_admin', sent: renamed, answer: noSuchTeam },
    },
  ),
  ...payloads<Named>(
    {
      ...patching,
      target: suchTeam('team in organization A', ({ world }) => ({ organization: world.organizations.a })),
    },
    {
      metadata: { sent: metadata, answer: notTheirTeam },
      'another name': { sent: renamed, answer: notTheirTeam },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
