/**
 * Cuts JSON text, known to be well-formed and without white space between tokens, into parts. Regular expressions run out
 * of stack on strings of some megabytes, and LiteLLM stores such.
 */

/** The elements of an array, each as its text. */
export function elements(json: string): string[] {
  const found: string[] = [];
  let at = 1;
  while (at < json.length - 1) {
    const end = valueEnd(json, at);
    found.push(json.slice(at, end));
    at = end + 1;
  }
  return found;
}

/** Where the value that begins at `start` ends. */
export function valueEnd(json: string, start: number): number {
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

/** Where the string whose opening quote is at `start` has its closing one. */
export function stringEnd(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (json[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return json.length;
}

/** All that stands outside of strings. This one takes white space too. */
export function outsideStrings(json: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let quote = json.indexOf('"'); quote >= 0; quote = json.indexOf('"', from)) {
    parts.push(json.slice(from, quote));
    from = stringEnd(json, quote) + 1;
  }
  parts.push(json.slice(from));
  return parts.join('');
}
