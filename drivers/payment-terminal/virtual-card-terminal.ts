import { type Clock, type Duration, milliseconds, type Timer } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import type { CardDetails } from './payment-terminal.ts';
import {
  decodeTillFrame,
  encodeTerminalFrame,
  LineSplitter,
  type TerminalFrame,
  type TerminalOutcome,
  type TillFrame,
} from './simulated-protocol.ts';

export type CardTerminalScreen =
  | { readonly state: 'idle' }
  | { readonly state: 'waiting' | 'processing'; readonly amount: string; readonly currency: string }
  | { readonly state: 'approved' | 'declined' | 'cancelled'; readonly amount: string; readonly currency: string };

export interface VirtualCardTerminalOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** To the till; lost when no till is connected. */
  send(bytes: Uint8Array): void;
  /** Pulls the cable, as when an answer is lost. */
  hangUp(): void;
  onChange?(): void;
  /** Asking the bank takes this long. */
  readonly processing?: Duration;
}

interface Payment {
  readonly request: Extract<TillFrame, { type: 'pay' }>;
  outcome: TerminalOutcome | null;
}

/**
 * A card terminal made of software with the customer's side as methods. It remembers every payment, whatever happens to
 * the till, and charges a `paymentId` once.
 */
export class VirtualCardTerminal {
  readonly #options: VirtualCardTerminalOptions;
  readonly #payments = new Map<string, Payment>();
  #splitter = new LineSplitter();
  #current: Payment | null = null;
  #asking: Timer | null = null;
  #screen: CardTerminalScreen = { state: 'idle' };
  /** The next outcome is reached but its message is lost with the connection. */
  dropNextReply = false;

  constructor(options: VirtualCardTerminalOptions) {
    this.#options = options;
  }

  get screen(): CardTerminalScreen {
    return this.#screen;
  }

  /** Every payment that was approved, with the amount charged: the acquirer's view. */
  approved(): readonly { readonly paymentId: string; readonly amount: string }[] {
    return [...this.#payments.values()]
      .filter(({ outcome }) => outcome?.kind === 'approved' || outcome?.kind === 'approved-offline')
      .map(({ request }) => ({ paymentId: request.paymentId, amount: request.amount }));
  }

  /** A till connected: what the one before had half sent is forgotten. */
  connected(): void {
    this.#splitter = new LineSplitter();
  }

  receive(bytes: Uint8Array): void {
    for (const line of this.#splitter.split(bytes)) {
      const frame = decodeTillFrame(line);
      if (frame !== null) this.#obey(frame);
    }
  }

  /** The customer taps a card; false when nothing is to be paid. */
  tap(): boolean {
    return this.#ask(() => ({ kind: 'approved', card: this.#card() }));
  }

  /** The customer taps a card that its bank refuses. */
  decline(): boolean {
    return this.#ask(() => ({ kind: 'declined', reason: 'Declined by the bank (05)' }));
  }

  /** The customer takes the card away before the terminal was done. */
  removeCard(): boolean {
    if (this.#current === null) return false;
    this.#settle(this.#current, { kind: 'cancelled', reason: 'Card removed' });
    return true;
  }

  #obey(frame: TillFrame): void {
    const known = this.#payments.get(frame.paymentId);
    switch (frame.type) {
      case 'pay':
        if (known?.outcome) this.#reply({ type: 'outcome', paymentId: frame.paymentId, outcome: known.outcome });
        else if (known === undefined) this.#begin(frame);
        break;
      case 'cancel':
        if (known !== undefined && known === this.#current && this.#asking === null) {
          this.#settle(known, { kind: 'cancelled', reason: 'Cancelled at the till' });
        }
        break;
      case 'status':
        this.#reply({
          type: 'status',
          paymentId: frame.paymentId,
          outcome: known === undefined ? { kind: 'not-found' } : (known.outcome ?? { kind: 'pending' }),
        });
        break;
    }
  }

  #begin(request: Extract<TillFrame, { type: 'pay' }>): void {
    if (this.#current !== null) {
      const { paymentId } = request;
      this.#reply({ type: 'outcome', paymentId, outcome: { kind: 'cancelled', reason: 'Terminal is busy' } });
      return;
    }
    const payment: Payment = { request, outcome: null };
    this.#payments.set(request.paymentId, payment);
    this.#current = payment;
    this.#show('waiting', payment);
    this.#reply({ type: 'progress', paymentId: request.paymentId, words: 'Present card' });
  }

  #ask(outcome: () => TerminalOutcome): boolean {
    const payment = this.#current;
    if (payment === null || this.#asking !== null) return false;
    this.#show('processing', payment);
    this.#reply({ type: 'progress', paymentId: payment.request.paymentId, words: 'Processing...' });
    this.#asking = this.#options.clock.schedule(this.#options.processing ?? milliseconds(700), () =>
      this.#settle(payment, outcome()),
    );
    return true;
  }

  #settle(payment: Payment, outcome: TerminalOutcome): void {
    this.#asking?.cancel();
    this.#asking = null;
    this.#current = null;
    payment.outcome = outcome;
    this.#show(outcome.kind === 'approved-offline' || outcome.kind === 'stored' ? 'approved' : outcome.kind, payment);
    if (this.dropNextReply) {
      this.dropNextReply = false;
      this.#options.hangUp();
    } else {
      this.#reply({ type: 'outcome', paymentId: payment.request.paymentId, outcome });
    }
  }

  #show(state: Exclude<CardTerminalScreen['state'], 'idle'>, { request }: Payment): void {
    this.#screen = { state, amount: request.amount, currency: request.currency };
    this.#options.onChange?.();
  }

  #reply(frame: TerminalFrame): void {
    this.#options.send(encodeTerminalFrame(frame));
  }

  #card(): CardDetails {
    const digits = (count: number): string =>
      Array.from({ length: count }, () => Math.floor(this.#options.random.fraction() * 10)).join('');
    return {
      brand: 'Visa',
      maskedPan: `476173******${digits(4)}`,
      authorizationCode: digits(6),
      terminalReference: `T${digits(8)}`,
      entryMode: 'contactless',
    };
  }
}
