import { type Clock, type Duration, minutes, type Timer } from '../../../src/platform/clock.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { Apdu } from './apdu.ts';
import { abort, negativeReply, positiveReply, refusals } from './commands.ts';
import {
  type IntermediateStatus,
  readMessage,
  type SlipLines,
  type TerminalReply,
  type TerminalReport,
} from './messages.ts';
import type { StatusInformation } from './status-information.ts';
import type { CharacterSet } from './text.ts';
import type { ZvtLimits, ZvtTransport } from './transport.ts';

/**
 * Who may speak (PA00P016, chapter 5): `idle`, the till may give a command; `asking`, a command is on its way and not answered
 * (T3); `under-way`, the terminal has taken it and speaks until it completes or aborts it (T4); `over`, this connection is done.
 */
export type SessionState = 'idle' | 'asking' | 'under-way' | 'over';

export type ExchangeEnd =
  | { readonly kind: 'completed'; readonly data: Uint8Array }
  | { readonly kind: 'aborted'; readonly code: number; readonly words: string }
  /** The terminal did not begin. */
  | { readonly kind: 'refused'; readonly code: number }
  /** Nobody knows what the terminal did. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Who listens to what a terminal says while it carries out a command. */
export interface ExchangeListener {
  /**
   * Resolves with null when the result is kept durably, else with the code it is refused with: then the terminal takes a payment
   * back. Absent: results are not expected, and a positive one is refused.
   */
  readonly report?: (information: StatusInformation) => Promise<number | null>;
  readonly progress?: (code: number, words: string) => void;
  readonly slip?: (slip: SlipLines) => void;
}

interface Exchange {
  readonly listener: ExchangeListener;
  /** The command has no completion: its answer is its end. */
  readonly endsWithAnswer: boolean;
  readonly end: (end: ExchangeEnd) => void;
}

export interface SessionParts {
  readonly transport: ZvtTransport;
  readonly clock: Clock;
  readonly limits: ZvtLimits;
  readonly log: Logger;
  readonly characterSet: CharacterSet;
  /** The connection is of no use any more. */
  readonly broken: (reason: string) => void;
}

const silent = 'the card terminal does not answer';

/** One connection's conversation with a terminal: one command at a time, every message of the terminal answered in its order. */
export class ZvtSession {
  readonly #parts: SessionParts;
  #state: SessionState = 'idle';
  #exchange: Exchange | null = null;
  #timer: Timer | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Gives a command and follows it to its end. Only when `idle`; never rejects. */
  run(command: Uint8Array, listener: ExchangeListener = {}): Promise<ExchangeEnd> {
    return this.#ask(command, listener, false);
  }

  /** Gives a command that ends with its answer, such as log-off; true when the terminal said yes. */
  async tell(command: Uint8Array): Promise<boolean> {
    return (await this.#ask(command, {}, true)).kind === 'completed';
  }

  /** Asks the terminal to end what is under way; whether it does is told by the end of the command. */
  abort(): void {
    if (this.#state !== 'under-way' && this.#state !== 'asking') return;
    this.#send(abort());
    if (this.#state === 'under-way') this.#endWithin(this.#parts.limits.cancellation);
  }

  /** The connection is gone. */
  close(reason: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#finish({ kind: 'lost', reason });
  }

  receive(received: Apdu | 'malformed'): void {
    if (received === 'malformed') {
      this.#parts.log.warn({}, 'card terminal sent a message whose length is wrong');
      this.#send(negativeReply(refusals.protocolError));
      return;
    }
    const message = readMessage(received, this.#parts.characterSet);
    // An answer to a command must not wait behind anything.
    if (message.kind === 'reply') this.#answered(message);
    else this.#turn = this.#turn.then(() => this.#obey(message));
  }

  #ask(command: Uint8Array, listener: ExchangeListener, endsWithAnswer: boolean): Promise<ExchangeEnd> {
    if (this.#state !== 'idle') {
      return Promise.resolve({ kind: 'lost', reason: 'the connection to the card terminal is not free' });
    }
    this.#state = 'asking';
    return new Promise((resolve) => {
      this.#exchange = { listener, endsWithAnswer, end: resolve };
      this.#endWithin(this.#parts.limits.answer);
      this.#send(command);
    });
  }

  /** Outside `asking` it answers an abort, which tells by its end whether it did anything. */
  #answered({ accepted, code }: TerminalReply): void {
    if (this.#state !== 'asking') return;
    if (!accepted) {
      this.#finish({ kind: 'refused', code });
    } else if (this.#exchange?.endsWithAnswer === true) {
      this.#finish({ kind: 'completed', data: new Uint8Array(0) });
    } else {
      this.#state = 'under-way';
      this.#endWithin(this.#parts.limits.completion);
    }
  }

  /** Carries out what the terminal said and answers it. */
  async #obey(message: TerminalReport): Promise<void> {
    // What arrives outside of a command belongs to one that was cut off; it is answered and moves nothing.
    const exchange = this.#state === 'under-way' ? this.#exchange : null;
    if (exchange !== null) {
      this.#endWithin(message.kind === 'intermediate-status' ? this.#patience(message) : this.#parts.limits.completion);
    }
    this.#send(await this.#answerTo(message, exchange?.listener ?? {}));
    if (exchange === null || exchange !== this.#exchange) return;
    if (message.kind === 'completion') this.#finish({ kind: 'completed', data: message.data });
    if (message.kind === 'abort') this.#finish({ kind: 'aborted', code: message.code, words: message.words });
  }

  async #answerTo(message: TerminalReport, listener: ExchangeListener): Promise<Uint8Array> {
    switch (message.kind) {
      case 'status-information':
        return this.#report(message.information, listener);
      case 'intermediate-status':
        listener.progress?.(message.code, message.words);
        return positiveReply();
      case 'print':
        listener.slip?.(message.slip);
        return positiveReply();
      case 'completion':
      case 'abort':
        return positiveReply();
      case 'unsupported':
        this.#parts.log.debug({ control: message.control.toString(16) }, 'card terminal asks for what no till does');
        return negativeReply(refusals.notPossible);
      case 'malformed':
        this.#parts.log.warn({ control: message.control.toString(16) }, 'card terminal sent what makes no sense');
        return negativeReply(refusals.protocolError);
    }
  }

  async #report(information: StatusInformation, { report }: ExchangeListener): Promise<Uint8Array> {
    if (report === undefined) {
      return information.result === 0 ? negativeReply(refusals.notPossible) : positiveReply();
    }
    const refusal = await report(information);
    return refusal === null ? positiveReply() : negativeReply(refusal);
  }

  #patience({ timeout }: IntermediateStatus): Duration {
    return timeout === null ? this.#parts.limits.completion : minutes(timeout);
  }

  /** Silence for longer ends the connection, because nobody knows any more who may speak. */
  #endWithin(limit: Duration): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.schedule(limit, () => this.#parts.broken(silent));
  }

  #finish(end: ExchangeEnd): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#state !== 'over') this.#state = 'idle';
    const exchange = this.#exchange;
    this.#exchange = null;
    exchange?.end(end);
  }

  #send(apdu: Uint8Array): void {
    if (this.#state === 'over') return;
    this.#parts.transport.send(apdu).catch((error: unknown) => this.#parts.broken(messageOf(error)));
  }
}
