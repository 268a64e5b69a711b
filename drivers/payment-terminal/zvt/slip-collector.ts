import type { CardSlip } from '../payment-terminal.ts';
import type { SlipLines } from './messages.ts';

/** More lines than any slip has; what comes beyond is left out. */
const mostLines = 200;

/**
 * Puts the printed lines of one payment together. Terminals that say whose slip a line is are believed; those that print line by
 * line send the merchant's slip first, then the customer's, each ended by the attribute "last line".
 */
export class SlipCollector {
  readonly #merchant: string[] = [];
  readonly #customer: string[] = [];
  #current: SlipLines[] = [];
  #finished: string[][] = [];

  take(slip: SlipLines): void {
    if (slip.of === 'customer') this.#customer.push(...slip.lines);
    else if (slip.of === 'merchant') this.#merchant.push(...slip.lines);
    else if (slip.of === 'unknown') {
      this.#current.push(slip);
      if (slip.last) this.#finish();
    }
  }

  /** Null: nothing was printed. */
  slip(): CardSlip | null {
    this.#finish();
    const unnamed = this.#finished;
    const [first = []] = unnamed;
    // One slip alone is the customer's: it is the one that has to be handed over.
    const merchant = [...this.#merchant, ...(unnamed.length > 1 ? first : [])];
    const customer = [...this.#customer, ...(unnamed.length > 1 ? unnamed.slice(1).flat() : first)];
    if (merchant.length + customer.length === 0) return null;
    return { merchant: merchant.slice(0, mostLines), customer: customer.slice(0, mostLines) };
  }

  #finish(): void {
    const lines = this.#current.flatMap((each) => each.lines);
    this.#current = [];
    if (lines.some((line) => line !== '')) this.#finished.push(lines);
  }
}
