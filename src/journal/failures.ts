import { codeOf, HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';

/** A storage error as the journal's: `journal.disk-full`, `journal.read-only` or `journal.failed`. */
export function journalError(error: unknown, doing: string): HoldfastError {
  if (isHoldfastError(error) && error.code.startsWith('journal.')) return error;
  switch (codeOf(error)) {
    case 'store.disk-full':
      return new HoldfastError(
        'journal.disk-full',
        `The disk is full: can't ${doing}. Nothing that was sold is lost.`,
        {
          remedy: 'operator',
          cause: error,
          hint: 'Free some space on the terminal; selling goes on by itself then.',
        },
      );
    case 'store.read-only':
      return new HoldfastError('journal.read-only', `The disk can't be written: can't ${doing}.`, {
        remedy: 'operator',
        cause: error,
        hint: 'Check that the medium is not write-protected and that its folder belongs to the user Holdfast runs as.',
      });
    default:
      return new HoldfastError('journal.failed', `The disk does not work: can't ${doing} (${messageOf(error)}).`, {
        remedy: 'operator',
        cause: error,
        hint: 'Restart the terminal. If that does not help the medium must be replaced; both copies of the journal stay.',
      });
  }
}
