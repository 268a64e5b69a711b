import { HoldfastError } from '../platform/errors.ts';
import { spaceToTake } from './estimate.ts';

/** Bytes on disk of what is to come and of what is there; 0 for what is not there. */
export interface SnapshotSizes {
  readonly estimate: number;
  readonly inUse: number;
  readonly fallback: number;
}

/** What the medium allows beside everything that is on it. */
export interface SnapshotRoom {
  readonly free: number;
  /** False: space is short, and only a snapshot about as large as the one in use may be taken. */
  readonly mayGrow: boolean;
}

/** An estimate of the same shop is above its size by up to this factor, without the shop having grown. */
const grown = 1.4;
/** Less than this is no growth worth speaking of. */
const smallGrowth = 1_000_000;

/**
 * Whether the fallback may stay while a snapshot is taken. Throws `snapshot.too-large` (operator) with the figures when the
 * new one does not fit even without it.
 */
export function mayKeepFallback(sizes: SnapshotSizes, budget: number, room: SnapshotRoom | null): boolean {
  const { estimate, inUse, fallback } = sizes;
  if (estimate + inUse > budget) {
    throw tooLarge(
      `${wouldTake(sizes)}, but the snapshot may take ${megabytes(budget)}.`,
      'Raise quota.snapshot if the disk has room, or sell from a store view with fewer products.',
    );
  }
  if (room === null) return estimate + inUse + fallback <= budget;
  if (!room.mayGrow && inUse > 0 && estimate > inUse * grown + smallGrowth) {
    throw tooLarge(
      `${wouldTake(sizes)}; while space is short no larger snapshot is taken.`,
      'Free space on the disk, or raise quota.limit if it has room.',
    );
  }
  const needed = spaceToTake(estimate);
  if (needed > room.free + fallback) {
    throw tooLarge(
      `${wouldTake(sizes)} and needs ${megabytes(needed)} while it is read, but only ${megabytes(room.free + fallback)} of the disk may be used for it.`,
      `Free ${megabytes(needed - room.free - fallback)} on the disk, or sell from a store view with fewer products.`,
    );
  }
  return needed <= room.free && estimate + inUse + fallback <= budget;
}

const wouldTake = ({ estimate, inUse }: SnapshotSizes): string =>
  `The shop would take about ${megabytes(estimate)}${inUse > 0 ? ` beside the ${megabytes(inUse)} in use` : ''}`;

const tooLarge = (message: string, hint: string): HoldfastError =>
  new HoldfastError('snapshot.too-large', message, { remedy: 'operator', hint });

const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1_000_000))} MB`;
