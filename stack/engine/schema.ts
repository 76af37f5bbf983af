import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import type * as SchemaWasm from '@prisma/prisma-schema-wasm';

import { projectFolder } from '../home';

/** What the engine has to know about a Prisma schema beyond what its WASM part knows by itself. */
export interface Schema {
  /** Where the connection URL stands: in the schema itself, or in an environment variable. */
  datasource: { name: string; url: ValueOrVariable };
  models: Record<string, Model>;
}

export interface Model {
  /** Fields of type `Json`: their values are written as text by the client, and may be mistaken for strings. */
  json: Record<string, 'one' | 'list'>;
  /** Fields that lead to other models. */
  relations: Record<string, string>;
}

export interface ValueOrVariable {
  value: string | null;
  fromEnvVar: string | null;
}

/** `get_config` of prisma-schema-wasm, as far as it is used here. */
export interface SchemaConfig {
  generators: ({ name: string; provider: ValueOrVariable; output: ValueOrVariable | null } & Record<string, unknown>)[];
  datasources: ({ name: string; provider: string; url: ValueOrVariable } & Record<string, unknown>)[];
}

/** `get_datamodel` of prisma-schema-wasm, as far as it is used here. `dbName`: what the database calls it, if not so. */
export interface Datamodel {
  models: { name: string; dbName: string | null; fields: Field[] }[];
  enums: { name: string; values: { name: string }[] }[];
}

export interface Field {
  name: string;
  dbName?: string | null;
  kind: 'scalar' | 'enum' | 'object' | 'unsupported';
  type: string;
  isList: boolean;
  isRequired: boolean;
}

/** Bump when `Schema` changes, so that a summary written by an older build is not read. */
const summaryFormat = 1;

/**
 * Reads what the engine needs of a schema file. Prisma's parser takes 0.2 s for LiteLLM's schema, so the outcome is
 * kept, named after the schema's content.
 *
 * @param summaries the folder to keep it in; one that cannot be written costs time only
 * @throws Error with Prisma's own complaint if the schema is invalid
 */
export async function readSchema(schemaText: string, summaries: string): Promise<Schema> {
  const hash = createHash('sha256').update(schemaText).digest('hex').slice(0, 32);
  const file = path.join(summaries, `schema-${summaryFormat}-${hash}.json`);
  const kept = await readFile(file, 'utf8')
    .then((summary) => JSON.parse(summary) as Schema)
    .catch(() => undefined);
  if (kept !== undefined) return kept;

  const schema = summarize(schemaText);
  // A URL in the schema itself may hold a password: that is not written elsewhere.
  if (schema.datasource.url.value !== null) return schema;
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, JSON.stringify(schema))
    .then(() => rename(partial, file))
    .catch(() => undefined);
  return schema;
}

/** The generators and the datasource of a schema, environment variables unresolved. */
export function schemaConfig(schemaText: string): SchemaConfig {
  const options = { prismaSchema: schemaText, datasourceOverrides: {}, ignoreEnvVarErrors: true, env: {} };
  const { config } = JSON.parse(parser().get_config(JSON.stringify(options))) as { config: SchemaConfig };
  return config;
}

/** Everything that a client generator is told about a schema: Prisma's "DMMF", 10 MB of JSON for LiteLLM's. */
export const schemaDmmf = (schemaText: string): unknown =>
  JSON.parse(parser().get_dmmf(JSON.stringify({ prismaSchema: schemaText, noColor: true })));

/** The models and fields of a schema. */
export const schemaDatamodel = (schemaText: string): Datamodel =>
  JSON.parse(parser().get_datamodel(JSON.stringify({ prismaSchema: schemaText, noColor: true }))) as Datamodel;

function summarize(schemaText: string): Schema {
  const [datasource] = schemaConfig(schemaText).datasources;
  if (datasource === undefined) throw new Error('The Prisma schema has no datasource');
  if (datasource.provider !== 'postgresql' && datasource.provider !== 'postgres')
    throw new Error(`The Prisma schema is for ${datasource.provider}; this engine speaks to PostgreSQL only`);
  const datamodel = schemaDatamodel(schemaText);
  return {
    datasource: { name: datasource.name, url: datasource.url },
    models: Object.fromEntries(
      datamodel.models.map(({ name, fields }) => [
        name,
        {
          json: Object.fromEntries(
            fields.filter(({ type }) => type === 'Json').map((field) => [field.name, field.isList ? 'list' : 'one']),
          ),
          relations: Object.fromEntries(
            fields.filter(({ kind }) => kind === 'object').map((field) => [field.name, field.type]),
          ),
        },
      ]),
    ),
  };
}

/** Loads 3 MB of WASM from beside itself, so it is not bundled, and only loaded for a schema never seen before. */
const parser = (): typeof SchemaWasm =>
  createRequire(path.join(projectFolder, 'package.json'))('@prisma/prisma-schema-wasm') as typeof SchemaWasm;
