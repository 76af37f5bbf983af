import {
  inLargeParts,
  metadataChanged,
  payloads,
  refused,
  suchTeam,
  allowed,
  idsAt,
  test,
  expect,
  type Acting,
  type Loaded,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

const there = { callback_name: 'langfuse', callback_type: 'success', callback_vars: { langfuse_host: 'https://one' } };
const withCallback = suchTeam('team with a callback', () => ({ metadata: { note: 'old', logging: [there] } }));
const hidden = (values: object) => Object.fromEntries(Object.keys(values).map((name) => [name, '***REDACTED***']));

interface Callback {
  readonly callback_name: string;
  readonly callback_type: string;
  readonly callback_vars: object;
}
/** The callback is the second one from now on. The audit row tells which variables there are, and of none the value. */
const added = (callback: Callback, told = hidden(callback.callback_vars), stored: object = callback.callback_vars) =>
  allowed<TeamWithKey>({
    effects: (stage) => {
      const shown = { ...there, callback_vars: hidden(there.callback_vars) };
      return metadataChanged(
        stage,
        [
          { note: 'old', logging: [there] },
          { note: 'old', logging: [there, { ...callback, callback_vars: stored }] },
        ],
        [
          { note: 'old', logging: [shown] },
          { note: 'old', logging: [shown, { ...callback, callback_vars: told }] },
        ],
      );
    },
    uses: [
      {
        name: 'asks for the callbacks',
        act: ({ as, target }) => as.get(`/team/${target.teamId}/callback`),
        expected: 200,
        returned: idsAt('data.team_id'),
        returns: ({ target }) => [target.teamId],
      },
    ],
  });
const sentAsIs = (callback: Callback) => ({ sent: { ...callback }, answer: added(callback) });
const named = (callback_name: string, callback_type: string, callback_vars: object = {}) => ({
  callback_name,
  callback_type,
  callback_vars,
});
const unknownVariable = refused(422, 'Invalid callback variable: anything');
const missing = refused(422, 'Field required');

for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'POST /team/{team_id:path}/callback',
    caller: 'proxy_admin',
    target: withCallback,
    act: ({ as, target }: Acting<Loaded<TeamWithKey>>) => as.post(`/team/${target.teamId}/callback`, target.payload),
  },
  {
    'the same for the same event': {
      sent: { ...there },
      answer: refused(400, 'callback_name = langfuse already exists in team_callback_settings'),
    },
    'the same for another event': sentAsIs(named('langfuse', 'failure', { langfuse_host: 'https://two' })),
    // Which covers the event of the one that is there.
    'the same for both events': sentAsIs(named('langfuse', 'success_and_failure')),
    'another one, for no event': {
      sent: { callback_name: 'langsmith', callback_vars: { langsmith_project: 'anything' } },
      answer: added(named('langsmith', 'success_and_failure', { langsmith_project: 'anything' })),
    },
    'for an unknown event': {
      sent: named('langfuse', 'sometimes'),
      answer: refused(422, "Input should be 'success', 'failure' or 'success_and_failure'"),
    },
    // Nobody asks whether there is such a one.
    'an unknown callback': sentAsIs(named('anything', 'success')),
    'an unknown variable': { sent: named('langfuse', 'failure', { anything: 'x' }), answer: unknownVariable },
    // Or anybody could have the master key sent to wherever the callback goes.
    'a variable of the environment': {
      sent: named('langfuse', 'failure', { langfuse_secret_key: 'os.environ/LITELLM_MASTER_KEY' }),
      answer: refused(422, "contains an 'os.environ/' reference"),
    },
    // Encrypted where it is stored; the audit log masks the mask once more.
    'a secret': {
      sent: named('langfuse', 'failure', { langfuse_secret_key: 'anything-secret' }),
      answer: added(
        named('langfuse', 'failure'),
        { langfuse_secret_key: '***R******D***' },
        { langfuse_secret_key: expect.any(String) },
      ),
    },
    // It is not asked where the callback goes.
    'a host of the proxy’s own': sentAsIs(named('langfuse', 'failure', { langfuse_host: 'http://127.0.0.1:1' })),
    'a number as a variable': {
      sent: named('langfuse', 'failure', { langfuse_host: 1 }),
      answer: added(named('langfuse', 'failure', { langfuse_host: '1' })),
    },
    'no variables': { sent: { callback_name: 'langfuse', callback_type: 'failure' }, answer: missing },
    'no name': { sent: { callback_type: 'failure', callback_vars: {} }, answer: missing },
  },
))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamWithKey>(
  {
    family: 'beyond',
    route: 'DELETE /team/{team_id:path}/callback/{callback_name}',
    caller: 'proxy_admin',
    target: withCallback,
    act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
      as.send({ method: 'DELETE', path: `/team/${target.teamId}/callback/${String(target.payload.name)}` }),
  },
  {
    'one that is not there': {
      sent: { name: 'langsmith' },
      answer: refused(404, 'callback_name = langsmith is not registered'),
    },
    'the one that is there, in capitals': {
      sent: { name: 'Langfuse' },
      answer: refused(404, 'callback_name = Langfuse is not registered'),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
