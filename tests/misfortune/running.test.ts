import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { expect, test } from './machine';

/** Machines on which a run is to notice nothing. */
const odd: Readonly<Record<string, string>> = {
  'knows localhost as ::1 alone': 'echo "::1 localhost" > $TMPDIR/hosts; mount --bind $TMPDIR/hosts /etc/hosts',
  'lets a process open 256 files': 'ulimit -n 256',
};

for (const [what, prepare] of Object.entries(odd)) {
  test(`a machine that ${what} runs it like any other`, async ({ nested, machine }) => {
    const PATH = machine.namespace({ prepare });
    const run = nested({
      command: ['npx', 'playwright', 'test', '--workers=2', 'specs/keys/info.spec.ts', '-g', 'own key'],
      environment: { PATH, STACK_DATABASE_URL: undefined },
    });
    expect(await run.ended, run.said).toEqual({ code: 0, signal: null });
    await run.expectNothingLeft(performance.now());
  });
}

test('a disk that is full in the middle of a run fails it, with the reason, and nothing is left', async ({
  nested,
  machine,
}) => {
  const PATH = machine.namespace({
    prepare: 'mkdir $TMPDIR/small\nTMPDIR=$TMPDIR/small\nmount -t tmpfs -o size=500m,mode=755 none $TMPDIR',
    afterwards: 'rm -f $TMPDIR/filled; until [ -z "$(ls $TMPDIR)" ]; do sleep 0.05; done\necho "left: [$(ls $TMPDIR)]"',
  });
  const run = nested({
    // Each of these writes.
    command: ['npx', 'playwright', 'test', '--workers=2', '--max-failures=5', 'specs/keys/generate.spec.ts'],
    environment: { PATH, STACK_DATABASE_URL: undefined },
  });
  await run.untilSaid('Running ');
  // As its processes see it: the disk is mounted for them alone.
  const { pid } = run.the('supervisor');
  const filled = path.join(`/proc/${pid}/root`, run.temporary, 'small', 'filled');
  const { stderr } = spawnSync('dd', ['if=/dev/zero', `of=${filled}`, 'bs=1M'], { encoding: 'utf8' });
  expect(stderr).toContain('No space left');
  expect(await run.ended, run.said).toMatchObject({ code: 1 });
  await run.expectNothingLeft(performance.now());
  expect(run.said).toMatch(/no space left/i);
  expect(run.said).toContain('left: []');
});
