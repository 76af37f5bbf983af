import {
  allowed,
  asksForItself,
  heldKey,
  inLargeParts,
  changingKeys,
  makingKeys,
  keyMade,
  keyUnchanged,
  madeKey,
  payloads,
  projectTargets,
  refused,
  test,
  type KeyToBe,
  type LimitedKey,
  type Loaded,
  type Stage,
  type Target,
} from '../../fixtures';

inLargeParts();

const making = makingKeys('F7');
const changing = changingKeys('F7');

/** A project of Alpha's with one model and a budget of 10. */
const projectWithLimits = async (stage: Stage): Promise<string> => {
  const { projectId, budget } = await projectTargets.inAlpha.arrange(stage);
  await stage.db.query('UPDATE "LiteLLM_ProjectTable" SET models = $2 WHERE project_id = $1', [projectId, ['gpt-4']]);
  await stage.db.query('UPDATE "LiteLLM_BudgetTable" SET max_budget = 10, tpm_limit = 5 WHERE budget_id = $1', [
    budget.id,
  ]);
  return projectId;
};
const inProject =
  (more: Readonly<Record<string, unknown>> = {}) =>
  async (stage: Stage) => ({ project_id: await projectWithLimits(stage), ...more });
const notItsModel = refused(400, "Model 'gpt-5' not in project's allowed models");
const overItsBudget = refused(400, "Key max_budget (10.5) exceeds project's max_budget (10.0)");

const anywhere: Target<KeyToBe> = { what: 'in a project', arrange: () => ({ teamId: null, organizationId: null }) };

for (const scenario of payloads(
  { ...making, target: anywhere },
  {
    'that is a ghost': {
      sent: ({ scratch }) => ({ project_id: scratch.tag('ghost-project') }),
      answer: refused(404, 'Project not found'),
    },
    'of nothing more': { sent: inProject(), answer: 200 },
    'of its model': { sent: inProject({ models: ['gpt-4'] }), answer: 200 },
    'of another model': { sent: inProject({ models: ['gpt-4', 'gpt-5'] }), answer: notItsModel },
    // 1.106.0 knows it for a word that stands for what is allowed anyway.
    'of its team’s models': {
      sent: inProject({ models: ['all-team-models'] }),
      answer: { '<=1.87.0': refused(400, "Model 'all-team-models' not in project's allowed models"), '>=1.106.0': 200 },
    },
    'of a budget under its own': { sent: inProject({ max_budget: 9.5 }), answer: 200 },
    'of its budget': { sent: inProject({ max_budget: 10 }), answer: 200 },
    'of a budget over its own': { sent: inProject({ max_budget: 10.5 }), answer: overItsBudget },
    // Neither windows nor rates are compared.
    'of a window over its budget': {
      sent: inProject({ budget_limits: [{ budget_duration: '1d', max_budget: 100 }] }),
      answer: 200,
    },
    'of guaranteed tpm over its own': {
      sent: inProject({ tpm_limit: 100, tpm_limit_type: 'guaranteed_throughput' }),
      answer: 200,
    },
    // Whose project it is nobody asks.
    'of Alpha’s, in another team': {
      sent: async (stage) => ({ ...(await inProject()(stage)), team_id: (await stage.scratch.team()).teamId }),
      answer: 200,
    },
    'that is blocked': {
      sent: async (stage) => {
        const projectId = await projectWithLimits(stage);
        await stage.db.query('UPDATE "LiteLLM_ProjectTable" SET blocked = true WHERE project_id = $1', [projectId]);
        return { project_id: projectId };
      },
      answer: allowed({ uses: [asksForItself(madeKey, refused(401, 'is blocked'))] }),
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);

// Nor who makes the key: whoever has the id spends of the budget, from another organization, too.
for (const scenario of payloads(
  {
    ...making,
    caller: 'cross_org_user',
    target: anywhere,
    effects: keyMade<Loaded<KeyToBe>>(
      ({ caller }) => ({ by: caller, userId: caller.userId }),
      ({ target: { payload } }) => payload,
    ),
  },
  { 'of a foreign organization’s': { sent: inProject(), answer: 200 } },
))
  test(scenario.title, scenario.details, scenario.run);

const ofProject: Target<LimitedKey> = {
  what: 'key of internal_user in a project with one model and a budget of 10',
  arrange: async (stage) => {
    const { internal_user } = stage.world.actors;
    return heldKey(stage, {
      user: internal_user,
      createdBy: internal_user,
      columns: { project_id: await projectWithLimits(stage) },
    });
  },
};
for (const scenario of payloads(
  { ...changing, target: ofProject },
  {
    'its project’s model': { sent: { models: ['gpt-4'] }, answer: 200 },
    'another model': { sent: { models: ['gpt-5'] }, answer: notItsModel },
    'its project’s budget': { sent: { max_budget: 10 }, answer: 200 },
    'a budget over its project’s': { sent: { max_budget: 10.5 }, answer: overItsBudget },
    'no project any more': {
      sent: { project_id: null },
      // Of an update 1.87.0 knows no project.
      answer: { '<=1.87.0': allowed({ effects: keyUnchanged['<=1.87.0'] }), '>=1.106.0': 200 },
    },
    'no project any more, by its user': {
      caller: 'internal_user',
      sent: { project_id: null },
      answer: {
        '<=1.87.0': allowed({ effects: keyUnchanged['<=1.87.0'] }),
        '>=1.106.0': refused(403, 'Only proxy admins, team admins, or org admins can call /key/update'),
      },
    },
    'another project': {
      sent: { project_id: 'another' },
      answer: {
        '<=1.87.0': allowed({ effects: keyUnchanged['<=1.87.0'] }),
        '>=1.106.0': refused(400, 'Project reassignment is not supported'),
      },
    },
  },
))
  test(scenario.title, scenario.details, scenario.run);
