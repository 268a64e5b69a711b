import { HoldfastError } from '../platform/errors.ts';

/** A moment given on the command line, as ISO 8601; `otherwise` (epoch milliseconds) when none was. */
export function momentOf(text: string | undefined, otherwise: number, option = '--since'): string {
  const at = text === undefined ? otherwise : Date.parse(text);
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new HoldfastError('control.bad-request', `${option}: "${text}" is no moment such as 2026-11-23.`, {
    remedy: 'never',
  });
}
