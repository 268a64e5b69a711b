import type { FileSink } from './bundle.ts';
import type { ReleaseFacts, ReleaseName } from './manifest.ts';

/** Where the releases of a machine lie side by side, and which of them is used. Errors: `store.…`. */
export interface Shelf {
  /** Where this is, for people. */
  readonly place: string;
  /** Complete releases. */
  releases(): Promise<ReadonlyMap<ReleaseName, ReleaseFacts>>;
  /** What a link points to; null: nothing that is a release. */
  target(link: ShelfLink): Promise<ReleaseName | null>;
  /** Atomic and durable: at a power cut the link points to the one or the other. */
  point(link: ShelfLink, release: ReleaseName): Promise<void>;
  /** Puts a release on the shelf, anew where it is not complete. It counts from {@link Placing.complete} on. */
  add(release: ReleaseName): Promise<Placing>;
  /** Takes a release away, also one that is not complete. */
  remove(release: ReleaseName): Promise<void>;
  /** Everything there that looks like a release, complete or not. */
  all(): Promise<readonly ReleaseName[]>;
}

/** `current`: what is started. `launcher`: what decides what is started. */
export type ShelfLink = 'current' | 'launcher';

export interface Placing {
  readonly files: FileSink;
  /** Everything is on the medium, and the release counts, when it resolves. */
  complete(facts: ReleaseFacts): Promise<void>;
}
