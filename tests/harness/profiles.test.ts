import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { parse } from 'yaml';

import { chat, expect, inProfile, scenario } from '../../fixtures';
import { Lanes } from '../../fixtures/lanes';
import { test } from '../support/test';
import { writeProfiles } from '../../stack/profiles';

test('a scenario is asked of its own profile, and of no other', async ({ perform }) => {
  const elsewhere = scenario({
    profile: 'serving',
    family: 'harness',
    route: 'GET /key/info',
    target: 'own key',
    caller: 'owner',
    arrange: () => undefined,
    act: ({ as }) => as.get('/key/info'),
    expected: { status: 200 },
  });
  expect(elsewhere).toMatchObject({ profile: 'serving', title: 'serving · GET /key/info · own key · owner' });
  expect(elsewhere.id.split('/')[0]).toBe('serving');
  await expect(async () => perform(elsewhere)).rejects.toThrow("let it begin with `inProfile('serving')`");
});

test('a lane is lent once per profile and worker, with a proxy of its own', async ({ lanes, lane }) => {
  const serving = await lanes.of('serving');
  expect(await lanes.of('serving')).toBe(serving);
  expect(await lanes.of('plain')).toBe(lane);
  expect([lane.profile, serving.profile]).toEqual(['plain', 'serving']);
  expect(serving.baseUrl).not.toBe(lane.baseUrl);
});

test('a lane that lay idle ends when one of another profile is needed, and there is another one when it is needed again', async () => {
  const lanes = new Lanes(100, 0);
  const idle = await lanes.of('plain');
  const serving = await lanes.of('serving');
  await expect(fetch(idle.baseUrl)).rejects.toThrow('fetch failed');
  const again = await lanes.of('plain');
  expect(again.baseUrl).not.toBe(idle.baseUrl);
  await expect(fetch(serving.baseUrl)).rejects.toThrow('fetch failed');
  expect((await again.api.as(again.world.actors.owner).get('/key/info')).status).toBe(200);
  await lanes.giveBack();
});

test.describe('with a provider of models', () => {
  inProfile('serving');

  test('what an answer has spent is written when it comes', async ({ scratch, api, db }) => {
    const key = await scratch.key();
    expect((await chat(api.as(key), 'priced')).status).toBe(200);
    const { rows } = await db.query('SELECT spend FROM "LiteLLM_VerificationToken" WHERE token = $1', [key.hashed]);
    expect(rows).toEqual([{ spend: 0.2 }]);
  });

  test('what was spent is forgotten after a test', async ({ lane, api, world, db }) => {
    lane.begin();
    const { owner } = world.actors;
    expect((await chat(api.as(owner), 'priced')).status).toBe(200);
    await lane.undo();
    // Not even what its queues were made of is there any more.
    lane.begin();
    await chat(api.as(owner), 'free');
    const { rows } = await db.query(
      'SELECT sum(spend)::float AS spent, count(*)::int AS answers FROM "LiteLLM_SpendLogs"',
    );
    expect(rows).toEqual([{ spent: 0, answers: 1 }]);
    await lane.undo();
  });
});

test.describe('with short times in memory', () => {
  inProfile('short-cache');

  test('a proxy goes by what it has read for a second, and a second proxy by what it has read itself', async ({
    lane,
    scratch,
    api,
    db,
  }) => {
    const key = await scratch.key();
    const asked = async () => (await api.as(key).get('/key/info')).status;
    const second = await lane.second();
    expect(await lane.second()).toBe(second);
    const read = performance.now();
    expect(await asked()).toBe(200);
    await db.query('UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE token = $1', [key.hashed]);
    expect((await second.as(key).get('/key/info')).status).toBe(401);
    const since = performance.now();
    while ((await asked()) === 200) await sleep(50);
    // It was read a little after the clock was, and is asked for again a little after it has been forgotten.
    expect(performance.now() - read).toBeGreaterThan(300);
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});

test('the configurations hold no secret, and lie beside the modules that they name', async ({ lane }, testInfo) => {
  const written = await writeProfiles(testInfo.outputPath('home'));
  // What is in use is not written over.
  expect(await writeProfiles(testInfo.outputPath('home'))).toEqual(written);
  for (const [profile, file] of Object.entries(written)) {
    expect(file).toContain(`/profiles/${profile}-`);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(lane.session.masterKey);
    expect(parse(text)).toMatchObject({ general_settings: { master_key: 'os.environ/LITELLM_MASTER_KEY' } });
  }
  const modules = readdirSync(path.dirname(written['custom-auth'])).filter((name) => name.endsWith('.py'));
  expect(modules).toEqual(['custom_auth.py']);
});
