import {
  allowed,
  audited,
  idsAt,
  inLargeParts,
  rawPayloads,
  refused,
  teamMade,
  teamTargets,
  test,
  updated,
  type Acting,
  type EffectsOf,
  type RawCase,
  type Stage,
  type TargetTeam,
  type TeamToBe,
} from '../../fixtures';

inLargeParts();

const missing = refused(422, 'Field required');
const notJson = refused(422, 'JSON decode error');
const nobodyExpected = refused(500, 'Internal server error');
const noObject = refused(422, 'Input should be a valid dictionary or object');
const notToBeParsed = refused(400, 'There was an error parsing the body');
const notFinite = refused(400, 'max_budget must be a non-negative finite number');
const noList = refused(422, 'Input should be a valid list');
const noText = refused(422, 'Input should be a valid string');
const noDictionary = refused(422, 'Input should be a valid dictionary');
const notUtf8 = refused(500, 'invalid byte sequence for encoding');
const wrongType = refused(500, 'Unable to match input value');

/** The fields as they are written in the request, and its answer. */
const fields = <T>(
  asking: (written: string) => (stage: Acting<T>) => string,
  cases: Readonly<Record<string, RawCase<T>['answer']>>,
) => Object.fromEntries(Object.entries(cases).map(([written, answer]) => [written, { sent: asking(written), answer }]));

const asking = (written: string) => (stage: Acting<TeamToBe>) => {
  const id = JSON.stringify(stage.scratch.tag('made'));
  return `{"team_id": ${id}, "team_alias": ${id}, ${written}}`;
};

/** The team is made, with these values in its row. */
const makesTeam = (values: Readonly<Record<string, unknown>> = {}) => {
  const having =
    (effects: EffectsOf<TeamToBe>): EffectsOf<TeamToBe> =>
    (stage) =>
      effects(stage).map((effect) => {
        if (effect.op !== 'insert' || effect.table !== 'LiteLLM_TeamTable') return effect;
        const given = Object.entries(values).map(([name, value]) => [name, [null, value]] as const);
        return { ...effect, columns: { ...effect.columns, ...Object.fromEntries(given) } };
      });
  return {
    '<=1.87.0': allowed({ effects: having(teamMade['<=1.87.0']) }),
    '>=1.106.0': allowed({ effects: having(teamMade['>=1.106.0']) }),
  };
};

for (const scenario of rawPayloads<TeamToBe>(
  {
    route: 'POST /team/new',
    caller: 'proxy_admin',
    target: { what: '', arrange: () => ({ organizationId: undefined }) },
    // It is there for whoever asks for it.
    uses: [
      {
        name: 'the team is asked for',
        act: ({ as, scratch }) => as.get('/team/info', { team_id: scratch.tag('made') }),
        expected: 200,
        returned: idsAt('team_id'),
        returns: ({ scratch }) => [scratch.tag('made')],
      },
    ],
  },
  {
    'no body': { sent: {}, answer: missing },
    'broken JSON': { sent: '{"team_id": ', answer: notJson },
    'a list': { sent: '[]', answer: nobodyExpected },
    null: { sent: 'null', answer: nobodyExpected },
    'JSON as text/plain': { sent: { body: '{}', contentType: 'text/plain' }, answer: noObject },
    'bytes that are no UTF-8': { sent: Buffer.from('7b2261223a22ff227d', 'hex'), answer: notToBeParsed },
    '"team_id": 7': { sent: '{"team_id": 7}', answer: noText },
    '"team_id": "a\\u0000b"': { sent: '{"team_id": "a\\u0000b"}', answer: notUtf8 },
    ...fields(asking, {
      '"max_budget": NaN': notFinite,
      '"max_budget": Infinity': notFinite,
      '"max_budget": -1': notFinite,
      '"max_budget": "lots"': refused(422, 'Input should be a valid number'),
      '"max_budget": true': makesTeam({ max_budget: 1 }),
      '"max_budget": 1, "max_budget": 2': makesTeam({ max_budget: 2 }),
      '"soft_budget": NaN': refused(400, 'soft_budget must be a non-negative finite number'),
      '"team_member_budget": NaN': refused(400, 'team_member_budget must be a non-negative finite number'),
      '"tpm_limit": -1': makesTeam({ tpm_limit: -1 }),
      '"tpm_limit": 1.5': refused(422, 'Input should be a valid integer'),
      '"tpm_limit": 9223372036854775808': wrongType,
      '"models": "a-model"': noList,
      '"models": [1]': { '<=1.87.0': wrongType, '>=1.106.0': noText },
      '"models": ["a\\u0000b"]': notUtf8,
      '"metadata": []': noDictionary,
      '"metadata": {"a": "b\\u0000c"}': refused(500, 'unsupported Unicode escape sequence'),
      '"metadata": {"a": NaN}': refused(500, 'Could not find field at `createOneLiteLLM_TeamTable.data.metadata`'),
      '"team_alias": 7': noText,
      '"team_alias": "a\\u0000b"': notUtf8,
      // Which no key may be called.
      '"team_alias": "../a\\nb 🔑"': makesTeam({ team_alias: '../a\nb 🔑' }),
      '"organization_id": "a\\u0000b"': {
        '<=1.87.0': refused(500, "Organization doesn't exist in db"),
        '>=1.106.0': notUtf8,
      },
      '"members_with_roles": [{"role": "king", "user_id": "a"}]': refused(422, "Input should be 'admin' or 'user'"),
      '"model_aliases": []': noDictionary,
      '"unheard_of": 1': makesTeam(),
    }),
    'metadata of 1 MB': {
      sent: asking(`"metadata": {"a": "${'x'.repeat(2 ** 20)}"}`),
      answer: makesTeam({ metadata: { a: 'x'.repeat(2 ** 20) } }),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

/** The team's row is changed in these columns. */
const changesTeam = (columns: Readonly<Record<string, readonly [unknown, unknown]>> = {}) =>
  allowed<TargetTeam>({
    effects: ({ target, caller }) => [
      ...(Object.keys(columns).length === 0 ? [] : [updated(target.row, columns)]),
      audited(target.row, caller, {}),
    ],
  });
const changing = (written: string) => (stage: Acting<TargetTeam>) =>
  `{"team_id": "${stage.target.teamId}", ${written}}`;

for (const scenario of rawPayloads<TargetTeam>(
  { route: 'POST /team/update', caller: 'proxy_admin', target: teamTargets.likeAlpha },
  {
    'no body': { sent: {}, answer: missing },
    'broken JSON': { sent: '{"team_id": ', answer: notJson },
    'a list': { sent: '[]', answer: nobodyExpected },
    '{}': { sent: '{}', answer: missing },
    '"team_id": ""': { sent: '{"team_id": "", "tpm_limit": 7}', answer: refused(404, 'Team not found') },
    '"team_id": "a\\u0000b"': { sent: '{"team_id": "a\\u0000b", "tpm_limit": 7}', answer: notUtf8 },
    '"team_id": "a/../b%2Fc"': {
      sent: '{"team_id": "a/../b%2Fc", "tpm_limit": 7}',
      answer: refused(404, 'Team not found'),
    },
    ...fields(changing, {
      '"max_budget": NaN': notFinite,
      '"max_budget": -1': notFinite,
      '"max_budget": true': changesTeam({ max_budget: [null, 1] }),
      '"max_budget": 1, "max_budget": 2': changesTeam({ max_budget: [null, 2] }),
      '"team_member_budget": -1': refused(400, 'team_member_budget must be a non-negative finite number'),
      '"tpm_limit": -1': changesTeam({ tpm_limit: [null, -1] }),
      '"tpm_limit": 9223372036854775808': wrongType,
      // A list of anything here, and in 1.106.0's /team/new one of texts.
      '"models": [1]': wrongType,
      '"models": ["a\\u0000b"]': notUtf8,
      '"metadata": {"a": NaN}': refused(500, 'Could not find field at `updateOneLiteLLM_TeamTable.data.metadata`'),
      '"metadata": {"a": "b\\u0000c"}': refused(500, 'unsupported Unicode escape sequence'),
      '"team_alias": "a\\u0000b"': notUtf8,
      '"budget_duration": 30': noText,
      // Not fields of an update.
      '"members_with_roles": "text"': changesTeam(),
      '"unheard_of": 1': changesTeam(),
    }),
  },
))
  test(scenario.title, scenario.details, scenario.run);

// A team whose id is no word.
const oddlyNamed = {
  what: 'team with slashes and percent signs in its id',
  arrange: async ({ scratch }: Stage) => {
    const teamId = `${scratch.prefix}/../a%2Fb c`;
    await scratch.team({ columns: { team_id: teamId } });
    return { teamId };
  },
};
type Named = Acting<{ readonly teamId: string }>;
const notThere = refused(404, 'Team not found');
/** A path instead of the route's, without a body. */
const at = (
  path: string | ((stage: Named) => string),
  answer: RawCase<{ readonly teamId: string }>['answer'],
): RawCase<{ readonly teamId: string }> => ({
  sent: (stage) => ({ path: typeof path === 'string' ? path : path(stage), contentType: null }),
  answer,
});

for (const scenario of rawPayloads<{ readonly teamId: string }>(
  {
    route: 'GET /team/info',
    caller: 'proxy_admin',
    target: oddlyNamed,
    returned: idsAt('team_id'),
    returns: ({ target }: Named) => [target.teamId],
  },
  {
    'its id': at(({ target }) => `/team/info?team_id=${encodeURIComponent(target.teamId)}`, 200),
    'its id, slashes as they are': at(
      ({ target }) => `/team/info?team_id=${target.teamId.replaceAll('%', '%25').replaceAll(' ', '+')}`,
      200,
    ),
    'its id, percent signs as they are': at(
      ({ target }) => `/team/info?team_id=${target.teamId.replaceAll(' ', '+')}`,
      notThere,
    ),
    'team_id twice': at(({ target }) => `/team/info?team_id=a&team_id=${encodeURIComponent(target.teamId)}`, 200),
    'no team_id': at('/team/info', refused(422, 'No team id passed in')),
    'team_id empty': at('/team/info?team_id=', notThere),
    // Whatever goes wrong is a team that was not found.
    'team_id=%00': at('/team/info?team_id=%00', notThere),
    'team_id=%FF': at('/team/info?team_id=%FF', notThere),
  },
))
  test(scenario.title, scenario.details, scenario.run);
