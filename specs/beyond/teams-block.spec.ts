import {
  allowed,
  asksForItself,
  inLargeParts,
  payloads,
  refused,
  suchTeam,
  test,
  touched,
  updated,
  type Acting,
  type Loaded,
  type TeamWithKey,
} from '../../fixtures';

inLargeParts();

const noText = refused(422, 'Input should be a valid string');
const keyWorks = asksForItself<TeamWithKey>(({ target }) => target.key);
const keyIsRefused = asksForItself<TeamWithKey>(({ target }) => target.key, refused(401, 'is blocked. Update via'));

for (const [path, willBe, use] of [
  ['/team/block', true, keyIsRefused],
  ['/team/unblock', false, keyWorks],
] as const) {
  for (const blocked of [false, true]) {
    for (const scenario of payloads<TeamWithKey>(
      {
        family: 'beyond',
        route: `POST ${path}`,
        caller: 'proxy_admin',
        target: suchTeam(blocked ? 'blocked team' : 'team that is not blocked', () => ({ columns: { blocked } })),
        act: ({ as, target }: Acting<Loaded<TeamWithKey>>) =>
          as.post(path, { team_id: target.teamId, ...target.payload }),
      },
      {
        // As often as one likes.
        [blocked === willBe ? 'once more' : 'once']: {
          sent: {},
          answer: allowed({
            effects: ({ target: { row } }) =>
              blocked === willBe ? [touched(row)] : [updated(row, { blocked: [blocked, willBe] })],
            uses: [use],
          }),
        },
        'the other way round, as a field': {
          sent: { blocked: !willBe },
          answer: allowed({
            effects: ({ target: { row } }) =>
              blocked === willBe ? [touched(row)] : [updated(row, { blocked: [blocked, willBe] })],
            uses: [use],
          }),
        },
        'team_id of null': { sent: { team_id: null }, answer: noText },
        'team_id as a list': { sent: { team_id: ['anything'] }, answer: noText },
      },
    ))
      test(scenario.title, scenario.details, scenario.run);
  }
}
