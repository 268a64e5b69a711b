import type { DeliveryRecord, Journal, QueuedSale } from '../journal/journal.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, type Instant, instant, type Monotonic, milliseconds, seconds } from '../platform/clock.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import type { SaleId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { DeliveryOutcome, Lane, Reachability } from './lane.ts';
import {
  defaultRetryPolicy,
  pauseOfLane,
  pauseOfOverload,
  pauseOfSale,
  type RetryPolicy,
  spread,
} from './retry-policy.ts';

export interface OutboxOptions {
  readonly journal: Journal;
  readonly lane: Lane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
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
  readonly current: SaleId | null;
  readonly lastConfirmationAt: Instant | null;
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

/** Brings the journal's sales through the lane, in receipt order, one at a time, for as long as it takes. */
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

/** Why and until when no sale is tried at all. */
interface Hold {
  readonly until: number;
  /** When to look whether the shop is back; null: not to be asked before `until`. */
  readonly nextProbe: number | null;
  /** A probe has failed since, so that one that gets through means: back again. */
  readonly seenDown: boolean;
}

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
  readonly #random: Random;
  readonly #log: Logger;
  readonly #policy: RetryPolicy;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<SaleId, Waiting>();
  #hold: Hold | null = null;
  #overloads = 0;
  #nextIdleProbe = 0;
  #online: boolean | null = null;
  #words = 'Nothing tried yet';
  #code: string | null = null;
  #current: SaleId | null = null;
  #lastConfirmationAt: Instant | null = null;
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
    this.#random = options.random;
    this.#log = options.log.child({ room: 'sync' });
    this.#policy = { ...defaultRetryPolicy, ...options.policy };
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
    this.#running = { stop, ended: this.#loop(stop.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    running?.stop.abort();
    await running?.ended;
  }

  kick(): void {
    this.#hold = null;
    this.#nextIdleProbe = 0;
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
      online: this.#online,
      lane: this.#lane.name,
      recipe: this.#lane.recipe,
      words: this.#words,
      code: this.#code,
      current: this.#current,
      lastConfirmationAt: this.#lastConfirmationAt,
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
    const until = Math.max(waiting.until, this.#hold?.until ?? 0);
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
      }
    }
    this.#running = null;
    this.#changed();
  }

  /** One thing at a time: a probe, a sale, or a pause. */
  async #turn(): Promise<void> {
    if (this.#paused) return this.#sleepUntil(null);
    if (this.#journal.counts.waiting === 0) return this.#idle();
    const now = this.#clock.monotonic();
    const hold = this.#hold;
    if (hold !== null && now < hold.until) {
      if (hold.nextProbe !== null && now >= hold.nextProbe) return this.#probeDuring(hold);
      return this.#sleepUntil(Math.min(hold.until, hold.nextProbe ?? hold.until));
    }
    this.#hold = null;
    const due = this.#firstDue(now);
    if (due !== undefined) return this.#deliver(due);
    return this.#sleepUntil(this.#earliest());
  }

  /** Nothing to deliver: only a look now and then, so that the till knows whether the shop can be reached. */
  async #idle(): Promise<void> {
    if (this.#clock.monotonic() < this.#nextIdleProbe) return this.#sleepUntil(this.#nextIdleProbe);
    const seen = await this.#probe();
    this.#saw(seen);
    const pause = seen.kind === 'reachable' ? this.#policy.retryEvery : this.#policy.probeEvery;
    this.#nextIdleProbe = this.#clock.monotonic() + pause + spread(this.#policy, this.#random);
  }

  /** The first in receipt order that need not wait. */
  #firstDue(now: number): QueuedSale | undefined {
    return this.#journal
      .unconfirmed()
      .find(
        ({ sale, delivery }) => delivery.state === 'waiting' && (this.#waiting.get(sale.saleId)?.until ?? 0) <= now,
      );
  }

  async #deliver({ sale, delivery }: QueuedSale): Promise<void> {
    const { saleId } = sale;
    const before = this.#waiting.get(saleId);
    const attempts = (before?.attempts ?? delivery.attempts) + 1;
    const checkpoint = async (progress: JsonValue): Promise<void> => {
      await this.#record({ ...delivery, state: 'waiting', attempts, progress });
      this.#heartbeat = this.#clock.monotonic();
    };
    this.#current = saleId;
    this.#interrupt = new AbortController();
    this.#changed();
    try {
      const outcome = await this.#lane.deliver(sale, delivery.progress, checkpoint, this.#interrupt.signal);
      this.#log.info(
        { saleId, receiptNumber: sale.receiptNumber, attempts, outcome: outcome.kind, answer: outcome.answer },
        'delivery attempt',
      );
      await this.#settle(saleId, attempts, before?.failures ?? 0, outcome);
    } finally {
      this.#current = null;
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
        this.#gotThrough();
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
        this.#gotThrough();
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
    if (scope === 'lane') this.#holdLane(pauseOfLane(retryAfter, this.#policy, this.#random), true, code, answer);
    if (scope === 'overload') {
      this.#overloads += 1;
      const pause = pauseOfOverload(this.#overloads, retryAfter, this.#policy, this.#random);
      this.#holdLane(pause, false, code, answer);
    }
  }

  #holdLane(pause: number, probing: boolean, code: string, words: string): void {
    const now = this.#clock.monotonic();
    this.#hold = { until: now + pause, nextProbe: probing ? now : null, seenDown: false };
    this.#online = false;
    this.#code = code;
    this.#words = words;
  }

  #probe(): Promise<Reachability> {
    this.#interrupt = new AbortController();
    return this.#lane.probe(this.#interrupt.signal);
  }

  async #probeDuring(hold: Hold): Promise<void> {
    const seen = await this.#probe();
    // Someone said "now" meanwhile.
    if (this.#hold !== hold) return;
    const now = this.#clock.monotonic();
    if (seen.kind === 'unreachable') {
      this.#hold = { ...hold, nextProbe: now + this.#policy.probeEvery, seenDown: true };
      this.#saw(seen);
    } else if (hold.seenDown) {
      this.#log.info({}, 'the shop can be reached again');
      this.#hold = { until: now + spread(this.#policy, this.#random), nextProbe: null, seenDown: false };
      this.#saw(seen);
    } else {
      // It was there all along: what stopped the lane is not the connection, and asking more often would not help.
      this.#hold = { ...hold, nextProbe: null };
    }
  }

  #saw(seen: Reachability): void {
    // A probe that was cut short by a stop or a pause says nothing about the shop.
    if (this.#interrupt.signal.aborted) return;
    const reachable = seen.kind === 'reachable';
    this.#online = reachable;
    this.#code = reachable ? null : seen.code;
    this.#words = reachable ? 'The shop answers' : seen.answer;
    this.#changed();
  }

  #gotThrough(): void {
    this.#online = true;
    this.#overloads = 0;
    this.#code = null;
    this.#words = 'The shop answers';
  }

  /** Not the shop but this terminal: the journal could not be written, or a mistake in the software. */
  #failedHere(error: unknown): void {
    this.#log.error({ error: messageOf(error), code: codeOf(error) }, 'delivery failed in this terminal');
    this.#holdLane(this.#policy.retryEvery, false, codeOf(error) ?? 'sync.failed', messageOf(error));
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
    const times = this.#journal
      .unconfirmed()
      .filter(({ delivery }) => delivery.state === 'waiting')
      .map(({ sale }) => this.#waiting.get(sale.saleId)?.until ?? 0);
    return times.length === 0 ? null : Math.min(...times);
  }

  #nextAttemptAt(): Instant | null {
    const earliest = this.#earliest();
    if (earliest === null || this.#running === null || this.#paused) return null;
    return this.#instantOf(Math.max(earliest, this.#hold?.until ?? 0));
  }

  #instantOf(monotonic: number): Instant {
    return instant(this.#clock.now() + Math.max(0, monotonic - this.#clock.monotonic()));
  }

  #state(): OutboxStatus['state'] {
    if (this.#running === null) return 'stopped';
    if (this.#current !== null) return 'delivering';
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
