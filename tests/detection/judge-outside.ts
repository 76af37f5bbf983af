/**
 * Judges mutants one after the other on one lane, and prints the verdicts as JSON: one that does nothing, by a scenario that
 * fails by itself and by one that does not; one that leaves something behind in the proxy's memory; and, by who would notice
 * that, one that changes nothing.
 */
import path from 'node:path';

import { collectScenarios } from '../../fixtures/collect';
import type { Scenario } from '../../fixtures/scenario';
import { projectFolder } from '../../stack/home';
import { judge } from '../../tools/detection/judging';
import type { Mutant } from '../../tools/detection/mutants';

const mutantOf = (qualname: string, parameters: string, ...lines: string[]): Mutant => ({
  id: `${qualname}, by hand`,
  module: 'litellm.proxy.management_endpoints.team_endpoints',
  file: 'litellm/proxy/management_endpoints/team_endpoints.py',
  qualname,
  line: 1,
  operator: 'by hand',
  source: `${[`async def ${qualname}(${parameters}):`, ...lines].join('\n    ')}\n`,
  diff: '',
  span: [1, 1],
});
const blocking = 'data, http_request, user_api_key_dict=Depends(user_api_key_auth)';

const blocksNothing = mutantOf('block_team', blocking, 'return None');
/** After its first request, unblocking does nothing any more: code, which nobody makes the proxy forget. */
const leavesSomething = mutantOf(
  'block_team',
  blocking,
  'async def nothing(data, http_request, user_api_key_dict): return None',
  'unblock_team.__wrapped__.__code__ = nothing.__code__',
);
const changesNothing = mutantOf('get_team_metadata_schema', '', 'return None');

async function main(): Promise<void> {
  const scenarios = await collectScenarios([path.join(projectFolder, 'specs/teams/block.spec.ts')]);
  const scenarioOf = (route: string): Scenario => {
    const id = `plain/matrix/POST%20%2Fteam%2F${route}/own%20team//proxy_admin`;
    const scenario = scenarios.find((each) => each.id === id);
    if (scenario === undefined) throw new Error(`${id} has another id now`);
    return scenario;
  };
  const [blocked, unblocked] = [scenarioOf('block'), scenarioOf('unblock')];
  const unsound: Scenario = {
    ...blocked,
    id: 'fails by itself',
    play: async (lane, record) => {
      await blocked.play(lane, record);
      throw new Error('It fails by itself.');
    },
  };
  const { Lanes } = await import('../../fixtures/lanes');
  const seat = new Lanes(101);
  try {
    const verdicts = [
      await judge(blocksNothing, [unsound, blocked], seat),
      await judge(leavesSomething, [blocked], seat),
      await judge(changesNothing, [unblocked], seat),
    ];
    process.stdout.write(JSON.stringify(verdicts));
  } finally {
    await seat.giveBack();
  }
}

void main();
