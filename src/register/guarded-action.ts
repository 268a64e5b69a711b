import type { Money } from '../money/money.ts';
import type { Reduction } from '../pricing/totals.ts';
import type { OpenReturn } from './open-return.ts';
import type { OpenSale } from './open-sale.ts';
import type { GuardedTopic } from './staff.ts';

/** Something that a cashier may not do alone, until somebody else allows it. */
export interface PendingApproval {
  readonly topic: GuardedTopic;
  readonly action: GuardedAction;
  /** Digits of the PIN. */
  readonly typed: string;
  /** Tells the answer to this PIN from the answer to an earlier one; null: no PIN is being checked. */
  readonly checkId: string | null;
}

/** What is done once it is allowed. */
export type GuardedAction =
  | {
      readonly kind: 'reduce';
      readonly sale: OpenSale;
      readonly lineId: number | null;
      readonly value: Reduction['value'];
      readonly reason: string;
    }
  | {
      readonly kind: 'override';
      readonly sale: OpenSale;
      readonly lineId: number;
      readonly price: Money;
      readonly reason: string;
    }
  /** Discounts that have come to weigh more than a cashier may give alone. */
  | { readonly kind: 'keep-reductions'; readonly sale: OpenSale }
  | { readonly kind: 'void-sale'; readonly sale: OpenSale }
  | {
      readonly kind: 'move-cash';
      readonly direction: 'in' | 'out';
      readonly amount: Money;
      readonly reason: string | null;
      readonly sale: OpenSale | null;
    }
  | { readonly kind: 'open-drawer'; readonly sale: OpenSale | null }
  | {
      readonly kind: 'close-shift';
      readonly counted: Money | null;
      readonly denominations: readonly CountedPieces[];
      readonly sale: OpenSale | null;
    }
  | { readonly kind: 'service-menu'; readonly sale: OpenSale | null }
  /** `rest`: what is sold beside the goods that are brought back. */
  | {
      readonly kind: 'take-back';
      readonly sale: OpenSale | null;
      readonly rest: OpenSale | null;
      readonly returning: OpenReturn;
    }
  /** Something outside the register waits for the answer. */
  | { readonly kind: 'outside'; readonly approvalId: string; readonly words: string };

/** How many notes or coins of one kind were counted. */
export interface CountedPieces {
  readonly value: Money;
  readonly count: number;
}

/** What a person gives a reason for. */
export type ReasonedAction = Extract<GuardedAction, { kind: 'reduce' | 'override' | 'move-cash' }>;
