/**
 * Judges a mutant of `block_team`, that does nothing, by two scenarios: one that fails by itself as well, and one that does
 * not. Prints the verdict as JSON.
 */
import path from 'node:path';

import { collectScenarios } from '../../fixtures/collect';
import type { Scenario } from '../../fixtures/scenario';
import { projectFolder } from '../../stack/home';
import { judge } from '../../tools/detection/judging';
import type { Mutant } from '../../tools/detection/mutants';

const mutant: Mutant = {
  id: 'blocks nothing',
  module: 'litellm.proxy.management_endpoints.team_endpoints',
  file: 'litellm/proxy/management_endpoints/team_endpoints.py',
  qualname: 'block_team',
  line: 1,
  operator: 'by hand',
  source: 'async def block_team(data, http_request, user_api_key_dict=Depends(user_api_key_auth)):\n    return None\n',
  diff: '',
  span: [1, 1],
};

async function main(): Promise<void> {
  const scenarios = await collectScenarios([path.join(projectFolder, 'specs/teams/block.spec.ts')]);
  const sound = scenarios.find(({ id }) => id === 'plain/matrix/POST%20%2Fteam%2Fblock/own%20team//proxy_admin');
  if (sound === undefined) throw new Error('the scenario has another id now');
  const unsound: Scenario = {
    ...sound,
    id: 'fails by itself',
    play: async (lane, record) => {
      await sound.play(lane, record);
      throw new Error('It fails by itself.');
    },
  };
  const { Lanes } = await import('../../fixtures/lanes');
  const seat = new Lanes(101);
  try {
    process.stdout.write(JSON.stringify(await judge(mutant, [unsound, sound], seat)));
  } finally {
    await seat.giveBack();
  }
}

void main();
