/** A word of POSIX shell that means exactly `text`. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
