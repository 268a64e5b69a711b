import type { Clock, Duration } from '../../src/platform/clock.ts';
import type { Link } from '../link/link.ts';
import type { PrinterStatus } from './printer-status.ts';

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

/**
 * Questions and answers over one connection to a printer, in its own language. Calls must not overlap: a real-time query may not
 * be sent in the middle of another command, so the printer's queue is what calls here.
 */
export interface Conversation {
  readonly status: PrinterStatus;
  /** Greets the printer; false when it does not answer. */
  begin(): Promise<boolean>;
  /** Asks for the whole status; false when the printer does not answer. */
  refresh(): Promise<boolean>;
  /** Sends a piece of a document; rejects as {@link Link.write} does. */
  write(bytes: Uint8Array): Promise<void>;
  /** Puts a marker behind everything sent so far; it is passed when the printer has got there. Rejects as {@link write}. */
  mark(): Promise<Marker>;
  /** Waits until the printer has nothing left of earlier documents; false when it still has at the limit. */
  inStep(): Promise<boolean>;
  /** Waits for `event`, at most `limit`, and not beyond the end of the connection. */
  within(event: Promise<unknown>, limit: Duration): Promise<void>;
}

/** What conversations in all languages do alike. */
export abstract class LinkConversation {
  protected readonly link: Link;
  protected readonly clock: Clock;
  protected readonly limits: PrinterLimits;
  protected readonly closed = new AbortController();

  constructor(link: Link, clock: Clock, limits: PrinterLimits) {
    this.link = link;
    this.clock = clock;
    this.limits = limits;
    link.onClose(() => this.closed.abort());
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.link.write(bytes, this.limits.drain);
  }

  async within(event: Promise<unknown>, limit: Duration): Promise<void> {
    const enough = new AbortController();
    const stop = (): void => enough.abort();
    this.closed.signal.addEventListener('abort', stop, { once: true });
    if (this.closed.signal.aborted) stop();
    await Promise.race([event, this.clock.sleep(limit, enough.signal)]);
    stop();
    this.closed.signal.removeEventListener('abort', stop);
  }

  get ended(): boolean {
    return this.closed.signal.aborted;
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
