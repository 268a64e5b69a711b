import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { Money } from '../money/money.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { OfflineRefusal } from '../register/offline-refusal.ts';
import type { PaymentLedger } from './ledger.ts';
import {
  type HeadRoom,
  headRoom,
  mayStore,
  type OfflinePolicy,
  type StoredPayments,
  storedAmong,
  type WindowStage,
  windowStage,
} from './policy.ts';

/** Asks a supervisor, at the till; the name of whoever agreed, null: nobody did. */
export type Approve = (reason: {
  readonly kind: 'offline-card';
  readonly amount: Money;
  readonly above: Money;
}) => Promise<string | null>;

/** Whether and how a card terminal may be asked. */
export type Admission =
  | { readonly kind: 'ask'; readonly offline: 'allowed' | 'forbidden' }
  | { readonly kind: 'ask-if-approved'; readonly above: Money }
  | { readonly kind: 'refused'; readonly because: OfflineRefusal };

export interface OfflineStanding {
  readonly stored: StoredPayments;
  readonly room: HeadRoom;
  readonly stage: WindowStage;
}

/** Holds a till to its policy: before a card is asked for, and while payments wait to be forwarded. */
export class OfflineDesk {
  readonly policy: OfflinePolicy;
  readonly #ledger: Pick<PaymentLedger, 'open'>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(policy: OfflinePolicy, ledger: Pick<PaymentLedger, 'open'>, clock: Pick<Clock, 'now'>) {
    this.policy = policy;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  standing(): OfflineStanding {
    const stored = this.#stored();
    return { stored, room: headRoom(this.policy, stored), stage: windowStage(this.policy, stored, this.#now()) };
  }

  /** `contact`: whether the sale names somebody who can be asked for the money. */
  admit(amount: Money, contact: boolean, ability: PaymentTerminal['offline']): Admission {
    const stored = this.#stored();
    const host = ability?.host() ?? 'unknown';
    if (host !== 'unreachable' && !this.policy.onlineWhileStored && stored.count > 0) {
      return { kind: 'refused', because: { code: 'upload-first', count: stored.count } };
    }
    if (ability === undefined) return { kind: 'ask', offline: 'forbidden' };
    const decision = mayStore(this.policy, stored, { amount, now: this.#now(), contact });
    if (decision.kind === 'allowed') return { kind: 'ask', offline: 'allowed' };
    if (host !== 'unreachable') return { kind: 'ask', offline: 'forbidden' };
    return decision.kind === 'refused' ? decision : { kind: 'ask-if-approved', above: decision.above };
  }

  #stored(): StoredPayments {
    return storedAmong(this.#ledger.open().map(({ payment }) => payment));
  }

  #now(): Instant {
    return this.#clock.now();
  }
}
