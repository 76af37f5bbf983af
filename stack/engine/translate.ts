import type { ArgumentNode, FieldNode, ObjectFieldNode, SelectionSetNode, ValueNode, VariableNode } from 'graphql';
// The package as a whole would triple the program.
import { Kind } from 'graphql/language/kinds';
import { parse } from 'graphql/language/parser';

import { invalid, Refusal, uncoded } from './failures';
import { outsideStrings } from './json-text';
import type { Model, Schema } from './schema';

/** A GraphQL query of the Python client, in the JSON protocol that the WASM engine speaks. */
export interface Operation {
  /** The query as JSON text. It is never an object: numbers must keep every digit that the client wrote. */
  json: string;
  /** Under what name the client wants the result (`result`). */
  alias: string;
  /** Whether the result is rows of a raw SQL query. */
  raw: boolean;
}

/** Actions of the JSON protocol; where the GraphQL name puts the model in the middle, what follows it. */
const actions: [action: string, before: string, after: string][] = [
  ['findUnique', 'findUnique', ''],
  ['findUniqueOrThrow', 'findUnique', 'OrThrow'],
  ['findFirst', 'findFirst', ''],
  ['findFirstOrThrow', 'findFirst', 'OrThrow'],
  ['findMany', 'findMany', ''],
  ['createOne', 'createOne', ''],
  ['createMany', 'createMany', ''],
  ['createManyAndReturn', 'createMany', 'AndReturn'],
  ['updateOne', 'updateOne', ''],
  ['updateMany', 'updateMany', ''],
  ['upsertOne', 'upsertOne', ''],
  ['deleteOne', 'deleteOne', ''],
  ['deleteMany', 'deleteMany', ''],
  ['aggregate', 'aggregate', ''],
  ['groupBy', 'groupBy', ''],
];

const rawActions = new Set(['queryRaw', 'executeRaw']);

export type Translator = (query: string) => Operation;

/** Makes the translation for one schema. What it returns throws a {@link Refusal} for a query that is no query of it. */
export function translator(schema: Schema): Translator {
  const operations = operationsOf(schema);
  return (query) => {
    const field = rootField(query);
    const name = field.name.value;
    const writer = new Writer(schema.models, name);
    const alias = field.alias?.value ?? name;
    if (rawActions.has(name)) {
      const json = `{"action":${text(name)},"query":{"arguments":${writer.arguments(field, undefined)},"selection":{}}}`;
      return { json, alias, raw: name === 'queryRaw' };
    }
    const operation = operations(name);
    if (operation === undefined)
      throw new Refusal(
        invalid('UnknownSelectionField', `Field '${name}' not found in enclosing type 'Query'`, {
          selectionPath: [name],
        }),
      );
    const { action, model } = operation;
    const args = writer.arguments(field, model);
    const selection = writer.selection(field.selectionSet, model);
    const json = `{"modelName":${text(model)},"action":${text(action)},"query":{"arguments":${args},"selection":${selection}}}`;
    return { json, alias, raw: false };
  };
}

/** Finds what a GraphQL name, such as `findManyShip`, stands for. */
function operationsOf({ models }: Schema): (name: string) => { action: string; model: string } | undefined {
  const known = new Map<string, { action: string; model: string }>();
  return (name) => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    for (const [action, before, after] of actions) {
      if (!name.startsWith(before) || !name.endsWith(after)) continue;
      const model = name.slice(before.length, name.length - after.length);
      if (!Object.hasOwn(models, model)) continue;
      const found = { action, model };
      known.set(name, found);
      return found;
    }
    return undefined;
  };
}

function rootField(query: string): FieldNode {
  const document = (() => {
    try {
      return parse(query, { noLocation: true });
    } catch (error) {
      // The parser's own message may quote values of the query.
      throw new Refusal(
        uncoded(`Error parsing GraphQL query: ${error instanceof Error ? error.name : 'invalid text'}`),
      );
    }
  })();
  const [definition, ...others] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || others.length > 0)
    throw new Refusal(uncoded('A GraphQL document must hold exactly one operation.'));
  const [selection, ...more] = definition.selectionSet.selections;
  if (selection?.kind !== Kind.FIELD || more.length > 0)
    throw new Refusal(uncoded('A GraphQL operation must hold exactly one field.'));
  return selection;
}

/** Filters of a `Json` field whose operand is JSON itself. The others take strings and lists of strings. */
const jsonOperators = new Set([
  'equals',
  'not',
  'array_contains',
  'array_starts_with',
  'array_ends_with',
  'lt',
  'lte',
  'gt',
  'gte',
]);
/** Filters of a `Json[]` field whose operand is JSON, or a list of it. */
const jsonListOperators = new Set(['equals', 'has', 'hasEvery', 'hasSome', 'set', 'push']);
const conjunctions = new Set(['AND', 'OR', 'NOT']);
const relationFilters = new Set(['is', 'isNot', 'some', 'every', 'none']);
const nullKinds = new Set(['DbNull', 'JsonNull', 'AnyNull']);

type Write = (node: ValueNode) => string;

/**
 * Writes one query. The only thing it needs the schema for is to find what is JSON: in GraphQL that is a string like
 * any other, in the JSON protocol an untagged string would be stored as a JSON string.
 */
class Writer {
  /** Where in the arguments the walk is, for error messages. */
  private readonly path: string[] = [];

  constructor(
    private readonly models: Record<string, Model>,
    private readonly root: string,
  ) {}

  arguments(field: FieldNode, modelName: string | undefined): string {
    const model = modelName === undefined ? undefined : this.models[modelName];
    return this.members(field.arguments ?? [], (name) => {
      if (model === undefined) return this.plain;
      switch (name) {
        case 'where':
        case 'cursor':
        case 'having':
          return this.filter(model);
        case 'data':
        case 'create':
        case 'update':
          return this.data(model);
        default:
          return this.plain;
      }
    });
  }

  selection(set: SelectionSetNode | undefined, modelName: string | undefined): string {
    const members = (set?.selections ?? []).map((selection) => {
      if (selection.kind !== Kind.FIELD || selection.alias !== undefined)
        throw new Refusal(uncoded('Fragments and aliases are not supported inside a selection.'));
      const name = selection.name.value;
      const hasArguments = (selection.arguments?.length ?? 0) > 0;
      if (selection.selectionSet === undefined && !hasArguments) return `${text(name)}:true`;
      // `_count` and its kin select among the fields of the same model.
      const related =
        modelName === undefined || name.startsWith('_') ? modelName : this.models[modelName]?.relations[name];
      const args = hasArguments ? `"arguments":${this.arguments(selection, related)},` : '';
      return `${text(name)}:{${args}"selection":${this.selection(selection.selectionSet, related)}}`;
    });
    return `{${members.join()}}`;
  }

  /** `where` and its kin, for one model. */
  private readonly filter = (model: Model): Write => this.each((name) => this.filterMember(model, name));

  private filterMember(model: Model, name: string): Write {
    if (conjunctions.has(name)) return this.filter(model);
    const json = model.json[name];
    if (json === 'one') return this.each((operator) => (jsonOperators.has(operator) ? this.json : this.plain));
    if (json === 'list') return this.each((operator) => (jsonListOperators.has(operator) ? this.jsonList : this.plain));
    const related = this.related(model, name);
    if (related === undefined) return this.plain;
    return this.each((key) => (relationFilters.has(key) ? this.filter(related) : this.filterMember(related, key)));
  }

  /** `data` and its kin, for one model. */
  private readonly data = (model: Model): Write =>
    this.each((name) => {
      const json = model.json[name];
      if (json === 'one') return this.json;
      if (json === 'list') return this.jsonListInput;
      const related = this.related(model, name);
      return related === undefined ? this.plain : this.nested(related);
    });

  /** What may be done to the other side of a relation while writing this one. */
  private nested(model: Model): Write {
    const wrapped = this.each((key) => {
      if (key === 'where') return this.filter(model);
      return key === 'data' || key === 'create' || key === 'update' ? this.data(model) : this.plain;
    });
    return this.each((operation) => {
      switch (operation) {
        case 'create':
          return this.data(model);
        case 'update': {
          // Of many: `{where, data}`. Of one: that, or the data itself.
          const update: Write = (node) => {
            if (node.kind === Kind.LIST) return this.list(node.values, update);
            return isWrapped(node) ? wrapped(node) : this.data(model)(node);
          };
          return update;
        }
        case 'updateMany':
        case 'createMany':
        case 'connectOrCreate':
        case 'upsert':
          return wrapped;
        default:
          return this.filter(model);
      }
    });
  }

  private related(model: Model, name: string): Model | undefined {
    const related = model.relations[name];
    return related === undefined ? undefined : this.models[related];
  }

  private readonly json: Write = (node) => {
    switch (node.kind) {
      case Kind.ENUM:
        return tagged('Enum', node.value);
      case Kind.STRING:
        if (nullKinds.has(node.value)) return tagged('Enum', node.value);
        if (isReadable(node.value)) return tagged('Json', node.value);
        throw this.unreadableJson();
      case Kind.NULL:
        throw this.valueMissing();
      case Kind.VARIABLE:
        throw variableRefused(node);
      default:
        throw this.noJson(node);
    }
  };

  private readonly jsonList: Write = (node) =>
    node.kind === Kind.LIST ? this.list(node.values, this.json) : this.json(node);

  private readonly jsonListInput: Write = (node) => {
    if (node.kind === Kind.OBJECT) return this.members(node.fields, () => this.jsonList);
    return node.kind === Kind.LIST ? this.jsonList(node) : this.plain(node);
  };

  private readonly plain: Write = (node) => {
    switch (node.kind) {
      case Kind.INT:
      case Kind.FLOAT:
        return node.value;
      case Kind.STRING:
        return text(node.value);
      case Kind.BOOLEAN:
        return String(node.value);
      case Kind.NULL:
        return 'null';
      case Kind.ENUM:
        return tagged('Enum', node.value);
      case Kind.LIST:
        return this.list(node.values, this.plain);
      case Kind.OBJECT:
        return this.members(node.fields, () => this.plain);
      case Kind.VARIABLE:
        throw variableRefused(node);
    }
  };

  /** For an object, or a list of objects, whose members have writers of their own. */
  private each(writerOf: (name: string) => Write): Write {
    const write: Write = (node) => {
      if (node.kind === Kind.OBJECT) return this.members(node.fields, writerOf);
      return node.kind === Kind.LIST ? this.list(node.values, write) : this.plain(node);
    };
    return write;
  }

  private members(members: readonly (ArgumentNode | ObjectFieldNode)[], writerOf: (name: string) => Write): string {
    const written = members.map(({ name, value }) => {
      this.path.push(name.value);
      const member = `${text(name.value)}:${writerOf(name.value)(value)}`;
      this.path.pop();
      return member;
    });
    return `{${written.join()}}`;
  }

  private list(values: readonly ValueNode[], write: Write): string {
    return `[${values.map(write).join()}]`;
  }

  // In the GraphQL protocol a `Json` argument is a string or nothing. The JSON protocol would take these three for
  // JSON and store them, or, unreadable, end in a panic.

  private valueMissing(): Refusal {
    return this.invalid('RequiredArgumentMissing', `\`${this.path.join('.')}\`: A value is required but not set`, {
      inputTypes: [{ kind: 'scalar', name: 'Json' }],
    });
  }

  private noJson(node: ValueNode): Refusal {
    const message = `Invalid argument type. \`${this.path.at(-1) ?? ''}\` should be of any of the following types: \`Json\``;
    const inferredType = node.kind.replace('Value', '');
    return this.invalid('InvalidArgumentType', message, { argument: this.argument(), inferredType });
  }

  private unreadableJson(): Refusal {
    // The native engine quotes the value here; this one leaves it out.
    const message = `Invalid argument agument value. \`${this.path.at(-1) ?? ''}\` is not a valid \`JSON String\`.`;
    return this.invalid('InvalidArgumentValue', message, { argument: this.argument(), underlyingError: null });
  }

  private argument(): unknown {
    return { name: this.path.at(-1), typeNames: ['Json'] };
  }

  /** Like the engine's: a union error, because `data` has a checked and an unchecked type. */
  private invalid(kind: string, message: string, meta: Record<string, unknown>): Refusal {
    const error = { kind, ...meta, argumentPath: [...this.path], selectionPath: [this.root] };
    const union = `Unable to match input value to any allowed input type for the field. Parse errors: [${message}, ${message}]`;
    return new Refusal(invalid('Union', union, { errors: [error, error] }));
  }
}

/** The Python client sends `variables: {}` with every query, and none that a query uses. */
const variableRefused = ({ name }: VariableNode): Refusal =>
  new Refusal(uncoded(`GraphQL variables are not supported: write the value of $${name.value} into the query.`));

const text = (value: string): string => JSON.stringify(value);

const tagged = (type: 'Json' | 'Enum', value: string): string => `{"$type":"${type}","value":${text(value)}}`;

const isWrapped = (node: ValueNode): boolean =>
  node.kind === Kind.OBJECT &&
  node.fields.every(({ name }) => name.value === 'where' || name.value === 'data') &&
  node.fields.some(({ name, value }) => name.value === 'data' && value.kind === Kind.OBJECT);

/** How deep serde_json reads; one level more is an error, which in WASM is the end of the engine. */
const greatestDepth = 127;

/** Whether serde_json, which is stricter than `JSON.parse`, can read a text. */
function isReadable(json: string): boolean {
  try {
    JSON.parse(json);
  } catch {
    return false;
  }
  return !hasLoneSurrogate(json) && !hasHugeNumber(json) && depth(json) <= greatestDepth;
}

function hasLoneSurrogate(json: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return false;
  return /\\u[dD][89a-fA-F]/.test(
    json.replaceAll(/\\[^u]/gs, ' ').replaceAll(/\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/g, ''),
  );
}

function hasHugeNumber(json: string): boolean {
  if (!/\d[eE]\+?\d{3}|\d{309}/.test(json)) return false;
  const numbers = outsideStrings(json).match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.some((number) => !Number.isFinite(Number(number)));
}

function depth(json: string): number {
  if ((json.match(/[[{]/g)?.length ?? 0) <= greatestDepth) return 0;
  let deepest = 0;
  let current = 0;
  for (const bracket of outsideStrings(json).match(/[[\]{}]/g) ?? []) {
    current += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, current);
  }
  return deepest;
}
