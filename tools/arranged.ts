// A scenario's rows on a warm stack, and what a shell has to know to ask it by hand: `npm run stack -- arrange ID`.

import { valuesOf } from '../fixtures/alignment';
import { collectScenarios } from '../fixtures/collect';
import { curlOf, quoted } from '../fixtures/curl';
import { requestOf } from '../fixtures/play';
import { inBrief } from '../fixtures/record';
import type { Asked, Scenario } from '../fixtures/scenario';
import { hideSecrets } from '../fixtures/secrets';
import { forgetPostgresVariables } from '../stack/environment';
import { messageOf, StackError } from '../stack/errors';
import { readSession } from '../stack/session';
import type { StartedStack } from '../stack/started';
import { specFiles } from './spec-files';

/** How many scenarios are named where a text names several. */
const namedAtMost = 10;

/** What was arranged, for a shell and for the person at it. */
export interface Arranged {
  /** Assignments of shell, a line each. They hold secrets. */
  readonly assignments: string;
  /** Lines for the person, without secrets. */
  readonly hints: readonly string[];
}

/**
 * Finds a scenario of the specs.
 *
 * @param text its id, its title, or a part of either that no other scenario has
 */
export async function scenarioNamed(text: string): Promise<Scenario> {
  return chosen(await collectScenarios(specFiles()), text);
}

/** The one among scenarios that a text names. @throws StackError that names some of those that it could be */
export function chosen(scenarios: readonly Scenario[], text: string): Scenario {
  const exact = scenarios.filter(({ id, title }) => id === text || title === text);
  const fitting = exact.length > 0 ? exact : scenarios.filter(({ id, title }) => `${id}\n${title}`.includes(text));
  const [first, ...others] = text === '' ? [] : fitting;
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw new StackError(
      `No scenario is named ${JSON.stringify(text)}.`,
      'Say its id as in `report/behaviors.json`, its title as in the report, or a part of it, in quotes.',
    );
  }
  // Several may have one title.
  const names = fitting.slice(0, namedAtMost).map((each) => `  ${exact.length > 0 ? each.id : each.title}`);
  const rest = fitting.length - names.length;
  throw new StackError(
    [
      `${fitting.length} scenarios are named ${JSON.stringify(text)}:`,
      ...names,
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ].join('\n'),
    'Say more of its title, or its id.',
  );
}

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
    assignments: [...values].map(([name, value]) => `export ${name}=${quoted(value) || "''"}\n`).join(''),
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
