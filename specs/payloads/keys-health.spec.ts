import {
  healthTold,
  inLargeParts,
  keyTargets,
  payloads,
  shows,
  test,
  withRow,
  wrapped,
  type Acting,
  type Loaded,
  type Payload,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

// With callbacks that have names `test_key_logging` goes on to an answer of no model, which counts as spend: see
// `keys-health-served.spec.ts`. What comes before is pinned here.
const logging =
  (callbacks: unknown) =>
  async (stage: Acting<ScratchKey>): Promise<Payload> => {
    await withRow({ metadata: JSON.stringify({ logging: callbacks }) })(stage, stage.target);
    return {};
  };
const nameless = wrapped('callback_name is required in key_logging');
const noCallbacks = wrapped('Key health check failed');

for (const scenario of payloads<ScratchKey>(
  {
    family: 'F7+',
    route: 'POST /key/health',
    caller: 'internal_user',
    target: keyTargets.own,
    act: ({ asOther, target }: Acting<Loaded<ScratchKey>>) => asOther(target).post('/key/health', {}),
  },
  {
    'a callback without a name': { sent: logging([{ callback_type: 'success' }]), answer: nameless },
    'a callback with a name, and one without': {
      sent: logging([{ callback_name: 'langfuse', callback_type: 'success' }, { callback_type: 'success' }]),
      answer: nameless,
    },
    'a text in the place of callbacks': { sent: logging('langfuse'), answer: noCallbacks },
    'null in the place of callbacks': { sent: logging(null), answer: noCallbacks },
  },
))
  test(scenario.title, scenario.details, scenario.run);

const unhealthy = (details: string) => shows(() => ['unhealthy', 'unhealthy', details]);

// What is made of a request before a model would be asked (`add_litellm_data_to_request`) may fail as well: no answer is made up.
for (const scenario of payloads<ScratchKey>(
  {
    family: 'F7+',
    route: 'POST /key/health',
    caller: 'internal_user',
    target: keyTargets.own,
    act: ({ asOther, target: { cleartext } }: Acting<Loaded<ScratchKey>>) =>
      asOther({ cleartext, headers: { authorization: `Bearer ${cleartext}`, 'x-litellm-timeout': 'soon' } }).post(
        '/key/health',
        {},
      ),
    returned: healthTold,
  },
  {
    'a callback with a name, and a timeout that is none': {
      sent: logging([{ callback_name: 'langfuse', callback_type: 'success' }]),
      answer: unhealthy("Logging test failed: could not convert string to float: 'soon'"),
    },
    // It is looked at for the callbacks alone.
    'no callbacks, and a timeout that is none': { sent: {}, answer: shows(() => ['healthy', null, null]) },
  },
))
  test(scenario.title, scenario.details, scenario.run);
