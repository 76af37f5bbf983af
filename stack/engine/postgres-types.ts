import { type ColumnType, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { types } from 'pg';

/** How a PostgreSQL type reaches the WASM engine: as which of its types, and in which form. */
interface Reading {
  type: ColumnType;
  parse: (text: string) => unknown;
}

const asIs = (text: string): string => text;

/** pg types its oids as an enum that lacks most of them. */
const pgParser = types.getTypeParser as (oid: number) => unknown;
const parseArray = pgParser(1009) as (text: string) => unknown[];
const parseBytea = pgParser(17) as (text: string) => Buffer;

/** A value that PostgreSQL sends and the engine has no form for, as the native one has none. */
export class UnreadableValue extends Error {}

const arrayOf =
  (parse: (text: string) => unknown) =>
  (text: string): unknown[] =>
    parseArray(text).map((element) => {
      if (Array.isArray(element)) throw new UnreadableValue('array contains too many dimensions');
      return typeof element === 'string' ? parse(element) : null;
    });

const bytes = (text: string): number[] => [...parseBytea(text)];

/** The engine takes a time of day as it is in UTC; PostgreSQL appends the session's offset. */
function utc(text: string): string {
  const match = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/.exec(text);
  // `infinity` and years before Christ: the engine says itself that it cannot hold them.
  if (match === null) return text;
  const [, year, month, day, hour, minute, second, fraction = '', sign, hours, minutes = '0', seconds = '0'] = match;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  if (offset === 0) return `${year}-${month}-${day} ${hour}:${minute}:${second}${fraction}`;
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const moved = new Date(local + (sign === '+' ? -offset : offset) * 1000).toISOString();
  return `${moved.slice(0, 10)} ${moved.slice(11, 19)}${fraction}`;
}

const timeOfDay = (text: string): string => text.replace(/[+-][\d:]+$/, '');

/** `$1,234.50`: the currency sign and the group separators are the locale's. */
const money = (text: string): string => text.replaceAll(/[^\d.-]/g, '');

/** The scalar types that the engine has a type for, with the oids of the type and of its array. */
const scalars: [
  oid: number,
  arrayOid: number,
  type: keyof typeof ColumnTypeEnum & ScalarName,
  parse: Reading['parse'],
][] = [
  [16, 1000, 'Boolean', (text) => text === 't'],
  [17, 1001, 'Bytes', bytes],
  [18, 1002, 'Text', asIs], // "char"
  [19, 1003, 'Text', asIs], // name
  [20, 1016, 'Int64', asIs],
  [21, 1005, 'Int32', Number],
  [23, 1007, 'Int32', Number],
  [25, 1009, 'Text', asIs],
  [26, 1028, 'Int64', asIs], // oid
  [114, 199, 'Json', asIs],
  [142, 143, 'Text', asIs], // xml
  [650, 651, 'Text', asIs], // cidr
  [700, 1021, 'Float', Number],
  [701, 1022, 'Double', Number],
  [790, 791, 'Numeric', money],
  [869, 1041, 'Text', asIs], // inet
  [1042, 1014, 'Text', asIs], // bpchar
  [1043, 1015, 'Text', asIs], // varchar
  [1082, 1182, 'Date', asIs],
  [1083, 1183, 'Time', asIs],
  [1114, 1115, 'DateTime', asIs],
  [1184, 1185, 'DateTime', utc],
  [1266, 1270, 'Time', timeOfDay],
  [1560, 1561, 'Text', asIs], // bit
  [1562, 1563, 'Text', asIs], // varbit
  [1700, 1231, 'Numeric', asIs],
  [2950, 2951, 'Uuid', asIs],
  [3802, 3807, 'Json', asIs],
];

type ScalarName =
  | 'Boolean'
  | 'Bytes'
  | 'Text'
  | 'Int32'
  | 'Int64'
  | 'Float'
  | 'Double'
  | 'Numeric'
  | 'Date'
  | 'Time'
  | 'DateTime'
  | 'Json'
  | 'Uuid';

const readings = new Map<number, Reading>(
  scalars.flatMap(([oid, arrayOid, name, parse]) => [
    [oid, { type: ColumnTypeEnum[name], parse }] as const,
    [arrayOid, { type: ColumnTypeEnum[`${name}Array`], parse: arrayOf(parse) }] as const,
  ]),
);

/** Enums, and the catalog's own types (`regclass`, `oidvector`, `void`, …): their text. */
const other: Reading = { type: ColumnTypeEnum.Text, parse: asIs };

/** How an array of texts is read; of an enum it is one too. */
export const textArray: Reading = { type: ColumnTypeEnum.TextArray, parse: arrayOf(asIs) };

/** Whether a type is of somebody's making rather than PostgreSQL's own. */
export const isOfUser = (oid: number): boolean => oid >= 16384;

export const columnType = (oid: number): ColumnType => (readings.get(oid) ?? other).type;

/** What `pg` asks for each column's parser. Nothing of pg's own is used: it makes dates and objects. */
export const typeParsers = { getTypeParser: (oid: number) => (readings.get(oid) ?? other).parse };
