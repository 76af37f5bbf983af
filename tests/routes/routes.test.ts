import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect } from '@playwright/test';
import { z } from 'zod';

import { test } from '../support/test';
import { projectFolder } from '../../stack/home';
import { defaultRelease } from '../../stack/release/curated';
import { askedAllTheSame, excluded, unwritten } from './excluded';
import { decided } from './fields';

/** Method and path without what a parameter takes: the documentation leaves that out. */
const normal = (route: string): string => route.replaceAll(/\{(\w+):\w+\}/g, '{$1}');

const pathOf = (route: string): string => route.slice(route.indexOf(' ') + 1);

const isExcluded = (route: string): boolean =>
  Object.values(excluded)
    .flat()
    .some(
      (entry) => [route, pathOf(route)].includes(entry) || (entry !== '/' && pathOf(route).startsWith(`${entry}/`)),
    );

interface Suite {
  readonly specs: { tests: { annotations: { type: string; description?: string | undefined }[] }[] }[];
  readonly suites?: Suite[] | undefined;
}
const suiteSchema: z.ZodType<Suite> = z.lazy(() =>
  z.object({
    specs: z.array(
      z.object({
        tests: z.array(
          z.object({ annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })) }),
        ),
      }),
    ),
    suites: z.array(suiteSchema).optional(),
  }),
);

/** The routes of all scenarios, once per scenario, as the runner lists them. */
async function listed(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('npx', ['playwright', 'test', '--list', '--reporter=json'], {
    cwd: projectFolder,
    maxBuffer: 1 << 30,
  });
  const routesOf = ({ specs, suites = [] }: Suite): string[] => [
    ...specs.flatMap(({ tests }) =>
      tests.flatMap(({ annotations }) =>
        annotations.flatMap(({ type, description = '' }) => (type === 'route' ? [description] : [])),
      ),
    ),
    ...suites.flatMap(routesOf),
  ];
  return z
    .object({ suites: z.array(suiteSchema) })
    .parse(JSON.parse(stdout))
    .suites.flatMap(routesOf);
}

/** A scenario whose route is gone is skipped; one whose route never was would be too. The newest release has them all. */
const isMissedIn = (release: string, routes: readonly string[], route: string): boolean =>
  release === defaultRelease && !routes.includes(route);

test('the route table of the running proxy was walked to its end', async ({ lane }) => {
  const { routes, documented } = await lane.sideChannel.routes();
  expect(new Set(routes)).toEqual(new Set(lane.session.routes));
  const walked = new Set(routes.map(normal));
  expect(documented.filter((route) => !walked.has(normal(route)))).toEqual([]);
  expect(routes.length).toBeGreaterThan(documented.length);
});

test('of every field that a request about keys or teams may carry somebody has decided what it is', async ({
  lane,
}) => {
  const { release } = lane.session;
  const { fields } = await lane.sideChannel.routes();
  const isAboutKeysOrTeams = (route: string) => /^\/(v2\/)?(key|team)\/|^\/management\/v1\/teams\//.test(pathOf(route));
  const carried = Object.entries(fields).flatMap(([route, names]) =>
    isAboutKeysOrTeams(route) ? names.map((name) => [route, name] as const) : [],
  );
  expect(carried.length).toBeGreaterThan(500);
  expect(
    carried.filter(([route, name]) => decided[route]?.includes(name) !== true).map((each) => each.join(' ')),
    `LiteLLM ${release} takes fields that nobody has decided about: is it a power (fixtures/powers.ts), or what else (tests/routes/fields.ts)?`,
  ).toEqual([]);
});

test('every live route has a scenario, or a reason not to; every scenario has a route', async ({ lane }) => {
  test.setTimeout(120_000);
  const { release, routes } = lane.session;
  const scenarios = await listed();
  const pinned = new Set(scenarios);
  const undecided = routes.filter((route) => !pinned.has(route) && !isExcluded(route) && !unwritten.includes(route));
  expect(
    undecided,
    `LiteLLM ${release} has routes that nobody has decided about: write a table in specs/, or say in tests/routes/excluded.ts why not`,
  ).toEqual([]);
  const pinnedThough = routes.filter((route) => pinned.has(route) && (isExcluded(route) || unwritten.includes(route)));
  expect(pinnedThough.toSorted()).toEqual(askedAllTheSame.toSorted());
  expect([...pinned].filter((route) => isMissedIn(release, routes, route))).toEqual([]);
  console.log(`${scenarios.length} scenarios of ${pinned.size} routes; ${unwritten.length} routes still to be written`);
});

test('specs import nothing but fixtures, and nothing is intercepted or mocked', async () => {
  const grep = async (...words: string[]) => {
    const { stdout } = await promisify(execFile)('grep', ['-rnE', ...words], { cwd: projectFolder }).catch(
      (error: unknown) => error as { stdout: string },
    );
    return stdout.split('\n').filter((line) => line !== '');
  };
  const imports = await grep("( from |import\\()'", 'specs');
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter((line) => !/from '(\.\.\/)+fixtures';$/.test(line))).toEqual([]);
  expect(await grep('\\.route\\(|routeFromHAR|page\\.', 'specs', 'fixtures')).toEqual([]);
  expect(
    await grep('node_modules/(nock|msw|mockttp|sinon|jest|vitest|undici-mock|@mswjs/[a-z-]+)"', 'package-lock.json'),
  ).toEqual([]);
});
