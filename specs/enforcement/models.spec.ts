import { chat, inLargeParts, inProfile, refused, scenario, spent, test } from '../../fixtures';

inLargeParts();

const serving = inProfile('serving');

for (const model of ['priced', 'free', 'unpriced'] as const) {
  const one = scenario({
    ...serving,
    family: 'enforcement',
    route: 'POST /v1/chat/completions',
    target: `${model} model, without limits`,
    caller: 'proxy_admin',
    arrange: async ({ scratch }) => {
      const organization = await scratch.org();
      const user = await scratch.actor({ role: 'internal_user', organization });
      const team = await scratch.team({ organization, users: [user] });
      return scratch.key({ user, team, organization });
    },
    act: ({ asOther, target }) => chat(asOther(target), model),
    expected: { status: 200 },
    effects: ({ target }) => spent(target, model),
  });
  test(one.title, one.details, one.run);
}

const ghost = scenario({
  ...serving,
  family: 'enforcement',
  route: 'POST /v1/chat/completions',
  target: 'ghost model',
  caller: 'proxy_admin',
  arrange: ({ scratch }) => scratch.key(),
  act: ({ asOther, target }) => chat(asOther(target), 'ghost'),
  expected: refused(400, 'Invalid model name passed in model=ghost'),
});
test(ghost.title, ghost.details, ghost.run);
