import { type Clock, milliseconds } from '../../src/platform/clock.ts';
import type { Link } from '../link/link.ts';
import { type Conversation, LinkConversation, Marker, type PrinterLimits } from './conversation.ts';
import {
  askInOrder,
  askRealTime,
  enableAutomaticStatus,
  type RealTimeQuery,
  StatusParser,
  withAnswer,
} from './escpos-status.ts';
import { type PrinterStatus, unknownStatus } from './printer-status.ts';

/** After a marker's answer, how long another answer may follow that belongs to an earlier connection. */
const quiet = milliseconds(150);

/** Questions and answers in ESC/POS. */
export class EscposConversation extends LinkConversation implements Conversation {
  status: PrinterStatus = unknownStatus;
  readonly #onStatus: (status: PrinterStatus) => void;
  readonly #parser = new StatusParser();
  /** Asked in order and not answered yet, oldest first: the answers carry no name, only their order. */
  readonly #markers: (() => void)[] = [];
  #strayAnswers = 0;
  readonly #unanswered = new Set<RealTimeQuery>();
  #awaitAnswer: ((byte: number) => void) | null = null;
  #synchronised: Promise<void> = Promise.resolve();

  constructor(link: Link, clock: Clock, limits: PrinterLimits, onStatus: (status: PrinterStatus) => void) {
    super(link, clock, limits);
    this.#onStatus = onStatus;
    link.onData((bytes) => this.#take(bytes));
  }

  async begin(): Promise<boolean> {
    await this.link.write(enableAutomaticStatus, this.limits.drain);
    if (!(await this.refresh())) return false;
    // A connection that ends meanwhile is reported by whatever is written next.
    this.#synchronised = this.#synchronise().catch(() => undefined);
    return true;
  }

  /** Every printer knows query 1, not all know the others. */
  async refresh(): Promise<boolean> {
    if (!(await this.#ask(1))) return false;
    for (const query of [2, 3, 4] as const) {
      if (!this.#unanswered.has(query) && !(await this.#ask(query))) this.#unanswered.add(query);
    }
    return !this.ended;
  }

  async mark(): Promise<Marker> {
    const marker = new Marker();
    // The document's own ESC @ has switched it off.
    await this.write(enableAutomaticStatus);
    this.#markers.push(() => marker.pass());
    await this.write(askInOrder);
    return marker;
  }

  async inStep(): Promise<boolean> {
    await this.within(this.#synchronised, this.limits.inStep);
    const end = this.clock.monotonic() + this.limits.inStep;
    while (this.#markers.length > 0 && this.clock.monotonic() < end && !this.closed.signal.aborted) {
      await this.clock.sleep(quiet, this.closed.signal);
    }
    return this.#markers.length === 0 && !this.closed.signal.aborted;
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
      await this.clock.sleep(quiet, this.closed.signal);
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
      await this.within(answered, this.limits.answer);
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
