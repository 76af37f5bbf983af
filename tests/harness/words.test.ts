import {
  each,
  every,
  expect,
  idsAt,
  leaving,
  matrix,
  notProxyAdmins,
  organizationMatrix,
  organizationTargets,
  proxyAdmins,
  refused,
  refusedInItem,
  scenario,
  teamTargets,
  touched,
  turnedAway,
  updated,
  type Acting,
  type EffectsOf,
  type ScratchKey,
} from '../../fixtures';
import type { Expected } from '../../fixtures/expectation';
import type { Ground } from '../../fixtures/lane';
import { test } from '../support/test';

/** What comes of a scenario: `as expected`, or what was not. */
async function judged(lane: Ground, expected: Expected<ScratchKey>, act: Parts['act'], parts: Partial<Parts> = {}) {
  const played = scenario<ScratchKey>({
    family: 'harness',
    route: 'POST /key/bulk_update',
    target: 'a key',
    caller: 'proxy_admin',
    arrange: ({ scratch }) => scratch.key(),
    act,
    expected,
    ...parts,
  }).play(lane, () => undefined);
  return played.then(
    () => 'as expected',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
type Parts = Omit<Parameters<typeof scenario<ScratchKey>>[0], 'expected'>;

/** Changes a key, and is refused. */
const late: Parts['act'] = async ({ db, target, as }) => {
  await db.query('UPDATE "LiteLLM_VerificationToken" SET spend = 1 WHERE token = $1', [target.hashed]);
  return as.get('/key/info', { key: 'a key that nobody has' });
};
const spent: EffectsOf<ScratchKey> = ({ target }) => [updated(target.row, { spend: [0, 1] })];
const notFound = refused(404, 'not found');

test('a refusal leaves what is said to be left, and nothing else', async ({ lane }) => {
  expect(await judged(lane, leaving(notFound, spent), late)).toBe('as expected');
  expect(await judged(lane, notFound, late)).toContain('a refusal changes nothing in the whole database');
  expect(
    await judged(
      lane,
      leaving(notFound, () => []),
      late,
    ),
  ).toContain('spend: 0 → 1');
  const justRefused: Parts['act'] = ({ as }) => as.get('/key/info', { key: 'a key that nobody has' });
  expect(await judged(lane, leaving(notFound, spent), justRefused)).toContain('spend: 0 → 1');
});

test('what a refusal leaves does not take the place of its words and its status', async ({ lane }) => {
  expect(await judged(lane, leaving(refused(404, 'no such words'), spent), late)).toContain('the guard that refused');
  expect(await judged(lane, leaving(refused(403, 'not found'), spent), late)).toContain('status');
});

test('a row that was written as it was is touched, and nothing else happened', async ({ lane }) => {
  const writing =
    (change: string): Parts['act'] =>
    async ({ db, target, as }) => {
      await db.query(`UPDATE "LiteLLM_VerificationToken" SET ${change} WHERE token = $1`, [target.hashed]);
      return as.get('/key/info', { key: target.hashed });
    };
  const justTouched = { effects: ({ target }: Acting<ScratchKey>) => [touched(target.row)] };
  const later = `updated_at = now() + interval '1 s'`;
  expect(await judged(lane, { status: 200 }, writing(later), justTouched)).toBe('as expected');
  expect(await judged(lane, { status: 200 }, writing(later))).toContain('updated_at');
  expect(await judged(lane, { status: 200 }, writing(`${later}, spend = 1`), justTouched)).toContain('spend: 0 → 1');
  expect(await judged(lane, { status: 200 }, writing('spend = spend'), justTouched)).toContain('updated_at');
});

const refusals = idsAt('failed_updates[].failed_reason');
/** Asks for a change of keys, of which one or none is there. */
const bulk =
  (...names: readonly ('there' | 'ghost')[]): Parts['act'] =>
  ({ as, target, scratch }) =>
    as.post('/key/bulk_update', {
      keys: names.map((name) => ({ key: name === 'there' ? target.cleartext : scratch.tag('ghost'), max_budget: 7 })),
    });

test('a refusal in an item has its words there, and is one: nothing changes, and nobody has its data', async ({
  lane,
}) => {
  const nobodys = { returned: idsAt('failed_updates[].key'), returns: () => ['somebody else'] };
  expect(
    await judged(lane, refusedInItem('Key not found'), bulk('ghost'), {
      refusals,
      effects: spent,
      ...nobodys,
    }),
  ).toBe('as expected');
  expect(await judged(lane, refusedInItem('no such words'), bulk('ghost'), { refusals })).toContain(
    'the guard that refused',
  );
  // Where nobody looks for refusals in items there are none.
  expect(await judged(lane, refusedInItem('Key not found'), bulk('ghost'))).toContain('the guard that refused');
  expect(await judged(lane, refusedInItem('Key not found'), bulk('there', 'ghost'), { refusals })).toContain(
    'a refusal changes nothing in the whole database',
  );
});

test('what an answer says may be more than is named, but for its lists', async ({ lane }) => {
  const nobodyThere = {
    total_requested: 1,
    successful_updates: [],
    failed_updates: [{ failed_reason: 'Key not found.' }],
  };
  const inBody = (body: Expected<ScratchKey>['body'], ...names: readonly ('there' | 'ghost')[]) =>
    judged(lane, { ...refusedInItem('Key not found'), ...(body === undefined ? {} : { body }) }, bulk(...names), {
      refusals,
    });
  expect(await inBody(() => nobodyThere, 'ghost')).toBe('as expected');
  expect(await inBody(() => ({ ...nobodyThere, total_requested: 2 }), 'ghost')).toContain('what it answered');
  expect(await inBody(() => ({ ...nobodyThere, failed_updates: [] }), 'ghost')).toContain('what it answered');
  // What a table says of successes is not said of a refusal in an item.
  const ofAll = { refusals, body: () => ({ total_requested: 2 }) };
  expect(await judged(lane, refusedInItem('Key not found'), bulk('ghost'), ofAll)).toBe('as expected');
  const looks: Parts['act'] = ({ as, target }) => as.get('/key/info', { key: target.cleartext });
  const named = { body: ({ target }: Acting<ScratchKey>) => ({ info: { key_alias: target.alias } }) };
  expect(await judged(lane, { status: 200 }, looks, named)).toBe('as expected');
  expect(await judged(lane, { status: 200, body: () => ({ info: { key_alias: 'another' } }) }, looks, named)).toContain(
    'what it answered',
  );
});

const answers = {
  ...turnedAway,
  logged_out_session: notFound,
  ...each([...proxyAdmins, ...notProxyAdmins, 'proxy_admin_viewer'], 200 as const),
};

test('a target that is the same as another one is left out, for every caller', () => {
  const all = matrix('GET /team/info', teamTargets, { act: ({ as }) => as.get('/team/info'), answers });
  const without = matrix('GET /team/info', teamTargets, {
    act: ({ as }) => as.get('/team/info'),
    same: { likeAlpha: ['delta', 'both are teams'] },
    answers,
  });
  const ids = new Set(without.map(({ id }) => id));
  const left = all.filter(({ id }) => !ids.has(id)).map(({ id }) => id.split('/'));
  expect(new Set(left.map(([, , , target]) => target))).toEqual(new Set([encodeURIComponent('team like Alpha')]));
  // Those who are turned away are tried on the first target that is left.
  const callersOf = (scenarios: typeof all, target: string) =>
    scenarios
      .filter(({ id }) => id.includes(`/${encodeURIComponent(target)}/`))
      .map(({ id }) => id.slice(id.lastIndexOf('/') + 1));
  expect(callersOf(all, 'team like Alpha')).toEqual(expect.arrayContaining(['no_header', 'proxy_admin']));
  expect(callersOf(without, 'own team')).toEqual(callersOf(all, 'team like Alpha'));
});

test('admins of an organization name each organization in each place, and the act sends it', async ({ lane }) => {
  const { a, b } = lane.world.organizations;
  const ofRoute = (route: string, act: (stage: Acting<unknown>) => ReturnType<Acting<unknown>['as']['get']>) =>
    organizationMatrix(route, organizationTargets, {
      act,
      answers: each(['org_admin', 'org_admin_member', 'org_b_admin'], every(organizationTargets, 200)),
    });
  const posted = ofRoute('POST /x', ({ as, claim }) => as.post('/x', { z: 1, ...claim.body }, claim.query));
  expect(new Set(posted.map(({ id }) => id)).size).toBe(3 * 4 * 3);
  // A GET has no body in which one could be named.
  expect(ofRoute('GET /x', ({ as, claim }) => as.get('/x', claim.query))).toHaveLength(3 * 2 * 3);

  const sent = async (variant: string, caller: string) => {
    const found = posted.find(({ title }) => title === `POST /x · organization A · ${variant} · ${caller}`);
    const asked = await found?.arrange(lane);
    await lane.undo();
    return { body: asked?.body, query: asked?.query };
  };
  for (const [caller, own, foreign] of [
    ['org_admin', a, b],
    ['org_admin_member', a, b],
    ['org_b_admin', b, a],
  ] as const) {
    const claim = ({ organizationId }: typeof own) => ({ organization_id: organizationId });
    expect(await sent('own organization_id in body', caller)).toEqual({ body: { z: 1, ...claim(own) }, query: {} });
    expect(await sent('foreign organization_id in body', caller)).toEqual({
      body: { z: 1, ...claim(foreign) },
      query: {},
    });
    expect(await sent('own organization_id in query', caller)).toEqual({ body: { z: 1 }, query: claim(own) });
    expect(await sent('foreign organization_id in query', caller)).toEqual({ body: { z: 1 }, query: claim(foreign) });
  }
});

test('admins of an organization have one answer whatever they name, or one for each', async ({ lane }) => {
  const row = { a: 200, b: notFound, ghost: 204 } as const;
  const byClaim = { ownInBody: row, foreignInBody: 200, ownInQuery: notFound, foreignInQuery: 204 } as const;
  const scenarios = organizationMatrix('POST /x', organizationTargets, {
    act: ({ as }) => as.post('/x', {}),
    answers: { org_admin: byClaim, org_admin_member: row, org_b_admin: 200 },
  });
  const expectedOf = async (caller: string, target: string) => {
    const statuses: (number | undefined)[] = [];
    const asked = scenarios.filter(
      ({ title }) => title.startsWith(`POST /x · ${target} · `) && title.endsWith(` · ${caller}`),
    );
    for (const { play } of asked) {
      // That the proxy has no such route is not asked here.
      await play(lane, ({ expected }) => void statuses.push(expected?.status)).catch(() => undefined);
    }
    return statuses;
  };
  expect(await expectedOf('org_admin', 'organization A')).toEqual([200, 200, 404, 204]);
  // What is refused whatever it is about is tried on the first target alone.
  expect(await expectedOf('org_admin', 'organization B')).toEqual([404, 200, 204]);
  expect(await expectedOf('org_admin_member', 'ghost organization')).toEqual([204, 204, 204, 204]);
  expect(await expectedOf('org_b_admin', 'organization B')).toEqual([200, 200, 200, 200]);
});

test('an answer to a lost race passes, and is recognized by its guard', async ({ lane }) => {
  const asking = (guard: string) =>
    scenario({
      family: 'harness',
      route: 'GET /key/info',
      target: 'ghost key',
      caller: 'proxy_admin',
      arrange: ({ scratch }) => scratch.ghostKey(),
      act: ({ as, target }) => as.get('/key/info', { key: target.cleartext }),
      expected: { status: 200, raced: { status: 404, guard } },
    });
  await asking('Key not found').play(lane, () => undefined);
  await expect(asking('Team not found').play(lane, () => undefined)).rejects.toThrow('the guard of a lost race');
});
