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

const tag = /\{"\$type":"[A-Za-z]+","value":("(?:[^"\\]|\\.)*")\}/g;

/**
 * `{"$type": "Json", "value": "…"}` → `"…"`. Inside a JSON string every quote is escaped, so what looks like a tag is one.
 */
const untagged = (json: string): string => json.replaceAll(tag, '$1');

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

/** The elements of a JSON array, each as its text. There is no white space between tokens. */
function elements(json: string): string[] {
  const found: string[] = [];
  let at = 1;
  while (at < json.length - 1) {
    const end = valueEnd(json, at);
    found.push(json.slice(at, end));
    at = end + 1;
  }
  return found;
}

/** Where the JSON value that begins at `start` ends. */
function valueEnd(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    switch (json[at]) {
      case '"':
        at = stringEnd(json, at);
        break;
      case '[':
      case '{':
        depth++;
        break;
      case ']':
      case '}':
        if (depth === 0) return at;
        depth--;
        break;
      case ',':
        if (depth === 0) return at;
        break;
    }
  }
  return json.length;
}

/** Where the string that begins at `start` has its closing quote. */
function stringEnd(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (json[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return json.length;
}
