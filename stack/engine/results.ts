import { elements, stringEnd, valueEnd } from './json-text';
import type { Operation } from './translate';

/**
 * Turns an answer of the WASM engine into the one that the Python client expects. All of it is done on the text: a detour
 * through `JSON.parse` would turn `1.0` into `1` and lose digits of long numbers.
 */
export function clientResult(answer: string, { alias, raw }: Pick<Operation, 'alias' | 'raw'>): string {
  const start = /^\{"data":\{"[^"]*":/.exec(answer);
  if (start === null) return answer;
  const result = answer.slice(start[0].length, -2);
  return `{"data":{${JSON.stringify(alias)}:${raw ? rawRows(result) : untagged(result)}}}`;
}

/** The same for a batch. */
export function clientBatchResult(answer: string, operations: readonly Operation[]): string {
  if (!answer.startsWith('{"batchResult":[')) return answer;
  const items = elements(answer.slice('{"batchResult":'.length, -1));
  const results = items.map((item, index) => {
    const operation = operations[index];
    return operation === undefined ? item : clientResult(item, operation);
  });
  return `{"batchResult":[${results.join()}]}`;
}

const tag = '{"$type":"';
const tagValue = '","value":';

/**
 * `{"$type": "Json", "value": "…"}` → `"…"`. Inside a JSON string every quote is escaped, so what looks like a tag is one.
 */
function untagged(json: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let start = json.indexOf(tag); start >= 0; start = json.indexOf(tag, from)) {
    const value = json.indexOf(tagValue, start) + tagValue.length;
    const end = stringEnd(json, value) + 1;
    parts.push(json.slice(from, start), json.slice(value, end));
    from = end + 1;
  }
  if (from === 0) return json;
  parts.push(json.slice(from));
  return parts.join('');
}

const head = '{"columns":';

interface RawHead {
  columns: string[];
  types: string[];
}

/** `{columns, types, rows}` → rows of `{column: {prisma__type, prisma__value}}`. */
function rawRows(result: string): string {
  if (!result.startsWith(head)) return result;
  const headEnd = valueEnd(result, valueEnd(result, head.length) + ',"types":'.length);
  const { columns, types } = JSON.parse(`${result.slice(0, headEnd)}}`) as RawHead;
  const names = columns.map((column) => JSON.stringify(column));
  const rows = elements(result.slice(headEnd + ',"rows":'.length, -1)).map((row) => {
    const cells = elements(row).map(
      (cell, index) => `${names[index] ?? '""'}:${rawValue(types[index] ?? 'string', cell)}`,
    );
    return `{${cells.join()}}`;
  });
  return `[${rows.join()}]`;
}

function rawValue(type: string, json: string): string {
  if (json === 'null') return '{"prisma__type":"null","prisma__value":null}';
  if (type.endsWith('-array')) {
    const of = type.slice(0, -'-array'.length);
    return `{"prisma__type":"array","prisma__value":[${elements(json)
      .map((element) => rawValue(of, element))
      .join()}]}`;
  }
  return `{"prisma__type":"${type}","prisma__value":${json}}`;
}
