import type { StorageGuard } from '../health/storage-guard.ts';
import { isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { SnapshotInfo } from '../snapshot/catalogue.ts';
import { discardUnfinished } from '../snapshot/generations.ts';
import { type ImportOptions, importSnapshot } from '../snapshot/import.ts';

/**
 * Takes a snapshot as far as there is space for it: asks before, and ends it when space gets short meanwhile; what was read
 * until then is removed. Throws as `importSnapshot`, and `snapshot.no-room` (retry).
 */
export async function takeSnapshot(
  options: ImportOptions & { readonly signal: AbortSignal },
  storage: Pick<StorageGuard, 'onChange' | 'snapshotRoom' | 'measure'>,
): Promise<SnapshotInfo> {
  const { signal, store, log } = options;
  const noRoom = new AbortController();
  const stopWatching = storage.onChange(({ snapshots }) => {
    if (snapshots === 'none') noRoom.abort();
  });
  try {
    const either = AbortSignal.any([signal, noRoom.signal]);
    return await importSnapshot({ ...options, signal: either, room: () => storage.snapshotRoom() });
  } catch (error) {
    const forSpace = noRoom.signal.aborted || isHoldfastError(error, 'store.disk-full');
    if (!forSpace || signal.aborted) throw error;
    await discardUnfinished(store).catch((cause: unknown) => discardFailed(log, cause));
    // In its words, if space is still short.
    await storage.snapshotRoom();
    throw error;
  } finally {
    stopWatching();
    await storage.measure();
  }
}

function discardFailed(log: Logger, cause: unknown): void {
  log.warn({ error: messageOf(cause) }, 'a snapshot that was not finished could not be removed');
}
