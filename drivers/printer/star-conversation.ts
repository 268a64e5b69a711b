import { type Clock, milliseconds } from '../../src/platform/clock.ts';
import type { Link } from '../link/link.ts';
import { type Conversation, LinkConversation, Marker, type PrinterLimits } from './conversation.ts';
import { type PrinterStatus, unknownStatus } from './printer-status.ts';
import { askStatus, countPrinted, noAutomaticStatus, type StarStatus, StarStatusParser } from './star-status.ts';

/** A silence after which nothing is on its way any more: neither a status nor a count of what an earlier connection had sent. */
const quiet = milliseconds(150);

/**
 * Questions and answers in Star Line Mode. The printer is asked, it says nothing of its own accord; a marker is an `ETB`, and is
 * passed when the printer's counter has moved.
 */
export class StarConversation extends LinkConversation implements Conversation {
  status: PrinterStatus = unknownStatus;
  readonly #onStatus: (status: PrinterStatus) => void;
  readonly #parser = new StarStatusParser();
  #counter: number | null = null;
  #awaitStatus: ((status: StarStatus) => void) | null = null;
  /** At most one is under way: the next document waits for it. */
  #marker: Marker | null = null;
  /** Whether the printer has printed all that an earlier connection had sent it. */
  #inStep = false;
  #asked = false;

  constructor(link: Link, clock: Clock, limits: PrinterLimits, onStatus: (status: PrinterStatus) => void) {
    super(link, clock, limits);
    this.#onStatus = onStatus;
    link.onData((bytes) => {
      for (const status of this.#parser.push(bytes)) this.#take(status);
    });
  }

  /** What the printer had said unasked before it was told not to must not pass for an answer. */
  async begin(): Promise<boolean> {
    await this.write(noAutomaticStatus);
    if (!(await this.refresh())) return false;
    await this.clock.sleep(quiet, this.closed.signal);
    return this.refresh();
  }

  async refresh(): Promise<boolean> {
    let answered = false;
    const answer = new Promise<void>((resolve) => {
      this.#awaitStatus = () => {
        answered = true;
        resolve();
      };
    });
    try {
      await this.write(askStatus);
      await this.within(answer, this.limits.answer);
    } catch {
      return false;
    } finally {
      this.#awaitStatus = null;
    }
    return answered && !this.ended;
  }

  async mark(): Promise<Marker> {
    const marker = new Marker();
    await this.write(countPrinted);
    this.#marker = marker;
    return marker;
  }

  /**
   * A printer may still hold what an earlier connection sent, and count its `ETB`s. One of our own behind it, and a counter that
   * stands still after it has moved: then whatever it counts next is ours.
   */
  async inStep(): Promise<boolean> {
    const end = this.clock.monotonic() + this.limits.inStep;
    if (!this.#asked) {
      this.#asked = true;
      await this.mark();
    }
    while (this.#marker !== null || !this.#inStep) {
      if (this.clock.monotonic() >= end || this.ended) return false;
      const before = this.#counter;
      await this.clock.sleep(quiet, this.closed.signal);
      if (!(await this.refresh())) return false;
      this.#inStep = this.#marker === null && this.#counter === before;
    }
    return true;
  }

  #take(status: StarStatus): void {
    const counted =
      status.counter === null ? status.printed : this.#counter !== null && status.counter !== this.#counter;
    this.#counter = status.counter;
    this.status = status.status;
    if (counted) {
      this.#marker?.pass();
      this.#marker = null;
    }
    this.#onStatus(status.status);
    this.#awaitStatus?.(status);
  }
}
