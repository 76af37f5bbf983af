// What lies in the page, inflated when it is asked for.

import type { PageIndex } from '../format';

/** What the matrix and its filters need. */
export const readIndex = async (): Promise<PageIndex> =>
  // Whoever wrote the page wrote it as its type says.
  (await inflated(document.querySelector('#index')?.textContent ?? '')) as PageIndex;

/** Details of items: `Detail` is what this page holds. */
export class Details<Detail> {
  readonly #starts: readonly number[];
  readonly #chunks = new Map<number, Promise<readonly Detail[]>>();

  /** @param starts for each chunk, which is the first detail in it */
  constructor(starts: readonly number[]) {
    this.#starts = starts;
  }

  async read(detail: number): Promise<Detail> {
    const chunk = this.#starts.findLastIndex((start) => start <= detail);
    const found = (await this.#chunk(chunk))[detail - (this.#starts[chunk] ?? 0)];
    if (found === undefined) throw new Error(`There is no detail ${detail} in this page.`);
    return found;
  }

  #chunk(number: number): Promise<readonly Detail[]> {
    let chunk = this.#chunks.get(number);
    if (chunk === undefined) {
      const element = document.querySelectorAll('script.details').item(number);
      chunk = inflated(element.textContent) as Promise<readonly Detail[]>;
      this.#chunks.set(number, chunk);
    }
    return chunk;
  }
}

async function inflated(base64: string): Promise<unknown> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).json();
}
