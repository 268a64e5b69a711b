/** One thing that was written in the shop, by whatever way; `id` tells it from the others. */
export type ShopWrite = { readonly id: number } & (
  | { readonly of: 'product'; readonly sku: string }
  /** The stock of the terminal's source. */
  | { readonly of: 'stock'; readonly sku: string }
  | { readonly of: 'customer'; readonly customerId: number }
  /** A rule, a tax or a customer group. */
  | { readonly of: 'lists' }
  | { readonly of: 'nothing-here' }
);

export type FeedReading =
  | {
      readonly kind: 'writes';
      /** In the order of their ids. */
      readonly writes: readonly ShopWrite[];
      /** A later reading has to begin here or before: an earlier write may still become visible. */
      readonly resumeAt: number;
      /** Where this reading is gone on with; null: this was all. */
      readonly next: number | null;
    }
  /** What was written after the cursor is not known any more: only reading the whole shop helps. */
  | { readonly kind: 'lost'; readonly words: string }
  /** The shop has no feed, or does not let this terminal read it. */
  | { readonly kind: 'absent'; readonly words: string };

/**
 * A shop that tells each write as it was made, so that nothing has to be looked for. Ids are given when something is written, not
 * when it becomes visible, so the same write may be told again, and one with a lower id may come after one with a higher.
 * Errors: those of `ShopSource`.
 */
export interface ChangeFeed {
  /** Where to begin so that nothing written from now on is missed; null: there is no feed. */
  beginning(signal: AbortSignal): Promise<number | null>;
  read(cursor: number, signal: AbortSignal): Promise<FeedReading>;
}
