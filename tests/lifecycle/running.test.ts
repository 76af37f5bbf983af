import { realpathSync } from 'node:fs';
import path from 'node:path';

import { projectFolder } from '../../stack/home';
import { loadSettings } from '../../stack/settings';
import { expect, test, type NestedRun } from './nested-run';
import { listeningSockets, type Role } from '../../tools/processes';

/** How many processes of each kind two workers make, and what each of them may listen on. */
const anatomy: readonly { role: Role; count: number; listensOn: readonly string[] }[] = [
  { role: 'runner', count: 1, listensOn: [] },
  { role: 'worker', count: 2, listensOn: [] },
  { role: 'supervisor', count: 1, listensOn: [] },
  { role: 'guard', count: 1, listensOn: [] },
  { role: 'launcher', count: 1, listensOn: [] },
  { role: 'proxy', count: 2, listensOn: ['127.0.0.1'] },
  // `localhost` may have either address.
  { role: 'engine', count: 2, listensOn: ['127.0.0.1', '::1'] },
  { role: 'postmaster', count: 1, listensOn: ['127.0.0.1'] },
];

const expectAnatomy = (run: NestedRun) => {
  for (const { role, count, listensOn } of anatomy) {
    const processes = run.having(role);
    expect(processes, `every ${role}`).toHaveLength(count);
    for (const { pid } of processes) {
      const addresses = listeningSockets([pid]).map(({ address }) => address);
      expect(addresses.length > 0, `whether the ${role} listens`).toBe(listensOn.length > 0);
      expect(
        addresses.filter((address) => !listensOn.includes(address)),
        `where else the ${role} listens`,
      ).toEqual([]);
    }
  }
  // Where systems choose ports by themselves, another program could be given an engine's before it listens.
  const ports = run.having('engine').map(({ pid }) => listeningSockets([pid])[0]?.port ?? 0);
  expect(new Set(ports).size).toBe(2);
  expect(ports.filter((port) => port < 10_000 || port >= 20_000)).toEqual([]);
  // What else there is, PostgreSQL's own processes above all, shares a socket at most.
  const known = new Set(anatomy.map(({ role }) => role));
  const others = run.processes.filter(({ role }) => !known.has(role)).map(({ pid }) => pid);
  expect(listeningSockets(others).filter(({ address }) => address !== '127.0.0.1')).toEqual([]);
};

/** LiteLLM's own server answers, in a process that runs the release's Python on our launcher. */
const expectLiteLlm = async (run: NestedRun) => {
  const { home, release } = loadSettings();
  for (const { pid, words, parent } of run.having('proxy')) {
    const [program = '', script] = words;
    expect(program).toContain(path.join(home, 'releases', `${release}-`));
    expect(script).toBe(path.join(projectFolder, 'stack', 'proxy', 'launcher.py'));
    expect(realpathSync(`/proc/${pid}/exe`)).toMatch(/\/python3\.\d+$/);
    expect(parent).toBe(run.the('launcher').pid);
    const [socket] = listeningSockets([pid]);
    const answer = await fetch(`http://127.0.0.1:${String(socket?.port)}/health/readiness`);
    expect(await answer.json()).toMatchObject({ status: 'healthy', db: 'connected' });
  }
};

/** Lets its tests come to their end, sees that it leaves nothing, and says how they ended. */
const finish = async (run: NestedRun) => {
  run.sign('enough');
  const { code } = await run.ended;
  await run.expectNothingLeft(performance.now());
  return { code, tests: run.results.map(({ status }) => status) };
};

test('two runs at once are of real servers, on loopback only, do not disturb each other, and leave nothing', async ({
  nested,
}) => {
  const [first, second] = [nested({ specs: ['busy'] }), nested({ specs: ['busy'] })];
  for (const run of [first, second]) {
    await run.untilSigns('busy-owner', 'busy-team_admin');
    expectAnatomy(run);
    await expectLiteLlm(run);
  }
  const passed = { code: 0, tests: ['passed', 'passed'] };
  expect(await finish(first), first.said).toEqual(passed);
  // Still at work when the other one is gone.
  expectAnatomy(second);
  expect(await finish(second), second.said).toEqual(passed);
});
