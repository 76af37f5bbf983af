import {
  accessGroupTargets,
  allowed,
  archived,
  asksForItself,
  auditedAs,
  byRelease,
  expect,
  gone,
  heldKey,
  idsAt,
  inAnyOrder,
  inLargeParts,
  payloads,
  refused,
  severalKeys,
  targetKey,
  test,
  updated,
  withHeld,
  type Acting,
  type Caller,
  type Effect,
  type LimitedKey,
  type Loaded,
  type ScratchKey,
  type SeveralKeys,
  type Stage,
  type TargetAccessGroup,
} from '../../fixtures';

inLargeParts();

// What `specs/keys/delete.spec.ts` does not ask: keys by their aliases, several at once, and what the copy of a key holds.

type Deleting = Acting<Loaded<SeveralKeys>>;

const unknownKey = refused(401, 'Invalid proxy server token passed');

/**
 * These are gone, whatever the answer says: it repeats what was sent, also what was never there.
 *
 * @param audits 1.87.0 tells of it where the request has `keys`, even none, and not where it has aliases alone
 */
const removes = (
  which: (keys: SeveralKeys) => readonly ScratchKey[],
  told: (keys: SeveralKeys) => readonly string[],
  audits = true,
) => {
  const effects = byRelease<Loaded<SeveralKeys>>(
    ({ removed, archived }) =>
      ({ target, caller }) =>
        which(target).flatMap((key) => [removed(key), archived(key, caller)]),
  );
  const audited = ({ target, caller }: Deleting) => which(target).map(({ row }) => auditedAs('deleted', row, caller));
  const returns = ({ target }: Deleting) => inAnyOrder(told(target));
  return {
    '<=1.87.0': allowed<Loaded<SeveralKeys>>({
      effects: (stage) => [...effects['<=1.87.0'](stage), ...(audits ? audited(stage) : [])],
      returns,
    }),
    '>=1.106.0': allowed<Loaded<SeveralKeys>>({
      effects: (stage) => [...effects['>=1.106.0'](stage), ...audited(stage)],
      returns,
    }),
  } as const;
};
const removesByAlias = (
  which: (keys: SeveralKeys) => readonly ScratchKey[],
  more: (keys: SeveralKeys) => readonly ScratchKey[] = () => [],
) => removes(which, (keys) => [...which(keys), ...more(keys)].map(({ alias }) => alias), false);

const table = {
  family: 'F7+',
  route: 'POST /key/delete',
  caller: 'internal_user',
  act: ({ as, target }: Deleting) => as.post('/key/delete', target.payload),
  returned: idsAt('deleted_keys[]'),
  uses: [asksForItself<Loaded<SeveralKeys>>(({ target }) => target.own, unknownKey)],
} as const;

const notTheirs = refused(403, 'not authorized to delete this key');
const noSuchKey = refused(404, 'No keys found');
const neither = refused(422, "At least one of 'keys' or 'key_aliases' must be provided");

for (const scenario of payloads<SeveralKeys>(
  { ...table, target: severalKeys },
  {
    'key_aliases of an own key': {
      sent: ({ target: { own } }) => ({ key_aliases: [own.alias] }),
      answer: removesByAlias(({ own }) => [own]),
    },
    'key_aliases of two own keys': {
      sent: ({ target: { own, ownToo } }) => ({ key_aliases: [own.alias, ownToo.alias] }),
      answer: removesByAlias(({ own, ownToo }) => [own, ownToo]),
    },
    'key_aliases of an own key, and of a ghost': {
      sent: ({ target: { own, ghost } }) => ({ key_aliases: [own.alias, ghost.alias] }),
      answer: removesByAlias(
        ({ own }) => [own],
        ({ ghost }) => [ghost],
      ),
    },
    'key_aliases of a ghost': { sent: ({ target: { ghost } }) => ({ key_aliases: [ghost.alias] }), answer: noSuchKey },
    'key_aliases of an own key in capitals': {
      sent: ({ target: { own } }) => ({ key_aliases: [own.alias.toUpperCase()] }),
      answer: noSuchKey,
    },
    "key_aliases of another user's key": {
      sent: ({ target: { others } }) => ({ key_aliases: [others.alias] }),
      answer: notTheirs,
    },
    // All or nothing, whichever comes first.
    "key_aliases of an own key, and of another user's": {
      sent: ({ target: { own, others } }) => ({ key_aliases: [own.alias, others.alias] }),
      answer: notTheirs,
    },
    'key_aliases, by a proxy admin': {
      caller: 'proxy_admin',
      sent: ({ target: { own } }) => ({ key_aliases: [own.alias] }),
      answer: removesByAlias(({ own }) => [own]),
    },
    // Its hash stands in no alias.
    'key_aliases with the hash of an own key': {
      sent: ({ target: { own } }) => ({ key_aliases: [own.hashed] }),
      answer: noSuchKey,
    },
    // Where there are keys, aliases are not looked at.
    'keys and key_aliases': {
      sent: ({ target: { own, ownToo } }) => ({ keys: [own.cleartext], key_aliases: [ownToo.alias] }),
      answer: removes(
        ({ own }) => [own],
        ({ own }) => [own.cleartext],
      ),
    },
    'keys empty, and key_aliases': {
      sent: ({ target: { own } }) => ({ keys: [], key_aliases: [own.alias] }),
      answer: removes(
        ({ own }) => [own],
        ({ own }) => [own.alias],
      ),
    },
    'keys by hash': {
      sent: ({ target: { own } }) => ({ keys: [own.hashed] }),
      answer: removes(
        ({ own }) => [own],
        ({ own }) => [own.hashed],
      ),
    },
    'keys by alias': { sent: ({ target: { own } }) => ({ keys: [own.alias] }), answer: noSuchKey },
    'one of keys a ghost': {
      sent: ({ target: { own, ghost } }) => ({ keys: [own.cleartext, ghost.cleartext] }),
      answer: removes(
        ({ own }) => [own],
        ({ own, ghost }) => [own.cleartext, ghost.cleartext],
      ),
    },
    'one of keys a ghost, by a proxy admin': {
      caller: 'proxy_admin',
      sent: ({ target: { own, ghost } }) => ({ keys: [own.cleartext, ghost.cleartext] }),
      answer: removes(
        ({ own }) => [own],
        ({ own, ghost }) => [own.cleartext, ghost.cleartext],
      ),
    },
    "one of keys another user's": {
      sent: ({ target: { own, others } }) => ({ keys: [own.cleartext, others.cleartext] }),
      answer: notTheirs,
    },
    'one twice': {
      sent: ({ target: { own } }) => ({ keys: [own.cleartext, own.hashed] }),
      answer: removes(
        ({ own }) => [own],
        ({ own }) => [own.cleartext, own.hashed],
      ),
    },
    neither: { sent: {}, answer: neither },
    'keys and key_aliases empty': { sent: { keys: [], key_aliases: [] }, answer: neither },
    'keys and key_aliases null': { sent: { keys: null, key_aliases: null }, answer: neither },
    'keys as a text': {
      sent: ({ target: { own } }) => ({ keys: own.cleartext }),
      answer: refused(422, 'valid list'),
    },
    'a null among keys': {
      sent: ({ target: { own } }) => ({ keys: [own.cleartext, null] }),
      answer: refused(422, 'valid string'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// The copy holds all that the key's row did, but for its windows, and in 1.87.0 for what else limits it (`_transform_verification_tokens_to_deleted_records`).
const lost = { '<=1.87.0': ['budget_limits', 'budget_id', 'organization_id'], '>=1.106.0': ['budget_limits'] } as const;
const movedAway = (range: keyof typeof lost, { held, row }: LimitedKey, by: Caller): Effect[] => [
  gone({ row, was: held }),
  archived(
    'LiteLLM_DeletedVerificationToken',
    Object.fromEntries(Object.entries(held).filter(([name]) => !lost[range].some((column) => column === name))),
    by,
  ),
  auditedAs('deleted', row, by, { before: expect.objectContaining({ spend: held.spend }) }),
];

interface KeyOfGroup extends LimitedKey {
  readonly groups: readonly TargetAccessGroup[];
}
const withAll = {
  what: 'own key with limits, a budget, and an organization',
  arrange: async (stage: Stage): Promise<KeyOfGroup> => {
    const { scratch, world } = stage;
    const key = await heldKey(stage, {
      user: world.actors.internal_user,
      organization: world.organizations.a,
      models: ['a-model'],
      metadata: { tags: ['a-tag'] },
      columns: {
        ...{ spend: 3, max_budget: 7, budget_id: await scratch.budget({ maxBudget: 5 }) },
        ...{ tpm_limit: 100, rpm_limit: 10, max_parallel_requests: 1, blocked: false },
        ...{ budget_duration: '1d', budget_reset_at: '2099-01-01', expires: '2099-01-01', rotation_interval: '30d' },
        ...{ aliases: '{"one": "other"}', permissions: '{"some": true}', model_max_budget: '{"a-model": {}}' },
        ...{ config: '{"some": 1}', router_settings: '{"num_retries": 3}', auto_rotate: true, rotation_count: 2 },
        ...{ budget_limits: '[{"budget_duration": "1d", "max_budget": 1}]', allowed_routes: ['/key/info'] },
      },
    });
    return { ...key, groups: [] };
  },
};
const ofGroup = {
  what: 'own key that an access group lists',
  arrange: async (stage: Stage): Promise<KeyOfGroup> => {
    const group = await accessGroupTargets.ofOwnKey.arrange(stage);
    const [key] = group.keys;
    if (key === undefined) throw new Error('The access group of the own key lists none');
    return { ...(await withHeld(stage, key)), groups: [group] };
  },
};

for (const scenario of [withAll, ofGroup].flatMap((target) =>
  payloads<KeyOfGroup>(
    {
      ...table,
      target,
      act: ({ as, target: { cleartext } }) => as.post('/key/delete', { keys: [cleartext] }),
      returns: ({ target: { cleartext } }) => [cleartext],
      effects: {
        // The group goes on listing the key that is gone.
        '<=1.87.0': ({ target, caller }) => movedAway('<=1.87.0', target, caller),
        '>=1.106.0': ({ target, caller }) => [
          ...movedAway('>=1.106.0', target, caller),
          ...target.groups.map(({ row }) => updated(row, { assigned_key_ids: [[target.hashed], []] })),
        ],
      },
      uses: [asksForItself<Loaded<KeyOfGroup>>(targetKey, unknownKey)],
    },
    { keys: { sent: {}, answer: 200 } },
  ),
))
  test(scenario.title, scenario.details, scenario.run);

// Whoever owns it is asked for only once the team is found: the key can be deleted by a proxy admin alone.
for (const scenario of payloads<ScratchKey>(
  {
    ...table,
    target: {
      what: 'own key in a team that is gone',
      arrange: ({ scratch, world: { actors } }) =>
        scratch.key({ user: actors.internal_user, team: { teamId: scratch.tag('ghost-team') } }),
    },
    act: ({ as, target: { cleartext } }) => as.post('/key/delete', { keys: [cleartext] }),
    returns: ({ target: { cleartext } }) => [cleartext],
    effects: byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
      removed(target),
      archived(target, caller),
      auditedAs('deleted', target.row, caller),
    ]),
    uses: [asksForItself<Loaded<ScratchKey>>(targetKey, unknownKey)],
  },
  {
    keys: { sent: {}, answer: refused(404, "Team doesn't exist in db") },
    'keys, by a proxy admin': { sent: {}, caller: 'proxy_admin', answer: 200 },
  },
))
  test(scenario.title, scenario.details, scenario.run);
