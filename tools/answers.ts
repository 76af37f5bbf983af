/**
 * Prints what the proxy answers to the scenarios of spec files: per route a grid of callers and targets, and below it what
 * each letter stands for. For whoever writes a table: expectations are not looked at.
 */
import path from 'node:path';

import { collectScenarios } from '../fixtures/collect';
import type { Effect } from '../fixtures/effects';
import type { ScenarioRecord } from '../fixtures/record';
import { forgetPostgresVariables } from '../stack/environment';
import { StackError } from '../stack/errors';
import { loadSettings } from '../stack/settings';
import { startStack } from '../stack/warm';
import { worldPrefix } from '../stack/template/world';
import { run } from './command';

run(async () => {
  const specs = process.argv.slice(2);
  if (specs.length === 0) {
    throw new StackError('Which spec files?', 'For example: npm run answers -- specs/keys/update.spec.ts');
  }
  const scenarios = await collectScenarios(specs.map((spec) => path.resolve(spec)));
  forgetPostgresVariables();
  const stack = await startStack(loadSettings(), (line) => process.stderr.write(`[stack] ${line}\n`));
  process.env.STACK_SESSION = stack.session;
  const { Lanes } = await import('../fixtures/lanes');
  const lanes = new Lanes(0);
  const records: ScenarioRecord[] = [];
  try {
    for (const scenario of scenarios) {
      let isRecorded = false;
      await scenario
        .play(await lanes.of(scenario.profile), (record) => {
          isRecorded = true;
          records.push(record);
        })
        .catch((error: unknown) => {
          if (!isRecorded) throw error;
        });
    }
  } finally {
    await lanes.giveBack().finally(() => {
      stack.letGo();
    });
  }
  const titleOf = ({ route, variant }: ScenarioRecord) => `${route} ${variant}`;
  for (const title of new Set(records.map(titleOf))) {
    process.stdout.write(`\n${title}\n${gridOf(records.filter((record) => titleOf(record) === title))}\n`);
  }
});

/** A line per caller, a column per target, a letter per kind of answer. */
function gridOf(records: readonly ScenarioRecord[]): string {
  const targets = [...new Set(records.map(({ target }) => target))];
  const answers = [...new Set(records.map(answerOf))];
  const letterOf = (record: ScenarioRecord) => String.fromCharCode(65 + answers.indexOf(answerOf(record)));
  const rows = [...new Set(records.map(({ caller }) => caller))].map((caller) => {
    const cells = targets.map((target) => records.find((each) => each.caller === caller && each.target === target));
    return `${caller.padEnd(30)} ${cells.map((cell) => (cell === undefined ? '.' : letterOf(cell))).join(' ')}`;
  });
  const legend = answers.map((answer, index) => `  ${String.fromCharCode(65 + index)} = ${answer}`);
  return [`${''.padEnd(30)} ${targets.join(' | ')}`, ...rows, ...legend].join('\n');
}

function answerOf({ caller, observed, effects, steps }: ScenarioRecord): string {
  if (observed === null) return 'nothing';
  const changes = (effects as Effect[])
    .map(({ op, table, columns }) => `${op} ${table} (${Object.keys(columns).join(', ')})`)
    .join('; ');
  const returned = steps[0]?.observed.returned;
  return [
    observed.status,
    observed.detail.slice(0, 300),
    changes,
    ...(Array.isArray(returned) ? [`→ ${returned.join(', ')}`] : []),
  ]
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll(`${worldPrefix}${caller.replaceAll('_', '-')}`, '<caller>');
}
