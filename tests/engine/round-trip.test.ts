import { readFileSync } from 'node:fs';

import fc from 'fast-check';

import { type Datamodel, type Field, schemaDatamodel } from '../../stack/engine/schema';
import { withClient } from '../../stack/postgres/cluster';
import { applyMigrations } from '../../stack/postgres/migrations';
import { curatedReleases } from '../../stack/release/curated';
import { ensureRelease } from '../../stack/release';
import { loadSettings } from '../../stack/settings';
import { expect, schemaFile, schemaSql, test } from './engine';

/** Random records per model. */
const runs = 5;

/** What both ways of reading are turned into: numbers and JSON as such, SQL's NULL as undefined, everything else as text. */
type Value = unknown;

/** How a type is made, written as the Python client writes it, and read from PostgreSQL's text. The engine's answer is its own. */
interface Kind {
  values: fc.Arbitrary<Value>;
  written: (value: Value) => string;
  fromPostgres: (text: string) => Value;
  fromEngine: (answer: unknown) => Value;
}

const same = <T>(value: T): T => value;
const quoted = (value: Value): string => JSON.stringify(value);

/** PostgreSQL stores every character but NUL, and UTF-8 has no half of a pair. */
const texts = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '~'));

/**
 * Prisma's WASM engine makes a decimal number of a `Float` and keeps 16 digits of it; a text of 15
 * comes back as it was. `-0` has no form of its own in JSON.
 */
const numbers = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => Number((value + 0).toPrecision(15)))
  .filter(Number.isFinite);

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'json' },
    fc.oneof(texts, numbers, fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(texts, tie('json'), { maxKeys: 3 }),
  ),
}));

const moment = (text: string): string => new Date(`${text.replace(' ', 'T')}Z`).toISOString();

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const kinds: Record<string, Kind> = {
  String: { values: texts, written: quoted, fromPostgres: same, fromEngine: same },
  Boolean: { values: fc.boolean(), written: String, fromPostgres: (text) => text === 'true', fromEngine: same },
  Int: {
    values: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    written: String,
    fromPostgres: Number,
    fromEngine: same,
  },
  BigInt: {
    values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    written: String,
    fromPostgres: same,
    fromEngine: same,
  },
  Float: { values: numbers, written: quoted, fromPostgres: Number, fromEngine: same },
  Decimal: {
    values: fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 10 ** 9 }))
      .map(([whole, fraction]) => withoutZeros(`${whole}.${String(fraction).padStart(12, '0')}`)),
    written: quoted,
    fromPostgres: withoutZeros,
    fromEngine: same,
  },
  DateTime: {
    values: fc
      .date({ noInvalidDate: true, min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') })
      .map((date) => date.toISOString()),
    written: quoted,
    fromPostgres: moment,
    fromEngine: same,
  },
  Bytes: {
    values: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    written: quoted,
    fromPostgres: (text) => Buffer.from(text.slice(2), 'hex').toString('base64'),
    fromEngine: same,
  },
  Json: {
    values: json,
    written: (value) => quoted(JSON.stringify(value)),
    fromPostgres: (text) => JSON.parse(text) as unknown,
    fromEngine: (answer) => JSON.parse(String(answer)) as unknown,
  },
};

function kindOf(field: Field, { enums }: Datamodel): Kind {
  const names = enums.find(({ name }) => field.kind === 'enum' && name === field.type)?.values.map(({ name }) => name);
  const kind = names === undefined ? kinds[field.type] : { ...kinds.String, values: fc.constantFrom(...names) };
  if (kind?.written === undefined || kind.fromPostgres === undefined || kind.fromEngine === undefined)
    throw new Error(`no values for ${field.type} of ${field.name}`);
  return { values: kind.values, written: kind.written, fromPostgres: kind.fromPostgres, fromEngine: kind.fromEngine };
}

const releases = curatedReleases.map((version) => ({
  title: `every model of ${version}`,
  prepare: async (databaseUrl: string): Promise<string> => {
    const { home } = loadSettings();
    const release = await ensureRelease({ version, home, progress: () => undefined });
    await applyMigrations(databaseUrl, release.migrationsFolder);
    return release.schemaPath;
  },
}));

const ours = {
  title: 'every type that LiteLLM does not use, too',
  prepare: async (databaseUrl: string): Promise<string> => {
    await withClient(databaseUrl, (client) => client.query(schemaSql));
    return schemaFile;
  },
};

for (const { title, prepare } of [...releases, ours])
  test(`random records are the same, read both ways: ${title}`, async ({ databaseUrl, startEngine }) => {
    test.setTimeout(120_000);
    const schemaPath = await prepare(databaseUrl);
    const datamodel = schemaDatamodel(readFileSync(schemaPath, 'utf8'));
    const engine = await startEngine(databaseUrl, schemaPath);
    await withClient(databaseUrl, async (client) => {
      // A record alone: what it refers to is another matter.
      await client.query(`DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT conrelid::regclass AS of, conname FROM pg_constraint WHERE contype = 'f' LOOP
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.of, found.conname);
        END LOOP; END $$`);
      for (const model of datamodel.models) {
        const fields = model.fields
          .filter(({ kind }) => kind !== 'object')
          .map((field) => ({ ...field, ...kindOf(field, datamodel) }));
        const table = `"${model.dbName ?? model.name}"`;
        const columns = fields.map(({ name, dbName, isList }) => {
          const column = `"${dbName ?? name}"`;
          return isList ? `to_jsonb(${column}::text[])` : `${column}::text`;
        });
        const selection = fields.map(({ name }) => name).join(' ');
        const records = fc.record(
          Object.fromEntries(
            fields.map(({ name, values, isList, isRequired }) => {
              if (isList) return [name, fc.array(values, { maxLength: 3 })];
              return [name, isRequired ? values : fc.option(values, { nil: undefined })];
            }),
          ),
        );
        const roundTrip = async (record: Record<string, unknown>) => {
          await client.query(`DELETE FROM ${table}`);
          const data = fields.flatMap(({ name, type, isList, written }) => {
            const value = record[name];
            if (value === undefined) return [`${name}: ${type === 'Json' ? 'DbNull' : 'null'}`];
            return [`${name}: ${isList ? `[${(value as unknown[]).map(written).join(', ')}]` : written(value)}`];
          });
          await engine.result(
            `mutation { result: createOne${model.name}(data: { ${data.join(', ')} }) { ${selection} } }`,
          );
          const [answer = {}] = (await engine.result(
            `query { result: findMany${model.name} { ${selection} } }`,
          )) as Record<string, unknown>[];
          const { rows } = await client.query<unknown[]>({
            text: `SELECT ${columns.join(', ')} FROM ${table}`,
            rowMode: 'array',
          });
          const expected = fields.map(({ name }) => record[name]);
          const read = (value: unknown, isList: boolean, turn: (one: string) => Value): unknown => {
            if (value === null) return undefined;
            return isList ? (value as string[]).map(turn) : turn(value as string);
          };
          const [row = []] = rows;
          expect(rows, model.name).toHaveLength(1);
          const named = (values: unknown[]) => fields.map(({ name }, index) => [name, values[index]]);
          expect(named(fields.map(({ name, isList, fromEngine }) => read(answer[name], isList, fromEngine)))).toEqual(
            named(expected),
          );
          expect(
            named(fields.map(({ isList, fromPostgres }, index) => read(row[index], isList, fromPostgres))),
          ).toEqual(named(expected));
        };
        await fc.assert(fc.asyncProperty(records, roundTrip), { numRuns: runs });
      }
    });
  });
