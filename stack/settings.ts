import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'dotenv';
import { z } from 'zod';

import { StackError } from './errors';
import { projectFolder } from './home';
import { compromisedReleases, curatedReleases, defaultRelease, isCompromised, isReleaseName } from './release/curated';

/** What a person can decide about a run. Nothing else of the environment has a say. */
export interface Settings {
  /** The LiteLLM release under test. */
  readonly release: string;
  /** Folder for everything that can be made again, absolute. */
  readonly home: string;
  /** The proxy's master key; undefined: every stack makes a random one. */
  readonly masterKey: string | undefined;
  /** Whether the proxy believes it has an enterprise licence. Off: nothing is judged, differences are reported. */
  readonly premium: boolean;
  /** Whether what differs from the pins fails a test. If not, it is reported alone. */
  readonly judge: boolean;
  /** An operator's own configuration, tried in the place of `plain`: its file, absolute; undefined: none. Nothing is judged then. */
  readonly configuration: string | undefined;
  /** A query engine of the user's own; undefined: ours. */
  readonly engine: string | undefined;
  /** The address of a database on a server to make databases on; undefined: a server of ours. */
  readonly databaseUrl: string | undefined;
  /** The folder that this run's reports go to, absolute. */
  readonly runFolder: string;
  /** A proxy that somebody else runs, to be tested as it is; undefined: a stack is started. */
  readonly attach: AttachSettings | undefined;
}

/** Somebody else's proxy. Whoever names it has allowed that its database is written to. */
export interface AttachSettings {
  /** Its address, without a path. */
  readonly baseUrl: string;
  readonly databaseUrl: string;
  readonly masterKey: string;
}

const switchWords = { true: true, on: true, '1': true, false: false, off: false, '0': false } as const;

const switchSchema = z.enum(Object.keys(switchWords) as [keyof typeof switchWords, ...(keyof typeof switchWords)[]]);

const oneOf = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function isBaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash === '';
}

function isDatabaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1;
}

/** Whether a text is the absolute path of a file that we may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return path.isAbsolute(file);
  } catch {
    return false;
  }
}

const folder = z.string().refine((name) => !name.includes('\0'));

/** One entry per variable: what is accepted, in words that finish the sentence "It takes …". */
const variables = {
  LITELLM_RELEASE: {
    schema: z
      .string()
      .refine((version) => isReleaseName(version) && !isCompromised(version))
      .default(defaultRelease),
    takes: `a version of LiteLLM as PyPI names it, except for ${oneOf(compromisedReleases)}, which carried malicious code; curated are ${oneOf(curatedReleases)}`,
    secret: false,
  },
  STACK_HOME: {
    schema: folder.default('.stack'),
    takes: 'a folder, absolute or relative to the project',
    secret: false,
  },
  STACK_MASTER_KEY: {
    // 1.106.0 refuses to start with a well-known key; one that starts otherwise than `sk-` is not taken for a key at all.
    schema: z
      .string()
      .regex(/^sk-[A-Za-z0-9_-]{16,}$/)
      .optional(),
    takes: '`sk-` and at least 16 letters, digits, `-` or `_`; leave it out for a random one',
    secret: true,
  },
  PREMIUM_USER: {
    schema: switchSchema.default('true'),
    takes: `one of ${oneOf(Object.keys(switchWords))}`,
    secret: false,
  },
  JUDGE: {
    schema: switchSchema.default('true'),
    takes: `one of ${oneOf(Object.keys(switchWords))}`,
    secret: false,
  },
  PROXY_CONFIG: {
    schema: folder.optional(),
    takes: 'the file of a LiteLLM configuration, absolute or relative to the project',
    secret: false,
  },
  STACK_DATABASE_URL: {
    schema: z.string().refine(isDatabaseUrl).optional(),
    takes:
      'the address of a database as in `postgresql://user:password@host:5432/postgres`, on a server to make databases on; leave it out to have a PostgreSQL brought along',
    secret: true,
  },
  ATTACH_BASE_URL: {
    schema: z.string().refine(isBaseUrl).optional(),
    takes: 'the address of a running proxy, without a path, as in `http://127.0.0.1:4000`',
    secret: false,
  },
  ATTACH_DATABASE_URL: {
    schema: z.string().refine(isDatabaseUrl).optional(),
    takes: 'the address of that proxy’s database, as in `postgresql://user:password@host:5432/litellm`',
    secret: true,
  },
  ATTACH_MASTER_KEY: {
    schema: z.string().optional(),
    takes: 'that proxy’s master key',
    secret: true,
  },
  ATTACH_WRITES: {
    schema: z.literal('allow').optional(),
    takes: '`allow`, from whoever may decide that tests write to that database',
    secret: false,
  },
  RUN_DIR: {
    schema: folder.default('.'),
    takes: 'a folder, absolute or relative to the project',
    secret: false,
  },
  PRISMA_QUERY_ENGINE_BINARY: {
    schema: z.string().refine(isExecutable).optional(),
    takes:
      'the absolute path of a query engine that can be executed; leave it out for the one that comes with the project',
    secret: false,
  },
} as const;

/**
 * Reads the settings from the environment and, below it, from the project's own `.env`. The file's other lines go
 * nowhere: nothing is put into `process.env`. An empty value stands for the default, in the environment also where the file has one.
 *
 * @param environment whose variables win over the file's
 * @param file the `.env` to read; a missing one is no error
 * @throws StackError that names each bad variable, its value (secrets masked) and what is accepted
 */
export function loadSettings(
  environment: NodeJS.ProcessEnv = process.env,
  file: string = path.join(projectFolder, '.env'),
): Settings {
  const written = readEnvFile(file);
  const complaints: string[] = [];
  const read = <Name extends keyof typeof variables>(name: Name): z.output<(typeof variables)[Name]['schema']> => {
    const { schema, takes, secret } = variables[name];
    const ambient = environment[name];
    const fromFile = ambient === undefined;
    const value = (fromFile ? written[name] : ambient) ?? '';
    const result = schema.safeParse(value === '' ? undefined : value);
    if (!result.success) {
      const shown = secret ? `(${value.length} characters, not shown)` : JSON.stringify(value);
      complaints.push(`${name} is ${shown}, from ${fromFile ? file : 'the environment'}. It takes ${takes}.`);
    }
    return result.data as z.output<(typeof variables)[Name]['schema']>;
  };
  const release = read('LITELLM_RELEASE');
  const home = read('STACK_HOME');
  const masterKey = read('STACK_MASTER_KEY');
  const premium = read('PREMIUM_USER');
  const judge = read('JUDGE');
  const configuration = read('PROXY_CONFIG');
  const databaseUrl = read('STACK_DATABASE_URL');
  const engine = read('PRISMA_QUERY_ENGINE_BINARY');
  const runFolder = read('RUN_DIR');
  const named = {
    ATTACH_BASE_URL: read('ATTACH_BASE_URL'),
    ATTACH_DATABASE_URL: read('ATTACH_DATABASE_URL'),
    ATTACH_MASTER_KEY: read('ATTACH_MASTER_KEY'),
  };
  const writes = read('ATTACH_WRITES');
  if (complaints.length > 0) {
    throw new StackError(complaints.join('\n'), 'Nothing was started. `.env.example` lists every setting.');
  }
  const attach = attachSettings(named, writes === 'allow');
  if (attach !== undefined && configuration !== undefined) {
    throw new StackError(
      `PROXY_CONFIG is ${JSON.stringify(configuration)}, and the proxy at ${attach.baseUrl} has a configuration already.`,
      'Nothing was started. Leave PROXY_CONFIG out to test that proxy as it is, or the variables ATTACH_… to have one started.',
    );
  }
  return {
    attach,
    release,
    home: path.resolve(projectFolder, home),
    masterKey,
    premium: switchWords[premium],
    judge: switchWords[judge],
    configuration: configuration === undefined ? undefined : path.resolve(projectFolder, configuration),
    engine,
    databaseUrl,
    runFolder: path.resolve(projectFolder, runFolder),
  };
}

/** @throws StackError unless all of the three are there, and writing is allowed */
function attachSettings(
  named: Readonly<Record<'ATTACH_BASE_URL' | 'ATTACH_DATABASE_URL' | 'ATTACH_MASTER_KEY', string | undefined>>,
  mayWrite: boolean,
): AttachSettings | undefined {
  const { ATTACH_BASE_URL: baseUrl, ATTACH_DATABASE_URL: databaseUrl, ATTACH_MASTER_KEY: masterKey } = named;
  const missing = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 3) return undefined;
  if (baseUrl === undefined || databaseUrl === undefined || masterKey === undefined) {
    throw new StackError(
      `To test a proxy that somebody else runs, ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      'Nothing was started. Set all three of ATTACH_BASE_URL, ATTACH_DATABASE_URL and ATTACH_MASTER_KEY, or none to have a stack started.',
    );
  }
  if (!mayWrite) {
    throw new StackError(
      `The tests would write to the database of ${baseUrl}: users, teams, keys and more, under names of their own, which are removed afterwards.`,
      'Nothing was started. If that is all right with whoever runs it, say so with ATTACH_WRITES=allow.',
    );
  }
  return { baseUrl: new URL(baseUrl).origin, databaseUrl, masterKey };
}

const readEnvFile = (file: string): Record<string, string | undefined> => {
  try {
    return parse(readFileSync(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new StackError(`${file} cannot be read: ${String(error)}`, 'Mend or remove that file.');
  }
};
