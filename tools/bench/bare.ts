import path from 'node:path';

import { collectScenarios } from '../../fixtures/collect';
import type { Asked } from '../../fixtures/scenario';
import { forgetPostgresVariables } from '../../stack/environment';
import { projectFolder } from '../../stack/home';
import { loadSettings } from '../../stack/settings';
import { startStack } from '../../stack/warm';

/**
 * Sends the requests of scenarios bare: no Playwright, no undo, no judgement, one after the other on each lane.
 *
 * @param specs files of the project, relative to it
 * @returns milliseconds a request, with one lane and with two side by side
 */
export async function replayed(specs: readonly string[]): Promise<{ one: number; two: number }> {
  const scenarios = await collectScenarios(specs.map((spec) => path.join(projectFolder, spec)));
  forgetPostgresVariables();
  const stack = await startStack(loadSettings(), () => undefined);
  process.env.STACK_SESSION = stack.session;
  const { Lane } = await import('../../fixtures/lane');
  const onLanes = async (count: number): Promise<number> => {
    const lanes = await Promise.all(Array.from({ length: count }, (_, index) => Lane.borrow('plain', index)));
    const shares = await Promise.all(
      lanes.map(async (lane, index) => {
        const asked: Asked[] = [];
        for (const each of scenarios.filter((_, nth) => nth % count === index)) asked.push(await each.arrange(lane));
        return { lane, asked };
      }),
    );
    const since = performance.now();
    await Promise.all(
      shares.map(async ({ lane, asked }) => {
        for (const each of asked) await send(lane.baseUrl, each);
      }),
    );
    const wall = performance.now() - since;
    for (const { lane } of shares) {
      await lane.undo();
      await lane.giveBack();
    }
    return wall / scenarios.length;
  };
  try {
    return { one: await onLanes(1), two: await onLanes(2) };
  } finally {
    stack.letGo();
  }
}

async function send(baseUrl: string, { method, path: place, query, body, headers }: Asked): Promise<void> {
  const url = new URL(place, baseUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.text();
}
