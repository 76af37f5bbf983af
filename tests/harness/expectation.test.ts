import { expect, test } from '@playwright/test';

import { expectationOf, expectedFor, idsAt, refused } from '../../fixtures/expectation';

const ranges = { '<=1.87.0': refused(401, 'old'), '>=1.106.0': refused(403, 'new') };

for (const { release, status } of [
  { release: '1.80.17', status: 401 },
  { release: '1.87.0', status: 401 },
  { release: '1.87.1', status: undefined },
  { release: '1.100.0', status: undefined },
  { release: '1.106.0', status: 403 },
  { release: '1.106.10', status: 403 },
  { release: '2.0.0', status: 403 },
]) {
  test(`for ${release} the ranges say ${String(status)}`, () => {
    expect(expectedFor(ranges, release)?.status).toBe(status);
  });
}

test('a plain expectation holds for every release', () => {
  expect(expectedFor(expectationOf(200), '1.90.0')).toEqual({ status: 200 });
});

test('a cell of a table is a status, a refusal, or ranges of them', () => {
  expect(expectationOf(200)).toEqual({ status: 200 });
  expect(expectationOf(refused(403, 'no'))).toEqual({ status: 403, guard: 'no' });
  expect(expectationOf({ '<=1.87.0': refused(401, 'no'), '>=1.106.0': 200 })).toEqual({
    '<=1.87.0': { status: 401, guard: 'no' },
    '>=1.106.0': { status: 200 },
  });
});

test('ids are read from places in a body, and what is not there reads as null', () => {
  const body = { info: { user_id: 'u' }, keys: [{ token: 'a' }, { token: 7 }] };
  expect(idsAt('info.user_id', 'keys[].token', 'nowhere.at.all', 'info[].x')(body)).toEqual([
    'u',
    // What a list shows is sorted.
    null,
    'a',
    null,
    null,
  ]);
  expect(idsAt('info.user_id')('a text')).toEqual([null]);
});
