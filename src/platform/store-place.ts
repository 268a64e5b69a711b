import type { KeyValueStore } from './key-value-store.ts';

/**
 * Where one key-value store lies that must not lose anything: looked at before it is opened, and when damaged built anew
 * beside and flipped. LevelDB in a folder; memory in the simulation.
 */
export interface StorePlace {
  /** Where this is, for people. */
  readonly place: string;
  /** Looks without changing anything; a {@link rebuild} that was interrupted after it was complete counts as done. */
  check(): Promise<StoreCheck>;
  /**
   * Opens it (finishing such a rebuild), keeping what was there until {@link settle}. Resolves with what the opening itself had to drop.
   * Errors as `KeyValueStore`.
   */
  open(options: { readonly createIfMissing: boolean }): Promise<OpenedStore>;
  /** Copies everything that can be read into `store` without changing anything here; also while it is open. */
  readInto(store: KeyValueStore): Promise<void>;
  /** What was there before opening is no longer needed, nor what labels `format-…` of earlier starts have kept. */
  settle(): Promise<void>;
  /**
   * Makes a new store beside, lets `fill` write it from whatever can still be read of the old one (null: nothing), moves
   * the old one away under names that end in `label`, and puts the new one in place. Resolves with those names; nothing
   * is deleted, and if it fails nothing has moved. The store must be closed.
   */
  rebuild(
    label: string,
    fill: (fresh: KeyValueStore, old: KeyValueStore | null) => Promise<void>,
  ): Promise<readonly string[]>;
}

export interface StoreCheck {
  readonly exists: boolean;
  /** What is damaged, one sentence each. Empty: safe to open. */
  readonly damage: readonly string[];
  /** The last write is incomplete, as a power cut leaves it. */
  readonly unfinishedWrite: boolean;
}

export interface OpenedStore {
  readonly store: KeyValueStore;
  readonly dropped: readonly string[];
}
