import type { Answer } from '../../fixtures/api';
import { expect, test } from '../../fixtures';
import type { Lane } from '../../fixtures/lane';

const ok = (answer: Answer): unknown => {
  if (answer.status !== 200) throw new Error(`${answer.request.path} answered ${answer.status}: ${answer.detail}`);
  return answer.body;
};

/**
 * What a proxy remembers, one case for each kind of thing: how to have it remember something of the world that is not
 * so in the template, and how to see what it believes.
 */
const cases: readonly {
  readonly what: string;
  readonly change: (lane: Lane) => Promise<unknown>;
  /** What is the same whenever nothing was changed, and another while the change is remembered. */
  readonly seen: (lane: Lane) => Promise<unknown>;
}[] = [
  {
    what: 'a key, changed through SQL',
    change: ({ db, world }) =>
      db.query(`UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE token = $1`, [world.actors.owner.hashed]),
    seen: async ({ api, world }) => (await api.as(world.actors.owner).get('/key/info')).status,
  },
  {
    what: 'a user’s role, changed through SQL',
    change: ({ db, world }) =>
      db.query(`UPDATE "LiteLLM_UserTable" SET user_role = 'proxy_admin' WHERE user_id = $1`, [
        world.actors.owner.userId,
      ]),
    seen: async ({ api, world }) => (await api.as(world.actors.owner).get('/team/info', gamma(world))).status,
  },
  {
    what: 'a user’s role, changed through the API',
    change: async ({ api, world }) =>
      ok(
        await api
          .as(world.actors.proxy_admin)
          .post('/user/update', { user_id: world.actors.owner.userId, user_role: 'proxy_admin' }),
      ),
    seen: async ({ api, world }) => (await api.as(world.actors.owner).get('/team/info', gamma(world))).status,
  },
  {
    what: 'a team’s members, changed through the API',
    change: async ({ api, world }) =>
      ok(
        await api.as(world.actors.proxy_admin).post('/team/member_add', {
          team_id: world.teams.gamma.teamId,
          member: { role: 'admin', user_id: world.actors.cross_org_user.userId },
        }),
      ),
    // A new key for the team: who may make one is read from the team, which authentication keeps.
    seen: async ({ api, world }) =>
      (
        await api
          .as(world.actors.cross_org_user)
          .post('/key/generate', { team_id: world.teams.gamma.teamId, user_id: world.actors.cross_org_user.userId })
      ).status,
  },
  {
    what: 'a user that is not there, and one of that name that was',
    change: ({ db }) =>
      db.query(`INSERT INTO "LiteLLM_UserTable" (user_id, user_role, models) VALUES ('somebody', 'proxy_admin', '{}')`),
    seen: async ({ api, world }) =>
      (await api.as(world.actors.proxy_admin).get('/user/info', { user_id: 'somebody' })).status,
  },
  {
    what: 'settings for new users',
    change: async ({ api, world }) =>
      ok(
        await api
          .as(world.actors.proxy_admin)
          .send({ method: 'PATCH', path: '/update/internal_user_settings', body: { max_budget: 12 } }),
      ),
    seen: async ({ api, world }) => {
      const body = ok(await api.as(world.actors.proxy_admin).post('/user/new', { auto_create_key: false }));
      return (body as { max_budget?: number }).max_budget;
    },
  },
  {
    what: 'settings for new teams',
    change: async ({ api, world }) =>
      ok(
        await api
          .as(world.actors.proxy_admin)
          .send({ method: 'PATCH', path: '/update/default_team_settings', body: { max_budget: 12 } }),
      ),
    seen: async ({ api, world }) => {
      const body = ok(await api.as(world.actors.proxy_admin).get('/get/default_team_settings'));
      return (body as { values: { max_budget?: number } }).values.max_budget;
    },
  },
];

const gamma = (world: Lane['world']) => ({ team_id: world.teams.gamma.teamId });

for (const { what, change, seen } of cases) {
  test(`forgotten after a test: ${what}`, async ({ lane }) => {
    lane.begin();
    const before = await seen(lane);
    await lane.undo();

    lane.begin();
    await change(lane);
    // What was looked at earlier may be remembered for a minute.
    await lane.sideChannel.forget();
    const changed = await seen(lane);
    expect(changed).not.toEqual(before);
    await lane.undo();

    lane.begin();
    expect(await seen(lane)).toEqual(before);
    await lane.undo();
  });
}
