import {
  inLargeParts,
  keyTargets,
  payloads,
  test,
  withRow,
  wrapped,
  type Acting,
  type Loaded,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// With a callback that has a name `test_key_logging` goes on to a completion, mocked, that starts LiteLLM's worker for
// logging: it never ends, and the lane would be lost. Only what is refused before is pinned.
const callbacks = (...logging: readonly object[]) => ({ metadata: JSON.stringify({ logging }) });
const nameless = wrapped('callback_name is required in key_logging');

for (const scenario of payloads<ScratchKey>(
  {
    family: 'F7+',
    route: 'POST /key/health',
    caller: 'internal_user',
    target: keyTargets.own,
    act: async ({ asOther, target }: Acting<Loaded<ScratchKey>>) => asOther(target).post('/key/health', {}),
  },
  {
    'a callback without a name': {
      sent: async (stage) => {
        await withRow(callbacks({ callback_type: 'success' }))(stage, stage.target);
        return {};
      },
      answer: nameless,
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
