// YAML as LiteLLM's reader takes it, which is PyYAML: version 1.1, with a notion of its own of what is a number.

import { LineCounter, parseDocument, stringify, type Scalar, type ScalarTag, type Tags } from 'yaml';

const isScalar = (tag: Tags[number]): tag is ScalarTag => typeof tag === 'object' && tag.collection === undefined;

/** A number as both read it: PyYAML takes `1e-7` for text, and 1.0e-7 for the number. */
const withPoint = ({ value }: Scalar, asBefore: string): string => {
  const told = String(value);
  return /^-?\d+e/.test(told) ? told.replace('e', '.0e') : asBefore;
};

const truths = /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/;
const falsehoods = /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/;

const customTags = (tags: Tags): Tags =>
  tags.map((tag) => {
    if (!isScalar(tag)) return tag;
    // `y` and `n` are texts to PyYAML.
    if (tag.tag.endsWith(':bool')) return { ...tag, test: tag.identify?.(true) === true ? truths : falsehoods };
    if (!tag.tag.endsWith(':float')) return tag;
    const { stringify: asBefore } = tag;
    return {
      ...tag,
      ...(tag.format === 'EXP' ? { test: /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/ } : {}),
      stringify: (node, ...rest) => withPoint(node, asBefore?.(node, ...rest) ?? String(node.value)),
    } satisfies ScalarTag;
  });

const dialect = { version: '1.1', customTags, uniqueKeys: false } as const;

/**
 * Reads a YAML text.
 *
 * @throws Error whose message says where it is broken, and quotes nothing: there may be secrets in it
 */
export function parseYaml(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { ...dialect, lineCounter, prettyErrors: false });
  const [first] = [...document.errors, ...document.warnings];
  if (first !== undefined) {
    const { line, col } = lineCounter.linePos(first.pos[0]);
    throw new Error(`line ${line}, column ${col}: ${first.message}`);
  }
  return document.toJS();
}

/** The same values as a text. */
export const yamlOf = (value: unknown): string => stringify(value, dialect);
