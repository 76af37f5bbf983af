// A scenario's rows on a warm stack, and what a shell has to know to ask it by hand: `npm run stack -- arrange ID`.

import { valuesOf } from '../fixtures/alignment';
import { collectScenarios } from '../fixtures/collect';
import { curlOf } from '../fixtures/curl';
import { requestOf } from '../fixtures/play';
import { inBrief } from '../fixtures/record';
import type { Asked, Scenario } from '../fixtures/scenario';
import { hideSecrets } from '../fixtures/secrets';
import { forgetPostgresVariables } from '../stack/environment';
import { messageOf, StackError } from '../stack/errors';
import { readSession } from '../stack/session';
import { quoted } from '../stack/shell';
import type { StartedStack } from '../stack/started';
import { theOne } from './named';
import { specFiles } from './spec-files';

/** What was arranged, for a shell and for the person at it. */
export interface Arranged {
  /** Assignments of shell, a line each. They hold secrets. */
  readonly assignments: string;
  /** Lines for the person, without secrets. */
  readonly hints: readonly string[];
}

/** The scenario of the specs that a text names: see `theOne`. */
export const scenarioNamed = async (text: string): Promise<Scenario> =>
  theOne(text, await collectScenarios(specFiles()));

/** Makes a scenario's rows in a lane of its profile, and leaves the lane to the stack like that. */
export async function arrangeOn(stack: StartedStack, scenario: Scenario): Promise<Arranged> {
  forgetPostgresVariables();
  process.env.STACK_SESSION = stack.session;
  const { release, routes, logs } = readSession();
  if (!routes.includes(scenario.route)) {
    throw new StackError(
      `LiteLLM ${release} has no ${scenario.route}, so nothing can be asked there.`,
      'Arrange it on another release: LITELLM_RELEASE names one.',
    );
  }
  // What it imports would decide before `collectScenarios` that nobody collects.
  const { Lane } = await import('../fixtures/lane');
  const lane = await Lane.borrow(scenario.profile, 0);
  try {
    const asked = await scenario.arrange(lane);
    const arranged = tell(scenario, asked);
    await lane.setAside(scenario.title);
    return arranged;
  } catch (error) {
    // What was wrong first is what to tell.
    await lane.giveBack().catch(() => undefined);
    if (error instanceof StackError) throw error;
    throw new StackError(
      `${scenario.title} cannot be arranged: ${hideSecrets(messageOf(error))}`,
      'Nothing of it was left behind.',
      logs,
    );
  }
}

function tell(scenario: Scenario, asked: Asked): Arranged {
  const { told, baseUrl, within, elsewhere } = asked;
  const sent = requestOf(asked, asked.headers);
  const values = new Map([['BASE_URL', baseUrl], ...valuesOf(told, sent)]);
  return {
    assignments: [...values].map(([name, value]) => `export ${name}=${quoted(value)}\n`).join(''),
    hints: [
      `${scenario.title}: its rows are there, until the next \`arrange\` of profile ${scenario.profile} or \`npm run stack -- down\`.`,
      ...(elsewhere === undefined ? [] : [`A second proxy on the same database has been asked already: ${elsewhere}`]),
      ...(within === undefined
        ? []
        : [`What is pinned of later uses holds for ${within} s only: the act itself can be asked at any time.`]),
      ...curlOf(inBrief(told)).split('\n'),
    ],
  };
}
