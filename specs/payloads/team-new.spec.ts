import {
  allowed,
  inLargeParts,
  payloads,
  refused,
  teamMadeWith,
  test,
  type Acting,
  type Loaded,
  type Made,
  type Use,
} from '../../fixtures';

inLargeParts();

// What a team is called.
const making = {
  family: 'F3',
  route: 'POST /team/new',
  caller: 'proxy_admin',
  target: { what: '', arrange: () => ({}) },
  act: ({ as, target, scratch }: Acting<Loaded<object>>) =>
    as.post('/team/new', { team_alias: scratch.tag('alias'), ...target.payload }),
} as const;

const looksAt = (idOf: (stage: Made<object>) => string): Use<object> => ({
  name: 'looks at the team',
  act: (stage) => stage.as.get('/team/info', { team_id: idOf(stage) }),
  expected: 200,
});
const withId = (id: string) =>
  teamMadeWith<Loaded<object>>(
    ({ scratch }) => ({ team_alias: scratch.tag('alias') }),
    ({ caller }) => caller,
    id,
  );
const madeAs = (id: string, release: '<=1.87.0' | '>=1.106.0', idOf: (stage: Made<object>) => string = () => id) =>
  allowed<Loaded<object>>({ effects: withId(id)[release], uses: [looksAt(idOf)] });
const chosen = ({ answer }: Made<object>) => String(Reflect.get(Object(answer.body), 'team_id'));
const byProxy = {
  '<=1.87.0': madeAs('<uuid>', '<=1.87.0', chosen),
  '>=1.106.0': madeAs('<uuid>', '>=1.106.0', chosen),
} as const;

for (const scenario of payloads<object>(making, {
  'team_id left out': { sent: {}, answer: byProxy },
  'team_id of null': { sent: { team_id: null }, answer: byProxy },
  'a blank team_id': {
    sent: { team_id: ' ' },
    answer: { '<=1.87.0': madeAs(' ', '<=1.87.0'), '>=1.106.0': madeAs('<uuid>', '>=1.106.0', chosen) },
  },
  // The team that all sessions of the UI are in, and that has no row. 1.87.0 gives it one.
  'the team of the UI’s sessions': {
    wide: 'the team of everybody’s sessions',
    sent: { team_id: 'litellm-dashboard' },
    answer: {
      '<=1.87.0': madeAs('litellm-dashboard', '<=1.87.0'),
      '>=1.106.0': refused(400, "team_id 'litellm-dashboard' is reserved for LiteLLM UI dashboard sessions"),
    },
  },
  'a number as team_id': { sent: { team_id: 5 }, answer: refused(422, 'Input should be a valid string') },
}))
  test(scenario.title, scenario.details, scenario.run);
