import type { StorageMeasurement, StorageUsage } from './quota.ts';

/** The media that a terminal writes on: the system's in a terminal, memory in the simulation. */
export interface StorageMedium {
  /** What this user may still write. Cheap: asked before every payment. Throws `store.failed`. */
  free(): Pick<StorageMeasurement, 'free' | 'tapeFree'>;
  /** What Holdfast takes, counted in blocks of the medium: takes as long as looking at every file. */
  usage(): Promise<StorageUsage>;
  readonly reserve: ReserveFile;
}

/** Space that is taken so that nothing else can take it, until it is needed. */
export interface ReserveFile {
  /** Bytes that it takes at the moment. */
  readonly bytes: number;
  /** Gives its space back; resolves when that can be written. */
  release(): Promise<void>;
  /** Takes as much space as was set, little by little. Rejects `store.disk-full` (then it takes nothing). */
  restore(): Promise<void>;
}
