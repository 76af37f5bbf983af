import {
  expect,
  inLargeParts,
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
const ciphertext = '<ciphertext>';

for (const scenario of payloads<TargetModel>(
  {
    family: 'F7+',
    route: 'POST /key/regenerate',
    caller: 'master_key',
    target: { ...modelTargets.ofAll, wide: 'everything that is kept encrypted' },
    act: ({ as, caller, target }: Acting<Loaded<TargetModel>>) =>
      as.post('/key/regenerate', { key: caller.cleartext, ...target.payload }),
    effects: ({ target }) => [
      updated(target.row, {
        litellm_params: [{ model: 'openai/gpt-4o' }, expect.objectContaining({ model: ciphertext })],
      }),
    ],
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
