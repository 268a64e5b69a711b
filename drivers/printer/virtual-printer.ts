import { EventBus } from '../../src/platform/events.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { PaperWidth } from './document.ts';
import { type Command, type Decoded, EscposDecoder } from './escpos-decoder.ts';
import { heightOf, knifeDistance, type PaperElement, type PaperReceipt, PrintHead } from './virtual-paper.ts';

export interface VirtualPrinterOptions {
  readonly paper: PaperWidth;
  readonly log: Logger;
  /** Dots of paper on the roll it starts with (8 a millimetre); default: 50 m. */
  readonly roll?: number;
}

export interface VirtualPrinterEvents {
  /** A receipt was cut off. */
  receipt: PaperReceipt;
  /** The drawer was kicked open. */
  drawer: { readonly pin: 2 | 5 };
  /** Paper, cover, drawer, power or what is on the paper changed: look again. */
  changed: undefined;
}

const newRoll = 400_000;
/** 1.5 m: where the roll sensor sees the core. */
const nearEnd = 12_000;
/** What a printer's memory holds while it can't print; beyond that it takes no more from the line. */
const memory = 16_384;

/**
 * An ESC/POS printer in software: it carries out every command Holdfast emits, keeps the paper, and answers status requests. It
 * knows no others: what it does not understand, and what a real printer would print wrong, is listed in {@link problems}. Like
 * a real one it stops when paper runs out or the cover is opened, keeps what it was sent, and goes on later.
 */
export class VirtualPrinter {
  readonly paperWidth: PaperWidth;
  /** Receipts cut off, oldest first. */
  readonly receipts: PaperReceipt[] = [];
  /** What went wrong, in words. Empty for every document that Holdfast composes. */
  readonly problems: string[] = [];
  readonly #events: EventBus<VirtualPrinterEvents>;
  #decoder = new EscposDecoder();
  #head: PrintHead;
  #waiting: Decoded[] = [];
  #current: PaperElement[] = [];
  #paperLeft: number;
  #power = true;
  #coverOpen = false;
  #fault: 'none' | 'cutter' | 'unrecoverable' = 'none';
  #slow = false;
  #drawerOpen = false;
  #automatic = 0;
  #lastAutomatic = '';
  #reply: ((bytes: Uint8Array) => void) | null = null;

  constructor(options: VirtualPrinterOptions) {
    this.paperWidth = options.paper;
    this.#paperLeft = options.roll ?? newRoll;
    this.#events = new EventBus(options.log);
    this.#head = this.#newHead();
  }

  on<Name extends keyof VirtualPrinterEvents>(
    name: Name,
    listener: (payload: VirtualPrinterEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  /** What hangs out of the printer, not cut off yet. */
  get current(): PaperReceipt {
    return { elements: this.#current, cut: false };
  }

  get state(): {
    readonly power: boolean;
    readonly paper: 'ok' | 'near-end' | 'out';
    readonly coverOpen: boolean;
    readonly fault: 'none' | 'cutter' | 'unrecoverable';
    readonly drawer: 'open' | 'closed';
  } {
    const paper = this.#paperLeft <= 0 ? 'out' : this.#paperLeft < nearEnd ? 'near-end' : 'ok';
    const drawer = this.#drawerOpen ? 'open' : 'closed';
    return { power: this.#power, paper, coverOpen: this.#coverOpen, fault: this.#fault, drawer };
  }

  /** Bytes in its memory that are not carried out yet. */
  get waiting(): number {
    return this.#waiting.reduce((total, { bytes }) => total + bytes.length, 0);
  }

  /** True when its memory is full: whoever carries the bytes must hold them back. */
  get full(): boolean {
    return this.waiting > memory;
  }

  /** Where its answers go; null: nobody is connected. */
  connect(reply: ((bytes: Uint8Array) => void) | null): void {
    this.#reply = reply;
  }

  /** Bytes from the line. Any bytes are survived. */
  receive(bytes: Uint8Array): void {
    if (!this.#power) return;
    for (const decoded of this.#decoder.push(bytes)) {
      if (!this.#isRealTime(decoded.command)) {
        this.#findRealTimeInside(decoded);
        this.#waiting.push(decoded);
      }
    }
    this.#proceed();
  }

  /** A new roll, 50 m unless said otherwise (dots); 0 takes the paper out. */
  loadPaper(roll: number = newRoll): void {
    this.#paperLeft = roll;
    this.#changed();
  }

  setCover(open: boolean): void {
    this.#coverOpen = open;
    this.#changed();
  }

  setFault(fault: 'none' | 'cutter' | 'unrecoverable'): void {
    this.#fault = fault;
    this.#changed();
  }

  /** Slow: it keeps what it gets in its memory and says that all is well, until it is told to go on. */
  setSlow(slow: boolean): void {
    this.#slow = slow;
    this.#changed();
  }

  closeDrawer(): void {
    this.#drawerOpen = false;
    this.#changed();
  }

  /** Off: what was in its memory is gone; what is on paper stays. */
  setPower(on: boolean): void {
    this.#power = on;
    this.#waiting = [];
    this.#automatic = 0;
    this.#decoder = new EscposDecoder();
    this.#head = this.#newHead();
    this.#events.emit('changed', undefined);
  }

  /** Tears off what hangs out without a cut. */
  tearOff(): void {
    if (this.#current.length === 0) return;
    this.#finish(false);
    this.#events.emit('changed', undefined);
  }

  get #stopped(): boolean {
    return this.#paperLeft <= 0 || this.#coverOpen || this.#fault !== 'none';
  }

  #changed(): void {
    this.#proceed();
    this.#events.emit('changed', undefined);
  }

  #proceed(): void {
    this.#reportAutomatically();
    while (!this.#stopped && !this.#slow) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#carryOut(next.command);
    }
    this.#reportAutomatically();
  }

  #carryOut(command: Command): void {
    switch (command.kind) {
      case 'unknown':
        this.problems.push(command.words);
        return;
      case 'initialise':
        // Automatic status is one of the settings that ESC @ takes back.
        this.#automatic = 0;
        break;
      case 'automatic-status':
        this.#automatic = command.mask;
        this.#lastAutomatic = '';
        this.#reportAutomatically();
        return;
      case 'ask-in-order':
        this.#answer([this.#inOrderAnswer(command.what)]);
        return;
      case 'drawer':
        if (command.on < 20) this.problems.push(`a drawer pulse of ${command.on} ms opens no drawer`);
        this.#kick(command.pin);
        return;
      default:
        break;
    }
    for (const element of this.#head.carryOut(command)) {
      this.#current.push(element);
      this.#paperLeft -= heightOf(element);
    }
    if (command.kind === 'cut') {
      this.#paperLeft -= knifeDistance;
      this.#finish(true);
    }
  }

  #finish(cut: boolean): void {
    const receipt = { elements: this.#current, cut };
    this.#current = [];
    this.receipts.push(receipt);
    this.#events.emit('receipt', receipt);
    this.#events.emit('changed', undefined);
  }

  /** Carried out on arrival, whatever state the printer is in. */
  #isRealTime(command: Command): boolean {
    if (command.kind === 'ask-real-time') this.#answer([this.#realTimeAnswer(command.query)]);
    else if (command.kind === 'real-time-drawer') this.#kick(command.pin);
    else return false;
    return true;
  }

  /** A printer looks for real-time commands byte by byte, and obeys one that happens to stand inside an image. */
  #findRealTimeInside({ command, bytes }: Decoded): void {
    if (command.kind === 'unknown') return;
    const found = bytes.some((byte, at) => byte === 0x10 && [0x04, 0x05, 0x14].includes(bytes[at + 1] ?? 0));
    if (found) this.problems.push(`a real-time command inside ${command.kind} data`);
  }

  #kick(pin: 2 | 5): void {
    this.#drawerOpen = true;
    this.#events.emit('drawer', { pin });
    this.#changedOutside();
  }

  #changedOutside(): void {
    this.#reportAutomatically();
    this.#events.emit('changed', undefined);
  }

  #realTimeAnswer(query: number): number {
    const { paper, coverOpen, fault } = this.state;
    switch (query) {
      case 1:
        return 0x12 | (this.#drawerOpen ? 0x04 : 0) | (this.#stopped ? 0x08 : 0);
      case 2:
        return 0x12 | (coverOpen ? 0x04 : 0) | (paper === 'out' ? 0x20 : 0) | (fault === 'none' ? 0 : 0x40);
      case 3:
        return 0x12 | (fault === 'cutter' ? 0x08 : 0) | (fault === 'unrecoverable' ? 0x20 : 0);
      default:
        return 0x12 | (paper === 'ok' ? 0 : 0x0c) | (paper === 'out' ? 0x60 : 0);
    }
  }

  #inOrderAnswer(what: number): number {
    if (what === 2) return this.#drawerOpen ? 1 : 0;
    return this.state.paper === 'ok' ? 0 : 0x03;
  }

  #reportAutomatically(): void {
    if (this.#automatic === 0 || !this.#power) return;
    const { paper, coverOpen, fault } = this.state;
    const bytes = [
      0x10 | (this.#drawerOpen ? 0x04 : 0) | (this.#stopped ? 0x08 : 0) | (coverOpen ? 0x20 : 0),
      (fault === 'cutter' ? 0x08 : 0) | (fault === 'unrecoverable' ? 0x20 : 0),
      (paper === 'ok' ? 0 : 0x03) | (paper === 'out' ? 0x0c : 0),
      0,
    ];
    const now = bytes.join();
    if (now === this.#lastAutomatic) return;
    this.#lastAutomatic = now;
    this.#answer(bytes);
  }

  #answer(bytes: readonly number[]): void {
    this.#reply?.(Uint8Array.from(bytes));
  }

  #newHead(): PrintHead {
    return new PrintHead(this.paperWidth, (words) => this.problems.push(words));
  }
}
