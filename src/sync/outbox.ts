import { isClosed, nameOf, neededBy } from '../journal/document.ts';
import type {
  DeliveryInstruction,
  DeliveryRecord,
  QueuedDocument,
  Reinstatement,
  Withdrawal,
} from '../journal/journal.ts';
import { undelivered } from '../journal/ledger.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, type Instant, instant, type Monotonic, milliseconds, seconds } from '../platform/clock.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import type { DocumentId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { Connection } from './connection.ts';
import type { DeliveryOutcome, Lane } from './lane.ts';
import type { DocumentStatus, Outbox, OutboxJournal, OutboxOptions, OutboxStatus } from './outbox-port.ts';
import { completed, pauseOfDocument, type RetryPolicy } from './retry-policy.ts';
import { type Due, find, Schedule } from './schedule.ts';

export type { DocumentStatus, Outbox, OutboxJournal, OutboxOptions, OutboxStatus } from './outbox-port.ts';

export const createOutbox = (options: OutboxOptions): Outbox => new OutboxLoop(options);

/** So that the heartbeat is never older unless something hangs. */
const longestSleep = seconds(10);

class OutboxLoop implements Outbox {
  readonly #journal: OutboxJournal;
  readonly #lane: Lane;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #policy: RetryPolicy;
  readonly #overlap: number;
  readonly #connection: Connection;
  readonly #listeners = new Set<() => void>();
  readonly #schedule: Schedule;
  readonly #current = new Set<DocumentId>();
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
    this.#policy = completed(options.policy);
    this.#overlap = options.overlap ?? 1;
    this.#schedule = new Schedule(this.#journal, this.#log);
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
    this.#schedule.hurry();
    this.#wake.abort();
  }

  documentAdded(): void {
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

  async retryParked(id: DocumentId, instructions?: readonly DeliveryInstruction[]): Promise<void> {
    const queued = find(this.#journal, id);
    const { delivery } = queued;
    if (delivery.state !== 'parked') {
      throw new HoldfastError('queue.not-parked', `${nameOf(queued)} is not parked`, {
        remedy: 'never',
        hint: 'What waits is tried by itself.',
      });
    }
    await this.#record({ ...delivery, state: 'waiting', instructions: instructions ?? delivery.instructions });
    this.#schedule.forget(id);
    this.#wake.abort();
  }

  async instruct(id: DocumentId, instructions: readonly DeliveryInstruction[]): Promise<void> {
    const { delivery } = this.#changeable(id);
    await this.#record({ ...delivery, instructions });
    this.#changed();
  }

  async reinstate(id: DocumentId, reinstatement: Reinstatement): Promise<void> {
    const queued = find(this.#journal, id);
    const { delivery } = queued;
    if (!isClosed(delivery.state)) {
      throw new HoldfastError('queue.not-closed', `${nameOf(queued)} is in the queue already`, { remedy: 'never' });
    }
    await this.#record({ ...undelivered(id), instructions: delivery.instructions }, reinstatement);
    this.#wake.abort();
    this.#changed();
  }

  async withdraw(id: DocumentId, withdrawal: Withdrawal): Promise<void> {
    const { delivery } = this.#changeable(id);
    await this.#record({ ...delivery, state: 'withdrawn', withdrawn: withdrawal });
    this.#schedule.forget(id);
    this.#wake.abort();
    this.#changed();
  }

  /** Neither closed nor on its way at this moment. */
  #changeable(id: DocumentId): QueuedDocument {
    const queued = find(this.#journal, id);
    const { delivery } = queued;
    if (isClosed(delivery.state)) {
      throw new HoldfastError('queue.closed', `${nameOf(queued)} was ${delivery.state} already`, { remedy: 'never' });
    }
    if (this.#current.has(id)) {
      throw new HoldfastError('queue.under-way', `${nameOf(queued)} is on its way to the shop now`, {
        remedy: 'retry',
        hint: 'Pause delivery ("holdfast sync pause") and try again.',
      });
    }
    return queued;
  }

  get connection(): Pick<OutboxStatus, 'online' | 'words'> {
    return this.#connection;
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

  statusOf(queued: QueuedDocument): DocumentStatus {
    const { delivery } = queued;
    const waiting = this.#schedule.of(delivery.documentId);
    const step = this.#stepOf(queued);
    if (delivery.state !== 'waiting' || waiting === undefined) {
      const { attempts, lastAnswer, code } = delivery;
      return { step, attempts, lastAnswer, code, nextAttemptAt: null };
    }
    const { attempts, lastAnswer, code } = waiting;
    const until = Math.max(waiting.until, this.#connection.heldUntil);
    return { step, attempts, lastAnswer, code, nextAttemptAt: this.#instantOf(until) };
  }

  #stepOf(queued: QueuedDocument): string {
    const { state, progress, withdrawn } = queued.delivery;
    if (state === 'confirmed') return 'confirmed';
    if (state === 'withdrawn') return `withdrawn by ${withdrawn?.by ?? 'nobody'}: ${withdrawn?.why ?? ''}`;
    const readiness = this.#schedule.readiness(neededBy(queued));
    return readiness.kind === 'waits' ? readiness.words : this.#lane.describe(progress);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #loop(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#heartbeat = this.#clock.monotonic();
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      try {
        await this.#turn();
      } catch (error) {
        this.#failedHere(error);
        // Whatever keeps failing, it must not keep the processor busy.
        await this.#clock.sleep(seconds(1), this.#wake.signal);
      }
    }
  }

  /** One thing at a time: a probe, a few documents, or a pause. */
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
    // One at a time, unless the shop is known to answer.
    const most = connection.online === true ? this.#overlap : 1;
    const due = this.#schedule.firstDue(most, now, now + longestSleep);
    if (due.length > 0) return this.#deliverAll(due);
    return this.#sleepUntil(this.#schedule.earliest());
  }

  async #probe(): Promise<void> {
    this.#interrupt = new AbortController();
    const seen = await this.#lane.probe(this.#interrupt.signal);
    // A probe that was cut short by a stop or a pause says nothing about the shop.
    if (this.#interrupt.signal.aborted) return;
    if (this.#connection.saw(seen)) this.#log.info({}, 'the shop can be reached again');
    this.#changed();
  }

  /** Throws what the first threw that did, when all have ended. */
  async #deliverAll(due: readonly Due[]): Promise<void> {
    this.#interrupt = new AbortController();
    const ended = await Promise.allSettled(due.map((each) => this.#deliver(each)));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  async #deliver({ queued, needed }: Due): Promise<void> {
    const { delivery } = queued;
    const { documentId: id, progress, instructions } = delivery;
    const before = this.#schedule.of(id);
    const attempts = (before?.attempts ?? delivery.attempts) + 1;
    const checkpoint = async (reached: JsonValue): Promise<void> => {
      await this.#record({ ...delivery, state: 'waiting', attempts, progress: reached });
      this.#heartbeat = this.#clock.monotonic();
    };
    this.#attempts += 1;
    this.#current.add(id);
    this.#changed();
    try {
      const { signal } = this.#interrupt;
      const outcome = await this.#lane.deliver(queued, { progress, instructions, needed, checkpoint, signal });
      this.#log.info(
        { document: nameOf(queued), documentId: id, attempts, outcome: outcome.kind, answer: outcome.answer },
        'delivery attempt',
      );
      await this.#settle({ ...delivery, attempts }, before?.failures ?? 0, outcome);
    } finally {
      this.#current.delete(id);
      this.#changed();
    }
  }

  /** `delivery`: as it stood before this attempt, which it counts. */
  async #settle(delivery: DeliveryRecord, failures: number, outcome: DeliveryOutcome): Promise<void> {
    const { documentId: id } = delivery;
    const { progress, answer: lastAnswer } = outcome;
    switch (outcome.kind) {
      case 'confirmed': {
        const { order, made = null } = outcome;
        await this.#record({ ...delivery, state: 'confirmed', progress, lastAnswer, code: null, order, made });
        this.#schedule.forget(id);
        this.#lastConfirmationAt = this.#clock.now();
        this.#confirmations += 1;
        this.#connection.gotThrough();
        return;
      }
      case 'parked':
        await this.#record({ ...delivery, state: 'parked', progress, lastAnswer, code: outcome.code });
        this.#schedule.forget(id);
        this.#connection.gotThrough();
        return;
      case 'later':
        await this.#wait(delivery, failures, outcome);
    }
  }

  async #wait(
    delivery: DeliveryRecord,
    failures: number,
    outcome: Extract<DeliveryOutcome, { kind: 'later' }>,
  ): Promise<void> {
    const { documentId: id, attempts } = delivery;
    const { code, answer, progress, retryAfter, scope } = outcome;
    const recorded = this.#journal.document(id)?.delivery;
    // A day without network is not a day of writing the same record every minute.
    if (recorded?.code !== code || JSON.stringify(recorded.progress) !== JSON.stringify(progress)) {
      await this.#record({ ...delivery, state: 'waiting', progress, lastAnswer: answer, code });
    }
    const now = this.#clock.monotonic();
    const ofDocument = scope === 'document';
    const until = ofDocument ? now + pauseOfDocument(failures + 1, retryAfter, this.#policy) : 0;
    const failed = failures + (ofDocument && retryAfter === null ? 1 : 0);
    this.#schedule.wait(id, { until, failures: failed, attempts, lastAnswer: answer, code });
    if (this.#interrupt.signal.aborted) return;
    // What one document on its way has said of the shop is not counted again for those beside it.
    if (!ofDocument && now >= this.#connection.heldUntil) this.#connection.failed(scope, retryAfter, code, answer);
  }

  /** Not the shop but this terminal: the journal could not be written, or a mistake in the software. */
  #failedHere(error: unknown): void {
    this.#log.error({ error: messageOf(error), code: codeOf(error) }, 'delivery failed in this terminal');
    this.#connection.failedHere(codeOf(error) ?? 'sync.failed', messageOf(error));
    this.#changed();
  }

  /** A reinstatement is told once: what follows from it must not open again what is closed since. */
  async #record(delivery: DeliveryRecord, reinstated?: Reinstatement): Promise<void> {
    const { documentId, state, attempts, progress, lastAnswer, code, order, made, instructions, withdrawn } = delivery;
    const told = { documentId, state, attempts, progress, lastAnswer, code, order, made, instructions, withdrawn };
    const change = reinstated === undefined ? told : { ...told, reinstated };
    await this.#journal.append({ kind: 'delivery', delivery: change });
  }

  #sleepUntil(until: number | null): Promise<void> {
    const rest = until === null ? longestSleep : Math.max(0, until - this.#clock.monotonic());
    return this.#clock.sleep(milliseconds(Math.min(rest, longestSleep)), this.#wake.signal);
  }

  #nextAttemptAt(): Instant | null {
    const earliest = this.#schedule.earliest();
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
