import type { Command, Decoded } from './command.ts';
import { escposStream } from './escpos-decoder.ts';
import { starStream } from './star-decoder.ts';

/** What a virtual printer's status is made of. */
export interface PrinterCondition {
  readonly paper: 'ok' | 'near-end' | 'out';
  readonly coverOpen: boolean;
  readonly fault: 'none' | 'cutter' | 'unrecoverable';
  readonly drawerOpen: boolean;
  /** It can't print now. */
  readonly stopped: boolean;
}

/** What a command that is not for the print head comes to. */
export interface Reaction {
  readonly answer?: readonly number[];
  readonly kick?: { readonly pin: 2 | 5; readonly on: number };
}

/** A printer's side of the conversation in one language. */
export interface PrinterTalk {
  newStream(): { push(bytes: Uint8Array): Decoded[] };
  /** To a command that is carried out on arrival, whatever state the printer is in; null: it waits its turn. */
  onArrival(command: Command, condition: PrinterCondition): Reaction | null;
  /** To a command at its turn; null: it is for the print head. */
  inTurn(command: Command, condition: PrinterCondition): Reaction | null;
  /** What is said unasked; null: nothing new. */
  unasked(condition: PrinterCondition): readonly number[] | null;
  /** Whether a command that is carried out on arrival stands inside another one's data. */
  hidesRealTime(decoded: Decoded): boolean;
  /** Power was cut. */
  reset(): void;
}

export class EscposTalk implements PrinterTalk {
  #automatic = 0;
  #lastSaid = '';

  newStream = escposStream;

  onArrival(command: Command, condition: PrinterCondition): Reaction | null {
    if (command.kind === 'ask-real-time') return { answer: [realTimeAnswer(command.query, condition)] };
    if (command.kind === 'real-time-drawer') return { kick: { pin: command.pin, on: command.time } };
    return null;
  }

  inTurn(command: Command, condition: PrinterCondition): Reaction | null {
    switch (command.kind) {
      case 'initialise':
        // Automatic status is one of the settings that ESC @ takes back.
        this.#automatic = 0;
        return null;
      case 'automatic-status': {
        this.#automatic = command.mask;
        this.#lastSaid = '';
        const answer = this.unasked(condition);
        return answer === null ? {} : { answer };
      }
      case 'ask-in-order':
        return { answer: [inOrderAnswer(command.what, condition)] };
      case 'drawer':
        return { kick: { pin: command.pin, on: command.on } };
      default:
        return null;
    }
  }

  unasked({ paper, coverOpen, fault, drawerOpen, stopped }: PrinterCondition): readonly number[] | null {
    if (this.#automatic === 0) return null;
    const bytes = [
      0x10 | (drawerOpen ? 0x04 : 0) | (stopped ? 0x08 : 0) | (coverOpen ? 0x20 : 0),
      (fault === 'cutter' ? 0x08 : 0) | (fault === 'unrecoverable' ? 0x20 : 0),
      (paper === 'ok' ? 0 : 0x03) | (paper === 'out' ? 0x0c : 0),
      0,
    ];
    const now = bytes.join();
    if (now === this.#lastSaid) return null;
    this.#lastSaid = now;
    return bytes;
  }

  /** A printer looks for real-time commands byte by byte, and obeys one that happens to stand inside an image. */
  hidesRealTime({ bytes }: Decoded): boolean {
    return bytes.some((byte, at) => byte === 0x10 && [0x04, 0x05, 0x14].includes(bytes[at + 1] ?? 0));
  }

  reset(): void {
    this.#automatic = 0;
  }
}

function realTimeAnswer(query: number, { paper, coverOpen, fault, drawerOpen, stopped }: PrinterCondition): number {
  switch (query) {
    case 1:
      return 0x12 | (drawerOpen ? 0x04 : 0) | (stopped ? 0x08 : 0);
    case 2:
      return 0x12 | (coverOpen ? 0x04 : 0) | (paper === 'out' ? 0x20 : 0) | (fault === 'none' ? 0 : 0x40);
    case 3:
      return 0x12 | (fault === 'cutter' ? 0x08 : 0) | (fault === 'unrecoverable' ? 0x20 : 0);
    default:
      return 0x12 | (paper === 'ok' ? 0 : 0x0c) | (paper === 'out' ? 0x60 : 0);
  }
}

function inOrderAnswer(what: number, { paper, drawerOpen }: PrinterCondition): number {
  if (what === 2) return drawerOpen ? 1 : 0;
  return paper === 'ok' ? 0 : 0x03;
}

export interface StarTalkOptions {
  /** 3 (nine bytes, with the counter) as current printers have it, or 1 (seven bytes, without) as early ones. */
  readonly version?: 1 | 3;
  /** A network printer announces two bytes of length behind every status. */
  readonly network?: boolean;
}

export class StarTalk implements PrinterTalk {
  readonly #options: StarTalkOptions;
  /** Valid after power-on, as the memory switches of network printers have it. */
  #automatic = true;
  #lastSaid = '';
  #counter = 0;
  #counted = false;
  #pulse = 200;

  constructor(options: StarTalkOptions = {}) {
    this.#options = options;
  }

  newStream = starStream;

  onArrival(command: Command, condition: PrinterCondition): Reaction | null {
    if (command.kind === 'ask-status') return { answer: this.#status(condition) };
    if (command.kind === 'real-time-pulse') return { kick: { pin: 2, on: this.#pulse } };
    return null;
  }

  inTurn(command: Command, condition: PrinterCondition): Reaction | null {
    switch (command.kind) {
      case 'automatic-status':
        this.#automatic = command.mask !== 0;
        return {};
      case 'pulse-width':
        this.#pulse = command.on;
        return {};
      case 'pulse':
        return { kick: { pin: 2, on: this.#pulse } };
      case 'count-printed': {
        this.#counter = (this.#counter + 1) % 32;
        this.#counted = true;
        return this.#automatic ? { answer: this.#status(condition) } : {};
      }
      default:
        return null;
    }
  }

  unasked(condition: PrinterCondition): readonly number[] | null {
    if (!this.#automatic) return null;
    const now = JSON.stringify(condition);
    if (now === this.#lastSaid) return null;
    this.#lastSaid = now;
    return this.#status(condition);
  }

  /** Not described for this language; firmware counts the bytes of data it has announced. */
  hidesRealTime(): boolean {
    return false;
  }

  reset(): void {
    this.#automatic = true;
    this.#lastSaid = '';
    this.#counter = 0;
    this.#counted = false;
    this.#pulse = 200;
  }

  #status({ paper, coverOpen, fault, drawerOpen, stopped }: PrinterCondition): readonly number[] {
    const { version = 3, network = false } = this.#options;
    const counted = this.#counted;
    // Cleared by being told.
    this.#counted = false;
    const status = [
      (counted ? 0x02 : 0) | (drawerOpen ? 0x04 : 0) | (stopped ? 0x08 : 0) | (coverOpen ? 0x20 : 0),
      (fault === 'cutter' ? 0x08 : 0) | (fault === 'unrecoverable' ? 0x20 : 0),
      0,
      (paper === 'ok' ? 0 : 0x04) | (paper === 'out' ? 0x08 : 0),
      0,
      ...(version === 3 ? [((this.#counter & 0x18) << 2) | ((this.#counter & 0x07) << 1), 0] : []),
    ];
    const length = status.length + 2;
    const headers = [0x01 | ((length & 0x07) << 1) | ((length & 0x08) << 2), (version << 1) | (network ? 0x80 : 0)];
    return [...headers, ...status, ...(network ? [0, 0] : [])];
  }
}
