import { EventBus } from '../../src/platform/events.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Command, Decoded } from './command.ts';
import type { PaperWidth } from './document.ts';
import { heightOf, knifeDistance, type PaperElement, type PaperReceipt, PrintHead } from './virtual-paper.ts';
import { EscposTalk, type PrinterCondition, type PrinterTalk, type Reaction } from './virtual-talk.ts';

export interface VirtualPrinterOptions {
  readonly paper: PaperWidth;
  readonly log: Logger;
  /** Dots of paper on the roll it starts with (8 a millimetre); default: 50 m. */
  readonly roll?: number;
  /** Its language; default: ESC/POS. */
  readonly talk?: PrinterTalk;
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
 * A receipt printer in software: it carries out every command Holdfast emits, keeps the paper, and answers status requests. It
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
  readonly #talk: PrinterTalk;
  #stream: ReturnType<PrinterTalk['newStream']>;
  #head: PrintHead;
  #waiting: Decoded[] = [];
  #current: PaperElement[] = [];
  #paperLeft: number;
  #power = true;
  #coverOpen = false;
  #fault: 'none' | 'cutter' | 'unrecoverable' = 'none';
  #slow = false;
  #drawerOpen = false;
  #reply: ((bytes: Uint8Array) => void) | null = null;

  constructor(options: VirtualPrinterOptions) {
    this.paperWidth = options.paper;
    this.#paperLeft = options.roll ?? newRoll;
    this.#events = new EventBus(options.log);
    this.#talk = options.talk ?? new EscposTalk();
    this.#stream = this.#talk.newStream();
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
    for (const decoded of this.#stream.push(bytes)) {
      const reaction = this.#talk.onArrival(decoded.command, this.#condition);
      if (reaction !== null) {
        this.#react(reaction);
        continue;
      }
      if (decoded.command.kind !== 'unknown' && this.#talk.hidesRealTime(decoded)) {
        this.problems.push(`a real-time command inside ${decoded.command.kind} data`);
      }
      this.#waiting.push(decoded);
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
    this.#talk.reset();
    this.#stream = this.#talk.newStream();
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
    this.#sayUnasked();
    while (!this.#stopped && !this.#slow) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#carryOut(next.command);
    }
    this.#sayUnasked();
  }

  #carryOut(command: Command): void {
    if (command.kind === 'unknown') {
      this.problems.push(command.words);
      return;
    }
    const reaction = this.#talk.inTurn(command, this.#condition);
    if (reaction !== null) {
      this.#react(reaction);
      return;
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

  get #condition(): PrinterCondition {
    const { paper, coverOpen, fault } = this.state;
    return { paper, coverOpen, fault, drawerOpen: this.#drawerOpen, stopped: this.#stopped };
  }

  #react({ answer, kick }: Reaction): void {
    if (answer !== undefined) this.#say(answer);
    if (kick === undefined) return;
    if (kick.on < 20) this.problems.push(`a drawer pulse of ${kick.on} ms opens no drawer`);
    this.#drawerOpen = true;
    this.#events.emit('drawer', { pin: kick.pin });
    this.#sayUnasked();
    this.#events.emit('changed', undefined);
  }

  #sayUnasked(): void {
    if (!this.#power) return;
    const news = this.#talk.unasked(this.#condition);
    if (news !== null) this.#say(news);
  }

  #say(bytes: readonly number[]): void {
    this.#reply?.(Uint8Array.from(bytes));
  }

  #newHead(): PrintHead {
    return new PrintHead(this.paperWidth, (words) => this.problems.push(words));
  }
}
