/** An error in the form that Prisma's native engine gives it, and its Python client expects. */
export interface Failure {
  error: string;
  user_facing_error: UserFacingError;
}

export interface UserFacingError {
  is_panic: boolean;
  message: string;
  meta?: Record<string, unknown>;
  error_code?: string;
  backtrace?: null;
}

/** Thrown where a request cannot be handed on to the WASM engine; answered like an error of its own. */
export class Refusal extends Error {
  constructor(readonly failure: Failure) {
    super(failure.user_facing_error.message);
    this.name = 'Refusal';
  }
}

/** A failure that has no code of Prisma's. */
export const uncoded = (message: string): Failure => ({
  error: message,
  user_facing_error: { is_panic: false, message, backtrace: null },
});

export const coded = (code: string, message: string, meta: Record<string, unknown>): Failure => ({
  error: message,
  user_facing_error: { is_panic: false, message, meta, error_code: code },
});

export const panicked = (message: string): Failure => ({
  error: message,
  user_facing_error: { is_panic: true, message, backtrace: null },
});

/** The query does not fit the schema (`P2009`): what the native engine says when it checks a document's types. */
export function invalid(kind: string, message: string, meta: Record<string, unknown>): Failure {
  const failure = coded('P2009', message, { kind, ...meta });
  return { ...failure, error: `Error in query graph construction: QueryParserError(${message})` };
}

/** @param error what is wrong with the transaction */
export const transactionFailure = (error: string): UserFacingError =>
  coded('P2028', `Transaction API error: ${error}`, { error }).user_facing_error;
