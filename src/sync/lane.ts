import type {
  ConfirmedOrder,
  DeliveryInstruction,
  Document,
  MadeInMagento,
  QueuedDocument,
} from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { Duration } from '../platform/clock.ts';

export type {
  ConfirmedOrder,
  DeliveryInstruction,
  Document,
  DocumentKind,
  MadeInMagento,
  QueuedDocument,
  Unconfirmed,
} from '../journal/journal.ts';

/** A way to bring documents into Magento. */
export interface Lane {
  readonly name: 'http' | 'mqtt';
  /** How it brings a sale into Magento, in words, e.g. "stock REST, recipe C". */
  readonly recipe: string;
  /**
   * Brings one document as far as it gets. Never throws for what Magento or the network does: that is an outcome. A kind that
   * it can't deliver waits (`later`), told in words.
   */
  deliver(document: Document, task: DeliveryTask): Promise<DeliveryOutcome>;
  /** Where a document stands by its `progress`, in words. */
  describe(progress: JsonValue): string;
  /** A cheap look whether Magento can be reached and lets us in; for reconnection. */
  probe(signal: AbortSignal): Promise<Reachability>;
}

/** What a lane is told of a document that it is to deliver. */
export interface DeliveryTask {
  /** What the lane wrote last, to be resumed from; null: nothing yet. */
  readonly progress: JsonValue;
  /** What a person decided about it; obeyed. */
  readonly instructions: readonly DeliveryInstruction[];
  /**
   * What it refers to and Magento had to have before (a return's sale, a sale's new customer): confirmed or withdrawn. What
   * was removed after its retention is absent.
   */
  readonly needed: readonly QueuedDocument[];
  /** Makes progress durable; awaited before and after every step that changes Magento. */
  readonly checkpoint: Checkpoint;
  /** Aborting it ends the delivery at the next safe point with `later`. */
  readonly signal: AbortSignal;
}

export type Checkpoint = (progress: JsonValue) => Promise<void>;

export type DeliveryOutcome =
  | {
      readonly kind: 'confirmed';
      /** The order that it is, or that it is part of; null: none. */
      readonly order: ConfirmedOrder | null;
      /** What else was made; left out: nothing. */
      readonly made?: MadeInMagento;
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
      readonly scope: 'document' | 'lane' | 'overload';
      readonly progress: JsonValue;
      readonly code: string;
      readonly answer: string;
      readonly retryAfter: Duration | null;
    }
  /** Magento refuses this document; a person decides. What does not need it goes on. */
  | { readonly kind: 'parked'; readonly progress: JsonValue; readonly code: string; readonly answer: string };

export type Reachability =
  | { readonly kind: 'reachable' }
  | { readonly kind: 'unreachable'; readonly code: string; readonly answer: string };
