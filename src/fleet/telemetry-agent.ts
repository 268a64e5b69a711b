import type { JsonValue } from '../platform/brand.ts';
import { type Clock, type Duration, type Monotonic, minutes, seconds } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Messenger } from './messenger.ts';
import type { Health, HealthSection, PresenceSession } from './protocol.ts';

/** Sections that always change a little; they are told every now and then, not whenever they do. */
const figures: readonly HealthSection[] = ['loop', 'space', 'machine'];

/** What changes is told at most so often. */
const lookEvery = seconds(10);
/** Everything is told so often, in case something got lost on the way. */
const wholeEvery = minutes(30);

export interface TelemetryAgentOptions {
  readonly messenger: Messenger;
  /** How the terminal is now. */
  readonly look: () => Promise<Health>;
  readonly session: () => PresenceSession;
  /** Between two reports of figures. */
  readonly reportEvery: Duration;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells how the terminal is: what has changed, rarely; all of it at each connection, now and then, and when asked. */
export class TelemetryAgent {
  readonly #options: TelemetryAgentOptions;
  /** What the broker has acknowledged, as text, in the present session. */
  #told = new Map<HealthSection, string>();
  #sequence = 0;
  #wholeAt: Monotonic | null = null;
  #figuresAt: Monotonic | null = null;
  #isWholeWanted = true;
  #isLookWanted = false;
  #wake: () => void = () => undefined;
  #ended: Promise<void> = Promise.resolve();
  #isOnline = false;

  constructor(options: TelemetryAgentOptions) {
    this.#options = options;
    options.messenger.on('telemetry.ask', () => {
      this.#isWholeWanted = true;
      this.#wake();
    });
  }

  start(signal: AbortSignal): void {
    this.#ended = this.#run(signal);
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  /** A new session begins: everything is told again. */
  connected(): void {
    this.#isOnline = true;
    this.#told = new Map();
    this.#sequence = 0;
    this.#isWholeWanted = true;
    this.#wake();
  }

  /** Something has happened that nobody should hear of ten seconds later. */
  lookNow(): void {
    this.#isLookWanted = true;
    this.#wake();
  }

  disconnected(): void {
    this.#isOnline = false;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      this.#isLookWanted = false;
      if (this.#isOnline) {
        await this.#tell().catch((error: unknown) => {
          log.debug({ error: messageOf(error) }, 'fleet: telemetry was not sent');
        });
      }
      const rested = new AbortController();
      this.#wake = () => rested.abort();
      if (signal.aborted) return;
      // What came up in the middle of a report is told soon; not at once, so that what changes all the time is not told all the time.
      const isSoon = this.#isOnline && (this.#isWholeWanted || this.#isLookWanted);
      await clock.sleep(isSoon ? seconds(1) : lookEvery, rested.signal);
    }
  }

  async #tell(): Promise<void> {
    const { look, clock, messenger, reportEvery, session } = this.#options;
    const now = clock.monotonic();
    const full = this.#isWholeWanted || this.#wholeAt === null || now - this.#wholeAt >= wholeEvery;
    const areFiguresDue = this.#figuresAt === null || now - this.#figuresAt >= reportEvery;
    const health = await look();
    const texts = Object.entries(health).map(([name, value]) => [name as HealthSection, textOf(value)] as const);
    const changed = texts.filter(
      ([name, text]) => full || (this.#told.get(name) !== text && (areFiguresDue || !figures.includes(name))),
    );
    if (changed.length === 0) return;
    const names = new Set(changed.map(([name]) => name));
    // The names are those of the sections, so what is left is a part of the whole.
    const sections = Object.fromEntries(
      Object.entries(health).filter(([name]) => names.has(name as HealthSection)),
    ) as Partial<Health>;
    const sequence = this.#sequence + 1;
    await messenger.send('telemetry.report', { session: session(), sequence, full, sections });
    this.#sequence = sequence;
    for (const [name, text] of changed) this.#told.set(name, text);
    if (full) {
      this.#wholeAt = now;
      this.#isWholeWanted = false;
    }
    if (full || areFiguresDue) this.#figuresAt = now;
  }
}

const textOf = (value: JsonValue | object | undefined): string => JSON.stringify(value);
