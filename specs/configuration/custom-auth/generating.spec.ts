import {
  allowed,
  asTokenHolder,
  inLargeParts,
  inProfile,
  keyMade,
  refused,
  scenario,
  test,
  withOperatorsToken,
  type Expected,
  type Payload,
  type ScenarioDescription,
  type Stage,
  type TokenParts,
} from '../../../fixtures';

inLargeParts();

const customAuth = inProfile('custom-auth');

// Who a caller is, says the callable: a user of a role that the gates of `plain` would not let as far as the setting, or the
// holder of a session of LiteLLM's CLI, of which 1.87.0 knows nothing.
const orgAdmin: TokenParts = ({ actors }) => [actors.internal_user.userId, 'org_admin'];
const session: TokenParts = ({ actors }) => ['session', actors.internal_user.userId];

interface Case {
  readonly parts: TokenParts;
  readonly sent: Payload | ((stage: Stage) => Payload | Promise<Payload>);
  readonly expected: ScenarioDescription<Payload>['expected'];
}

/** It makes a key with these columns. */
const made = (values: Payload = {}) => {
  const effects = keyMade<Payload>(
    ({ world }) => {
      const { userId } = world.actors.internal_user;
      return { by: { userId, hashed: asTokenHolder(world, session).hashed }, userId };
    },
    ({ target }) => ({ team_id: target.team_id ?? null, ...values }),
  );
  return {
    '<=1.87.0': allowed({ effects: effects['<=1.87.0'] }),
    '>=1.106.0': allowed({ effects: effects['>=1.106.0'] }),
  };
};
const window = (max_budget: number) => ({ max_budget, budget_duration: '1d' });
const begun = (max_budget: number) => ({ budget_limits: [{ ...window(max_budget), reset_at: '<time>' }] });
/** A team of the user with a budget of 10. */
const inTeam =
  (payload: Payload) =>
  async ({ scratch, world: { actors } }: Stage): Promise<Payload> => ({
    ...payload,
    team_id: (await scratch.team({ users: [actors.internal_user], permissions: ['/key/generate'], maxBudget: 10 }))
      .teamId,
  });
const sinceKnown = (values: Payload, now: Expected<Payload>) => ({
  '<=1.87.0': made(values)['<=1.87.0'],
  '>=1.106.0': now,
});

const cases: Readonly<Record<string, Case>> = {
  'as the admin of an organization': {
    parts: orgAdmin,
    sent: {},
    expected: refused(400, 'Personal key creation has been restricted by admin'),
  },
  'in a session': { parts: session, sent: {}, expected: made() },
  'in a session, with a budget': {
    parts: session,
    sent: { max_budget: 5 },
    expected: sinceKnown({ max_budget: 5 }, refused(400, 'max_budget (5.0) cannot be set without specifying team_id')),
  },
  'in a session, with budget_limits': {
    parts: session,
    sent: { budget_limits: [window(5)] },
    expected: sinceKnown(begun(5), refused(400, 'budget_limits cannot be set without specifying team_id')),
  },
  'in a session, with the budget of the team': {
    parts: session,
    sent: inTeam({ max_budget: 10 }),
    expected: made({ max_budget: 10 }),
  },
  'in a session, with more than the budget of the team': {
    parts: session,
    sent: inTeam({ max_budget: 10.5 }),
    expected: sinceKnown({ max_budget: 10.5 }, refused(400, "cannot exceed the caller's own max_budget (10.0)")),
  },
  'in a session, with budget_limits above the budget of the team': {
    parts: session,
    sent: inTeam({ budget_limits: [window(10.5)] }),
    expected: sinceKnown(begun(10.5), refused(400, "cannot exceed the caller's own max_budget (10.0)")),
  },
};

for (const [variant, { parts, sent, expected }] of Object.entries(cases)) {
  const one = scenario<Payload>({
    ...customAuth,
    family: 'configuration',
    tags: ['flag:custom_auth', 'flag:key_generation_settings'],
    route: 'POST /key/generate',
    target: '',
    variant,
    caller: 'internal_user',
    headers: withOperatorsToken(parts),
    arrange: (stage) => (typeof sent === 'function' ? sent(stage) : sent),
    act: ({ as, scratch, target }) => as.post('/key/generate', { key_alias: scratch.tag('made'), ...target }),
    expected,
  });
  test(one.title, one.details, one.run);
}
