import type { Clock, Duration } from '../platform/clock.ts';
import { milliseconds, minutes, seconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import {
  planStorage,
  type QuotaSettings,
  roomForSnapshot,
  type StorageMeasurement,
  type StoragePart,
  type StoragePlan,
  type StorageUsage,
} from './quota.ts';
import type { StorageMedium } from './storage-medium.ts';

export interface StorageGuardOptions {
  readonly medium: StorageMedium;
  readonly settings: QuotaSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the guard knows, for status and displays. */
export interface StorageStatus {
  readonly plan: StoragePlan;
  readonly measured: StorageMeasurement;
  readonly settings: QuotaSettings;
}

/** Watches the space on the medium, keeps the reserve, and says what may be done. */
export interface StorageGuard {
  /** Makes the reserve where there is none, and goes on measuring until `signal` aborts. */
  start(signal: AbortSignal): void;
  /** The plan as last worked out. */
  readonly plan: StoragePlan;
  status(): StorageStatus;
  /** Looks at the free space now; as cheap as one system call. */
  look(): StoragePlan;
  /** Counts every file as well; before and after what takes much space. */
  measure(): Promise<StoragePlan>;
  /** Something could not be written for lack of space: gives the reserve up. True: there is more space now. */
  refused(medium?: 'data' | 'tape'): Promise<boolean>;
  /** Bytes that a new snapshot may take, and whether it may be larger than the one in use. Measures. */
  snapshotRoom(): Promise<{ readonly free: number; readonly mayGrow: boolean }>;
  /** Called at every change of the level or of what is allowed; returns what ends that. */
  onChange(listener: (plan: StoragePlan) => void): () => void;
  /** Resolves when nothing is under way any more. */
  ended(): Promise<void>;
}

const lookEvery = seconds(5);
const measureEvery = minutes(1);
/** What was refused once counts for so long, whatever the figures say. */
const refusalCounts: Duration = milliseconds(30_000);

const nothingUsed: StorageUsage = { snapshot: 0, journal: 0, tape: 0, logs: 0 };

export function createStorageGuard({ medium, settings, clock, log }: StorageGuardOptions): StorageGuard {
  const listeners = new Set<(plan: StoragePlan) => void>();
  let usage = nothingUsed;
  let refusedAt: number | null = null;
  let measured: StorageMeasurement = { usage, reserve: settings.reserve, free: 0, tapeFree: null, refused: false };
  // Until it is measured nothing is held against anybody.
  let plan = planStorage(
    { ...measured, free: Number.MAX_SAFE_INTEGER },
    { ...settings, limit: Number.MAX_SAFE_INTEGER },
  );
  /** What {@link plan} was made from; null: nothing was measured yet. */
  let planned: StorageMeasurement | null = null;
  let reserving: Promise<unknown> = Promise.resolve();
  let loop: Promise<void> = Promise.resolve();

  function look(): StoragePlan {
    try {
      const refused = refusedAt !== null && clock.monotonic() - refusedAt < refusalCounts;
      measured = { usage, reserve: medium.reserve.bytes, ...medium.free(), refused };
    } catch (error) {
      // Not knowing is no reason to stop selling: a write that fails will tell.
      log.warn({ error: messageOf(error) }, 'the space on the medium can’t be measured');
      return plan;
    }
    if (planned !== null && isSame(planned, measured)) return plan;
    planned = measured;
    const before = plan;
    plan = planStorage(measured, settings, before);
    if (differs(before, plan)) tell(before);
    return plan;
  }

  function tell(before: StoragePlan): void {
    const { level, room, over, bound } = plan;
    const fields = { level, before: before.level, room, bound, over, ...measured };
    if (level === 'ok') log.info(fields, 'there is enough space again');
    else log.warn(fields, 'space on the medium is short');
    for (const listener of listeners) {
      try {
        listener(plan);
      } catch (error) {
        log.error({ error: messageOf(error) }, 'a listener for the storage failed');
      }
    }
  }

  async function measure(): Promise<StoragePlan> {
    try {
      usage = await medium.usage();
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the files can’t be measured');
    }
    return look();
  }

  /** One after the other, so that a reserve that is being made is not taken for a whole one. */
  function keepReserve(): Promise<void> {
    const task = async (): Promise<void> => {
      try {
        if (plan.reserve === 'release') {
          await medium.reserve.release();
          log.warn({ bytes: measured.reserve }, 'the reserve was given up: the medium is full');
        } else if (plan.reserve === 'restore') {
          await medium.reserve.restore();
          log.info({ bytes: medium.reserve.bytes }, 'space is kept in reserve');
        }
      } catch (error) {
        if (isHoldfastError(error, 'store.disk-full')) refusedAt = clock.monotonic();
        log.warn({ error: messageOf(error) }, 'the reserve could not be kept');
      }
      look();
    };
    const done = reserving.then(task);
    reserving = done;
    return done;
  }

  async function run(signal: AbortSignal): Promise<void> {
    await measure();
    await keepReserve();
    let measuredAt = clock.monotonic();
    while (!signal.aborted) {
      await clock.sleep(lookEvery, signal);
      if (signal.aborted) return;
      if (clock.monotonic() - measuredAt >= measureEvery) {
        await measure();
        measuredAt = clock.monotonic();
      } else look();
      if (plan.reserve !== 'keep') await keepReserve();
    }
  }

  return {
    start(signal) {
      loop = run(signal);
    },
    get plan() {
      return plan;
    },
    status: () => ({ plan, measured, settings }),
    look,
    measure,
    async refused(where = 'data') {
      if (where === 'tape' && measured.tapeFree !== null) {
        look();
        return false;
      }
      const held = medium.reserve.bytes;
      refusedAt = clock.monotonic();
      look();
      await keepReserve();
      return medium.reserve.bytes < held;
    },
    async snapshotRoom() {
      const { snapshots } = await measure();
      if (snapshots !== 'none') {
        return { free: roomForSnapshot(measured, settings), mayGrow: snapshots === 'allowed' };
      }
      throw new HoldfastError('snapshot.no-room', noRoomForSnapshot(plan), {
        remedy: 'retry',
        hint: spaceHint(plan, settings),
      });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async ended() {
      await loop;
      await reserving;
    },
  };
}

/** A terminal that was stopped by a full medium must be able to start: it needs to write before it can measure. */
export async function makeRoomToStart(medium: StorageMedium, settings: QuotaSettings): Promise<void> {
  if (medium.reserve.bytes > 0 && medium.free().free < settings.fullBelow) await medium.reserve.release();
}

function isSame(a: StorageMeasurement, b: StorageMeasurement): boolean {
  return (
    a.free === b.free &&
    a.usage === b.usage &&
    a.reserve === b.reserve &&
    a.tapeFree === b.tapeFree &&
    a.refused === b.refused
  );
}

function differs(a: StoragePlan, b: StoragePlan): boolean {
  return (
    a.level !== b.level ||
    a.payments !== b.payments ||
    a.bound !== b.bound ||
    a.levels.tapeMedium !== b.levels.tapeMedium ||
    a.over.join() !== b.over.join()
  );
}

const noRoomForSnapshot = (plan: StoragePlan): string =>
  `No snapshot is taken while space is short (${megabytes(Math.max(0, plan.room))} left); the till goes on with the one it has.`;

/** What would help, in the words of whoever can do it. */
export function spaceHint({ bound, over, levels }: StoragePlan, { limit, budgets }: QuotaSettings): string {
  if (levels.room === 'ok' || levels.room === 'tight') {
    const [part] = over;
    if (part !== undefined)
      return `Raise quota.${part} (${megabytes(budgets[part])}) if the medium has room${otherwise[part]}`;
    if (levels.room === 'ok' && levels.tapeMedium !== 'ok')
      return 'Free space on the medium that journal.tapeDir is on.';
  }
  return bound === 'limit'
    ? `Raise quota.limit (${megabytes(limit)}) if the medium has room, or shorten journal.retentionDays.`
    : 'Free space on the medium that dataDir is on; Holdfast goes on by itself then.';
}

const otherwise: Readonly<Record<StoragePart, string>> = {
  snapshot: ', or sell from a store view with fewer products.',
  journal: ', or shorten journal.retentionDays.',
  tape: ', or shorten journal.retentionDays.',
  logs: ', or have the log rotated sooner.',
};

export const megabytes = (bytes: number): string =>
  `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0).replace(/\.0$/, '')} MB`;
