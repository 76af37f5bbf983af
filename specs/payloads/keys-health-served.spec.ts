import {
  andMore,
  idsAt,
  inLargeParts,
  inProfile,
  inserted,
  payloads,
  test,
  updated,
  withRow,
  type Acting,
  type Loaded,
  type ScratchKey,
} from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');
/** What the check says it has asked. */
const asked = { api_key: '<hash scratch-key>', model: 'litellm-key-health-test', spend: 0 };

for (const scenario of payloads<ScratchKey>(
  {
    ...serving,
    family: 'F7+',
    route: 'POST /key/health',
    caller: 'internal_user',
    target: { what: 'key of nobody', arrange: ({ scratch }) => scratch.key() },
    act: ({ asOther, target }: Acting<Loaded<ScratchKey>>) => asOther(target).post('/key/health', {}),
    returned: idsAt('key', 'logging_callbacks.status'),
    // The library for it is not even installed: what counts is whether an error was logged within two seconds.
    returns: () => ['healthy', 'healthy'],
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
    'a callback with a name': {
      sent: async (stage) => {
        const metadata = JSON.stringify({ logging: [{ callback_name: 'langfuse', callback_type: 'success' }] });
        await withRow({ metadata })(stage, stage.target);
        return {};
      },
      answer: 200,
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
