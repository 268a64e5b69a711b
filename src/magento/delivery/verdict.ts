import type { Duration } from '../../platform/clock.ts';

/** What a call's answer means for the sale. */
export interface Verdict {
  /** Whether Magento did it. `refused`: it did not, and won't. */
  readonly done: 'done' | 'not-done' | 'unknown' | 'refused';
  /**
   * - `go-on`: the next step;
   * - `retry`: the same again at the next attempt (`retryAfter`: not before);
   * - `look`: find out what Magento has before anything else;
   * - `new-cart`: throw this cart away, it is of no use any more;
   * - `drop-coupon`: go on without the coupon, with a new cart;
   * - `park`: a person decides.
   */
  readonly next: 'go-on' | 'retry' | 'look' | 'new-cart' | 'drop-coupon' | 'park';
  /** `lane`: no other sale would get through either; `overload`: the shop asks for less. */
  readonly scope: 'document' | 'lane' | 'overload';
  readonly code: string;
  /** For people: Magento's own words, or what they mean. */
  readonly words: string;
  readonly retryAfter: Duration | null;
  /** Magento is certainly not working on the call any more. */
  readonly finished: boolean;
}
