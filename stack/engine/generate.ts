import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { lastLines, messageOf, StackError } from '../errors';
import { schemaConfig, schemaDmmf } from './schema';

/** What prisma-client-py 0.11.0 insists on being told: the engine version it was made for. */
const expectedEngineVersion = 'ac9d7041ed77bcc8a8dbd2ab6616b39013829574';

interface GenerateOptions {
  /** the release's Python executable, with `prisma` 0.11.0 installed */
  python: string;
  /** the schema of that release, absolute */
  schemaPath: string;
  /** the whole environment of the Python process: nothing of ours is added but the two variables of the protocol */
  env: NodeJS.ProcessEnv;
}

/**
 * Generates the Python database client into the installed `prisma` package, as `prisma generate` would, without the
 * native engine that command downloads: the generator is spoken to directly, in the protocol Prisma's own command line
 * speaks to it (one JSON-RPC line on stdin, the answer on stderr). Takes 4–6 s for LiteLLM's schema.
 *
 * @throws StackError
 */
export async function generateClient({ python, schemaPath, env }: GenerateOptions): Promise<void> {
  const schemaText = await readFile(schemaPath, 'utf8').catch((error: unknown) => {
    throw new StackError(
      `Cannot read the Prisma schema ${schemaPath}: ${messageOf(error)}`,
      'Install the release again.',
    );
  });
  const output = await packageFolder(python, 'prisma', env);
  const line = JSON.stringify(request(schemaText, schemaPath, output));
  const { code, stdout, stderr } = await run(
    python,
    ['-m', 'prisma'],
    { ...env, PRISMA_GENERATOR_INVOCATION: '1' },
    `${line}\n`,
  );
  const failure = failureIn(stderr);
  if (code === 0 && failure === undefined) return;
  throw new StackError(
    `The Python database client could not be generated from ${schemaPath} (exit status ${code ?? 'unknown'}):\n` +
      (failure ?? lastLines(stderr + stdout)),
    `Check that prisma==0.11.0 is installed for ${python}, then install the release again.`,
  );
}

/** The generator call that Prisma's command line would make for the first generator of the schema. */
function request(schemaText: string, schemaPath: string, output: string): unknown {
  const params = (() => {
    try {
      const config = schemaConfig(schemaText);
      const [generator, ...otherGenerators] = config.generators;
      if (generator === undefined) throw new Error('it has no generator');
      return {
        generator: { ...generator, output: { value: output, fromEnvVar: null } },
        otherGenerators: otherGenerators.map((other) => ({
          ...other,
          output: other.output ?? { value: '', fromEnvVar: null },
        })),
        schemaPath,
        dmmf: schemaDmmf(schemaText),
        datasources: config.datasources,
        datamodel: schemaText,
        version: expectedEngineVersion,
        binaryPaths: { queryEngine: {} },
      };
    } catch (error) {
      throw new StackError(
        `The Prisma schema ${schemaPath} is not one that a client can be generated from: ${messageOf(error)}`,
        'Install the release again; if it stays, this release is not supported.',
      );
    }
  })();
  return { jsonrpc: '2.0', id: 1, method: 'generate', params };
}

/** The folder of an installed package. It is not imported: a half generated client could not be. */
export async function packageFolder(python: string, name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const script = `import importlib.util as u; s = u.find_spec('${name}'); print(s.submodule_search_locations[0] if s else '')`;
  const { code, stdout, stderr } = await run(python, ['-c', script], env);
  const folder = stdout.trim();
  if (code === 0 && folder !== '') return folder;
  throw new StackError(
    `${python} has no package ${name}${stderr === '' ? '' : `:\n${lastLines(stderr)}`}`,
    'Install the release again.',
  );
}

/** The message of the JSON-RPC error among the lines of stderr, if there is one. */
function failureIn(stderr: string): string | undefined {
  for (const line of stderr.split('\n')) {
    if (!line.startsWith('{')) continue;
    try {
      const { error } = JSON.parse(line) as { error?: { message?: string } };
      if (error !== undefined) return lastLines(error.message ?? line);
    } catch {
      // A log line that happens to begin with a brace.
    }
  }
  return undefined;
}

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(file: string, args: string[], env: NodeJS.ProcessEnv, stdin = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Python looks for modules, and the generator for `prisma/partial_types.py`, in the working directory first: not
    // in the user's.
    const child = spawn(file, args, { env, cwd: path.dirname(file), stdio: 'pipe' });
    const outcome: Outcome = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.stderr += text));
    child.on('error', (error) => {
      reject(new StackError(`Cannot run ${file}: ${error.message}`, 'Install the release again.'));
    });
    // An interrupted run removes the folder that this one writes to.
    const kill = () => child.kill('SIGKILL');
    process.prependOnceListener('exit', kill);
    child.on('close', (code) => {
      process.off('exit', kill);
      resolve({ ...outcome, code });
    });
    // A process that ends before it has read everything says why on stderr; the broken pipe adds nothing.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
