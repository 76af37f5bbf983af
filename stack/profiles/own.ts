// An operator's own configuration, in the place of `plain`: the file that PROXY_CONFIG names, with what lies beside it.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { messageOf, StackError } from '../errors';
import { isCurated } from '../release/curated';
import type { Settings } from '../settings';
import {
  adapted,
  callbackSettings,
  isModule,
  isSection,
  namesIn,
  reference,
  refusalsOf,
  shown,
  type Section,
} from './own-limits';
import { parseYaml, yamlOf } from './own-yaml';

/** What its scenarios' ids begin with, and its lanes are called. */
export const ownProfile = 'own';

/** What a proxy gets of an operator's configuration. */
export interface OwnConfiguration {
  /** How it is called in reports: the file's name, without its folder. */
  readonly name: string;
  /** What is written for LiteLLM to read, by names that are relative to one folder: `config.yaml`, what it includes, its modules. */
  readonly files: Readonly<Record<string, string>>;
  /** The variables that it refers to. None of them is there. */
  readonly empty: readonly string[];
}

/** The same, and what to tell of it. */
export interface ReadConfiguration extends OwnConfiguration {
  /** A line each for what is not as the file has it. */
  readonly lines: readonly string[];
}

/** The name of the file that LiteLLM is told to read. */
export const configFile = 'config.yaml';

const outOfReach = 'Nothing was started.';
const takeOut =
  'Nothing was started. Take that out for this run, in a copy of the file, and let PROXY_CONFIG name the copy.';

/**
 * Reads and checks an operator's configuration: a few milliseconds' work that changes nothing.
 *
 * @param file absolute
 * @throws StackError that says what is wrong with it, and where; secrets are not shown
 */
export function readOwnConfiguration(file: string, { premium }: { readonly premium: boolean }): ReadConfiguration {
  const folder = path.dirname(file);
  const parts = filesFrom(file);
  const refusals = parts.flatMap(({ place, config }) =>
    refusalsOf(config, premium).map(({ path: at, value, why }) => `  ${place}${at}: ${shown(at, value)} ${why}.`),
  );
  const changed = parts.map((part, index) => ({ ...part, ...adapted(part.config, index === 0) }));
  const missing = changed.flatMap(({ place, config }) =>
    namedModules(config).flatMap(([at, value]) => {
      const why = whyNoModule(folder, value);
      return why === undefined ? [] : [`  ${place}${at}: ${JSON.stringify(value)} ${why}.`];
    }),
  );
  const name = path.basename(file);
  if (refusals.length + missing.length > 0) {
    throw new StackError(`${name} asks for what is not there:\n${[...refusals, ...missing].join('\n')}`, takeOut);
  }
  const texts = changed.flatMap(({ config }) => textsIn(config));
  return {
    name,
    files: {
      ...Object.fromEntries(changed.map(({ as, config }) => [as, yamlOf(config)])),
      ...modulesOf(folder, [...new Set(texts)]),
    },
    empty: variablesIn(texts),
    lines: changed.flatMap(({ place, lines }) => lines.map((line) => place + line)),
  };
}

/** The configuration that the settings name; undefined: none. */
export const ownConfigurationOf = ({ configuration, premium }: Settings): ReadConfiguration | undefined =>
  configuration === undefined ? undefined : readOwnConfiguration(configuration, { premium });

/** A digest of all that a proxy gets of it. */
export const digestOf = ({ files }: OwnConfiguration): string =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);

/** Tells what a run with an operator's configuration is, and what of it is not as the file has it. */
export function tellOfOwnConfiguration(settings: Settings, progress: (line: string) => void): void {
  const own = ownConfigurationOf(settings);
  if (own === undefined) return;
  const { name, lines, empty } = own;
  progress(`${name} is tried in the place of plain, and nothing is judged: what differs is told at the end`);
  for (const line of lines) progress(`${name}: ${line}`);
  if (empty.length > 0) {
    progress(`${name}: ${empty.join(', ')}: empty, since nothing of your environment reaches the proxy`);
  }
  if (!isCurated(settings.release)) {
    progress(`${settings.release} is not curated: what the release changes is told together with what ${name} changes`);
  }
  if (!settings.premium) progress(`PREMIUM_USER is off: what that changes is told together with what ${name} changes`);
}

/** One of the files that a configuration is made of. */
interface Part {
  /** How its settings are announced: with its name, where it is an included one. */
  readonly place: string;
  /** What it is called where LiteLLM reads it. */
  readonly as: string;
  readonly config: Section;
}

/** A file and those that it includes, first the file itself. `include` names them as they are called afterwards. */
function filesFrom(file: string): Part[] {
  const folder = path.dirname(file);
  const names = new Map<string, string>([[file, configFile]]);
  const parts: Part[] = [];
  // It grows while it is walked through.
  for (const [each, as] of names) {
    const place = each === file ? '' : `${path.relative(folder, each)}: `;
    const config = readSections(each, file);
    const { include } = config;
    if (include === undefined) {
      parts.push({ place, as, config });
      continue;
    }
    if (!Array.isArray(include) || !include.every((entry) => typeof entry === 'string')) {
      throw new StackError(`${each}: include has to be a list of files.`, outOfReach);
    }
    const included = include.map((entry) => {
      // 1.106.0 looks beside the file that says so, and then beside the first one; 1.87.0 there alone.
      const found = [path.resolve(path.dirname(each), entry), path.resolve(folder, entry)].find(isFile);
      if (found === undefined) {
        throw new StackError(`${each} includes ${JSON.stringify(entry)}, and there is no such file.`, outOfReach);
      }
      if (found === file) throw new StackError(`${each} includes ${file}, which includes it.`, outOfReach);
      const known = names.get(found) ?? `included-${names.size}.yaml`;
      names.set(found, known);
      return known;
    });
    parts.push({ place, as, config: { ...config, include: included } });
  }
  return parts;
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;

/** Those sections that have to be mappings; LiteLLM's error for another thing names nothing. */
const mappings = [
  'general_settings',
  'litellm_settings',
  'router_settings',
  'environment_variables',
  'callback_settings',
] as const;

function readSections(file: string, named: string): Section {
  const next = `${outOfReach} ${file === named ? 'PROXY_CONFIG names it' : `${named} includes it`}: mend it, or name another.`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StackError(`The configuration ${file} cannot be read: ${messageOf(error)}.`, next);
  }
  let read: unknown;
  try {
    read = parseYaml(text);
  } catch (error) {
    throw new StackError(`The configuration ${file} is not YAML, ${messageOf(error)}`, next);
  }
  if (!isSection(read)) {
    throw new StackError(`The configuration ${file} is ${kindOf(read)}, and has to be a mapping of sections.`, next);
  }
  const wrong = [
    ...mappings.filter((name) => !isSection(read[name] ?? {})).map((name) => [name, 'a mapping'] as const),
    ...(Array.isArray(read.model_list ?? []) ? [] : [['model_list', 'a list'] as const]),
  ];
  if (wrong.length > 0) {
    const lines = wrong.map(([name, due]) => `${name} is ${kindOf(read[name])}, and has to be ${due}.`);
    throw new StackError(`The configuration ${file}: ${lines.join(' ')}`, next);
  }
  return read;
}

const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
};

/** Every text in it, wherever it stands. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** What LiteLLM gives itself, and we do. */
const given = ['LITELLM_MASTER_KEY', 'DATABASE_URL'];

const variablesIn = (texts: readonly string[]): string[] => [
  ...new Set(
    texts
      .filter((text) => text.startsWith(reference))
      .map((text) => text.slice(reference.length))
      .filter((name) => !given.includes(name)),
  ),
];

/** The settings that name an operator's own Python, with their paths. */
function namedModules({ general_settings: general, litellm_settings: settings }: Section): [string, string][] {
  const found = (at: string, value: unknown) => namesIn(value).map((name): [string, string] => [at, name]);
  return [
    ...Object.entries(isSection(general) ? general : {})
      .filter(([name]) => /^custom_(auth|key_\w+|team_metadata_validate|sso|ui_sso_sign_in_handler)$/.test(name))
      .flatMap(([name, value]) => found(`general_settings.${name}`, value)),
    ...(isSection(settings)
      ? [...callbackSettings, 'post_call_rules'].flatMap((name) =>
          found(`litellm_settings.${name}`, settings[name]).filter(([, callback]) => callback.includes('.')),
        )
      : []),
  ];
}

/** Why LiteLLM would not find what a setting names; undefined: it would. */
function whyNoModule(folder: string, value: string): string | undefined {
  if (!isModule(value)) return 'is not of the form module.attribute';
  // LiteLLM has some to choose from.
  if (/^(litellm|litellm_enterprise|enterprise)\./.test(value)) return undefined;
  const file = fileOf(value);
  return isFile(path.join(folder, file)) ? undefined : `needs ${file}, which is not in ${folder}`;
}

/** The file of `package.module.attribute`, relative to the configuration's. */
const fileOf = (value: string): string => `${value.split('.').slice(0, -1).join('/')}.py`;

/** The Python that texts name and that lies beside the configuration, and what of the same folder that imports. */
function modulesOf(folder: string, texts: readonly string[]): Record<string, string> {
  const sources: Record<string, string> = {};
  const wanted = texts.filter(isModule).map(fileOf);
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (file in sources || !isFile(path.join(folder, file))) continue;
    const source = readFileSync(path.join(folder, file), 'utf8');
    sources[file] = source;
    for (const [, name = ''] of source.matchAll(/^\s*(?:from|import)\s+([A-Za-z_]\w*)/gm)) {
      wanted.push(`${name}.py`, ...pythonIn(folder, name));
    }
  }
  return sources;
}

/** All files of a Python package beside the configuration; none where there is no such folder. */
function pythonIn(folder: string, name: string): string[] {
  const at = path.join(folder, name);
  if (!existsSync(at) || !statSync(at).isDirectory()) return [];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.py'))
    .map((file) => path.join(name, file));
}
