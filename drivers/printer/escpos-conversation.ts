import { type Clock, type Duration, milliseconds } from '../../src/platform/clock.ts';
import type { Link } from '../link/link.ts';
import {
  askInOrder,
  askRealTime,
  enableAutomaticStatus,
  type PrinterStatus,
  type RealTimeQuery,
  StatusParser,
  unknownStatus,
  withAnswer,
} from './status.ts';

/** How long to wait for what, as data. */
export interface PrinterLimits {
  /** For the answer to a real-time query. */
  readonly answer: Duration;
  /** For a piece of a document to leave the machine. */
  readonly drain: Duration;
  /** For the proof that a document is on paper, while the printer answers and reports no obstacle. */
  readonly proof: Duration;
  /** For what an earlier document left in the printer's memory to be printed. */
  readonly inStep: Duration;
  /** Between two looks at an idle printer. */
  readonly poll: Duration;
}

/** After a marker's answer, how long another answer may follow that belongs to an earlier connection. */
const quiet = milliseconds(150);

/**
 * Questions and answers over one connection to a printer. Calls must not overlap: a real-time query may not be sent in the
 * middle of another command (Epson's rule), so the printer's queue is what calls here.
 */
export class PrinterConversation {
  status: PrinterStatus = unknownStatus;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #limits: PrinterLimits;
  readonly #onStatus: (status: PrinterStatus) => void;
  readonly #parser = new StatusParser();
  readonly #closed = new AbortController();
  /** Asked in order and not answered yet, oldest first: the answers carry no name, only their order. */
  readonly #markers: (() => void)[] = [];
  #strayAnswers = 0;
  readonly #unanswered = new Set<RealTimeQuery>();
  #awaitAnswer: ((byte: number) => void) | null = null;
  #synchronised: Promise<void> = Promise.resolve();

  constructor(link: Link, clock: Clock, limits: PrinterLimits, onStatus: (status: PrinterStatus) => void) {
    this.#link = link;
    this.#clock = clock;
    this.#limits = limits;
    this.#onStatus = onStatus;
    link.onData((bytes) => this.#take(bytes));
    link.onClose(() => this.#closed.abort());
  }

  /** Greets the printer; false when it does not answer. */
  async begin(): Promise<boolean> {
    await this.#link.write(enableAutomaticStatus, this.#limits.drain);
    if (!(await this.refresh())) return false;
    // A connection that ends meanwhile is reported by whatever is written next.
    this.#synchronised = this.#synchronise().catch(() => undefined);
    return true;
  }

  /** Asks for the whole status; false when the printer does not answer. Every printer knows query 1, not all know the others. */
  async refresh(): Promise<boolean> {
    if (!(await this.#ask(1))) return false;
    for (const query of [2, 3, 4] as const) {
      if (!this.#unanswered.has(query) && !(await this.#ask(query))) this.#unanswered.add(query);
    }
    return !this.ended;
  }

  /** Sends a piece of a document; rejects as {@link Link.write} does. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#link.write(bytes, this.#limits.drain);
  }

  /** Puts a marker behind everything sent so far; it is passed when the printer has got there. Rejects as {@link write}. */
  async mark(): Promise<Marker> {
    const marker = new Marker();
    // The document's own ESC @ has switched it off.
    await this.write(enableAutomaticStatus);
    this.#markers.push(() => marker.pass());
    await this.write(askInOrder);
    return marker;
  }

  /** Waits until the printer has nothing left of earlier documents; false when it still has at the limit. */
  async inStep(): Promise<boolean> {
    await this.within(this.#synchronised, this.#limits.inStep);
    const end = this.#clock.monotonic() + this.#limits.inStep;
    while (this.#markers.length > 0 && this.#clock.monotonic() < end && !this.#closed.signal.aborted) {
      await this.#clock.sleep(quiet, this.#closed.signal);
    }
    return this.#markers.length === 0 && !this.#closed.signal.aborted;
  }

  /** Waits for `event`, at most `limit`, and not beyond the end of the connection. */
  async within(event: Promise<unknown>, limit: Duration): Promise<void> {
    const enough = new AbortController();
    const stop = (): void => enough.abort();
    this.#closed.signal.addEventListener('abort', stop, { once: true });
    if (this.#closed.signal.aborted) stop();
    await Promise.race([event, this.#clock.sleep(limit, enough.signal)]);
    stop();
    this.#closed.signal.removeEventListener('abort', stop);
  }

  get ended(): boolean {
    return this.#closed.signal.aborted;
  }

  /**
   * A printer may still hold, and later answer, markers of the connection before this one. One marker of our own, and silence
   * after its answer: then every answer that comes is ours.
   */
  async #synchronise(): Promise<void> {
    const marker = await this.mark();
    await marker.passed;
    for (let seen = -1; seen !== this.#strayAnswers && !this.ended; ) {
      seen = this.#strayAnswers;
      await this.#clock.sleep(quiet, this.#closed.signal);
    }
  }

  async #ask(query: RealTimeQuery): Promise<boolean> {
    let answer: number | null = null;
    const answered = new Promise<void>((resolve) => {
      this.#awaitAnswer = (byte) => {
        answer = byte;
        resolve();
      };
    });
    try {
      await this.write(askRealTime(query));
      await this.within(answered, this.#limits.answer);
    } catch {
      return false;
    } finally {
      this.#awaitAnswer = null;
    }
    if (answer === null) return false;
    this.#update(withAnswer(this.status, query, answer));
    return true;
  }

  #take(bytes: Uint8Array): void {
    for (const event of this.#parser.push(bytes)) {
      switch (event.kind) {
        case 'real-time':
          this.#awaitAnswer?.(event.byte);
          break;
        case 'automatic':
          this.#update(event.status);
          break;
        case 'in-order': {
          const passed = this.#markers.shift();
          if (passed === undefined) this.#strayAnswers += 1;
          else passed();
          break;
        }
        case 'noise':
          break;
      }
    }
  }

  #update(status: PrinterStatus): void {
    this.status = status;
    this.#onStatus(status);
  }
}

/** A place in what was sent to a printer. */
export class Marker {
  readonly passed: Promise<void>;
  #isPassed = false;
  #resolve: () => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isPassed(): boolean {
    return this.#isPassed;
  }

  pass(): void {
    this.#isPassed = true;
    this.#resolve();
  }
}
