import { expect, test } from '@playwright/test';

import { answered, expectedFor, refused } from '../../fixtures/expectation';

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
  expect(expectedFor(answered(200), '1.90.0')).toEqual({ status: 200 });
});
