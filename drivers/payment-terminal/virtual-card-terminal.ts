import { type Clock, type Duration, milliseconds, type Timer } from '../../src/platform/clock.ts';
import type { Random } from '../../src/platform/random.ts';
import type { CardDetails, EntryMode, ForwardStatus, ReversalOutcome } from './payment-terminal.ts';
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

/** Whoever stands behind the terminal and decides; left out: the bank says yes to everything. */
export interface CardHost {
  /** Asked while the card is there. */
  authorise(payment: HostPayment): 'approved' | 'declined';
  /** Asked when a payment that was taken without the host is uploaded; the same key is one payment. */
  forward(payment: HostPayment): ForwardStatus;
  /** Money goes back: all of a payment, or as a refund. */
  takeBack(payment: HostPayment): void;
}

export interface HostPayment {
  readonly paymentId: string;
  readonly amount: string;
  readonly currency: string;
  /** What the till told as its own name for it. */
  readonly reference: string;
}

export interface LeakedCard {
  readonly number: string;
  /** Track 2, without sentinels. */
  readonly track: string;
}

/** What the terminal does with a card while its host is out of reach. */
export type OfflineMode = 'none' | 'offline-emv' | 'stored';

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
  readonly host?: CardHost;
  /** What the reader hands out for a stored payment; left out: the terminal keeps it and uploads it itself. */
  blobFor?(payment: HostPayment): Uint8Array;
}

type Request = Extract<TillFrame, { type: 'pay' | 'refund' }>;

interface Payment {
  readonly request: Request;
  outcome: TerminalOutcome | null;
  reversed: boolean;
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
  offlineMode: OfflineMode = 'none';
  /** Tells all of this card in everything it sends, as a badly made terminal might. */
  leaks: LeakedCard | null = null;
  #hostReachable = true;

  constructor(options: VirtualCardTerminalOptions) {
    this.#options = options;
  }

  get screen(): CardTerminalScreen {
    return this.#screen;
  }

  get hostReachable(): boolean {
    return this.#hostReachable;
  }

  /** The line to the bank goes or comes back; the till is told. */
  setHost(reachable: boolean): void {
    if (reachable === this.#hostReachable) return;
    this.#hostReachable = reachable;
    this.#tellHost();
    this.#options.onChange?.();
  }

  /** Every payment for which a card was taken and not given back, with the amount. */
  approved(): readonly { readonly paymentId: string; readonly amount: string }[] {
    return [...this.#payments.values()]
      .filter(({ request, outcome, reversed }) => request.type === 'pay' && isTaken(outcome) && !reversed)
      .map(({ request }) => ({ paymentId: request.paymentId, amount: request.amount }));
  }

  /** A till connected: what the one before had half sent is forgotten. */
  connected(): void {
    this.#splitter = new LineSplitter();
    this.#tellHost();
  }

  receive(bytes: Uint8Array): void {
    for (const line of this.#splitter.split(bytes)) {
      const frame = decodeTillFrame(line);
      if (frame !== null) this.#obey(frame);
    }
  }

  /** The customer presents a card; false when nothing is to be paid. */
  tap(card: { readonly brand?: string; readonly entryMode?: EntryMode } = {}): boolean {
    return this.#ask(({ request }) => this.#decide(request, { ...this.#card(), ...card }));
  }

  /** The customer taps a card that its bank refuses. */
  decline(): boolean {
    return this.#ask(() => refused);
  }

  /** The customer takes the card away before the terminal was done. */
  removeCard(): boolean {
    if (this.#current === null) return false;
    this.#settle(this.#current, { kind: 'cancelled', reason: 'Card removed' });
    return true;
  }

  #obey(frame: TillFrame): void {
    const { paymentId } = frame;
    const known = this.#payments.get(paymentId);
    switch (frame.type) {
      case 'pay':
      case 'refund':
        if (known?.outcome) this.#reply({ type: 'outcome', paymentId, outcome: known.outcome });
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
          paymentId,
          outcome: known === undefined ? { kind: 'not-found' } : (known.outcome ?? { kind: 'pending' }),
        });
        break;
      case 'reverse':
        this.#reply({ type: 'reversed', paymentId, result: this.#reverse(known) });
        break;
      case 'forward':
        this.#reply({ type: 'forwarded', paymentId, status: this.#forward(known) });
        break;
    }
  }

  /** Asks the host; without it the terminal decides as it was set, and as the till allows. */
  #decide(request: Request, card: CardDetails): TerminalOutcome {
    if (this.#hostReachable) {
      if (request.type === 'refund') this.#options.host?.takeBack(request);
      else if (this.#options.host?.authorise(request) === 'declined') return refused;
      return { kind: 'approved', card };
    }
    if (this.offlineMode === 'none' || request.type === 'refund' || request.offline === 'forbidden') {
      return { kind: 'declined', reason: 'Bank not reachable' };
    }
    const unconfirmed = { ...card, authorizationCode: null };
    if (this.offlineMode === 'offline-emv') return { kind: 'approved-offline', card: unconfirmed };
    const blob = this.#options.blobFor?.(request);
    return blob === undefined
      ? { kind: 'stored', card: unconfirmed }
      : { kind: 'stored', card: unconfirmed, blob: { bytes: blob } };
  }

  #reverse(known: Payment | undefined): Exclude<ReversalOutcome, { kind: 'unknown' }> {
    if (known === undefined || !isTaken(known.outcome)) return { kind: 'refused', reason: 'Nothing was charged' };
    if (!this.#hostReachable && known.outcome?.kind === 'approved') {
      return { kind: 'refused', reason: 'Bank not reachable' };
    }
    if (!known.reversed && this.#hostReachable) this.#options.host?.takeBack(known.request);
    known.reversed = true;
    return { kind: 'reversed' };
  }

  #forward(known: Payment | undefined): ForwardStatus {
    if (known === undefined || !isTaken(known.outcome) || known.reversed) return { kind: 'not-found' };
    if (!this.#hostReachable) return { kind: 'unreachable', reason: 'Bank not reachable' };
    return this.#options.host?.forward(known.request) ?? { kind: 'approved', psp: null, authorizationCode: null };
  }

  #begin(request: Request): void {
    if (this.#current !== null) {
      const { paymentId } = request;
      this.#reply({ type: 'outcome', paymentId, outcome: { kind: 'cancelled', reason: 'Terminal is busy' } });
      return;
    }
    const payment: Payment = { request, outcome: null, reversed: false };
    this.#payments.set(request.paymentId, payment);
    this.#current = payment;
    this.#show('waiting', payment);
    this.#reply({ type: 'progress', paymentId: request.paymentId, words: 'Present card' });
  }

  #ask(outcome: (payment: Payment) => TerminalOutcome): boolean {
    const payment = this.#current;
    if (payment === null || this.#asking !== null) return false;
    this.#show('processing', payment);
    this.#reply({ type: 'progress', paymentId: payment.request.paymentId, words: 'Processing...' });
    this.#asking = this.#options.clock.schedule(this.#options.processing ?? milliseconds(700), () =>
      this.#settle(payment, outcome(payment)),
    );
    return true;
  }

  #settle(payment: Payment, outcome: TerminalOutcome): void {
    this.#asking?.cancel();
    this.#asking = null;
    this.#current = null;
    payment.outcome = outcome;
    this.#show(isTaken(outcome) ? 'approved' : outcome.kind, payment);
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

  #tellHost(): void {
    this.#reply({ type: 'host', host: this.#hostReachable ? 'reachable' : 'unreachable' });
  }

  #reply(frame: TerminalFrame): void {
    const bytes = encodeTerminalFrame(frame);
    this.#options.send(this.leaks === null ? bytes : telltale(bytes, this.leaks));
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

const refused: TerminalOutcome = { kind: 'declined', reason: 'Declined by the bank (05)' };

type TakenOutcome = Extract<TerminalOutcome, { readonly card: CardDetails }>;

const isTaken = (outcome: TerminalOutcome | null): outcome is TakenOutcome => outcome !== null && 'card' in outcome;

/** The same frame with a card's number and track in every text that it has, in fields of their own, and in a line that is no frame. */
function telltale(bytes: Uint8Array, { number, track }: LeakedCard): Uint8Array {
  // What `encodeTerminalFrame` makes is one JSON object.
  const frame = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  if (typeof frame['words'] === 'string') frame['words'] = `${frame['words']} ${number}`;
  if (typeof frame['reason'] === 'string') frame['reason'] = `${number} ${frame['reason']} ;${track}?`;
  if (typeof frame['card'] === 'object') {
    const told = {
      maskedPan: number,
      pan: number,
      track2: track,
      brand: `Visa ${number}`,
      terminalReference: `T-${number}`,
    };
    frame['card'] = { ...frame['card'], ...told };
  }
  const line = `${JSON.stringify({ ...frame, track2: `;${track}?`, cvv: '987' })}\nno frame ${number}\n`;
  return new TextEncoder().encode(line);
}
