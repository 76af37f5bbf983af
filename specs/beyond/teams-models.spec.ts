import {
  allowed,
  expect,
  inLargeParts,
  listsModels,
  payloads,
  refused,
  suchTeam,
  teamSuchAs,
  test,
  touched,
  updated,
  type Acting,
  type Loaded,
  type Target,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

const inAnyOrder = (...models: readonly string[]) => expect.arrayContaining([...models]);
/** The answer where the team's models, and what its key may use, are these from now on. */
const modelsAre = (...models: readonly string[]) =>
  allowed<TeamWithKey>({
    effects: ({ target: { row, was } }) => [updated(row, { models: [was.models, inAnyOrder(...models)] })],
    uses: [listsModels(({ target }) => target.key, models)],
  });
const asTheyWere = allowed<TeamWithKey>({ effects: ({ target: { row } }) => [touched(row)] });

const noList = refused(422, 'Input should be a valid list');
const badInput = {
  'models left out': { sent: {}, answer: refused(422, 'Field required') },
  'models of null': { sent: { models: null }, answer: noList },
  'models as text': { sent: { models: 'here' }, answer: noList },
};
const about = (path: string, target: Target<TeamWithKey>) =>
  ({
    family: 'beyond',
    route: `POST ${path}`,
    caller: 'proxy_admin',
    target,
    act: ({ as, target }: Acting<Loaded<TeamWithKey>>) => as.post(path, { team_id: target.teamId, ...target.payload }),
  }) as const;

const withOne = suchTeam('team with a model', () => ({ models: ['here'] }));
const withTwo = suchTeam('team with two models', () => ({ models: ['here', 'there'] }));
const withAll = suchTeam('team with all models', () => ({ models: [] }));
const inLimits: Target<TeamWithKey> = {
  what: 'team in an organization with a model',
  arrange: async (stage) =>
    teamSuchAs(stage, { models: ['here'], organization: await stage.scratch.org({ models: ['here'] }) }),
};

for (const scenario of payloads<TeamWithKey>(about('/team/model/add', withOne), {
  'one more': { sent: { models: ['added'] }, answer: modelsAre('added', 'here') },
  'one more, twice': { sent: { models: ['added', 'added'] }, answer: modelsAre('added', 'here') },
  'the one that is there': { sent: { models: ['here'] }, answer: asTheyWere },
  none: { sent: { models: [] }, answer: asTheyWere },
  ...badInput,
}))
  test(scenario.title, scenario.details, scenario.run);

// The empty list meant all models, and so the word for all goes along; it is listed as if it were a model.
for (const scenario of payloads<TeamWithKey>(about('/team/model/add', withAll), {
  'one more': { sent: { models: ['added'] }, answer: modelsAre('added', 'all-proxy-models') },
  none: { sent: { models: [] }, answer: modelsAre('all-proxy-models') },
}))
  test(scenario.title, scenario.details, scenario.run);

// What the organization may use is not looked at, as /team/update does.
for (const scenario of payloads<TeamWithKey>(about('/team/model/add', inLimits), {
  'one that the organization lacks': { sent: { models: ['elsewhere'] }, answer: modelsAre('elsewhere', 'here') },
  'the word for all models': { sent: { models: ['all-proxy-models'] }, answer: modelsAre('all-proxy-models', 'here') },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamWithKey>(about('/team/model/delete', withTwo), {
  one: { sent: { models: ['here'] }, answer: modelsAre('there') },
  'one that is not there': { sent: { models: ['elsewhere'] }, answer: asTheyWere },
  none: { sent: { models: [] }, answer: asTheyWere },
  // The empty list means all models: who takes the last one away gives whatever the proxy has.
  'all of them': { sent: { models: ['here', 'there'] }, answer: modelsAre() },
  ...badInput,
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamWithKey>(about('/team/model/delete', withAll), {
  'one of all': { sent: { models: ['here'] }, answer: asTheyWere },
}))
  test(scenario.title, scenario.details, scenario.run);

for (const scenario of payloads<TeamWithKey>(about('/team/model/delete', inLimits), {
  'the last one': { sent: { models: ['here'] }, answer: modelsAre() },
}))
  test(scenario.title, scenario.details, scenario.run);
