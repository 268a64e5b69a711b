/**
 * Decides what the space on the medium allows. Pure: measurements and the level before give the level now and what to do.
 * docs/storage.md says the same for people.
 */

/** How much room is left, the worst last. */
export const storageLevels = ['ok', 'tight', 'critical', 'full'] as const;
export type StorageLevel = (typeof storageLevels)[number];

/** What Holdfast keeps that grows. */
export const storageParts = ['snapshot', 'journal', 'tape', 'logs'] as const;
export type StoragePart = (typeof storageParts)[number];

/** Bytes. */
export interface QuotaSettings {
  /** For everything together, the reserve included. */
  readonly limit: number;
  /** For each part. Only the snapshot is refused what goes beyond; the others are pruned, quietened and reported. */
  readonly budgets: Readonly<Record<StoragePart, number>>;
  /** Kept in a file that is given up when the medium is full. */
  readonly reserve: number;
  /** With less room than this a level begins; see {@link roomOf}. */
  readonly tightBelow: number;
  readonly criticalBelow: number;
  readonly fullBelow: number;
}

/** Bytes that really are on the medium. */
export type StorageUsage = Readonly<Record<StoragePart, number>>;

export interface StorageMeasurement {
  readonly usage: StorageUsage;
  /** What the reserve file takes. */
  readonly reserve: number;
  /** What this user may still write on the medium of the data folder. */
  readonly free: number;
  /** The same of the tape's medium; null when it is the same one. */
  readonly tapeFree: number | null;
  /** A write was refused for lack of space just now, whatever the figures say (inodes, a quota of the system). */
  readonly refused: boolean;
}

export interface StoragePlan {
  /** The worst of what follows. */
  readonly level: StorageLevel;
  /** By the room there is, and by the tape's own medium. */
  readonly levels: { readonly room: StorageLevel; readonly tapeMedium: StorageLevel };
  /** Bytes that may still be written before the reserve or the limit is touched; negative when it has been. */
  readonly room: number;
  /** What the room is short of: the medium, or the limit that was set. */
  readonly bound: 'medium' | 'limit';
  /** Parts that take more than their budget. */
  readonly over: readonly StoragePart[];
  readonly snapshots: 'allowed' | 'not-larger' | 'none';
  /** Remove confirmed sales that are past their retention now, instead of at night. */
  readonly prune: boolean;
  /** Write only warnings and errors to the log. */
  readonly quiet: boolean;
  /** Tell on the trader's display. */
  readonly warn: boolean;
  readonly newSales: boolean;
  /** Whether a sale that is paid now can be kept. */
  readonly payments: boolean;
  readonly reserve: 'keep' | 'release' | 'restore';
}

/** A level is left for a better one only with this much more room than where it began. */
const easing = 1.25;
/** A budget counts as kept again when this share of it is used. */
const relief = 0.95;
/** Of the reserve: what finishing a sale may take, with LevelDB beginning new files (measured: up to 3 MB). */
const shareToFinish = 0.5;

/**
 * What may still be written: on the medium beside a whole reserve, and inside the limit. It stays the same when the reserve is
 * released or restored, so that doing so never changes the level.
 */
export function roomOf(
  measured: StorageMeasurement,
  settings: QuotaSettings,
): { readonly room: number; readonly bound: StoragePlan['bound'] } {
  const onMedium = measured.free + measured.reserve - settings.reserve;
  const inLimit = settings.limit - settings.reserve - storageParts.reduce((sum, part) => sum + measured.usage[part], 0);
  return onMedium <= inLimit ? { room: onMedium, bound: 'medium' } : { room: inLimit, bound: 'limit' };
}

/** What follows from a measurement. Worse levels come at once; better ones only when there is clearly more room. */
export function planStorage(
  measured: StorageMeasurement,
  settings: QuotaSettings,
  before: Pick<StoragePlan, 'levels' | 'over'> = { levels: { room: 'ok', tapeMedium: 'ok' }, over: [] },
): StoragePlan {
  const { room, bound } = roomOf(measured, settings);
  const over = storageParts.filter(
    (part) => measured.usage[part] > settings.budgets[part] * (before.over.includes(part) ? relief : 1),
  );
  const levels = {
    room: levelFor(room, settings, before.levels.room),
    tapeMedium: measured.tapeFree === null ? 'ok' : levelFor(measured.tapeFree, settings, before.levels.tapeMedium),
  };
  const level = worst([
    levels.room,
    // Sales can still be kept: in one copy, as journal.onCopyFailure allows.
    levels.tapeMedium === 'full' ? 'critical' : levels.tapeMedium,
    over.length > 0 ? 'tight' : 'ok',
    measured.refused ? 'full' : 'ok',
  ]);
  const full = level === 'full';
  return {
    level,
    levels,
    room,
    bound,
    over,
    snapshots: full || level === 'critical' ? 'none' : level === 'tight' ? 'not-larger' : 'allowed',
    prune: level !== 'ok',
    quiet: full || level === 'critical',
    warn: level === 'critical',
    newSales: !full,
    payments: measured.free + measured.reserve >= settings.reserve * shareToFinish,
    reserve: reserveFor(measured, settings, full),
  };
}

/** Bytes that a new snapshot may take beside everything that is there, so that afterwards the level is still not critical. */
export function roomForSnapshot(measured: StorageMeasurement, settings: QuotaSettings): number {
  return Math.max(0, roomOf(measured, settings).room - settings.criticalBelow * easing);
}

function levelFor(room: number, settings: QuotaSettings, before: StorageLevel): StorageLevel {
  const now = levelAt(room, settings, 1);
  if (rank(now) >= rank(before)) return now;
  const eased = levelAt(room, settings, easing);
  return rank(eased) < rank(before) ? eased : before;
}

function levelAt(room: number, settings: QuotaSettings, factor: number): StorageLevel {
  if (room < settings.fullBelow * factor) return 'full';
  if (room < settings.criticalBelow * factor) return 'critical';
  return room < settings.tightBelow * factor ? 'tight' : 'ok';
}

/** The reserve is given up for a full medium only: a limit that was set leaves room to finish what is in hand. */
function reserveFor(measured: StorageMeasurement, settings: QuotaSettings, full: boolean): StoragePlan['reserve'] {
  const short = measured.refused || measured.free + measured.reserve - settings.reserve < settings.fullBelow;
  if (full && short) return measured.reserve > 0 ? 'release' : 'keep';
  return !full && measured.reserve < settings.reserve ? 'restore' : 'keep';
}

const rank = (level: StorageLevel): number => storageLevels.indexOf(level);

function worst(levels: readonly StorageLevel[]): StorageLevel {
  return levels.reduce<StorageLevel>((a, b) => (rank(b) > rank(a) ? b : a), 'ok');
}
