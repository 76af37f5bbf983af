import {
  asksFor,
  asksForItself,
  byHalves,
  byRelease,
  inLargeParts,
  inserted,
  keyTargets,
  leaving,
  madeKey,
  payloads,
  refused,
  rotatesKey,
  targetKey,
  test,
  wrapped,
  type Acting,
  type Cell,
  type Expected,
  type Loaded,
  type ScratchKey,
  type Stage,
  type Use,
} from '../../fixtures';

inLargeParts();

/** It names a variable that another callback has. */
const misconfigured = {
  callback_name: 'langfuse',
  callback_type: 'success',
  callback_vars: { langfuse_span_scope: 'llm' },
};

type Regenerating = Loaded<ScratchKey>;

const unknownKey = refused(401, 'Invalid proxy server token passed');
const oldKey = (expected: Cell<Regenerating>): Use<Regenerating> => ({
  ...asksForItself<Regenerating>(targetKey, expected),
  name: 'the old key asks for itself',
});
const newKeyAlone = [asksForItself<Regenerating>(madeKey), oldKey(unknownKey)];
const bothKeys = [
  asksForItself<Regenerating>(madeKey),
  oldKey({
    // `get_data` finds the new key's row, and takes what it gets for a dictionary: the grace is none.
    '<=1.87.0': refused(401, "'LiteLLM_VerificationTokenView' object is not subscriptable"),
    '>=1.106.0': 200,
  }),
];

const table = {
  family: 'F7+',
  route: 'POST /key/regenerate',
  caller: 'proxy_admin',
  target: keyTargets.inNoTeam,
  act: ({ as, target }: Acting<Regenerating>) =>
    as.post('/key/regenerate', { key: target.cleartext, ...target.payload }),
  uses: newKeyAlone,
} as const;

const noKey = refused(400, 'No key passed in');
const deprecated = ({ target }: Acting<Regenerating>) => [
  inserted(
    { table: 'LiteLLM_DeprecatedVerificationToken', id: '<uuid>' },
    { id: '<uuid>', token: target.hashed, active_token_id: '<hash>', revoke_at: '<time>', created_at: '<time>' },
  ),
];
// `_execute_virtual_key_regeneration` copies the key to the deleted ones before it writes the row, which then cannot be.
const copyLeft = byRelease<Regenerating>(({ archived }) => ({ target, caller }) => [archived(target, caller)]);
/** 1.87.0 also copies it before it looks at what is to be written. */
const tooLate = (refusal: Expected) => ({ '<=1.87.0': leaving(refusal, copyLeft['<=1.87.0']), '>=1.106.0': refusal });
const tokenIsTaken = refused(500, 'Unique constraint failed');
// For the master key alone; elsewhere nobody takes it out of what is written.
const noSuchColumn = refused(500, 'Could not find field');

for (const scenario of payloads<ScratchKey>(table, {
  'nothing else': { sent: {}, answer: rotatesKey() },
  'its hash': { sent: ({ target }) => ({ key: target.hashed }), answer: rotatesKey() },
  'key null': { sent: { key: null }, answer: noKey },
  'key empty': { sent: { key: '' }, answer: noKey },
  'ghost key': {
    sent: ({ scratch }) => ({ key: scratch.ghostKey().cleartext }),
    answer: refused(404, 'not found'),
  },

  new_key: { sent: ({ scratch }) => ({ new_key: `sk-${scratch.tag('chosen')}` }), answer: rotatesKey() },
  'new_key of 15 characters': {
    sent: { new_key: 'sk-012345678901' },
    answer: { '<=1.87.0': rotatesKey()['<=1.87.0'], '>=1.106.0': refused(400, 'must be at least 16 characters') },
  },
  'new_key without sk-': {
    sent: ({ scratch }) => ({ new_key: scratch.tag('chosen') }),
    answer: tooLate(refused(400, "New key must start with 'sk-'")),
  },
  'new_key that another key has': {
    sent: async ({ scratch }) => ({ new_key: (await scratch.key()).cleartext }),
    answer: {
      ...tooLate(tokenIsTaken),
      '>=1.106.0': leaving(tokenIsTaken, copyLeft['>=1.106.0']),
    },
  },
  new_master_key: {
    sent: { new_master_key: 'sk-another-master-key' },
    answer: { ...tooLate(noSuchColumn), '>=1.106.0': leaving(noSuchColumn, copyLeft['>=1.106.0']) },
  },

  'grace_period of an hour': { sent: { grace_period: '1h' }, answer: rotatesKey({}, bothKeys, deprecated) },
  // What is no duration is logged and taken for none (`_insert_deprecated_key`): the old key ends at once.
  'grace_period that is no duration': { sent: { grace_period: 'soon' }, answer: rotatesKey() },
  'grace_period of nothing': { sent: { grace_period: '0s' }, answer: rotatesKey() },
  'grace_period below zero': { sent: { grace_period: '-1h' }, answer: rotatesKey() },
  'grace_period empty': { sent: { grace_period: '' }, answer: rotatesKey() },
  'grace_period as a number': { sent: { grace_period: 3600 }, answer: refused(422, 'valid string') },

  key_alias: {
    sent: ({ scratch }) => ({ key_alias: scratch.tag('other') }),
    answer: rotatesKey<Regenerating>(({ target, scratch }) => ({ key_alias: [target.alias, scratch.tag('other')] })),
  },
  // Nobody asks whether it is: `_enforce_unique_key_alias` is for /key/generate and /key/update.
  'key_alias that another key has': {
    sent: async ({ scratch }) => ({ key_alias: (await scratch.key({ alias: scratch.tag('taken') })).alias }),
    answer: rotatesKey<Regenerating>(({ target, scratch }) => ({ key_alias: [target.alias, scratch.tag('taken')] })),
  },
  'model_max_budget malformed': {
    sent: { model_max_budget: { 'a-model': 'lots' } },
    answer: tooLate(wrapped('Invalid model_max_budget')),
  },
  duration: { sent: { duration: '30d' }, answer: rotatesKey({ expires: [null, '<time>'] }) },
  'duration null': { sent: { duration: null }, answer: rotatesKey() },
  'duration malformed': { sent: { duration: 'soon' }, answer: tooLate(wrapped('Invalid duration format')) },
  max_budget: { sent: { max_budget: 7 }, answer: rotatesKey({ max_budget: [null, 7] }) },
  // /key/update refuses it (`_validate_max_budget`).
  'max_budget below zero': { sent: { max_budget: -1 }, answer: rotatesKey({ max_budget: [null, -1] }) },
}))
  test(scenario.title, scenario.details, scenario.run);

const ownKey = {
  what: 'own key',
  arrange: ({ scratch, world: { actors } }: Stage) => scratch.key({ user: actors.owner, createdBy: actors.owner }),
};
const cannotRemove = tooLate(refused(403, 'Non-admin users cannot remove the user_id from a key'));
/** Refused when it is written, and so with a copy of the key left. */
const leftBehind = (refusal: Expected) => ({
  '<=1.87.0': leaving(refusal, copyLeft['<=1.87.0']),
  '>=1.106.0': leaving(refusal, copyLeft['>=1.106.0']),
});
for (const scenario of [
  ...payloads<ScratchKey>(
    { ...table, target: ownKey },
    {
      // 1.87.0 does not know it.
      end_user_budget_id: {
        sent: async ({ scratch }) => ({ end_user_budget_id: await scratch.budget({}) }),
        answer: byHalves<Expected<Regenerating>>(
          rotatesKey(),
          rotatesKey<Regenerating>(({ scratch }) => ({
            metadata: [{}, { end_user_budget_id: scratch.tag('budget') }],
          })),
        ),
      },
      'end_user_budget_id of none': {
        sent: ({ scratch }) => ({ end_user_budget_id: scratch.tag('ghost') }),
        answer: byHalves<Expected<Regenerating>>(
          rotatesKey(),
          refused(400, 'end_user_budget_id=<scratch>-ghost does not match any budget'),
        ),
      },
      'end_user_budget_id empty': {
        sent: { end_user_budget_id: '' },
        answer: byHalves<Expected<Regenerating>>(
          rotatesKey(),
          rotatesKey<Regenerating>({ metadata: [{}, { end_user_budget_id: '' }] }),
        ),
      },
      'logging of a callback that does not know its variable': {
        sent: { metadata: { logging: [misconfigured] } },
        answer: byHalves<Expected<Regenerating>>(
          rotatesKey<Regenerating>({ metadata: [{}, { logging: [misconfigured] }] }),
          refused(400, 'langfuse_span_scope applies to the langfuse_otel callback only'),
        ),
      },
      'user_id null, by its owner': { sent: { user_id: null }, caller: 'owner', answer: cannotRemove },
      'user_id empty, by its owner': { sent: { user_id: '' }, caller: 'owner', answer: cannotRemove },
      'user_id that it has, by its owner': {
        sent: ({ world }) => ({ user_id: world.actors.owner.userId }),
        caller: 'owner',
        answer: rotatesKey(),
      },
      // It says of itself that it reads only, and may ask for whatever it could before.
      'key_type read_only, by its owner': {
        sent: { key_type: 'read_only' },
        caller: 'owner',
        answer: byHalves<Expected<Regenerating>>(
          leaving(noSuchColumn, copyLeft['<=1.87.0']),
          rotatesKey<Regenerating>({ key_type: ['default', 'read_only'] }, [
            asksFor<Regenerating>(madeKey, '/v1/models'),
          ]),
        ),
      },
      soft_budget: { sent: { soft_budget: 3 }, answer: leftBehind(noSuchColumn) },
      'organization_id of none': {
        sent: ({ scratch }) => ({ organization_id: scratch.tag('ghost') }),
        answer: leftBehind(refused(500, 'Foreign key constraint violated')),
      },
    },
  ),
  ...payloads<ScratchKey>(
    {
      ...table,
      route: 'POST /key/{key:path}/regenerate',
      target: ownKey,
      act: ({ as, target }: Acting<Regenerating>) =>
        as.send({ method: 'POST', path: `/key/${target.hashed}/regenerate` }),
    },
    {
      'no body': { sent: {}, answer: rotatesKey() },
      'no body, by its owner': { sent: {}, caller: 'owner', answer: rotatesKey() },
    },
  ),
])
  test(scenario.title, scenario.details, scenario.run);
