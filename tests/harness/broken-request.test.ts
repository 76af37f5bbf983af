import { expect, test } from '../../fixtures';

test('whoever asks next after a request that broke gets an answer', async ({ api, scratch, world }) => {
  const door = api.as(world.actors.proxy_admin);
  for (let time = 0; time < 5; time += 1) {
    // Nobody expects the foreign key that keeps the budget where it is: what it raises goes through to uvicorn.
    const { budgetId } = await scratch.org();
    expect((await door.post('/budget/delete', { id: budgetId })).status).toBe(500);
    expect((await door.get('/key/info')).status).toBe(200);
  }
});
