import { messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { PaymentOutcome } from '../payment-terminal.ts';
import { refusals } from './commands.ts';
import type { PaymentMemory } from './payment-memory.ts';
import type { ExchangeEnd, ExchangeListener } from './session.ts';
import { SlipCollector } from './slip-collector.ts';
import type { StatusInformation } from './status-information.ts';
import { type PaymentRecord, reportedOf, takenOutcome } from './transaction.ts';
import { phrases, progressWords, refusalOf } from './words.ts';

interface RunParts {
  readonly memory: PaymentMemory;
  readonly record: PaymentRecord;
  readonly currency: number;
  readonly offline: 'allowed' | 'forbidden';
  readonly log: Logger;
  readonly onProgress: (words: string) => void;
}

/** One payment or refund while the terminal carries it out: what of it is kept, what is refused, and how it ended. */
export class TransactionRun {
  readonly #parts: RunParts;
  readonly #slips = new SlipCollector();
  #record: PaymentRecord;
  /** The last result that was not "carried out". */
  #failure: StatusInformation | null = null;
  #refused: keyof typeof phrases | null = null;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#record = parts.record;
  }

  get listener(): ExchangeListener {
    return {
      report: (information) => this.#report(information),
      progress: (code, words) => this.#progress(code, words),
      slip: (slip) => this.#slips.take(slip),
    };
  }

  /** How it ended, after what can be known of that has been noted. */
  async outcome(end: ExchangeEnd): Promise<PaymentOutcome> {
    const { reported } = this.#record;
    switch (end.kind) {
      case 'lost':
        return { kind: 'unknown', reason: end.reason };
      case 'refused':
        return this.#notBooked({ kind: 'cancelled', reason: refusalOf(end.code).words });
      case 'aborted':
        // It had been acknowledged: whether it was taken back all the same only the terminal can tell.
        if (reported !== null) return { kind: 'unknown', reason: refusalOf(end.code).words };
        return this.#notBooked(this.#refusal(end.code));
      case 'completed':
        if (this.#refused !== null) return { kind: 'unknown', reason: phrases[this.#refused] };
        if (reported === null && this.#failure !== null) return this.#notBooked(this.#refusal(this.#failure.result));
        if (reported === null) return { kind: 'unknown', reason: phrases.noResult };
        return this.#booked(takenOutcome(this.#record, reported));
    }
  }

  async #report(information: StatusInformation): Promise<number | null> {
    if (information.result !== 0) {
      this.#failure = information;
      return null;
    }
    const refuse = (reason: keyof typeof phrases, code: number): number => {
      this.#refused = reason;
      this.#parts.log.warn({ reason }, 'a card payment is refused to its terminal, which takes it back');
      return code;
    };
    const { amount, currency, offline } = information;
    if (amount !== null && amount !== this.#record.amount) return refuse('otherAmount', refusals.wrongAmount);
    if (currency !== null && currency !== this.#parts.currency) return refuse('currency', refusals.wrongCurrency);
    if (offline && this.#parts.offline === 'forbidden') return refuse('offlineForbidden', refusals.notPossible);
    const record: PaymentRecord = { ...this.#record, reported: reportedOf(information) };
    try {
      await this.#parts.memory.keep(record);
    } catch (error) {
      this.#parts.log.error({ error: messageOf(error) }, 'a card payment could not be noted');
      return refuse('takenBack', refusals.memoryFull);
    }
    this.#record = record;
    return null;
  }

  #progress(code: number, terminalWords: string): void {
    const words = progressWords(code) ?? terminalWords;
    if (words !== '') this.#parts.onProgress(words);
  }

  #refusal(code: number): PaymentOutcome {
    if (this.#refused !== null) return { kind: 'cancelled', reason: phrases[this.#refused] };
    const { kind, words } = refusalOf(this.#failure?.result ?? code);
    return { kind, reason: words };
  }

  async #booked(outcome: PaymentOutcome): Promise<PaymentOutcome> {
    await this.#note({ ...this.#record, end: 'completed' });
    const slip = this.#slips.slip();
    return slip !== null && 'card' in outcome ? { ...outcome, slip } : outcome;
  }

  async #notBooked(outcome: PaymentOutcome): Promise<PaymentOutcome> {
    await this.#note({ ...this.#record, end: 'not-booked' });
    return outcome;
  }

  /** Not noted, it is only asked for once more after a power cut. */
  async #note(record: PaymentRecord): Promise<void> {
    try {
      await this.#parts.memory.keep(record);
    } catch (error) {
      this.#parts.log.warn({ error: messageOf(error) }, 'the end of a card payment could not be noted');
    }
  }
}
