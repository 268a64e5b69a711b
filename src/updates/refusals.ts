import { HoldfastError } from '../platform/errors.ts';

// Why the till does not go on with an update, in words and with the next step.

/** Throws `update.no-room`. Bytes. */
export function requireRoom(needed: number, room: number): void {
  // Packed, unpacked, and the blocks of small files.
  if (needed * 1.5 <= room) return;
  throw new HoldfastError('update.no-room', 'There is not enough space for another release', {
    remedy: 'operator',
    hint: `It takes ${Math.ceil((needed * 1.5) / 1_000_000)} MB; ${Math.max(0, Math.floor(room / 1_000_000))} MB may be used (docs/storage.md).`,
  });
}

/** Throws `update.cancelled`. */
export function requireGoingOn(signal: AbortSignal): void {
  if (signal.aborted)
    throw new HoldfastError('update.cancelled', 'It was cancelled before the switch', { remedy: 'retry' });
}

export function notShelved(): HoldfastError {
  return new HoldfastError('update.not-unpacked', 'Nobody has unpacked the release', {
    remedy: 'operator',
    hint: 'Is holdfast-update.path enabled? "systemctl status holdfast-update.path"; install.sh sets it up.',
  });
}

export function nothingBefore(): HoldfastError {
  return new HoldfastError('update.nothing-before', 'There is no release before this one on the machine', {
    remedy: 'operator',
    hint: 'Install its bundle: "holdfast update install FILE".',
  });
}

/** For what begins something new while the release that runs has yet to prove itself. */
export function onTrial(): HoldfastError {
  return new HoldfastError('update.on-trial', 'The release that runs has yet to prove itself', {
    remedy: 'retry',
    hint: 'Wait until "holdfast update status" says that it has, or go back with "holdfast update rollback".',
  });
}
