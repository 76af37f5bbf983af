import { expect, test } from '@playwright/test';

const releases = (process.env.RELEASES ?? '1.106.0').split(',');

// The same shape that `scenario` in fixtures/ gives a test.
['passes', 'fails', 'says nothing'].forEach((caller, i) => {
  const id = ['plain', 'matrix', 'GET /key/info', 'own key', '', caller].map(encodeURIComponent).join('/');
  const annotation = [{ type: 'scenario', description: id }];
  test(caller, { tag: '@matrix', annotation }, async ({}, testInfo) => {
    if (caller === 'says nothing') throw new Error('ends before there is an answer');
    const observed = { status: caller === 'fails' && testInfo.repeatEachIndex === 1 ? 403 : 200, detail: '' };
    const record = {
      ...{ id, release: releases[i % releases.length], curated: true, profile: 'plain', family: 'matrix' },
      ...{ route: 'GET /key/info', caller, target: 'own key', variant: '', tags: ['@matrix'] },
      ...{ expected: { status: 200 }, observed, effects: null, steps: [] },
    };
    await testInfo.attach('scenario', { body: JSON.stringify(record), contentType: 'application/json' });
    expect(observed.status).toBe(200);
  });
});
