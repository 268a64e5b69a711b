import { valueAt } from '../config/fleet-settings.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { JsonValue } from '../platform/brand.ts';
import { milliseconds } from '../platform/clock.ts';
import type { RetryPolicy } from '../sync/retry-policy.ts';

/** Settings that a running terminal takes over at once when its fleet changes them; every other one counts from its next start. */
export const liveKeys = [
  'log.level',
  'sync.retryEvery',
  'sync.probeEvery',
  'sync.jitter',
  'receipt.header',
  'receipt.footer',
] as const;
export type LiveKey = (typeof liveKeys)[number];

type LivePart = Pick<TerminalConfig, 'log' | 'sync' | 'receipt'>;

/** What counts of them now. Whoever uses one reads it at every use. */
export class LiveSettings {
  #now: LivePart;

  constructor({ log, sync, receipt }: LivePart) {
    this.#now = { log, sync, receipt };
  }

  get log(): TerminalConfig['log'] {
    return this.#now.log;
  }
  get sync(): TerminalConfig['sync'] {
    return this.#now.sync;
  }
  get receipt(): TerminalConfig['receipt'] {
    return this.#now.receipt;
  }

  valueOf(key: LiveKey): JsonValue {
    // Texts, numbers and lists of texts, as the schema has them.
    return valueAt(this.#now, key) as JsonValue;
  }

  /** Takes those of a whole, checked configuration over. */
  apply({ log, sync, receipt }: LivePart): void {
    const { retryEvery, probeEvery, jitter } = sync;
    const { header, footer } = receipt;
    this.#now = {
      log: { ...this.#now.log, level: log.level },
      sync: { ...this.#now.sync, retryEvery, probeEvery, jitter },
      receipt: { ...this.#now.receipt, header, footer },
    };
  }
}

/** When what did not get through is tried again, as the settings are at that moment. */
export const liveRetryPolicy = (live: LiveSettings): Partial<RetryPolicy> => ({
  get retryEvery() {
    return milliseconds(live.sync.retryEvery);
  },
  get probeEvery() {
    return milliseconds(Math.min(live.sync.retryEvery, live.sync.probeEvery));
  },
  get jitter() {
    return milliseconds(live.sync.jitter);
  },
});

export const isLive = (key: string): key is LiveKey => (liveKeys as readonly string[]).includes(key);
