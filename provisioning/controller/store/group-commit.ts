import type { KeyValueChange, KeyValueStore } from '../../../src/platform/key-value-store.ts';

/** One change that somebody waits for. */
export interface PendingWrite {
  /**
   * What it writes, decided when everything before it is decided. Throws what it is refused with; the others are written all the same.
   */
  readonly decide: () => readonly KeyValueChange[];
  readonly durable: boolean;
  /** Called when the store has it, or may have it: it failed in the middle. */
  readonly over: (isWritten: boolean) => void;
}

/** Beyond this a batch is no quicker any more, and the first in it waits for the last. */
const mostTogether = 256;

/**
 * Writes one after the other, and whatever has come up during a write together in the next one: thousands of terminals that talk at
 * the same time cost a few large writes, and one wait for the disk, instead of one each.
 */
export class GroupCommit {
  readonly #store: KeyValueStore;
  #waiting: (PendingWrite & { readonly resolve: () => void; readonly reject: (error: unknown) => void })[] = [];
  #isWriting = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  /** Resolves when it is written, durably if it is to be. */
  write(pending: PendingWrite): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...pending, resolve, reject });
      if (!this.#isWriting) this.#writing = this.#writeAll();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch: KeyValueChange[] = [];
      const taken = this.#waiting.splice(0, mostTogether).filter(({ decide, reject }) => {
        try {
          batch.push(...decide());
          return true;
        } catch (error) {
          reject(error);
          return false;
        }
      });
      try {
        if (batch.length > 0) await this.#store.write(batch, { durable: taken.some(({ durable }) => durable) });
      } catch (error) {
        for (const { over, reject } of taken) {
          over(false);
          reject(error);
        }
        continue;
      }
      for (const { over, resolve } of taken) {
        over(true);
        resolve();
      }
    }
    // In the same turn in which nothing was found waiting.
    this.#isWriting = false;
  }
}
