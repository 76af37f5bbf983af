import {
  andMore,
  healthTold,
  inLargeParts,
  inProfile,
  inserted,
  payloads,
  shows,
  test,
  updated,
  withRow,
  type Acting,
  type Loaded,
  type Payload,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
/** What the check says it has asked. */
const asked = { api_key: '<hash scratch-key>', model: 'litellm-key-health-test', spend: 0 };

const calling =
  (callback_name: string, callback: Payload = {}) =>
  async (stage: Acting<ScratchKey>) => {
    const metadata = JSON.stringify({ logging: [{ callback_name, callback_type: 'success', ...callback }] });
    await withRow({ metadata })(stage, stage.target);
    return {};
  };
const healthy = shows(() => ['healthy', 'healthy', 'No logger exceptions triggered, system is healthy']);

for (const scenario of payloads<ScratchKey>(
  {
    ...serving,
    family: 'F7+',
    route: 'POST /key/health',
    caller: 'internal_user',
    target: { what: 'key of nobody', arrange: ({ scratch }) => scratch.key() },
    act: ({ asOther, target }: Acting<Loaded<ScratchKey>>) => asOther(target).post('/key/health', {}),
    returned: healthTold,
    // No model was asked: `test_key_logging` makes the answer up, and it counts as one all the same.
    effects: ({ target }) =>
      [
        updated(target.row, { last_active: [null, '<time>'] }),
        inserted(
          { table: 'LiteLLM_SpendLogs', id: 'chatcmpl-<uuid>' },
          { ...asked, total_tokens: 30, status: 'success' },
        ),
        inserted({ table: 'LiteLLM_DailyUserSpend', id: '<uuid>' }, { ...asked, user_id: '', api_requests: 1 }),
        inserted({ table: 'LiteLLM_DailyTeamSpend', id: '<uuid>' }, { ...asked, team_id: '', api_requests: 1 }),
      ].map(andMore),
  },
  {
    'a callback with a name': { sent: calling('langfuse'), answer: healthy },
    // What was logged within two seconds comes back whole, with the stack's files.
    'a callback that lacks a secret': {
      sent: calling('openmeter', { callback_vars: {} }),
      answer: shows(() => [
        ...['unhealthy', 'unhealthy'],
        "Logger exceptions triggered, system is unhealthy: [Non-Blocking Error] Error initializing custom logger: Missing keys=['OPENMETER_API_KEY'] in environment",
      ]),
    },
    // Without variables, even none, it is left out without a word (`AddTeamCallback`), and so is healthy.
    'a callback that lacks a secret, and variables': { sent: calling('openmeter'), answer: healthy },
  },
))
  test(scenario.title, scenario.details, scenario.run);
