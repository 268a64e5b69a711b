/**
 * What may be done about an error:
 * - `retry`: the same thing may work later, by itself;
 * - `retry-after`: as `retry`, but not before {@link HoldfastError.retryAfter} milliseconds;
 * - `operator`: a person must act; {@link HoldfastError.hint} says how;
 * - `never`: repeating it can't help (bad input, a programming error).
 */
export type Remedy = 'retry' | 'retry-after' | 'operator' | 'never';

export interface ErrorDetails {
  readonly remedy: Remedy;
  readonly cause?: unknown;
  /** The next step, in the words of the person who must take it. */
  readonly hint?: string;
  /** Milliseconds. */
  readonly retryAfter?: number;
}

/**
 * Every error that Holdfast throws on purpose. `code` is stable (dotted, e.g. `journal.disk-full`) and is what other
 * code and alarms match on; `message` is for people and may change.
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: string;
  readonly remedy: Remedy;
  readonly hint: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.hint = details.hint;
    this.retryAfter = details.retryAfter;
  }
}

/** True for a {@link HoldfastError}, optionally of one code. */
export function isHoldfastError(error: unknown, code?: string): error is HoldfastError {
  return error instanceof HoldfastError && (code === undefined || error.code === code);
}

/** The message of anything thrown, for logs and for `cause` lines. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error (`ENOSPC`, `EACCES`, …) or of a HoldfastError, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
