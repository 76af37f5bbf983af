import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '../../fixtures';

/** Seconds after which something is refused that is asked for every second; Infinity: not within these. */
async function refusedAfter(seconds: number, status: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1000;
  while (passed() < seconds) {
    await sleep(1000);
    if ((await status()) === 401) return passed();
  }
  return Infinity;
}

/**
 * How long a proxy goes by a key that it has read once, with LiteLLM's own settings: what profile `short-cache` shortens for the
 * family `revocation`.
 */
test('a key that is blocked behind a proxy’s back goes on for a minute', async ({ lane, scratch }) => {
  test.setTimeout(120_000);
  const asked = await scratch.key();
  const askedBefore = await scratch.key();
  const askedAfter = await scratch.key();
  const keys = [asked, askedBefore, askedAfter];
  const statusOf = async (key: typeof asked) => (await lane.api.as(key).get('/key/info')).status;
  for (const key of keys) expect(await statusOf(key)).toBe(200);
  await lane.db.query('UPDATE "LiteLLM_VerificationToken" SET blocked = true WHERE token = ANY($1)', [
    keys.map(({ hashed }) => hashed),
  ]);

  const [before, after, whileAsked] = await Promise.all([
    sleep(50_000).then(() => statusOf(askedBefore)),
    sleep(65_000).then(() => statusOf(askedAfter)),
    refusedAfter(75, () => statusOf(asked)),
  ]);
  expect([before, after]).toEqual([200, 401]);
  // A request that is let in writes the key into memory anew in 1.87.0, which does not renew its time.
  expect(whileAsked).toBeGreaterThan(55);
  expect(whileAsked).toBeLessThan(75);
});
