import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Placeholders } from '../fixtures/secrets';
import { StackError } from '../stack/errors';
import { homeFolders } from '../stack/home';
import { tellOfOwnConfiguration } from '../stack/profiles/own';
import { loadSettings, type Settings } from '../stack/settings';
import type { StartedStack } from '../stack/started';
import { readRecord, warmPlace } from '../stack/warm-place';
import { endWarmStack, haveWarmStack, keptIdle, warmStatus } from '../stack/warm';
import { run, wordsOf } from './command';
import { memoryOf } from './memory';

const help = `The warm stack of this clone: \`npm run stack -- up|status|down|logs|arrange\`. What is up is used by every \`npx playwright test\`
until \`down\`, or until nobody has used it for 30 minutes (\`up --idle-minutes=N\`: N). \`status\` exits with 1 where nothing is up. \`arrange SCENARIO\` makes
a scenario's rows there and prints, as assignments for a shell, the variables of the \`curl\` that reports have of it.
`;

const progress = (line: string) => {
  console.error(`[stack] ${line}`);
};

/** What a command works with. */
interface Asked {
  readonly settings: Settings;
  /** How long a stack that is made stays when nobody uses it. */
  readonly idleMs: number;
  readonly words: readonly string[];
}

const commands: Readonly<Record<string, (asked: Asked) => Promise<void>>> = {
  up: async (asked) => {
    const stack = await warmStack(asked);
    stack.letGo();
    await status(asked);
  },
  arrange: async (asked) => {
    // Loads Playwright, which the other commands need not.
    const { arrangeOn, scenarioNamed } = await import('./arranged');
    const scenario = await scenarioNamed(asked.words.join(' '));
    const stack = await warmStack(asked);
    try {
      const { assignments, hints } = await arrangeOn(stack, scenario);
      process.stdout.write(assignments);
      for (const line of hints) console.error(line);
    } finally {
      stack.letGo();
    }
  },
  status,
  down: async ({ settings }) => {
    console.log((await endWarmStack(settings)) ? 'The warm stack is gone.' : 'There was no warm stack.');
  },
  logs: ({ settings }) => {
    const record = readRecord(warmPlace(settings.home));
    if (record === undefined) {
      throw new StackError(
        'There is no warm stack, so it has no logs.',
        `Those of other runs are in ${homeFolders(settings.home).logs}, a folder each.`,
      );
    }
    console.log(record.logs);
    for (const name of readdirSync(record.logs).sort()) {
      const lines = readFileSync(path.join(record.logs, name), 'utf8').trimEnd().split('\n').slice(-5);
      // Whoever reads it over one's shoulder, or in CI, needs no key.
      console.log(`\n${name}\n${new Placeholders().inText(lines.map((line) => `  ${line}`).join('\n'))}`);
    }
    return Promise.resolve();
  },
};

async function warmStack({ settings, idleMs }: Asked): Promise<StartedStack> {
  tellOfOwnConfiguration(settings, progress);
  const stack = await haveWarmStack(settings, progress, idleMs);
  if (stack !== undefined) return stack;
  throw new StackError('A warm stack of another kind is in use.', '`npm run stack -- status` tells by whom.');
}

async function status({ settings }: Asked): Promise<void> {
  const found = await warmStatus(settings);
  if (found.state === 'none') {
    console.log('There is no warm stack. `npm run stack -- up` makes one.');
    process.exitCode = 1;
    return;
  }
  if (found.state !== 'running') {
    const { pid, since, ended = 'it was killed', logs } = found.record;
    const what = found.state === 'gone' ? `is gone: ${ended}` : 'does not answer';
    console.log(`The warm stack (process ${pid}, since ${since}) ${what}. The next run makes it anew.\nLogs: ${logs}`);
    process.exitCode = 1;
    return;
  }
  const { pid, release, databases, since, logs, idleMs = keptIdle, unfit, users, spareLanes, setAside } = found.status;
  const memory = memoryOf(pid);
  console.log(
    [
      `LiteLLM ${release}, on ${databases}: process ${pid}, since ${since}`,
      unfit === undefined ? 'The next run uses it.' : `The next run makes it anew: ${unfit}.`,
      ...users.map(
        (user) => `In use by process ${user.pid} since ${user.since}, lanes: ${user.lanes}: ${user.command}`,
      ),
      ...(users.length === 0 ? [`Nobody uses it; it goes when that lasts for ${idleMs / 60_000} minutes.`] : []),
      ...setAside.map(
        ({ profile, what, baseUrl, since }) => `Arranged in ${profile} since ${since}, at ${baseUrl}: ${what}`,
      ),
      `Lanes ready: ${spareLanes}. Memory: ${memory === undefined ? 'unknown on this system' : `${Math.round(memory / 1e6)} MB`}.`,
      `Logs: ${logs}`,
    ].join('\n'),
  );
}

async function main(): Promise<void> {
  const { values, positionals } = wordsOf(
    {
      options: { 'idle-minutes': { type: 'string' } },
      allowPositionals: true,
    },
    help,
  );
  const [name = '', ...rest] = positionals;
  const command = commands[name];
  const idleMs = Number(values['idle-minutes'] ?? keptIdle / 60_000) * 60_000;
  if (command === undefined || rest.length > (name === 'arrange' ? Infinity : 0) || !(idleMs > 0)) {
    throw new StackError(
      `The stack cannot ${JSON.stringify(process.argv.slice(2).join(' '))}.`,
      `Say one of: ${Object.keys(commands).join(', ')}, as in \`npm run stack -- up\`.`,
    );
  }
  await command({ settings: loadSettings(), idleMs, words: rest });
}

run(main);
