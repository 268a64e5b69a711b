import { type Clock, type Duration, milliseconds, seconds, type Timer } from '../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type LinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { Link, LinkOpener } from '../link/link.ts';
import type { Conversation, Marker, PrinterLimits } from './conversation.ts';
import type { DrawerPulse, PaperWidth } from './document.ts';
import type { Printer, PrintJob, PrintOutcome } from './printer.ts';
import { obstacle, type PrinterStatus } from './printer-status.ts';

export interface ReceiptPrinterOptions {
  readonly name: string;
  readonly opener: LinkOpener;
  readonly paper: PaperWidth;
  /** False for a printer that can't answer (a cable with one data line): then the best outcome is `sent`. */
  readonly answers: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  readonly limits?: PrinterLimits;
}

/** A printer that can also open a drawer that is plugged into it. */
export interface ReceiptPrinter extends Printer {
  /** Sends a pulse to the drawer connector, after the document in hand; resolves with whether it left. Never throws. */
  kick(pulse: DrawerPulse): Promise<boolean>;
  readonly drawerPin: PrinterStatus['drawerPin'];
}

export const defaultPrinterLimits: PrinterLimits = {
  answer: milliseconds(1500),
  drain: seconds(15),
  proof: seconds(60),
  inStep: seconds(5),
  poll: seconds(5),
};

/** Bytes at a time: at 9600 baud two seconds, well under the drain limit. */
const pieceLength = 2048;
const silent = 'the printer does not answer; is it switched on?';

/** A printer's language: how it is asked, and how its drawer is opened. */
export interface PrinterLanguage {
  /** As the configuration names it. */
  readonly driver: string;
  /** How often to look for the proof that a document is on paper. */
  readonly lookAgainAfter: Duration;
  converse(link: Link, clock: Clock, limits: PrinterLimits, onStatus: (status: PrinterStatus) => void): Conversation;
  /** After everything that was sent before it. */
  drawerPulse(pulse: DrawerPulse): Uint8Array;
  /** At once, whatever the printer is doing or waiting for. */
  realTimeDrawerPulse(pulse: DrawerPulse): Uint8Array;
}

/**
 * A receipt printer. `printed` means that the printer itself has said that it came past the cut; anything short of that is `unknown`
 * once a byte has left, `not-printed` before. A job is never kept for later: without a printer it fails at once, and whoever asked
 * decides.
 */
export function createReceiptPrinter(language: PrinterLanguage, options: ReceiptPrinterOptions): ReceiptPrinter {
  return new LinkedPrinter(language, options);
}

class LinkedPrinter implements ReceiptPrinter {
  readonly name: string;
  readonly columns: number;
  readonly #language: PrinterLanguage;
  readonly #options: ReceiptPrinterOptions;
  readonly #limits: PrinterLimits;
  readonly #device: LinkDevice;
  #conversation: Conversation | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #poll: Timer | null = null;

  constructor(language: PrinterLanguage, options: ReceiptPrinterOptions) {
    this.#language = language;
    this.name = options.name;
    this.columns = options.paper.columns;
    this.#options = options;
    this.#limits = options.limits ?? defaultPrinterLimits;
    this.#device = createLinkDevice({
      name: options.name,
      kind: 'printer',
      driver: language.driver,
      opener: options.opener,
      clock: options.clock,
      log: options.log,
      ...(options.retry === undefined ? {} : { retry: options.retry }),
      onConnected: (link) => this.#connected(link),
      onDisconnected: () => {
        this.#conversation = null;
        this.#poll?.cancel();
      },
    });
  }

  start(): Promise<void> {
    return this.#device.start();
  }

  stop(): Promise<void> {
    return this.#device.stop();
  }

  health(): ReturnType<Printer['health']> {
    return this.#device.health();
  }

  onHealth(listener: Parameters<Printer['onHealth']>[0]): () => void {
    return this.#device.onHealth(listener);
  }

  get paper(): Printer['paper'] {
    return this.#conversation?.status.paper ?? 'unknown';
  }

  get drawerPin(): PrinterStatus['drawerPin'] {
    return this.#conversation?.status.drawerPin ?? 'unknown';
  }

  async print(job: PrintJob): Promise<PrintOutcome> {
    const outcome = await this.#inTurn(async () => {
      const conversation = this.#conversation;
      if (conversation === null || this.#device.link === null) return notPrinted(this.#device.health().condition);
      return this.#options.answers ? this.#printProven(conversation, job) : this.#printBlindly(conversation, job);
    });
    this.#options.log.info({ device: this.name, job: job.id, bytes: job.bytes.length, outcome }, 'print job');
    return outcome;
  }

  kick(pulse: DrawerPulse): Promise<boolean> {
    return this.#inTurn(async () => {
      const conversation = this.#conversation;
      if (conversation === null || this.#device.link === null) return false;
      if (this.#options.answers && !(await this.#lookAt(conversation))) return false;
      // Without paper a printer keeps ordinary commands for later, and the drawer must not open later.
      const later = obstacle(conversation.status) !== null || !(await conversation.inStep());
      const language = this.#language;
      return this.#write(conversation, later ? language.realTimeDrawerPulse(pulse) : language.drawerPulse(pulse));
    });
  }

  async #connected(link: Link): Promise<void> {
    const conversation = this.#language.converse(link, this.#options.clock, this.#limits, (status) => {
      if (this.#conversation === conversation) this.#device.setTrouble(troubleOf(status));
    });
    this.#conversation = conversation;
    if (!this.#options.answers) return;
    if (!(await conversation.begin())) {
      throw new HoldfastError('printer.silent', silent, { remedy: 'operator', hint: 'Switch the printer on.' });
    }
    this.#pollLater(conversation);
  }

  async #printProven(conversation: Conversation, job: PrintJob): Promise<PrintOutcome> {
    if (!(await this.#lookAt(conversation))) return notPrinted(this.#device.health().condition);
    const before = obstacle(conversation.status);
    if (before !== null) return notPrinted(before);
    if (!(await conversation.inStep())) {
      this.#device.drop('the printer is stuck in an earlier document');
      return notPrinted('the printer is still busy with an earlier document');
    }
    const failure = await this.#send(conversation, job.bytes);
    if (failure !== null) return unknown(obstacle(conversation.status) ?? failure);
    return this.#awaitProof(conversation);
  }

  async #awaitProof(conversation: Conversation): Promise<PrintOutcome> {
    const { clock } = this.#options;
    let marker: Marker;
    try {
      marker = await conversation.mark();
    } catch (error) {
      return unknown(messageOf(error));
    }
    const end = clock.monotonic() + this.#limits.proof;
    while (clock.monotonic() < end) {
      await conversation.within(marker.passed, this.#language.lookAgainAfter);
      if (marker.isPassed) return { kind: 'printed' };
      const answering = await this.#lookAt(conversation);
      if (marker.isPassed) return { kind: 'printed' };
      if (!answering) return unknown(this.#device.health().condition);
      const now = obstacle(conversation.status);
      if (now !== null) return unknown(now);
    }
    this.#device.drop('the printer did not confirm a document');
    return unknown('the printer did not confirm it in time');
  }

  async #printBlindly(conversation: Conversation, job: PrintJob): Promise<PrintOutcome> {
    const failure = await this.#send(conversation, job.bytes);
    return failure === null ? { kind: 'sent' } : unknown(failure);
  }

  /** Null when all bytes have left, else why not. */
  async #send(conversation: Conversation, bytes: Uint8Array): Promise<string | null> {
    try {
      for (let at = 0; at < bytes.length; at += pieceLength) {
        await conversation.write(bytes.subarray(at, at + pieceLength));
      }
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  async #write(conversation: Conversation, bytes: Uint8Array): Promise<boolean> {
    return (await this.#send(conversation, bytes)) === null;
  }

  /** Brings the status up to date; false when the printer is silent or gone: then there is no connection any more. */
  async #lookAt(conversation: Conversation): Promise<boolean> {
    if (await conversation.refresh()) return true;
    if (this.#conversation === conversation) this.#device.drop(silent);
    return false;
  }

  #pollLater(conversation: Conversation): void {
    this.#poll = this.#options.clock.schedule(this.#limits.poll, () => {
      void this.#inTurn(async () => {
        if (this.#conversation !== conversation) return;
        if (await this.#lookAt(conversation)) this.#pollLater(conversation);
      });
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const notPrinted = (reason: string): PrintOutcome => ({ kind: 'not-printed', reason });
const unknown = (reason: string): PrintOutcome => ({ kind: 'unknown', reason });

function troubleOf(status: PrinterStatus): string | null {
  return obstacle(status) ?? (status.paper === 'near-end' ? 'paper is nearly out' : null);
}
