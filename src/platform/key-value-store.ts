/** One change of a batch. Keys are text, ordered by their UTF-8 bytes. */
export type KeyValueChange =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: string };

export interface KeyRange {
  /** First key, inclusive. */
  readonly from?: string;
  /** End, exclusive. */
  readonly before?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/**
 * An ordered key-value store: LevelDB in a terminal, memory with a crash model in the simulation.
 * Errors: `store.disk-full`, `store.read-only`, `store.damaged`, `store.locked`, `store.failed`; on opening also
 * `store.missing`. After a rejected `write` nothing may be assumed about that batch but that it is there whole or not at all; reopen before
 * the next write (LevelDB's I/O errors are sticky: measured, LevelDB 1.20 on a full file system).
 */
export interface KeyValueStore {
  /** The value, or undefined. Synchronous because a scan at the counter must not wait behind an import. */
  get(key: string): Uint8Array | undefined;
  /** In key order; sees the state at its start. */
  entries(range: KeyRange): AsyncIterable<readonly [key: string, value: Uint8Array]>;
  /** Only the keys, in order; sees the state at its start. */
  keys(range: KeyRange): AsyncIterable<string>;
  /** All or nothing. With `durable` it resolves only when the medium has it (fsync). */
  write(batch: readonly KeyValueChange[], options: { readonly durable: boolean }): Promise<void>;
  /** Bytes on the medium between two keys, roughly. */
  approximateSize(from: string, before: string): Promise<number>;
  compact(from: string, before: string): Promise<void>;
  close(): Promise<void>;
}
