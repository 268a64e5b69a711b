import type { ConfirmedOrder } from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { Duration } from '../platform/clock.ts';
import type { CompletedSale } from '../register/sale.ts';

/** A way to bring a sale into Magento. */
export interface Lane {
  readonly name: 'http' | 'mqtt';
  /** How it brings a sale into Magento, in words, e.g. "stock REST, recipe C". */
  readonly recipe: string;
  /**
   * Brings one sale as far as it gets, resuming from `progress` (null for a new sale). `checkpoint` makes progress durable
   * and is awaited before and after every step that changes Magento. Never throws for what Magento or the network does:
   * that is an outcome. Aborting `signal` ends it at the next safe point with `later`.
   */
  deliver(
    sale: CompletedSale,
    progress: JsonValue,
    checkpoint: Checkpoint,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome>;
  /** Where a sale stands by its `progress`, in words. */
  describe(progress: JsonValue): string;
  /** A cheap look whether Magento can be reached and lets us in; for reconnection. */
  probe(signal: AbortSignal): Promise<Reachability>;
}

export type Checkpoint = (progress: JsonValue) => Promise<void>;

export type DeliveryOutcome =
  | {
      readonly kind: 'confirmed';
      readonly order: ConfirmedOrder;
      readonly progress: JsonValue;
      readonly answer: string;
    }
  /**
   * Not done yet; try again. `scope: 'lane'` means nothing else will get through either; `overload` that nothing else should be
   * sent for now, because the shop asked for less. `retryAfter`: when exactly, or not before when the shop is overloaded;
   * null: as the outbox sees fit.
   */
  | {
      readonly kind: 'later';
      readonly scope: 'sale' | 'lane' | 'overload';
      readonly progress: JsonValue;
      readonly code: string;
      readonly answer: string;
      readonly retryAfter: Duration | null;
    }
  /** Magento refuses this sale; a person decides. The sales behind it go on. */
  | { readonly kind: 'parked'; readonly progress: JsonValue; readonly code: string; readonly answer: string };

export type Reachability =
  | { readonly kind: 'reachable' }
  | { readonly kind: 'unreachable'; readonly code: string; readonly answer: string };
