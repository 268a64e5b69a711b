import type { Journal, JournalEntry, JournalRecord } from '../../src/journal/journal.ts';
import type { MagentoClient } from '../../src/magento/client/outcome.ts';

const never = <Value>(): Promise<Value> => new Promise(() => {});

/** Where a process dies relative to its n-th journal record (from 1): before it is durable, or right after. */
export interface Death {
  readonly append: number;
  readonly durable: boolean;
}

/**
 * One life of the terminal's process as far as delivery sees it. When it is killed, nothing that it was doing goes on: every
 * promise of its journal and its connection stays open for ever, as memory that is gone.
 */
export class MortalProcess {
  dead = false;
  /** Calls to Magento that are under way. */
  calls = 0;
  #appends = 0;
  readonly #death: Death | null;
  readonly #onDeath: (() => void)[];

  constructor(death: Death | null, onDeath: () => void) {
    this.#death = death;
    this.#onDeath = [onDeath];
  }

  get appends(): number {
    return this.#appends;
  }

  kill(): void {
    if (this.dead) return;
    this.dead = true;
    for (const task of this.#onDeath) task();
  }

  /** Something else that ends with it. */
  alsoAtDeath(task: () => void): void {
    this.#onDeath.push(task);
  }

  journal(real: Journal): Journal {
    const append = async (entry: JournalEntry): Promise<JournalRecord> => {
      if (this.dead) return never();
      this.#appends += 1;
      if (this.#appends !== this.#death?.append) return real.append(entry);
      if (this.#death.durable) await real.append(entry);
      this.kill();
      return never();
    };
    return new Proxy(real, {
      get: (target, property) => {
        if (property === 'append') return append;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  client(real: MagentoClient): MagentoClient {
    return {
      request: async (...call) => {
        if (this.dead) return never();
        this.calls += 1;
        const outcome = await real.request(...call);
        this.calls -= 1;
        return this.dead ? never() : outcome;
      },
    };
  }
}
