import { type Clock, type Duration, type Monotonic, milliseconds } from '../../../src/platform/clock.ts';

interface Batch {
  lastBegan: Monotonic | null;
  /** Begins after whoever asks now. */
  next: Promise<unknown> | null;
  running: Promise<unknown>;
}

/**
 * Whoever asks the same shares one answer that was begun after they asked: never an older one. However many ask, each thing is asked for
 * once in its spacing at most.
 */
export class Batches {
  readonly #clock: Clock;
  readonly #batches = new Map<string, Batch>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ask<Answer>(key: string, spacing: Duration, task: () => Promise<Answer>): Promise<Answer> {
    const batch = this.#batches.get(key) ?? { lastBegan: null, next: null, running: Promise.resolve() };
    this.#batches.set(key, batch);
    // One key is asked for with one task.
    if (batch.next !== null) return batch.next as Promise<Answer>;
    const next = this.#begin(key, batch, spacing, task);
    batch.next = next;
    return next;
  }

  async #begin<Answer>(key: string, batch: Batch, spacing: Duration, task: () => Promise<Answer>): Promise<Answer> {
    const clock = this.#clock;
    await batch.running;
    const rest = batch.lastBegan === null ? 0 : batch.lastBegan + spacing - clock.monotonic();
    if (rest > 0) await clock.sleep(milliseconds(rest));
    batch.lastBegan = clock.monotonic();
    batch.next = null;
    const running = task();
    batch.running = running.then(
      () => undefined,
      () => undefined,
    );
    // What nobody has asked for again in a while is forgotten.
    clock.schedule(milliseconds(spacing * 2), () => {
      const isIdle = batch.next === null && batch.lastBegan !== null && clock.monotonic() - batch.lastBegan >= spacing;
      if (isIdle && this.#batches.get(key) === batch) this.#batches.delete(key);
    });
    return running;
  }
}
