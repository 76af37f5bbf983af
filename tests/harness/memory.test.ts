import type { Answer } from '../../fixtures/api';
import { expect } from '../../fixtures';
import { test } from '../support/test';
import type { Lane } from '../../fixtures/lane';
import { SideChannel } from '../../stack/proxy/side-channel';

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
    what: 'a key that was regenerated, and goes on for a while',
    change: async ({ api, world }) =>
      ok(
        await api
          .as(world.actors.proxy_admin)
          .post(`/key/${world.actors.owner.hashed}/regenerate`, { grace_period: '1h' }),
      ),
    // 1.87.0 fails over the old key, so what is looked at is the whole answer.
    seen: async ({ api, world }) => (await api.as(world.actors.owner).get('/key/info')).text,
  },
];

interface Duration {
  readonly budget_duration?: string | null;
}

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

test('forgotten after a test: settings, changed through the API', async ({ lane }) => {
  const { db, world } = lane;
  lane.begin();
  // Only a proxy that starts with this keeps settings in the database, and lets anybody change them.
  await db.query(`INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ('general_settings', $1)`, [
    JSON.stringify({ store_model_in_db: true }),
  ]);
  await lane.withFreshProxy(async (api, sideChannel) => {
    const admin = api.as(world.actors.proxy_admin);
    const duration = '7d';
    /** The setting as it is shown, and as it is used, in a new team. */
    const seen = async () => {
      const { values } = ok(await admin.get('/get/default_team_settings')) as { values: Duration };
      const team = ok(await admin.post('/team/new', {})) as Duration;
      return [values.budget_duration ?? null, team.budget_duration ?? null];
    };
    const stored = async () => {
      const { rowCount } = await db.query(`SELECT FROM "LiteLLM_Config" WHERE param_name = 'litellm_settings'`);
      return rowCount;
    };
    expect(await seen()).toEqual([null, null]);

    const body = { budget_duration: duration };
    ok(await admin.send({ method: 'PATCH', path: '/update/default_team_settings', body }));
    expect([await stored(), await seen()]).toEqual([1, [duration, duration]]);

    // The row alone is not enough, neither for what is shown nor for what is done.
    await lane.undo();
    lane.begin();
    expect([await stored(), await seen()]).toEqual([0, [duration, duration]]);

    await sideChannel.forget();
    expect(await seen()).toEqual([null, null]);
  });
  await lane.undo();
});

test('what a proxy has learned is put back, and nothing is left', async ({ lane }) => {
  lane.begin();
  const { api, world, sideChannel } = lane;
  for (const actor of Object.values(world.actors)) {
    await api.as(actor).get('/key/info');
    await api.as(actor).get('/user/info');
    await api.as(actor).get('/team/info', gamma(world));
  }
  const changed = await sideChannel.forget();
  expect(changed.join('\n')).toContain('cache_dict');
  expect(await sideChannel.forget()).toEqual([]);
  await lane.undo();
});

test('the side channel is closed to whoever does not know the secret, and to scenarios', async ({ lane }) => {
  lane.begin();
  const { api, world } = lane;
  const answer = await api.as(world.actors.proxy_admin).post('/forget', {});
  expect(answer.status).toBe(404);
  await expect(new SideChannel(lane.baseUrl, 'another key').forget()).rejects.toThrow('answered 404');
  await lane.undo();
});
