/**
 * Plays one scenario on one release, which the settings name, on a stack of its own, and tells what was observed. A process by itself, started by
 * `asking.ts`: `STACK_SESSION` is a whole process's, and two releases are asked at once.
 */
import path from 'node:path';

import { collectScenarios } from '../../fixtures/collect';
import type { ScenarioRecord } from '../../fixtures/record';
import { forgetPostgresVariables } from '../../stack/environment';
import { messageOf } from '../../stack/errors';
import { ensureRelease } from '../../stack/release';
import { ensureUv } from '../../stack/release/python-tools';
import { readSession } from '../../stack/session';
import { loadSettings } from '../../stack/settings';
import { startOwnStack } from '../../stack/start';
import type { Question, Reply, Said, Stage } from './reply';

/** With what a process ends whose answer nobody waits for. What it is in the middle of is removed as it ends. */
const notWanted = 130;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(notWanted));
}
// Whoever asked is gone, in whatever way.
process.on('disconnect', () => process.exit(notWanted));

const say = (said: Said): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) throw new Error('This is started by asking.ts');
    process.send(said, undefined, undefined, () => {
      resolve();
    });
  });

const progress = (line: string): void => {
  void say({ progress: line });
};

async function replyTo({ spec, id }: Question): Promise<Reply> {
  let at: Stage = 'installed';
  try {
    forgetPostgresVariables();
    const settings = loadSettings();
    const { home, release } = settings;
    // Where none is on the PATH, an installation would make an environment the slow way, and get one of its own.
    const [uv = ''] = await ensureUv({ home, progress });
    process.env.PATH = [process.env.PATH, path.dirname(uv)].join(path.delimiter);
    await ensureRelease({ version: release, home, progress });
    at = 'started';
    const starting = startOwnStack(settings, progress);
    // It is waited for below; that it fails while the spec is read is no news before.
    starting.catch(() => undefined);
    const scenario = (await collectScenarios([spec])).find((each) => each.id === id);
    if (scenario === undefined) throw new Error(`${spec} has no scenario ${id}`);
    const stack = await starting;
    process.env.STACK_SESSION = stack.session;
    if (!readSession().routes.includes(scenario.route)) return { kind: 'no such route' };
    // Only now: a session is looked for as soon as it is loaded.
    const { Lanes } = await import('../../fixtures/lanes');
    const lane = await new Lanes(0).of(scenario.profile);
    at = 'played';
    let observed: ScenarioRecord | undefined;
    await scenario
      .play(lane, (record) => {
        observed = record;
      })
      .catch((error: unknown) => {
        // What is pinned is of no interest here.
        if (observed === undefined) throw error;
      });
    if (observed === undefined) throw new Error('nothing was observed');
    return { kind: 'answered', record: observed };
  } catch (error) {
    return { kind: 'failed', at, why: messageOf(error) };
  }
}

process.once('message', (question: Question) => {
  void replyTo(question)
    .then((reply) => say({ reply }))
    // The lane is not given back: with this process its whole stack ends.
    .finally(() => process.exit(0));
});
