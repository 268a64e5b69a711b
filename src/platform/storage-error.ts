import { codeOf, HoldfastError, messageOf } from './errors.ts';

/** A file error of the system in Holdfast's words; `doing` continues "Can't …", e.g. `write /var/lib/holdfast/tape`. */
export function storageError(error: unknown, doing: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HoldfastError('store.disk-full', `Can't ${doing}: no space left`, {
      remedy: 'retry',
      cause: error,
      hint: 'Free some space; nothing that was stored is lost.',
    });
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new HoldfastError('store.read-only', `Can't ${doing}: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
      hint: 'Check that the medium is not write-protected and that the folder belongs to the user Holdfast runs as.',
    });
  }
  return new HoldfastError('store.failed', `Can't ${doing}: ${messageOf(error)}`, { remedy: 'retry', cause: error });
}
