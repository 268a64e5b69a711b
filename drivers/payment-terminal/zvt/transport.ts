import {
  type Clock,
  type Duration,
  type Monotonic,
  milliseconds,
  seconds,
  type Timer,
} from '../../../src/platform/clock.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import type { Link } from '../../link/link.ts';
import { type Apdu, ApduReader, decodeApdu } from './apdu.ts';
import { acknowledged, BlockReader, encodeBlock, notAcknowledged } from './serial-block.ts';

/** How long to wait for what (PA00P016, 3.4 and 5.2), as data. */
export interface ZvtLimits {
  /** T1: between two bytes of a serial block. */
  readonly betweenBytes: Duration;
  /** T2: for ACK or NAK. */
  readonly acknowledgement: Duration;
  /** A block is sent again this often. */
  readonly repeats: number;
  /** T3: for the answer to a command, and for the rest of a begun message over TCP. */
  readonly answer: Duration;
  /** T4: for the end of a command; begun anew with every status of the terminal. */
  readonly completion: Duration;
  /** For the end of a payment that was cancelled, before it counts as unknown. */
  readonly cancellation: Duration;
  /** Between two status enquiries of an idle till: "every minute or more frequently". */
  readonly enquiry: Duration;
}

export const usualLimits: ZvtLimits = {
  betweenBytes: milliseconds(200),
  acknowledgement: seconds(5),
  repeats: 2,
  answer: seconds(5),
  completion: seconds(180),
  cancellation: seconds(30),
  enquiry: seconds(30),
};

/** Carries APDUs over a line. */
export interface ZvtTransport {
  /**
   * Resolves when the terminal has it: acknowledged on a serial line, written over TCP. Rejects `zvt.not-taken` or as the link
   * does; the connection is of no use then.
   */
  send(apdu: Uint8Array): Promise<void>;
}

export interface TransportEvents {
  /** `malformed`: it arrived whole, but its length field is wrong. */
  received(message: Apdu | 'malformed'): void;
  /** The line makes no sense any more; it must be closed. */
  broken(reason: string): void;
}

interface TransportParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly limits: ZvtLimits;
  readonly events: TransportEvents;
}

/** Over TCP (PA00P016, chapter 4): nothing but APDUs. */
export function streamTransport({ link, clock, limits, events }: TransportParts): ZvtTransport {
  const reader = new ApduReader();
  let rest: Timer | null = null;
  link.onClose(() => rest?.cancel());
  link.onData((bytes) => {
    for (const apdu of reader.receive(bytes)) events.received(apdu);
    rest?.cancel();
    rest = reader.waiting
      ? clock.schedule(limits.answer, () => events.broken('the rest of a message did not come'))
      : null;
  });
  return { send: (apdu) => link.write(apdu, limits.answer) };
}

/** On a serial line (PA00P016, chapter 3): blocks with a checksum, each acknowledged or repeated. */
export function serialTransport(parts: TransportParts): ZvtTransport {
  return new SerialTransport(parts);
}

class SerialTransport implements ZvtTransport {
  readonly #parts: TransportParts;
  readonly #reader = new BlockReader();
  #turn: Promise<void> = Promise.resolve();
  #answered: ((answer: 'acknowledged' | 'again') => void) | null = null;
  #silence: Timer | null = null;
  /** The last block received, and whether something of ours has been acknowledged after it. */
  #last: { readonly apdu: Uint8Array; readonly at: Monotonic; answered: boolean } | null = null;

  constructor(parts: TransportParts) {
    this.#parts = parts;
    parts.link.onData((bytes) => this.#receive(bytes));
    parts.link.onClose(() => {
      this.#silence?.cancel();
      this.#answered?.('again');
    });
  }

  send(apdu: Uint8Array): Promise<void> {
    const turn = this.#turn.then(() => this.#send(encodeBlock(apdu)));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #send(block: Uint8Array): Promise<void> {
    const { link, clock, limits } = this.#parts;
    for (let attempt = 0; attempt <= limits.repeats; attempt += 1) {
      // Listening begins before the bytes leave: the answer may be there before the write is known to be done.
      const answer = new Promise<'acknowledged' | 'again'>((resolve) => {
        this.#answered = resolve;
      });
      const late = clock.schedule(limits.acknowledgement, () => this.#answered?.('again'));
      try {
        await link.write(block, limits.acknowledgement);
        if ((await answer) === 'acknowledged') {
          if (this.#last !== null) this.#last.answered = true;
          return;
        }
      } finally {
        late.cancel();
        this.#answered = null;
      }
    }
    throw new HoldfastError('zvt.not-taken', 'The card terminal does not take what it is sent.', {
      remedy: 'retry',
      hint: 'Look whether its cable is firm and whether the speed is the one that the terminal is set to.',
    });
  }

  #receive(bytes: Uint8Array): void {
    this.#silence?.cancel();
    this.#silence = null;
    for (const event of this.#reader.receive(bytes)) {
      switch (event.kind) {
        case 'acknowledged':
          this.#answered?.('acknowledged');
          break;
        case 'not-acknowledged':
          this.#answered?.('again');
          break;
        case 'broken':
          this.#say(notAcknowledged);
          break;
        case 'block':
          this.#say(acknowledged);
          this.#deliver(event.apdu);
          break;
      }
    }
    if (this.#reader.inBlock) this.#silence = this.#parts.clock.schedule(this.#parts.limits.betweenBytes, this.#listen);
  }

  /** A busy process may find its timer due before the bytes that have long arrived: they get their turn first. */
  readonly #listen = (): void => {
    this.#silence = this.#parts.clock.schedule(milliseconds(1), () => {
      this.#reader.reset();
      this.#say(notAcknowledged);
    });
  };

  /** A block whose ACK was lost comes once more; what it says counts once. */
  #deliver(apdu: Uint8Array): void {
    const repeated = this.#isRepeated(apdu);
    this.#last = { apdu, at: this.#parts.clock.monotonic(), answered: repeated && this.#last?.answered === true };
    if (!repeated) this.#parts.events.received(decodeApdu(apdu) ?? 'malformed');
  }

  /** Two equal lines of a slip follow each other as soon as the first one is answered; a repetition waits for T2. */
  #isRepeated(apdu: Uint8Array): boolean {
    const { clock, limits } = this.#parts;
    if (this.#last === null || !sameBytes(apdu, this.#last.apdu)) return false;
    if (!this.#last.answered) return true;
    const isAnswer = ((apdu[0] ?? 0) & 0xf0) === 0x80;
    return !isAnswer && clock.monotonic() - this.#last.at >= limits.acknowledgement * 0.8;
  }

  #say(byte: number): void {
    // A line that is closed tells so itself.
    this.#parts.link.write(Uint8Array.of(byte), this.#parts.limits.acknowledgement).catch(() => undefined);
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
