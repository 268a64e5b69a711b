import type { z } from 'zod';
import type { ForwardStatus } from '../../../drivers/payment-terminal/payment-terminal.ts';
import type { CardHost, HostPayment } from '../../../drivers/payment-terminal/virtual-card-terminal.ts';
import type { eventsAnswer } from '../../payments/simulated-acquirer.ts';
import type { Clock } from '../../platform/clock.ts';

type AcquirerEvent = z.infer<typeof eventsAnswer>['events'][number];

/** A payment as the showroom's acquirer has it. */
export interface BookedPayment {
  readonly paymentId: string;
  readonly psp: string;
  readonly amount: string;
  readonly currency: string;
  /** The till's own name for it. */
  readonly reference: string;
  /** Whether the till was asked online, or handed it over later. */
  readonly came: 'online' | 'forwarded';
  readonly at: string;
  readonly state: 'undecided' | 'approved' | 'declined' | 'settled' | 'charged-back' | 'taken-back';
  /** Times that it was handed over; more than once is no harm. */
  readonly handedOver: number;
}

/** What is kept of an acquirer over a restart of the showroom. */
export interface AcquirerState {
  readonly payments: readonly BookedPayment[];
  readonly events: readonly AcquirerEvent[];
  readonly batches: number;
}

/** How the acquirer decides about what is handed over later. */
export type LaterDecision = 'approve' | 'decline' | 'wait';

/**
 * The showroom's acquirer and the issuers behind it: knows every payment by its key and books it once, decides now or later, and
 * tells what it decided as numbered events.
 */
export class AcquirerBooks implements CardHost {
  readonly #clock: Clock;
  readonly #payments = new Map<string, BookedPayment>();
  readonly #events: AcquirerEvent[] = [];
  readonly #onChange: () => void;
  #batches = 0;
  /** What becomes of payments that are handed over later. */
  later: LaterDecision = 'approve';
  /** The next so many events are told twice, as webhooks are. */
  duplicates = 0;

  constructor(clock: Clock, onChange: () => void = () => {}) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  payments(): readonly BookedPayment[] {
    return [...this.#payments.values()];
  }

  /** Events after the given number, oldest first. */
  events(after: number): readonly AcquirerEvent[] {
    return this.#events.filter(({ number }) => number > after);
  }

  find(paymentId: string): BookedPayment | undefined {
    return this.#payments.get(paymentId);
  }

  authorise(payment: HostPayment): 'approved' | 'declined' {
    this.#book(payment, 'online', 'approved');
    return 'approved';
  }

  forward(payment: HostPayment): ForwardStatus {
    const known = this.#payments.get(payment.paymentId);
    if (known) this.#put({ ...known, handedOver: known.handedOver + 1 });
    else this.#book(payment, 'forwarded', decided[this.later]);
    return this.standing(payment.paymentId);
  }

  standing(paymentId: string): ForwardStatus {
    const booked = this.#payments.get(paymentId);
    if (booked === undefined) return { kind: 'not-found' };
    const { psp } = booked;
    switch (booked.state) {
      case 'undecided':
        return { kind: 'forwarded', psp };
      case 'declined':
        return { kind: 'declined', reason: 'Not enough money (51)' };
      case 'approved':
      case 'settled':
      case 'charged-back':
      case 'taken-back':
        return { kind: 'approved', psp, authorizationCode: psp.slice(-6) };
    }
  }

  takeBack({ paymentId }: HostPayment): void {
    const known = this.#payments.get(paymentId);
    if (known) this.#put({ ...known, state: 'taken-back' });
  }

  /** The issuer says no to a payment that is not settled yet; false: there is none such. */
  declineLate(paymentId: string): boolean {
    const known = this.#payments.get(paymentId);
    if (known === undefined || (known.state !== 'undecided' && known.state !== 'approved')) return false;
    this.#put({ ...known, state: 'declined' });
    this.#tell(known, 'declined', 'Not enough money (51)');
    return true;
  }

  /** The issuer says yes to a payment that waits for it. */
  approveLate(paymentId: string): boolean {
    const known = this.#payments.get(paymentId);
    if (known?.state !== 'undecided') return false;
    this.#put({ ...known, state: 'approved' });
    this.#tell(known, 'approved', '');
    return true;
  }

  /** The card holder disputes a payment that was settled. */
  chargeBack(paymentId: string): boolean {
    const known = this.#payments.get(paymentId);
    if (known?.state !== 'settled') return false;
    this.#put({ ...known, state: 'charged-back' });
    this.#tell(known, 'charged-back', 'Fraud (10.4)');
    return true;
  }

  /** Pays everything that was approved, told by a report only; the payments of this batch and its number. Nothing to pay: null. */
  settle(): { readonly batch: number; readonly payments: readonly BookedPayment[] } | null {
    const approved = this.payments().filter(({ state }) => state === 'approved');
    if (approved.length === 0) return null;
    this.#batches += 1;
    for (const payment of approved) {
      this.#put({ ...payment, state: 'settled' });
    }
    return { batch: this.#batches, payments: approved };
  }

  state(): AcquirerState {
    return { payments: this.payments(), events: this.#events, batches: this.#batches };
  }

  restore({ payments, events, batches }: AcquirerState): void {
    for (const payment of payments) this.#payments.set(payment.paymentId, payment);
    this.#events.push(...events);
    this.#batches = batches;
  }

  #book(payment: HostPayment, came: BookedPayment['came'], state: BookedPayment['state']): void {
    const { paymentId, amount, currency, reference } = payment;
    const psp = `SIM${String(this.#payments.size + 1).padStart(13, '0')}`;
    this.#put({ paymentId, psp, amount, currency, reference, came, at: this.#now(), state, handedOver: 1 });
  }

  #put(payment: BookedPayment): void {
    this.#payments.set(payment.paymentId, payment);
    this.#onChange();
  }

  #tell(payment: BookedPayment, kind: AcquirerEvent['kind'], reason: string): void {
    const { paymentId, psp } = payment;
    const told = { eventId: `${psp}-${kind}`, paymentId, psp, kind, at: this.#now(), reason };
    const times = this.duplicates > 0 ? 2 : 1;
    if (times > 1) this.duplicates -= 1;
    for (let time = 0; time < times; time++) this.#events.push({ number: this.#events.length + 1, ...told });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

const decided = { approve: 'approved', decline: 'declined', wait: 'undecided' } as const;
