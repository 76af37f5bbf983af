/** A command of the project, in the words that a person gives it with. */
export const npmScript = (name: string, ...words: readonly string[]): [program: string, ...words: string[]] => [
  ...(['npm', 'run', '-s', name, '--'] as const),
  ...words,
];
