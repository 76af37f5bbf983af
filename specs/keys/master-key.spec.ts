import {
  allowed,
  deleted,
  doerOf,
  expect,
  inLargeParts,
  inserted,
  modelTargets,
  payloads,
  refused,
  test,
  updated,
  type Acting,
  type Door,
  type Loaded,
  type RowRef,
  type Stage,
  type TargetModel,
} from '../../fixtures';

inLargeParts();

// `regenerate_key_fn`: where the key that is named is the master key itself, all that LiteLLM keeps encrypted is written anew
// for another one. Nobody asks who the caller is: to know the master key is enough. The proxy goes on with the old one until
// somebody configures and starts it anew, so the rows are of no use to it until then.
const newOne = 'sk-another-master-key';
const written = { model: 'openai/gpt-4o' };
const encrypted: unknown = expect.objectContaining({ model: '<ciphertext>' });

for (const scenario of payloads<TargetModel>(
  {
    family: 'F7+',
    route: 'POST /key/regenerate',
    caller: 'master_key',
    target: { ...modelTargets.ofAll, wide: 'everything that is kept encrypted' },
    act: ({ as, caller, target }: Acting<Loaded<TargetModel>>) =>
      as.post('/key/regenerate', { key: caller.cleartext, ...target.payload }),
    effects: {
      // It deletes all models there are and makes them again, in the name of whoever asked.
      '<=1.87.0': ({ target: { row, modelId, info }, scratch, caller }) => {
        const clocks = { created_at: '<time>', updated_at: '<time>' };
        const same = { model_id: modelId, model_name: modelId, blocked: false, ...clocks };
        const by = (who: string) => ({ created_by: who, updated_by: who });
        return [
          deleted(row, { ...same, ...by(scratch.prefix), litellm_params: written, model_info: info }),
          inserted(row, {
            ...{ ...same, ...by(doerOf(caller)), litellm_params: encrypted },
            model_info: { id: modelId, db_model: true, blocked: false, ...clocks, ...by(scratch.prefix) },
          }),
        ];
      },
      '>=1.106.0': ({ target }) => [updated(target.row, { litellm_params: [written, encrypted] })],
    },
  },
  {
    'new_master_key, of the master key': {
      sent: { new_master_key: newOne },
      // In each of the three.
      answer: allowed({ body: () => ({ key: newOne, token: newOne, key_name: newOne, expires: null }) }),
    },
    'new_master_key null, of the master key': {
      sent: { new_master_key: null },
      answer: refused(400, 'New master key is required'),
    },
    'no new_master_key, of the master key': { sent: {}, answer: refused(400, 'New master key is required') },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** What is kept encrypted besides models. */
interface Kept {
  readonly rows: readonly RowRef[];
}

const ask = async (door: Door, path: string, body: unknown) => {
  const { status, detail } = await door.post(path, body);
  if (status !== 200) throw new Error(`${path} answered ${status}: ${detail}`);
};
const credentialRows = async ({ db, scratch }: Stage): Promise<RowRef[]> => {
  const { rows } = await db.query<{ id: string }>(
    'SELECT credential_id AS id FROM "LiteLLM_CredentialsTable" WHERE credential_name LIKE $1 ORDER BY credential_name',
    [`${scratch.prefix}%`],
  );
  return rows.map(({ id }) => ({ table: 'LiteLLM_CredentialsTable', id }));
};
const rotating = {
  family: 'F7+',
  route: 'POST /key/regenerate',
  caller: 'master_key',
  // A proxy of its own keeps what it is told, and sets what it decrypts in its environment.
  storesSettings: true,
  act: ({ as, caller }: Acting<unknown>) =>
    as.post('/key/regenerate', { key: caller.cleartext, new_master_key: newOne }),
} as const;
const rotated = { 'new_master_key, of the master key': { sent: {}, answer: 200 } } as const;
const wide = 'everything that is kept encrypted';

for (const scenario of [
  ...payloads<Kept>(
    {
      ...rotating,
      target: {
        what: 'a credential',
        wide,
        arrange: async (stage: Stage) => {
          const { asOther, scratch, world } = stage;
          await ask(asOther(world.actors.proxy_admin), '/credentials', {
            credential_name: scratch.tag('credential'),
            credential_values: { api_key: 'a-value', api_base: 'another-value' },
            credential_info: { custom_llm_provider: 'openai' },
          });
          return { rows: await credentialRows(stage) };
        },
      },
      effects: ({ target: { rows }, world, caller }) =>
        rows.map((row) =>
          updated(row, {
            credential_values: [
              { api_key: '<ciphertext>', api_base: '<ciphertext>' },
              { api_key: '<ciphertext>', api_base: '<ciphertext>' },
            ],
            updated_by: [world.actors.proxy_admin.userId, doerOf(caller)],
          }),
        ),
    },
    rotated,
  ),
  // One that cannot be read is left as it is, and does not keep the others from being written anew.
  ...payloads<Kept>(
    {
      ...rotating,
      target: {
        what: 'a credential without values, and one that was never encrypted',
        wide,
        arrange: async (stage: Stage) => {
          const { db, scratch } = stage;
          for (const [name, values] of [
            ['a', '[]'],
            ['b', '{"api_key": "a-value"}'],
          ])
            await db.query(
              `INSERT INTO "LiteLLM_CredentialsTable"
                (credential_id, credential_name, credential_values, credential_info, created_by, updated_by, updated_at)
                VALUES ($1, $1, $2, '{}', $3, $3, now())`,
              [scratch.tag(name), values, scratch.prefix],
            );
          return { rows: await credentialRows(stage) };
        },
      },
      effects: ({ target: { rows }, scratch, caller }) =>
        rows.slice(1).map((row) =>
          updated(row, {
            credential_values: [{ api_key: 'a-value' }, { api_key: '<ciphertext>' }],
            updated_by: [scratch.prefix, doerOf(caller)],
          }),
        ),
    },
    rotated,
  ),
  ...payloads<Kept>(
    {
      ...rotating,
      target: {
        what: 'variables of the environment',
        wide,
        arrange: async ({ asOther, world }: Stage) => {
          await ask(asOther(world.actors.proxy_admin), '/config/update', {
            environment_variables: { A_VARIABLE_OF_A_SCRATCH: 'a-value' },
          });
          return { rows: [{ table: 'LiteLLM_Config', id: 'environment_variables' }] };
        },
      },
      effects: ({ target: { rows } }) =>
        rows.map((row) =>
          updated(row, {
            param_value: [{ A_VARIABLE_OF_A_SCRATCH: '<ciphertext>' }, { A_VARIABLE_OF_A_SCRATCH: '<ciphertext>' }],
          }),
        ),
    },
    rotated,
  ),
])
  test(scenario.title, scenario.details, scenario.run);
