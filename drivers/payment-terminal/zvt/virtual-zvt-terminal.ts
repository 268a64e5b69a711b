import { type Clock, type Duration, milliseconds, seconds, type Timer } from '../../../src/platform/clock.ts';
import { type Apdu, ApduReader, decodeApdu, encodeApdu } from './apdu.ts';
import { decodeBcd } from './bcd.ts';
import { fieldOf, readFields } from './fields.ts';
import { VirtualSerialLine } from './virtual-serial-line.ts';
import type { VirtualCard, VirtualTransaction } from './virtual-zvt-messages.ts';
import * as messages from './virtual-zvt-messages.ts';

export interface VirtualZvtTerminalOptions {
  readonly clock: Clock;
  readonly transport: 'serial' | 'tcp';
  /** To the till; lost when none is connected. */
  readonly send: (bytes: Uint8Array) => void;
  /** Pulls the cable. */
  readonly hangUp: () => void;
  readonly password?: string;
  /** Asking the bank takes this long. */
  readonly processing?: Duration;
}

/** What goes wrong in the terminal. */
export interface TerminalFaults {
  /** Pulls the cable instead of sending the next message of this kind. */
  hangUpBefore: 'status-information' | 'completion' | null;
  /** Gets no further than this answer, which is lost with the cable: the till's acknowledgement of a result. */
  hangUpAfterResult: boolean;
  /** Says nothing any more. */
  silent: boolean;
  /** Books another amount than it was asked for, as with a tip. */
  extraAmount: number;
  /** Sends card numbers and tracks unmasked, in fields and on slips. */
  leaksCardData: boolean;
  /** The host is out of reach: a payment is refused, or taken offline. */
  host: 'reachable' | 'unreachable' | 'unreachable-takes-offline';
  /** A result that nobody acknowledged: taken back, or kept (PA00P015 says the one in 2.2.8 and the other in 4.2). */
  unacknowledged: 'reversed' | 'kept';
  /** The length field of the next result is wrong. */
  wrongLength: boolean;
  /** Does not know the command that repeats receipts. */
  cannotRepeat: boolean;
}

type Order = {
  readonly kind: 'payment' | 'refund';
  readonly amount: number;
  state: 'waiting' | 'processing' | 'reported';
};

type Answer = readonly [control: number, ...said: Uint8Array[]];
const busy: Answer = [0x849c];

interface Outgoing {
  readonly bytes: Uint8Array;
  /** The till's answer: null, it said yes; a number, it refused; `none`, it did not answer. */
  readonly answered?: (answer: number | null | 'none') => void;
}

const usualCard: VirtualCard = { name: 'Debit Mastercard', number: '5413330089604111', technology: 'contactless' };

/** A ZVT terminal made of software, with its customer's side as methods. It remembers what it booked, whatever becomes of the till. */
export class VirtualZvtTerminal {
  readonly faults: TerminalFaults = {
    hangUpBefore: null,
    hangUpAfterResult: false,
    silent: false,
    extraAmount: 0,
    leaksCardData: false,
    host: 'reachable',
    unacknowledged: 'reversed',
    wrongLength: false,
    cannotRepeat: false,
  };
  readonly line: VirtualSerialLine | null;
  /** Everything that was carried out, the newest last. */
  readonly transactions: VirtualTransaction[] = [];
  /** Commands of the till that it does not know; empty for everything that the driver sends. */
  readonly problems: string[] = [];
  /** Control fields of all commands, in order. */
  readonly commands: number[] = [];
  card: VirtualCard = usualCard;
  readonly #options: VirtualZvtTerminalOptions;
  #stream = new ApduReader();
  #configuration = 0;
  #order: Order | null = null;
  #outgoing: Outgoing[] = [];
  #late: Timer | null = null;
  #asking: Timer | null = null;
  #number = 470;
  /** The last transaction failed: its code. */
  #lastFailure: number | null = null;

  constructor(options: VirtualZvtTerminalOptions) {
    this.#options = options;
    const { clock, send } = options;
    this.line =
      options.transport === 'tcp'
        ? null
        : new VirtualSerialLine({ clock, send, received: (bytes) => this.#decode(bytes) });
  }

  /** `waiting`: for a card. */
  get state(): 'idle' | Order['state'] {
    return this.#order?.state ?? 'idle';
  }

  get registered(): boolean {
    return this.#configuration !== 0;
  }

  /** What was charged and not taken back, in hundredths: the acquirer's view. */
  get charged(): readonly number[] {
    return this.transactions
      .filter(({ kind, reversed }) => kind === 'payment' && !reversed)
      .map(({ amount }) => amount);
  }

  /**
   * A till connected anew, or its cable came out: what was half sent is forgotten, what the terminal does goes on. A result that
   * was not acknowledged is not known to have arrived.
   */
  connected(): void {
    const unanswered = this.#outgoing;
    this.#forget();
    for (const { answered } of unanswered) answered?.('none');
  }

  receive(bytes: Uint8Array): void {
    if (this.faults.silent) return;
    if (this.line !== null) this.line.receive(bytes);
    else for (const apdu of this.#stream.receive(bytes)) this.#obey(apdu);
  }

  /** The customer presents a card; false when nothing is to be paid. */
  tap(card: VirtualCard = usualCard): boolean {
    this.card = card;
    return this.#process(() => this.#bank());
  }

  /** The customer presents a card that its bank refuses. */
  decline(): boolean {
    return this.#process(() => this.#fail(0x05, 'Abgelehnt'));
  }

  /** The customer presses the red key. */
  pressStop(): boolean {
    if (this.#order?.state !== 'waiting') return false;
    this.#fail(0x6c, 'Abbruch durch Kunde');
    return true;
  }

  /** Somebody pays at the terminal without the till. */
  payByHand(amount: number): void {
    this.#book('payment', amount, false);
  }

  /** A message of its own; resolves with the till's answer to it. */
  sayUnasked(bytes: Uint8Array): Promise<number | null | 'none'> {
    return new Promise((answered) => this.#say({ bytes, answered }));
  }

  #decode(bytes: Uint8Array): void {
    const apdu = decodeApdu(bytes);
    if (apdu === null) this.problems.push('a message of the wrong length');
    else this.#obey(apdu);
  }

  #obey(apdu: Apdu): void {
    const answerClass = apdu.control >>> 8;
    if (answerClass === 0x80 || answerClass === 0x84) {
      this.#answered(apdu.control === 0x8000 || apdu.control === 0x8400 ? null : apdu.control & 0xff);
      return;
    }
    this.commands.push(apdu.control);
    if (apdu.control === 0x06b0) {
      this.#abort();
      return;
    }
    if (this.#order === null) this.#outgoing = [];
    const [answer, ...said] = this.#order === null ? this.#carryOut(apdu) : busy;
    this.#reply(answer);
    for (const bytes of said) this.#say({ bytes });
  }

  /** The answer to a command, and what the terminal goes on to say. */
  #carryOut({ control, data }: Apdu): Answer {
    switch (control) {
      case 0x0600:
        if (!this.#knowsPassword(data)) return [0x8483];
        this.#configuration = data[3] ?? 0;
        return [0x8000, messages.registered()];
      case 0x0602:
        this.#configuration = 0;
        return [0x8000];
      case 0x0501:
        return [0x8000, messages.completion([0x00])];
      case 0x0601:
        return this.#begin('payment', data);
      case 0x0631:
        return this.#begin('refund', data.subarray(3));
      case 0x0630:
        return this.#reverse(data);
      case 0x0620:
        return this.#repeat();
      case 0x0650:
      case 0x0670:
        return this.faults.host === 'reachable'
          ? [0x8000, messages.intermediate(0x0e), messages.completion()]
          : [0x8000, messages.intermediate(0xd2), messages.abortion(0xa3)];
      default:
        this.problems.push(`not a command: ${control.toString(16)}`);
        return [0x8483];
    }
  }

  #begin(kind: Order['kind'], data: Uint8Array): Answer {
    const amount = decodeBcd(fieldOf(readFields(data) ?? [], 0x04) ?? new Uint8Array(0));
    if (amount === null || amount === 0) {
      this.problems.push('an order without an amount');
      return [0x849a];
    }
    this.#order = { kind, amount, state: 'waiting' };
    return [0x8000, messages.intermediate(0x0a)];
  }

  #process(then: () => void): boolean {
    if (this.#order?.state !== 'waiting') return false;
    this.#order.state = 'processing';
    this.#say({ bytes: messages.intermediate(0x04) });
    this.#asking = this.#options.clock.schedule(this.#options.processing ?? milliseconds(700), then);
    return true;
  }

  #bank(): void {
    const { host } = this.faults;
    if (host === 'unreachable') this.#fail(0xa3, 'Keine Verbindung');
    else this.#approve(host === 'unreachable-takes-offline');
  }

  /** The till must acknowledge the result; then it is printed, and only then is it over. */
  #approve(offline: boolean): void {
    const order = this.#order;
    if (order === null) return;
    order.state = 'reported';
    const transaction = this.#book(order.kind, order.amount + this.faults.extraAmount, offline);
    if (this.faults.hangUpBefore === 'status-information') {
      this.faults.hangUpBefore = null;
      this.#hangUp();
      this.#settle(transaction, 'none');
      return;
    }
    const status = messages.statusOf(transaction, this.faults.leaksCardData);
    if (this.faults.wrongLength) {
      this.faults.wrongLength = false;
      status[2] = (status[2] ?? 0) + 1;
    }
    this.#say({ bytes: status, answered: (answer) => this.#settle(transaction, answer) });
  }

  #settle(transaction: VirtualTransaction, answer: number | null | 'none'): void {
    this.#order = null;
    const { unacknowledged, hangUpAfterResult, hangUpBefore, leaksCardData } = this.faults;
    if (answer === 'none') {
      if (unacknowledged === 'reversed') this.#takeBack(transaction);
      return;
    }
    if (answer !== null) {
      this.#takeBack(transaction);
      this.#say({ bytes: messages.abortion(0xb7) });
      return;
    }
    if (hangUpAfterResult) {
      this.faults.hangUpAfterResult = false;
      this.#hangUp();
      return;
    }
    if ((this.#configuration & 0x82) === 0x82) {
      for (const bytes of messages.slipsOf(transaction, leaksCardData)) this.#say({ bytes });
    }
    if (hangUpBefore === 'completion') {
      this.faults.hangUpBefore = null;
      this.#hangUp();
      return;
    }
    this.#say({ bytes: messages.completion() });
  }

  #fail(code: number, words: string): void {
    this.#asking?.cancel();
    this.#order = null;
    this.#lastFailure = code;
    this.#say({ bytes: messages.failureOf(code, words) });
    this.#say({ bytes: messages.abortion(code) });
  }

  #abort(): void {
    this.#reply(0x8000);
    if (this.#order?.state === 'waiting') this.#fail(0x6c, 'Abbruch');
  }

  #reverse(data: Uint8Array): Answer {
    const fields = readFields(data.subarray(3)) ?? [];
    const receipt = decodeBcd(fieldOf(fields, 0x87) ?? new Uint8Array(0));
    const amount = decodeBcd(fieldOf(fields, 0x04) ?? new Uint8Array(0));
    const original = this.transactions.find(
      (each) => each.receiptNumber === receipt && each.amount === amount && each.kind === 'payment',
    );
    if (original === undefined || original.reversed) {
      return [0x8000, messages.abortion(original === undefined ? 0xb5 : 0xb4)];
    }
    original.reversed = true;
    const reversal = this.#book('reversal', original.amount, false, original.traceNumber);
    return [0x8000, messages.statusOf(reversal, false), messages.completion()];
  }

  #repeat(): Answer {
    const last = this.transactions.at(-1);
    if (this.faults.cannotRepeat || last === undefined) return [0x8483];
    const status =
      this.#lastFailure === null
        ? messages.statusOf(last, this.faults.leaksCardData)
        : messages.failureOf(this.#lastFailure, 'Abgelehnt');
    return [0x8000, status, messages.completion()];
  }

  #book(
    kind: VirtualTransaction['kind'],
    amount: number,
    offline: boolean,
    originalTrace: number | null = null,
  ): VirtualTransaction {
    this.#number = (this.#number % 9999) + 1;
    this.#lastFailure = null;
    const now = new Date(this.#options.clock.now()).toISOString();
    const at = { date: Number(now.slice(5, 10).replace('-', '')), time: Number(now.slice(11, 19).replaceAll(':', '')) };
    const transaction: VirtualTransaction = {
      ...{ receiptNumber: this.#number, traceNumber: this.#number, amount, kind, originalTrace, offline, at },
      card: this.card,
      reversed: false,
    };
    this.transactions.push(transaction);
    return transaction;
  }

  /** As if it had never been: also the numbers are given again (PA00P015, 4.2, "will reuse the receipt number"). */
  #takeBack(transaction: VirtualTransaction): void {
    this.transactions.splice(this.transactions.indexOf(transaction), 1);
    this.#number -= 1;
  }

  #forget(): void {
    this.#stream = new ApduReader();
    this.line?.reset();
    this.#outgoing = [];
    this.#late?.cancel();
  }

  #hangUp(): void {
    this.#forget();
    this.#options.hangUp();
  }

  #reply(control: number): void {
    this.#write(encodeApdu(control));
  }

  #say(outgoing: Outgoing): void {
    this.#outgoing.push(outgoing);
    if (this.#outgoing.length === 1) this.#sayFirst();
  }

  #sayFirst(): void {
    this.#late?.cancel();
    const [first] = this.#outgoing;
    if (first === undefined) return;
    this.#late = this.#options.clock.schedule(seconds(20), () => {
      const unanswered = this.#outgoing;
      this.#outgoing = [];
      for (const { answered } of unanswered) answered?.('none');
    });
    this.#write(first.bytes);
  }

  #answered(answer: number | null): void {
    const first = this.#outgoing.shift();
    const more = this.#outgoing.length > 0;
    this.#late?.cancel();
    first?.answered?.(answer);
    if (more) this.#sayFirst();
  }

  #write(apdu: Uint8Array): void {
    if (this.faults.silent) return;
    if (this.line !== null) this.line.send(apdu);
    else this.#options.send(apdu);
  }

  #knowsPassword(data: Uint8Array): boolean {
    return decodeBcd(data.subarray(0, 3)) === Number(this.#options.password ?? '000000');
  }
}
