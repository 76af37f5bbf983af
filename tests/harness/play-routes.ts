/**
 * Plays one scenario of every route that there are specs for, one that succeeds, three times over, and prints a JSON line
 * per route: the background tables that were written to in each play.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { collectScenarios } from '../../fixtures/collect';
import { projectFolder } from '../../stack/home';

/** What is printed of a route. */
export interface PlayedRoute {
  readonly route: string;
  /** Of each play. */
  readonly hidden: readonly (readonly string[])[];
}

async function main(): Promise<void> {
  const specs = path.join(projectFolder, 'specs');
  const files = readdirSync(specs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.spec.ts'));
  const scenarios = await collectScenarios(files.map((name) => path.join(specs, name)));
  const byRoute = new Map<string, typeof scenarios>();
  for (const scenario of scenarios) {
    const route = scenario.details.annotation.find(({ type }) => type === 'route')?.description ?? '';
    // Whoever has a model answer does write there; that is told in other tables too.
    if (scenario.profile !== 'plain') continue;
    // Who may do everything writes most.
    if (!scenario.id.endsWith('/proxy_admin') || scenario.details.tag.includes('@harness')) continue;
    byRoute.set(route, [...(byRoute.get(route) ?? []), scenario]);
  }
  const { Lane } = await import('../../fixtures/lane');
  const lane = await Lane.borrow('plain', 102);
  try {
    const play = async (scenario: (typeof scenarios)[number]): Promise<number> => {
      let status = 0;
      await scenario
        .play(lane, ({ observed }) => {
          status = observed?.status ?? 0;
        })
        // Whether it did as expected is not asked here.
        .catch(() => undefined);
      return status;
    };
    for (const [route, candidates] of byRoute) {
      for (const scenario of candidates) {
        const [statuses, hidden]: [number[], (readonly string[])[]] = [[], []];
        for (let nth = 0; nth < 3; nth += 1) {
          statuses.push(await play(scenario));
          hidden.push(lane.hidden);
        }
        if (statuses.some((status) => status >= 400)) continue;
        process.stdout.write(`${JSON.stringify({ route, hidden } satisfies PlayedRoute)}\n`);
        break;
      }
    }
  } finally {
    await lane.giveBack();
  }
}

void main();
