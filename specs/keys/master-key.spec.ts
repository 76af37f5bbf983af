import {
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
  type Loaded,
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
    'new_master_key, of the master key': { sent: { new_master_key: newOne }, answer: 200 },
    'new_master_key null, of the master key': {
      sent: { new_master_key: null },
      answer: refused(400, 'New master key is required'),
    },
    'no new_master_key, of the master key': { sent: {}, answer: refused(400, 'New master key is required') },
  },
))
  test(scenario.title, scenario.details, scenario.run);
