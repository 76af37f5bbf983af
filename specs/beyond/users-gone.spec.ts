import {
  inLargeParts,
  json,
  refused,
  roleGate,
  scenario,
  test,
  type Acting,
  type Answer,
  type Door,
  type ScenarioDescription,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// A key whose user has no row, though a team's list of members names it. Whoever asks with it is nobody new: no route that reads
// makes the row again.
interface Gone {
  readonly key: ScratchKey;
  readonly teamId: string;
}

/** `get_user_object` raises what these do not expect. */
const unforeseen = refused(500, 'Internal server error');

const routes: readonly {
  readonly route: string;
  readonly ask: (door: Door, target: Gone) => Promise<Answer>;
  readonly expected: ScenarioDescription<Gone>['expected'];
}[] = [
  { route: 'GET /key/info', ask: (door) => door.get('/key/info'), expected: { status: 200 } },
  {
    route: 'GET /key/list',
    ask: (door) => door.get('/key/list'),
    expected: refused(403, "No 'user_id' is associated"),
  },
  { route: 'GET /key/aliases', ask: (door) => door.get('/key/aliases'), expected: roleGate },
  {
    route: 'GET /team/info',
    ask: (door, { teamId }) => door.get('/team/info', { team_id: teamId }),
    expected: { status: 200 },
  },
  { route: 'GET /team/list', ask: (door) => door.get('/team/list'), expected: unforeseen },
  {
    route: 'GET /v2/team/list',
    ask: (door, { key }) => door.get('/v2/team/list', { user_id: key.userId ?? '' }),
    expected: refused(404, 'User not found'),
  },
  {
    route: 'GET /team/{team_id}/members/me',
    ask: (door, { teamId }) => door.get(`/team/${teamId}/members/me`),
    expected: unforeseen,
  },
];

for (const { route, ask, expected } of routes) {
  const { title, details, run } = scenario<Gone>({
    family: 'beyond',
    route,
    target: 'key whose user has no row',
    caller: 'internal_user',
    arrange: async ({ scratch }) => {
      const user = { userId: scratch.tag('gone') };
      const team = await scratch.team({
        columns: { members_with_roles: json([{ user_id: user.userId, role: 'user' }]) },
      });
      return { key: await scratch.key({ user }), teamId: team.teamId };
    },
    act: ({ asOther, target }: Acting<Gone>) => ask(asOther(target.key), target),
    expected,
  });
  test(title, details, run);
}
