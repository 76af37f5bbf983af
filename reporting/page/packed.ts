// Details of thousands of scenarios, small enough to lie in one page: chunks that are inflated when one of theirs is opened.

import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';

import type { PageIndex } from './format';

/** What a page is made of. */
export interface Content {
  readonly index: PageIndex;
  readonly chunks: readonly string[];
}

/**
 * Characters of JSON in a chunk. 14,671 scenarios, 25 MB, become 1.1 MB of base64 in 96 chunks, each of which a
 * browser reads in 3 ms; chunks of 64,000 make 1.5 MB of it, and one chunk of all 0.9 MB.
 */
const chunkSize = 256_000;

/** The details as chunks, and for each chunk, which is the first detail in it. */
export async function packed(details: readonly unknown[]): Promise<{ starts: number[]; chunks: string[] }> {
  const starts: number[] = [];
  const texts: string[] = [];
  let open: string[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) texts.push(`[${open.join(',')}]`);
    open = [];
    size = 0;
  };
  details.forEach((detail, place) => {
    if (open.length === 0) starts.push(place);
    const text = JSON.stringify(detail);
    open.push(text);
    size += text.length;
    if (size >= chunkSize) close();
  });
  close();
  return { starts, chunks: await Promise.all(texts.map(deflated)) };
}

const deflate = promisify(deflateRaw);

/** A text as `DecompressionStream('deflate-raw')` reads it, in base64: in it there is nothing that HTML would take for its own. */
export const deflated = async (text: string): Promise<string> => (await deflate(text)).toString('base64');
