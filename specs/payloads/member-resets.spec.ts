import {
  allowed,
  inLargeParts,
  insertRow,
  membershipRow,
  payloads,
  refused,
  saidAt,
  test,
  updated,
  type Acting,
  type Loaded,
  type ScratchActor,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

// What a member's spend may be set to, and which budget a member falls back on. Who may: see teams/member-reset. Neither is in 1.87.0.
interface Spender {
  readonly teamId: string;
  readonly member: ScratchActor;
  /** Of a team whose metadata name a budget of every member, that. */
  readonly defaultId: string | null;
}
interface Row {
  readonly spend?: number;
  readonly budget?: 'own' | 'default';
}

/** The member's own budget is 9, and the one of every member 3. */
const spender = (
  what: string,
  row: Row | undefined,
  metadataOf: (stage: Stage, defaultId: string) => object = () => ({}),
): Target<Spender> => ({
  what,
  arrange: async (stage) => {
    const { scratch, db } = stage;
    const member = await scratch.actor({ role: 'internal_user' });
    const [own, everybodys] = [await scratch.budget({ maxBudget: 9 }), await scratch.budget({ maxBudget: 3 })];
    const { teamId } = await scratch.team({ users: [member], metadata: { ...metadataOf(stage, everybodys) } });
    if (row !== undefined) {
      await insertRow(db, 'LiteLLM_TeamMembership', {
        user_id: member.userId,
        team_id: teamId,
        spend: row.spend ?? 0,
        ...(row.budget === undefined ? {} : { budget_id: row.budget === 'own' ? own : everybodys }),
      });
    }
    return { teamId, member, defaultId: everybodys };
  },
});

const spendOf = {
  family: 'F4',
  route: 'POST /team/{team_id}/member/{user_id}/reset_spend',
  caller: 'proxy_admin',
  act: ({ as, target: { teamId, member, payload } }: Acting<Loaded<Spender>>) =>
    as.post(`/team/${teamId}/member/${member.userId}/reset_spend`, payload),
  returned: saidAt('team_id', 'user_id', 'spend', 'previous_spend', 'max_budget'),
} as const;

/** It is this from now on. */
const spends = (before: number, after: number, budget: number | null = 9) =>
  allowed<Spender>({
    effects: ({ target: { teamId, member } }) =>
      before === after ? [] : [updated(membershipRow(member.userId, teamId), { spend: [before, after] })],
    returns: ({ target: { teamId, member } }) => [
      teamId,
      member.userId,
      String(after),
      String(before),
      budget === null ? null : String(budget),
    ],
  });
const noNumber = refused(422, 'Input should be a valid number');
const noMember = refused(404, 'User <scratch>-actor is not a member of team <scratch>-team');

for (const scenario of [
  ...payloads<Spender>(
    { ...spendOf, target: spender('member who has spent 5 of 9', { spend: 5, budget: 'own' }) },
    {
      nothing: { sent: { reset_to: 0 }, answer: spends(5, 0) },
      less: { sent: { reset_to: 2.5 }, answer: spends(5, 2.5) },
      'what it is': { sent: { reset_to: 5 }, answer: spends(5, 5) },
      more: { sent: { reset_to: 5.5 }, answer: refused(400, 'reset_to (5.5) must be <= current spend (5.0)') },
      'less than nothing': { sent: { reset_to: -0.5 }, answer: refused(400, 'reset_to must be a finite number >= 0') },
      'a number as text': { sent: { reset_to: '2.5' }, answer: spends(5, 2.5) },
      'no finite number': { sent: { reset_to: 'inf' }, answer: refused(400, 'reset_to must be a finite number >= 0') },
      'not a number': { sent: { reset_to: 'nan' }, answer: refused(400, 'reset_to must be a finite number >= 0') },
      'a word': { sent: { reset_to: 'nothing' }, answer: noNumber },
      'a truth': { sent: { reset_to: true }, answer: refused(422, 'reset_to') },
      null: { sent: { reset_to: null }, answer: noNumber },
      'reset_to left out': { sent: {}, answer: refused(422, 'Field required') },
    },
  ),
  ...payloads<Spender>(
    { ...spendOf, target: spender('member who has spent 12 of 9', { spend: 12, budget: 'own' }) },
    {
      'less than its budget': { sent: { reset_to: 8 }, answer: spends(12, 8) },
      'its budget': { sent: { reset_to: 9 }, answer: spends(12, 9) },
      'more than its budget': {
        sent: { reset_to: 10 },
        answer: refused(400, 'reset_to (10.0) must be <= budget (9.0)'),
      },
    },
  ),
  ...payloads<Spender>(
    { ...spendOf, target: spender('member who has spent 5 without a budget', { spend: 5 }) },
    { less: { sent: { reset_to: 4 }, answer: spends(5, 4, null) } },
  ),
  // The team's row names it, and that does not count.
  ...payloads<Spender>(
    { ...spendOf, target: spender('member without a membership row', undefined) },
    { nothing: { sent: { reset_to: 0 }, answer: noMember } },
  ),
])
  test(scenario.title, scenario.details, scenario.run);

const budgetOf = {
  family: 'F4',
  route: 'POST /team/{team_id}/member/{user_id}/reset_budget',
  caller: 'proxy_admin',
  act: ({ as, target: { teamId, member } }: Acting<Loaded<Spender>>) =>
    as.post(`/team/${teamId}/member/${member.userId}/reset_budget`, {}),
  returned: saidAt('team_id', 'user_id', 'budget_id', 'previous_budget_id', 'budget_source'),
} as const;

const named = (_stage: Stage, defaultId: string) => ({ team_member_budget_id: defaultId });
const gone = ({ scratch }: Stage) => ({ team_member_budget_id: scratch.tag('budget-that-is-gone') });
const noName = () => ({ team_member_budget_id: 5 });

type Id = (stage: Acting<Spender>) => string | null;
const own: Id = ({ scratch }) => scratch.tag('budget');
const everybodys: Id = ({ target }) => target.defaultId;
const none: Id = () => null;
/** The member's budget is another one from now on. What it has spent stays. */
const fallsBack = (before: Id, after: Id, source: 'team_default' | 'none') =>
  allowed<Spender>({
    effects: (stage) => {
      const { teamId, member } = stage.target;
      const columns = { budget_id: [before(stage), after(stage)] } as const;
      return before(stage) === after(stage) ? [] : [updated(membershipRow(member.userId, teamId), columns)];
    },
    returns: (stage) => [stage.target.teamId, stage.target.member.userId, after(stage), before(stage), source],
  });

for (const [what, row, metadata, answer] of [
  ['member with a budget of its own', { spend: 5, budget: 'own' }, named, fallsBack(own, everybodys, 'team_default')],
  [
    'member with the budget of every member',
    { budget: 'default' },
    named,
    fallsBack(everybodys, everybodys, 'team_default'),
  ],
  [
    'member without a budget, in a team that has one for every member',
    {},
    named,
    fallsBack(none, everybodys, 'team_default'),
  ],
  ['member with a budget of its own, in a team whose is gone', { budget: 'own' }, gone, fallsBack(own, none, 'none')],
  [
    'member with a budget of its own, in a team whose is no name',
    { budget: 'own' },
    noName,
    fallsBack(own, none, 'none'),
  ],
  ['member without a budget, in a team without one', {}, undefined, fallsBack(none, none, 'none')],
  ['member without a membership row', undefined, named, noMember],
] as const) {
  for (const scenario of payloads<Spender>(
    { ...budgetOf, target: spender(what, row, metadata) },
    { '': { sent: {}, answer } },
  ))
    test(scenario.title, scenario.details, scenario.run);
}
