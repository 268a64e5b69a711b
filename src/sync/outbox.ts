import type { DeliveryRecord, Journal, QueuedSale } from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, type Instant, instant, type Monotonic, milliseconds, seconds } from '../platform/clock.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import type { SaleId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { Connection } from './connection.ts';
import type { DeliveryOutcome, Lane } from './lane.ts';
import { defaultRetryPolicy, pauseOfSale, type RetryPolicy } from './retry-policy.ts';

export interface OutboxOptions {
  readonly journal: Journal;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How many sales may be on their way at once while the shop answers; default 1. They are begun in receipt order. */
  readonly overlap?: number;
  /** What differs from {@link defaultRetryPolicy}. */
  readonly policy?: Partial<RetryPolicy>;
}

export interface OutboxStatus {
  readonly state: 'stopped' | 'paused' | 'delivering' | 'waiting' | 'idle';
  /** Null until something was tried. */
  readonly online: boolean | null;
  readonly lane: Lane['name'];
  readonly recipe: string;
  /** The last answer that concerned every sale, in plain words. */
  readonly words: string;
  readonly code: string | null;
  /** What is on its way now, in receipt order. */
  readonly current: readonly SaleId[];
  readonly lastConfirmationAt: Instant | null;
  /** Since the start of the process. */
  readonly attempts: number;
  readonly confirmations: number;
  /** Null: nothing is waiting for a time. */
  readonly nextAttemptAt: Instant | null;
  /** When the loop last turned. It turns at least every ten seconds unless a call takes longer: an old one is an alarm. */
  readonly heartbeat: Monotonic;
}

/** Where one sale stands. */
export interface SaleStatus {
  readonly step: string;
  readonly attempts: number;
  readonly lastAnswer: string | null;
  readonly code: string | null;
  readonly nextAttemptAt: Instant | null;
}

/**
 * Brings the journal's sales through the lane for as long as it takes: begun in receipt order, one at a time or, where
 * {@link OutboxOptions.overlap} allows it, a few at once, of which each ends before the next few begin.
 */
export interface Outbox {
  /** Begins the loop; aborting `signal` is the same as {@link stop}. */
  start(signal?: AbortSignal): void;
  /** Ends it at the next safe point; resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** Everything that waits is tried now, whatever it waits for ("sync now"). */
  kick(): void;
  /** A sale was added. Tried at once, unless the shop can't be reached. */
  saleAdded(): void;
  /** Nothing new is begun until {@link resume}; what is under way ends at its next safe point. */
  pause(): void;
  resume(): void;
  /** Sends a parked sale on its way again. Throws `queue.unknown-sale`, `queue.not-parked`. */
  retryParked(id: SaleId): Promise<void>;
  status(): OutboxStatus;
  statusOf(sale: QueuedSale): SaleStatus;
  /** Called after every change of what {@link status} or {@link statusOf} say. Returns its removal. */
  onChange(listener: () => void): () => void;
}

export const createOutbox = (options: OutboxOptions): Outbox => new OutboxLoop(options);

/** So that the heartbeat is never older unless something hangs. */
const longestSleep = seconds(10);

/** What is known of a waiting sale beyond its journal record. */
interface Waiting {
  readonly until: number;
  readonly failures: number;
  readonly attempts: number;
  readonly lastAnswer: string;
  readonly code: string;
}

class OutboxLoop implements Outbox {
  readonly #journal: Journal;
  readonly #lane: Lane;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #policy: RetryPolicy;
  readonly #overlap: number;
  readonly #connection: Connection;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<SaleId, Waiting>();
  readonly #current = new Set<SaleId>();
  #lastConfirmationAt: Instant | null = null;
  #attempts = 0;
  #confirmations = 0;
  #heartbeat: Monotonic;
  #paused = false;
  #wake = new AbortController();
  /** Ends the delivery under way at its next safe point. */
  #interrupt = new AbortController();
  #running: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(options: OutboxOptions) {
    this.#journal = options.journal;
    this.#lane = options.lane;
    this.#clock = options.clock;
    this.#log = options.log.child({ room: 'sync' });
    this.#policy = { ...defaultRetryPolicy, ...options.policy };
    this.#overlap = options.overlap ?? 1;
    this.#connection = new Connection(options.clock, options.random, this.#policy);
    this.#heartbeat = options.clock.monotonic();
  }

  start(signal?: AbortSignal): void {
    if (this.#running !== null) return;
    const stop = new AbortController();
    stop.signal.addEventListener('abort', () => {
      this.#interrupt.abort();
      this.#wake.abort();
    });
    if (signal?.aborted === true) stop.abort();
    signal?.addEventListener('abort', () => stop.abort(), { once: true });
    this.#interrupt = new AbortController();
    const ended = this.#loop(stop.signal).finally(() => {
      this.#running = null;
      this.#changed();
    });
    this.#running = { stop, ended };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    running?.stop.abort();
    await running?.ended;
  }

  kick(): void {
    this.#connection.release();
    for (const [id, waiting] of this.#waiting) this.#waiting.set(id, { ...waiting, until: 0 });
    this.#wake.abort();
  }

  saleAdded(): void {
    this.#wake.abort();
  }

  pause(): void {
    this.#paused = true;
    this.#interrupt.abort();
    this.#wake.abort();
    this.#changed();
  }

  resume(): void {
    this.#paused = false;
    this.kick();
    this.#changed();
  }

  async retryParked(id: SaleId): Promise<void> {
    const queued = this.#journal.sale(id);
    if (queued === undefined) {
      throw new HoldfastError('queue.unknown-sale', `There is no sale ${id}`, { remedy: 'never' });
    }
    if (queued.delivery.state !== 'parked') {
      throw new HoldfastError('queue.not-parked', `Sale ${queued.sale.receiptNumber} is not parked`, {
        remedy: 'never',
        hint: 'Waiting sales are tried by themselves.',
      });
    }
    await this.#record({ ...queued.delivery, state: 'waiting' });
    this.#waiting.delete(id);
    this.#wake.abort();
  }

  status(): OutboxStatus {
    return {
      state: this.#state(),
      online: this.#connection.online,
      lane: this.#lane.name,
      recipe: this.#lane.recipe,
      words: this.#connection.words,
      code: this.#connection.code,
      current: [...this.#current],
      lastConfirmationAt: this.#lastConfirmationAt,
      attempts: this.#attempts,
      confirmations: this.#confirmations,
      nextAttemptAt: this.#nextAttemptAt(),
      heartbeat: this.#heartbeat,
    };
  }

  statusOf({ sale, delivery }: QueuedSale): SaleStatus {
    const waiting = this.#waiting.get(sale.saleId);
    const step = delivery.state === 'confirmed' ? 'confirmed' : this.#lane.describe(delivery.progress);
    if (delivery.state !== 'waiting' || waiting === undefined) {
      const { attempts, lastAnswer, code } = delivery;
      return { step, attempts, lastAnswer, code, nextAttemptAt: null };
    }
    const { attempts, lastAnswer, code } = waiting;
    const until = Math.max(waiting.until, this.#connection.heldUntil);
    return { step, attempts, lastAnswer, code, nextAttemptAt: this.#instantOf(until) };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #loop(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#heartbeat = this.#clock.monotonic();
      this.#wake = new AbortController();
      try {
        await this.#turn();
      } catch (error) {
        this.#failedHere(error);
        // Whatever keeps failing, it must not keep the processor busy.
        await this.#clock.sleep(seconds(1), this.#wake.signal);
      }
    }
  }

  /** One thing at a time: a probe, a sale, or a pause. */
  async #turn(): Promise<void> {
    if (this.#paused) return this.#sleepUntil(null);
    const now = this.#clock.monotonic();
    const connection = this.#connection;
    // Nothing to deliver: only a look now and then, so that the till knows whether the shop can be reached.
    if (this.#journal.counts.waiting === 0) {
      return now >= connection.nextIdleProbe ? this.#probe() : this.#sleepUntil(connection.nextIdleProbe);
    }
    if (now < connection.heldUntil) {
      if (now >= connection.nextProbe) return this.#probe();
      return this.#sleepUntil(Math.min(connection.heldUntil, connection.nextProbe));
    }
    const due = this.#firstDue(now);
    if (due.length > 0) return this.#deliverAll(due);
    return this.#sleepUntil(this.#earliest());
  }

  async #probe(): Promise<void> {
    this.#interrupt = new AbortController();
    const seen = await this.#lane.probe(this.#interrupt.signal);
    // A probe that was cut short by a stop or a pause says nothing about the shop.
    if (this.#interrupt.signal.aborted) return;
    if (this.#connection.saw(seen)) this.#log.info({}, 'the shop can be reached again');
    this.#changed();
  }

  /** The first in receipt order that need not wait: one, unless the shop is known to answer. */
  #firstDue(now: number): readonly QueuedSale[] {
    const most = this.#connection.online === true ? this.#overlap : 1;
    const due: QueuedSale[] = [];
    for (const queued of this.#journal.unconfirmed()) {
      if (due.length >= most) break;
      const { sale, delivery } = queued;
      if (delivery.state === 'waiting' && (this.#waiting.get(sale.saleId)?.until ?? 0) <= now) due.push(queued);
    }
    return due;
  }

  /** Throws what the first threw that did, when all have ended. */
  async #deliverAll(sales: readonly QueuedSale[]): Promise<void> {
    this.#interrupt = new AbortController();
    const ended = await Promise.allSettled(sales.map((sale) => this.#deliver(sale)));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  async #deliver({ sale, delivery }: QueuedSale): Promise<void> {
    const { saleId } = sale;
    const before = this.#waiting.get(saleId);
    const attempts = (before?.attempts ?? delivery.attempts) + 1;
    const checkpoint = async (progress: JsonValue): Promise<void> => {
      await this.#record({ ...delivery, state: 'waiting', attempts, progress });
      this.#heartbeat = this.#clock.monotonic();
    };
    this.#attempts += 1;
    this.#current.add(saleId);
    this.#changed();
    try {
      const outcome = await this.#lane.deliver(sale, delivery.progress, checkpoint, this.#interrupt.signal);
      this.#log.info(
        { saleId, receiptNumber: sale.receiptNumber, attempts, outcome: outcome.kind, answer: outcome.answer },
        'delivery attempt',
      );
      await this.#settle(saleId, attempts, before?.failures ?? 0, outcome);
    } finally {
      this.#current.delete(saleId);
      this.#changed();
    }
  }

  async #settle(saleId: SaleId, attempts: number, failures: number, outcome: DeliveryOutcome): Promise<void> {
    const { progress, answer } = outcome;
    switch (outcome.kind) {
      case 'confirmed':
        await this.#record({
          saleId,
          state: 'confirmed',
          attempts,
          progress,
          lastAnswer: answer,
          code: null,
          order: outcome.order,
        });
        this.#waiting.delete(saleId);
        this.#lastConfirmationAt = this.#clock.now();
        this.#confirmations += 1;
        this.#connection.gotThrough();
        return;
      case 'parked':
        await this.#record({
          saleId,
          state: 'parked',
          attempts,
          progress,
          lastAnswer: answer,
          code: outcome.code,
          order: null,
        });
        this.#waiting.delete(saleId);
        this.#connection.gotThrough();
        return;
      case 'later':
        await this.#wait(saleId, attempts, failures, outcome);
    }
  }

  async #wait(
    saleId: SaleId,
    attempts: number,
    failures: number,
    outcome: Extract<DeliveryOutcome, { kind: 'later' }>,
  ): Promise<void> {
    const { code, answer, progress, retryAfter, scope } = outcome;
    const recorded = this.#journal.sale(saleId)?.delivery;
    // A day without network is not a day of writing the same record every minute.
    if (recorded?.code !== code || JSON.stringify(recorded.progress) !== JSON.stringify(progress)) {
      await this.#record({ saleId, state: 'waiting', attempts, progress, lastAnswer: answer, code, order: null });
    }
    const now = this.#clock.monotonic();
    const ofSale = scope === 'sale';
    const until = ofSale ? now + pauseOfSale(failures + 1, retryAfter, this.#policy) : 0;
    const failed = failures + (ofSale && retryAfter === null ? 1 : 0);
    this.#waiting.set(saleId, { until, failures: failed, attempts, lastAnswer: answer, code });
    if (this.#interrupt.signal.aborted) return;
    // What one sale on its way has said of the shop is not counted again for those beside it.
    if (scope !== 'sale' && now >= this.#connection.heldUntil) this.#connection.failed(scope, retryAfter, code, answer);
  }

  /** Not the shop but this terminal: the journal could not be written, or a mistake in the software. */
  #failedHere(error: unknown): void {
    this.#log.error({ error: messageOf(error), code: codeOf(error) }, 'delivery failed in this terminal');
    this.#connection.failedHere(codeOf(error) ?? 'sync.failed', messageOf(error));
    this.#changed();
  }

  async #record(delivery: DeliveryRecord): Promise<void> {
    await this.#journal.append({ kind: 'delivery', delivery });
  }

  #sleepUntil(until: number | null): Promise<void> {
    const rest = until === null ? longestSleep : Math.max(0, until - this.#clock.monotonic());
    return this.#clock.sleep(milliseconds(Math.min(rest, longestSleep)), this.#wake.signal);
  }

  /** When the next waiting sale may be tried; null: none waits for a time. */
  #earliest(): number | null {
    let earliest: number | null = null;
    for (const { sale, delivery } of this.#journal.unconfirmed()) {
      if (delivery.state !== 'waiting') continue;
      const until = this.#waiting.get(sale.saleId)?.until ?? 0;
      if (earliest === null || until < earliest) earliest = until;
    }
    return earliest;
  }

  #nextAttemptAt(): Instant | null {
    const earliest = this.#earliest();
    if (earliest === null || this.#running === null || this.#paused) return null;
    return this.#instantOf(Math.max(earliest, this.#connection.heldUntil));
  }

  #instantOf(monotonic: number): Instant {
    return instant(this.#clock.now() + Math.max(0, monotonic - this.#clock.monotonic()));
  }

  #state(): OutboxStatus['state'] {
    if (this.#running === null) return 'stopped';
    if (this.#current.size > 0) return 'delivering';
    if (this.#paused) return 'paused';
    return this.#journal.counts.waiting > 0 ? 'waiting' : 'idle';
  }

  #changed(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#log.error({ error: messageOf(error) }, 'listener of the outbox failed');
      }
    }
  }
}
